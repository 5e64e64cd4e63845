// How a page is laid out, measured in it.

/** What makes the page, or a list in it, scroll sideways; empty when nothing does. Blocks of code may. */
export function sidewaysFaults(page) {
  return page.evaluate(() => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} px wide in a window of ${root.clientWidth}`);
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest('pre, textarea, svg, input') !== null) continue;
      const { overflowX } = getComputedStyle(element);
      const name = `<${element.localName} class="${element.getAttribute('class') ?? ''}" ${element.getAttribute('aria-label') ?? ''}>`;
      if (['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1) faults.push(`${name} scrolls sideways by ${element.scrollWidth - element.clientWidth} px`);
    }
    if (faults.length > 0 && root.scrollWidth > root.clientWidth) {
      for (const element of document.querySelectorAll('body *')) {
        const { right } = element.getBoundingClientRect();
        if (right > root.clientWidth + 1 && element.childElementCount === 0) faults.push(`<${element.localName} class="${element.getAttribute('class') ?? ''}"> ends at ${Math.round(right)}`);
      }
    }
    return faults;
  });
}

/** Controls in sight that are smaller than 24 by 24 px (WCAG 2.2, 2.5.8); links within a sentence may be. */
export function smallTargets(page) {
  return page.evaluate(() => {
    const faults = [];
    // What is behind a dialog is out of reach.
    const reachable = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
    for (const element of reachable.querySelectorAll('button, a[href], input, select, textarea, [role=button], [role=tab], [role=option], [role=switch]')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      // Hidden for eyes, there for screen readers; the label beside it is what one taps.
      if (box.width <= 1 || box.height <= 1) continue;
      const inSentence = element.localName === 'a' && getComputedStyle(element).display === 'inline';
      if (inSentence || (box.width >= 24 && box.height >= 24)) continue;
      // What is drawn small may be large to the finger: a link that covers its whole row, a label around its box.
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const hit = [[-12, -12], [11, -12], [-12, 11], [11, 11]].every(([dx, dy]) => {
        const there = document.elementFromPoint(x + dx, y + dy);
        return there !== null && (element.contains(there) || [...(element.labels ?? [])].some((label) => label.contains(there)));
      });
      if (!hit) faults.push(`${element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 30)} <${element.localName}>: ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`);
    }
    return faults;
  });
}
