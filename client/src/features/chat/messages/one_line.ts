const MAX = 160;

/** A message in one line, for a preview or a screen reader: without the signs of Markdown, and not long. */
export function oneLine(text: string): string {
  const plain = text
    .replace(/^```[\w+#.-]*$/gm, '')
    .replace(/\[([^\]]*)\]\((?:https?:|mailto:)[^)\s]*\)/g, '$1')
    .replace(/(\*\*|~~|`+)(?=\S)(.*?\S)\1/g, '$2')
    .replace(/(^|[\s(])([*_])(?=\S)([^*_\n]*\S)\2(?=$|[\s).,:;!?])/gm, '$1$3')
    .replace(/^[ \t]*(?:>[ \t]?)+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = [...plain];
  return letters.length <= MAX ? plain : `${letters.slice(0, MAX - 1).join('').trimEnd()}…`;
}
