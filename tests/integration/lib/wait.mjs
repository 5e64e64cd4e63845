// Waiting for conditions. Nothing in these tests waits for a time to pass.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long a condition may take before the test gives up. Nothing waits this long unless it is broken, so it is generous:
 * a machine that compiles beside the tests must not make them fail.
 */
export const patienceMs = 30_000;

/**
 * Polls `condition` (it may be async) until it gives something truthy, and resolves with that. A condition that throws is
 * simply not met yet. Rejects after `timeoutMs`, naming `what` and the last error, but not before the second try: a condition
 * that itself waits, for something that was replaced meanwhile, would use up all of the time at its first one.
 */
export async function waitFor(condition, { what = condition.toString(), timeoutMs = patienceMs, everyMs = 20 } = {}) {
  const deadline = Date.now() + timeoutMs;
  let lastError;
  for (let tries = 1; ; ++tries) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline && tries > 1) {
      throw new Error(`not within ${timeoutMs} ms: ${what}`, lastError ? { cause: lastError } : undefined);
    }
    await delay(everyMs);
  }
}

/** Settles as `promise` does, or rejects after `timeoutMs` with a sentence that names `what`. */
export async function within(promise, { what, timeoutMs = patienceMs }) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
