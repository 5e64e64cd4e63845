// The keyboard's way through a page.

/** What has the focus, as a screen reader would name it, and whether one sees it; null if nothing has. */
export function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const names = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
    const label = element.labels?.[0]?.textContent;
    const box = element.getBoundingClientRect();
    /** An outline, or a shadow in place of one, on the element or on what frames it. */
    const ring = (one) => {
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && style.outlineColor !== 'rgba(0, 0, 0, 0)') || style.boxShadow !== 'none';
    };
    let visible = false;
    for (let one = element, up = 0; one !== null && up < 4 && !visible; one = one.parentElement, ++up) visible = ring(one) && (one === element || one.matches(':focus-within'));
    // WCAG 2.4.11: something of it is to be seen; not every part of it lies behind something else.
    const parts = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)));
    const shown = parts.some((part) => part !== null && (part === element || element.contains(part) || part.contains(element)));
    return {
      tag: element.localName,
      role: element.getAttribute('role'),
      name: (element.getAttribute('aria-label') ?? (names || label || element.textContent || '')).trim().slice(0, 80),
      visible,
      inSight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      covered: !shown,
    };
  });
}

/**
 * Presses Tab (or Shift+Tab) until something with this name has the focus. Everything on the way must show that it has the focus, which
 * `stops` collects. Throws when it comes round without having met it.
 */
export async function tabTo(page, name, { back = false, stops = [], most = 60 } = {}) {
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    const now = await focused(page);
    if (now === null) continue;
    stops.push(now);
    if (typeof name === 'string' ? now.name === name : name.test(now.name)) return now;
  }
  throw new Error(`Tab does not reach ${name}; it met ${stops.map((stop) => stop.name).join(' | ')}`);
}
