// What axe finds against WCAG 2.2 AA in the page as it is now.
import axe from 'axe-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A sentence for each element at which a rule is broken; empty when axe finds nothing. */
export async function axeFaults(page) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (values) => {
    const { violations: found } = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return found.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, any, all, none }) => ({ target: target.join(' '), why: [...any, ...all, ...none].map((check) => check.message).join('; ') })) }));
  }, tags);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, why }) => `${id} at ${target}: ${why}`));
}
