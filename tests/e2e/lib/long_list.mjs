// Scrolling a virtual list from one end to the other, inside the page: what a hand on the wheel would see, frame by frame.

/** Resolves when the list has stood still for ten frames: loaded, measured, at its place. */
export function settled(log) {
  return log.evaluate(async (list) => {
    let before = '';
    for (let still = 0; still < 10;) {
      await new Promise((resolve) => { requestAnimationFrame(() => resolve()); });
      const now = `${list.scrollTop} ${list.scrollHeight} ${list.getAttribute('aria-busy')}`;
      still = now === before && list.getAttribute('aria-busy') !== 'true' ? still + 1 : 0;
      before = now;
    }
  });
}

/**
 * Scrolls the room's list upwards (loading what is older) or downwards until its end, one step of `share` of its height in each frame.
 * Resolves with { seqs, faults, frames }: every seq that was on screen, in ascending order; what was wrong in any frame: rows out of order,
 * a gap between two neighbours, one twice, nothing on screen at all.
 */
export function sweep(log, direction, share = 0.6) {
  return log.evaluate(async (list, { up, step }) => {
    const seen = new Set();
    const faults = [];
    // To the end of the next frame, just before it is drawn, when what is new in it has been measured and put in its place: that is what one
    // sees. Observers of sizes are called then, in the order in which they were made; the list's own was made before this one.
    const probe = document.body.appendChild(document.createElement('div'));
    probe.style.cssText = 'position: fixed; height: 1px; visibility: hidden';
    let drawn = () => {};
    new ResizeObserver(() => drawn()).observe(probe);
    let width = 1;
    const frame = () => new Promise((resolve) => {
      drawn = resolve;
      requestAnimationFrame(() => { probe.style.width = `${width = 3 - width}px`; });
    });
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
    probe.remove();
    return { seqs: [...seen].sort((a, b) => a - b), faults, frames };
  }, { up: direction === 'up', step: share });
}

/**
 * From now on the tasks of the pages' main threads are traced. The function returned ends that and gives { longestCpu, longestWall, over50 }: ms of
 * CPU and of time that the longest task took, and how many took more than 50 ms of time. On a machine with other work to do a task of a
 * millisecond may take a hundred, because something else runs meanwhile; what it takes of the processor is its own.
 */
export async function traceTasks(browser) {
  const cdp = await browser.newBrowserCDPSession();
  const mains = new Set();
  const tasks = [];
  cdp.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) {
      if (event.name === 'thread_name' && event.args.name === 'CrRendererMain') mains.add(`${event.pid}/${event.tid}`);
      if (event.name === 'ThreadControllerImpl::RunTask' && event.dur >= 10_000) tasks.push(event);
    }
  });
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'], excludedCategories: ['*'] } });
  return async () => {
    const complete = new Promise((resolve) => { cdp.once('Tracing.tracingComplete', resolve); });
    await cdp.send('Tracing.end');
    await complete;
    await cdp.detach();
    const own = tasks.filter(({ pid, tid }) => mains.has(`${pid}/${tid}`));
    return {
      longestCpu: Math.max(0, ...own.map((task) => task.tdur ?? task.dur)) / 1_000,
      longestWall: Math.max(0, ...own.map((task) => task.dur)) / 1_000,
      over50: own.filter((task) => task.dur > 50_000).length,
    };
  };
}
