// Whether a figure stays where it is over a run. Pure.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The slope of the least-squares line through [x, y] points, in y per x. */
export function slope(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const above = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  const below = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

/**
 * Not flat: the last third's median is over the first third's by more than `growth` (a share) and by more than `slack` (of
 * the figure's unit); or, where `perHour` is given (a share of the mean), the fitted line rises by more than that and by
 * more than `slack` over the run. Points before `warmUp` do not count.
 * @param {number[][]} points [seconds, value]
 * @param {{ warmUp?: number, growth: number, slack: number, perHour?: number }} limits
 */
export function judge(points, { warmUp = 0, growth, slack, perHour = Infinity }) {
  const counted = points.filter(([x, y]) => x >= warmUp && Number.isFinite(y));
  if (counted.length < 6) return { flat: false, why: `only ${counted.length} points`, first: NaN, last: NaN, percentPerHour: NaN };
  const third = Math.floor(counted.length / 3);
  const first = median(counted.slice(0, third).map(([, y]) => y));
  const last = median(counted.slice(-third).map(([, y]) => y));
  const mean = counted.reduce((sum, [, y]) => sum + y, 0) / counted.length;
  const line = slope(counted);
  const span = counted[counted.length - 1][0] - counted[0][0];
  const percentPerHour = mean === 0 ? 0 : (line * 3_600 * 100) / mean;
  const grows = last - first > slack && last > first * (1 + growth);
  const rises = line * span > slack && percentPerHour > perHour * 100;
  const why = grows ? 'the last third is above the first' : rises ? 'the line rises' : '';
  return { flat: why === '', why, first, last, percentPerHour };
}
