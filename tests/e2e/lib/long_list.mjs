// Scrolling a virtual list from one end to the other, inside the page: what a hand on the wheel would see, frame by frame.

/**
 * Scrolls the room's list upwards (loading what is older) or downwards until its end, one step of `share` of its height in each frame.
 * Resolves with { seqs, faults, frames }: every seq that was on screen, in ascending order; what was wrong in any frame: rows out of order,
 * a gap between two neighbours, one twice, nothing on screen at all.
 */
export function sweep(log, direction, share = 0.8) {
  return log.evaluate(async (list, { up, step }) => {
    const seen = new Set();
    const faults = [];
    const frame = () => new Promise((resolve) => { requestAnimationFrame(() => resolve()); });
    const look = () => {
      const { top, bottom } = list.getBoundingClientRect();
      const seqs = [];
      for (const row of list.querySelectorAll('article[data-seq]')) {
        const box = row.getBoundingClientRect();
        if (box.bottom > top && box.top < bottom) seqs.push(Number(row.dataset.seq));
      }
      if (seqs.length === 0) faults.push(`nothing on screen at ${list.scrollTop}`);
      for (let i = 1; i < seqs.length; ++i) if (seqs[i] !== seqs[i - 1] + 1) faults.push(`${seqs[i - 1]} then ${seqs[i]}`);
      for (const seq of seqs) seen.add(seq);
      return seqs;
    };
    const atEdge = () => (up ? list.scrollTop <= 0 : list.scrollTop + list.clientHeight >= list.scrollHeight - 1);
    let frames = 0;
    let still = 0;
    // Twenty frames at the edge in which nothing is loading and nothing comes: that is the end.
    while (still < 20) {
      await frame();
      ++frames;
      look();
      still = atEdge() && list.getAttribute('aria-busy') !== 'true' ? still + 1 : 0;
      if (!atEdge()) list.scrollTop += (up ? -1 : 1) * list.clientHeight * step;
    }
    return { seqs: [...seen].sort((a, b) => a - b), faults, frames };
  }, { up: direction === 'up', step: share });
}

/** From now on every task of the page's main thread over 50 ms is kept; the function returned gives those so far, in ms. */
export async function watchLongTasks(page) {
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
    }).observe({ type: 'longtask' });
  });
  return () => page.evaluate(() => window.longTasks);
}
