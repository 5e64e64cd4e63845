/** Random histories that can be run again: every number comes from a seed, and a failure names its seed. */

export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  /** An integer in [0, below). */
  readonly below: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly shuffled: <T>(from: readonly T[]) => T[];
}

/** mulberry32: small, and good enough to wander through histories. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (from) => {
      if (from.length === 0) throw new Error('There is nothing to pick from');
      return from[below(from.length)] as (typeof from)[number];
    },
    shuffled: (from) => {
      const out = from.slice();
      for (let i = out.length - 1; i > 0; --i) {
        const j = below(i + 1);
        [out[i], out[j]] = [out[j] as (typeof out)[number], out[i] as (typeof out)[number]];
      }
      return out;
    },
  };
}

function failedWith(seed: number, cause: unknown): Error {
  const error = new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  if (cause instanceof Error && cause.stack !== undefined) error.stack = `seed ${seed}: ${cause.stack}`;
  return error;
}

/** The same property over many histories. To look at one again: `forSeeds(1, run, <seed>)`. */
export function forSeeds(count: number, run: (random: Random, seed: number) => void, first = 1): void {
  for (let seed = first; seed < first + count; ++seed) {
    try {
      run(createRandom(seed), seed);
    } catch (cause) {
      throw failedWith(seed, cause);
    }
  }
}

/** As forSeeds, for what takes turns of the event loop. */
export async function forSeedsAsync(count: number, run: (random: Random, seed: number) => Promise<void>, first = 1): Promise<void> {
  for (let seed = first; seed < first + count; ++seed) {
    try {
      await run(createRandom(seed), seed);
    } catch (cause) {
      throw failedWith(seed, cause);
    }
  }
}

/** For the inner loops of histories, where hundreds of thousands of `expect` would take longer than what they look at. */
export function holds(condition: boolean, what: string | (() => string)): asserts condition {
  if (!condition) throw new Error(typeof what === 'string' ? what : what());
}

/** Histories take their time on a busy machine. */
export const HISTORIES_MS = 60_000;
