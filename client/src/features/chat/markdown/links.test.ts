import { describe, expect, it } from 'vitest';
import { misleads, safeHref } from './links';

describe('safeHref', () => {
  it.each(['http://example.org/', 'https://example.org/a?b=c#d', 'mailto:ana@example.org'])('lets %s through', (href) => {
    expect(safeHref(href)).toBe(href);
  });

  it.each([
    'javascript:alert(1)', 'JAVASCRIPT:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,x',
    'vbscript:x', 'file:///etc/passwd', 'blob:https://a/b', '//evil.example', '/r/tea', 'evil.example', '', 'https://', 'tel:1', 'https://a:b@evil.example',
  ])('refuses %j', (href) => {
    expect(safeHref(href)).toBeNull();
  });

  it('gives the address as the browser will understand it', () => {
    expect(safeHref('https://EXAMPLE.org/a b"c')).toBe('https://example.org/a%20b%22c');
  });
});

describe('misleads', () => {
  it('sees a label that names another host', () => {
    expect(misleads('https://bank.example', 'https://evil.example/')).toBe(true);
    expect(misleads('www.bank.example/login', 'https://evil.example/')).toBe(true);
    expect(misleads('https://bank.example@evil', 'https://evil.example/')).toBe(true);
  });
  it('lets an honest label be', () => {
    expect(misleads('https://example.org/a', 'https://example.org/b')).toBe(false);
    expect(misleads('the bank', 'https://evil.example/')).toBe(false);
    expect(misleads('www.example.org', 'http://www.example.org/')).toBe(false);
  });
});
