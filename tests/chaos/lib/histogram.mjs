// Durations by their size, in steps of 5 %: small enough to be sent between processes each second, and to be added up.

const kLeast = 0.1;
const kStep = Math.log(1.05);

export class Histogram {
  constructor() {
    /** @type {Map<number, number>} */
    this.counts = new Map();
    this.count = 0;
    this.max = 0;
  }

  add(ms, times = 1) {
    const at = Math.max(0, Math.ceil(Math.log(Math.max(ms, kLeast) / kLeast) / kStep));
    this.counts.set(at, (this.counts.get(at) ?? 0) + times);
    this.count += times;
    if (ms > this.max) this.max = ms;
  }

  /** @param {{ counts: Map<number, number>, count: number, max: number }} other */
  merge({ counts, count, max }) {
    for (const [at, times] of counts) this.counts.set(at, (this.counts.get(at) ?? 0) + times);
    this.count += count;
    this.max = Math.max(this.max, max);
    return this;
  }

  /** The upper end of the step in which the share `q` lies, never over the maximum; NaN: nothing was counted. */
  quantile(q) {
    let left = Math.max(1, Math.ceil(this.count * q));
    for (const at of [...this.counts.keys()].sort((a, b) => a - b)) {
      left -= /** @type {number} */ (this.counts.get(at));
      if (left <= 0) return Math.min(kLeast * Math.exp(at * kStep), this.max);
    }
    return NaN;
  }
}

/** Durations of several kinds by the second in which they began. */
export class Latencies {
  constructor() {
    /** @type {Map<string, Histogram>} `<kind> <second since 1970>` */
    this.histograms = new Map();
  }

  note(kind, beganMs, ms) {
    this.at(`${kind} ${Math.floor(beganMs / 1_000)}`).add(ms);
  }

  at(key) {
    let there = this.histograms.get(key);
    if (!there) this.histograms.set(key, (there = new Histogram()));
    return there;
  }

  /** What was noted since the last call. */
  take() {
    const taken = [...this.histograms].map(([key, { counts, count, max }]) => ({ key, counts, count, max }));
    this.histograms.clear();
    return taken;
  }

  put(taken) {
    for (const one of taken) this.at(one.key).merge(one);
  }

  /** All of one kind from one second (included) to another (excluded). */
  between(kind, from, to) {
    const sum = new Histogram();
    for (let second = Math.floor(from); second < to; ++second) {
      const one = this.histograms.get(`${kind} ${second}`);
      if (one) sum.merge(one);
    }
    return sum;
  }
}
