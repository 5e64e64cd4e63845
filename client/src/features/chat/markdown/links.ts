/** Which addresses a message may link to. */

const ALLOWED = new Set(['http:', 'https:', 'mailto:']);

/** The address as the browser will understand it, or null if it must not become a link. Parsed with the browser's own URL
 *  parser, which drops the tabs and line breaks that hide `java\nscript:` from a regular expression. */
export function safeHref(written: string): string | null {
  // Without a scheme of its own it would point into this site.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(written)) return null;
  let url: URL;
  try {
    url = new URL(written);
  } catch {
    return null;
  }
  if (!ALLOWED.has(url.protocol)) return null;
  // "https://bank.example@evil.example": a name and password in an address serve nobody but a liar.
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}

/** The host that a label claims to lead to, or null if it does not look like an address. */
function claimedHost(label: string): string | null {
  const match = /^\s*(?:https?:\/\/|www\.)\S+/i.exec(label);
  if (match === null) return null;
  const address = match[0].trim();
  try {
    return new URL(/^www\./i.test(address) ? `https://${address}` : address).host;
  } catch {
    return '';
  }
}

/** Whether a link's label names another place than the one it leads to: `[https://bank.example](https://evil.example)`. */
export function misleads(label: string, href: string): boolean {
  const claimed = claimedHost(label);
  return claimed !== null && claimed !== new URL(href).host;
}
