// Waiting for conditions, and nothing else: no test here waits for a time to pass.
import { patienceMs, waitFor, within } from '../../integration/lib/wait.mjs';

export { patienceMs, waitFor, within };

/**
 * Resolves as soon as `check` (it may be async) passes without throwing, with what it gave. Rejects with the error it threw last when
 * that takes too long: so the assertion that was not met is what one reads.
 */
export async function eventually(check, { timeoutMs = patienceMs, everyMs = 25 } = {}) {
  let value;
  try {
    await waitFor(async () => {
      value = await check();
      return true;
    }, { what: 'the assertion holds', timeoutMs, everyMs });
  } catch (error) {
    throw error.cause ?? error;
  }
  return value;
}

/** Resolves with the first of `values` (read anew each time) that satisfies `matches`; names the last ones when none does. */
export async function eventuallyEqual(assert, read, expected, options) {
  return eventually(async () => assert.deepEqual(await read(), expected), options);
}
