// When a client comes back, as docs/protocol.md and the web client (client/src/state/connection.ts) have it. Pure.

/** Before try `n` (0: the first after a loss), in ms: `min(1 s · 2^n + up to 1 s, 30 s)`. `random` is in [0, 1). */
export function retryDelayMs(n, random) {
  return Math.min(1_000 * 2 ** Math.min(n, 20) + random * 1_000, 30_000);
}

/** From `serverShutdown` on, in ms: what the server named, and a random part of as much. */
export function afterShutdownMs(retryAfterMs, random) {
  return retryAfterMs * (1 + random);
}

/**
 * The longest that a send may wait for its acknowledgement while servers are restarted, in ms. A server names less than
 * 2 s, the client adds less than as much; then it connects, enters its room and sends: 2 s for that, on a busy machine.
 */
export const kLongestSendMs = afterShutdownMs(2_000, 1) + 2_000;
