/** Whether a text speaks to somebody: `@name`, not in the middle of a word or an address, whatever the case. */
export function mentions(text: string, name: string): boolean {
  const wanted = `@${name.toLowerCase()}`;
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const before = at === 0 ? '' : (Array.from(lower.slice(Math.max(0, at - 2), at)).at(-1) ?? '');
    const after = Array.from(lower.slice(at + wanted.length, at + wanted.length + 2))[0] ?? '';
    if (!isWordPart(before) && !isWordPart(after)) return true;
  }
  return false;
}

function isWordPart(character: string): boolean {
  return character !== '' && /[\p{L}\p{N}_]/u.test(character);
}
