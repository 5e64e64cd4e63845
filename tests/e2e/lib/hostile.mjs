// Texts that want to run: the corpus of the client's own unit tests, so that there is one.
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('../../../client/src/features/chat/markdown/xss_corpus.ts', import.meta.url), 'utf8');
const { XSS_CORPUS } = await import(`data:text/javascript,${encodeURIComponent(source.replace(': readonly string[]', ''))}`);

/** As messages: at most 500 code points each. */
export const hostileTexts = XSS_CORPUS;

/** As names of guests: at most 20 code points. They are lower-cased by the server, which HTML does not mind. */
export const hostileNames = ['<svg/onload=alert()>', '<img src onerror=x>', '<script>alert(1)', '"><svg onload=x>', "' onclick=alert(1)", '${alert(1)}', '{{alert(1)}}'];

/** As names of rooms: at most 30 code points. */
export const hostileRooms = ['<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '"><script>alert(1)</script>', '../../api/auth/logout', '%2e%2e/%3cscript%3e', 'javascript:alert(1)', '#<b>x</b>?a=b&c'];

/**
 * What is wrong with the document, as a list of sentences: elements that a message must not become, attributes that run,
 * addresses that run, anything that is loaded from elsewhere.
 */
export function faultsOf(page) {
  return page.evaluate(() => {
    const faults = [];
    const forbidden = 'iframe, frame, object, embed, base, meta[http-equiv], marquee, math, video, audio, form[action], foreignObject, animate, set';
    for (const element of document.querySelectorAll(forbidden)) faults.push(`<${element.localName}> is in the document`);
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) faults.push(`<${element.localName}> has ${name}="${value}"`);
        if (!['href', 'src', 'xlink:href', 'action', 'formaction', 'data', 'poster', 'srcset'].includes(name)) continue;
        const { protocol, origin } = new URL(value, location.href);
        const isLink = element.localName === 'a' && element.target === '_blank';
        const fits = isLink ? ['http:', 'https:', 'mailto:'].includes(protocol) : origin === location.origin || (element.localName === 'img' && ['data:', 'blob:'].includes(protocol)) || value.startsWith('#');
        if (!fits) faults.push(`<${element.localName}> has ${name}="${value}"`);
        if (isLink && origin === location.origin && element.closest('article') !== null && protocol !== 'mailto:') faults.push(`a message links into this site: ${value}`);
      }
      if (element.localName === 'script' && (element.src === '' || new URL(element.src).origin !== location.origin)) faults.push(`a script: ${element.outerHTML.slice(0, 80)}`);
      if (element.localName === 'style') faults.push(`a style sheet in the page: ${element.textContent.slice(0, 80)}`);
    }
    if (window.__xss !== undefined) faults.push('a script ran');
    return faults;
  });
}
