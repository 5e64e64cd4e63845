/** The connection state machine: pure. It takes events with the time at which they happened and returns the next state
 *  with what the runtime is to do. It holds no timer and no socket; the runtime has one of each.
 *
 *    DISCONNECTED ──connect──▶ CONNECTING ──opened──▶ CONNECTED ◀──opened── RECONNECTING ──10th try failed──▶ FAILED
 *         ▲                        └──failed──▶ RECONNECTING ◀──lost── CONNECTED              ▲                │
 *         └── disconnect, refused: from every state                                          └─retry, online, woke
 */

import type { ConnectionState } from './view';

export const MAX_ATTEMPTS = 10;
export const BASE_DELAY_MS = 1_000;
export const MAX_DELAY_MS = 30_000;
export const MAX_JITTER_MS = 1_000;

/** What the machine knows beyond what a view needs. */
export interface Connection {
  readonly view: ConnectionState;
  /** Epoch ms before which no try is made: what a server that shuts down asked for. 0: at once. */
  readonly notBefore: number;
  /** What the browser says of the network. A hint only: a server on this very machine is reached without any. */
  readonly online: boolean;
}

export type ConnectionEvent =
  /** Somebody is signed in, or came as a guest. */
  | { readonly type: 'connect'; readonly at: number }
  | { readonly type: 'disconnect'; readonly at: number }
  | { readonly type: 'opened'; readonly at: number }
  /** The server does not accept who we are: trying again would not help. */
  | { readonly type: 'refused'; readonly at: number }
  /** A try ended without a connection. `random` is in [0, 1). */
  | { readonly type: 'failed'; readonly at: number; readonly random: number }
  /** An open connection ended. */
  | { readonly type: 'lost'; readonly at: number; readonly random: number }
  /** The time that a `wake` effect named has come. */
  | { readonly type: 'due'; readonly at: number }
  /** The person wants it now. */
  | { readonly type: 'retry'; readonly at: number }
  | { readonly type: 'online'; readonly at: number }
  | { readonly type: 'offline'; readonly at: number }
  /** The machine slept, or the tab was frozen: timers did not run. */
  | { readonly type: 'woke'; readonly at: number }
  | { readonly type: 'shutdown'; readonly at: number; readonly retryAfterMs: number; readonly random: number };

export type ConnectionEffect =
  /** Begin one try; ends with `opened`, `failed` or `refused`. Replaces a try that is under way. */
  | { readonly type: 'open' }
  /** Close what is open or under way; no event follows. */
  | { readonly type: 'close' }
  /** Tell `due` at that time; replaces an earlier wake. null: none. */
  | { readonly type: 'wake'; readonly at: number | null }
  /** Find out whether the connection still lives; if not, `lost`. */
  | { readonly type: 'probe' };

export type ConnectionStep = readonly [Connection, readonly ConnectionEffect[]];

export const INITIAL_CONNECTION: Connection = { view: { status: 'DISCONNECTED', reason: 'start' }, notBefore: 0, online: true };

/** `min(1 s · 2^n + jitter, 30 s)`; n = 0 for the first try after a loss. `random` is in [0, 1). */
export function retryDelayMs(n: number, random: number): number {
  return Math.min(BASE_DELAY_MS * 2 ** Math.min(n, 20) + random * MAX_JITTER_MS, MAX_DELAY_MS);
}

const NO_EFFECTS: readonly ConnectionEffect[] = [];
const stay = (state: Connection): ConnectionStep => [state, NO_EFFECTS];

function waitFor(state: Connection, attempt: number, since: number, at: number, random: number): ConnectionStep {
  if (attempt > MAX_ATTEMPTS && state.online) {
    const view: ConnectionState = { status: 'FAILED', attempts: MAX_ATTEMPTS, maxAttempts: MAX_ATTEMPTS };
    return [{ ...state, view }, [{ type: 'wake', at: null }]];
  }
  // Without a network nothing is learnt from a try, so none of them is the last; one is still made now and then,
  // because the browser's word is only a hint.
  const counted = Math.min(attempt, MAX_ATTEMPTS);
  const retryAt = Math.max(at + retryDelayMs(attempt - 1, random), state.notBefore);
  const view: ConnectionState = {
    status: 'RECONNECTING', attempt: counted, maxAttempts: MAX_ATTEMPTS, retryAt, offline: !state.online, since,
  };
  return [{ ...state, view }, [{ type: 'wake', at: retryAt }]];
}

function tryNow(state: Connection, attempt: number, since: number): ConnectionStep {
  const view: ConnectionState = {
    status: 'RECONNECTING', attempt, maxAttempts: MAX_ATTEMPTS, retryAt: null, offline: !state.online, since,
  };
  return [{ ...state, view, notBefore: 0 }, [{ type: 'wake', at: null }, { type: 'open' }]];
}

/** Takes any event in any state; one that means nothing there changes nothing. */
export function connectionReducer(state: Connection, event: ConnectionEvent): ConnectionStep {
  const { view } = state;
  switch (event.type) {
    case 'connect':
      if (view.status !== 'DISCONNECTED') return stay(state);
      return [{ ...state, view: { status: 'CONNECTING', attempt: 1 }, notBefore: 0 }, [{ type: 'open' }]];

    case 'disconnect':
    case 'refused': {
      if (view.status === 'DISCONNECTED') return stay(state);
      const reason = event.type === 'refused' ? 'auth-failed' : 'signed-out';
      return [{ ...state, view: { status: 'DISCONNECTED', reason }, notBefore: 0 }, [{ type: 'wake', at: null }, { type: 'close' }]];
    }

    case 'opened':
      // One that waits has no try under way: a late word of a try that was given up.
      if (view.status !== 'CONNECTING' && (view.status !== 'RECONNECTING' || view.retryAt !== null)) return stay(state);
      return [{ ...state, view: { status: 'CONNECTED', since: event.at }, notBefore: 0 }, [{ type: 'wake', at: null }]];

    case 'failed':
      if (view.status === 'CONNECTING') return waitFor(state, view.attempt + 1, event.at, event.at, event.random);
      if (view.status !== 'RECONNECTING' || view.retryAt !== null) return stay(state);
      return waitFor(state, view.attempt + 1, view.since, event.at, event.random);

    case 'lost':
      if (view.status !== 'CONNECTED') return stay(state);
      return waitFor(state, 1, event.at, event.at, event.random);

    case 'due':
      if (view.status !== 'RECONNECTING' || view.retryAt === null) return stay(state);
      if (event.at < view.retryAt) return [state, [{ type: 'wake', at: view.retryAt }]];
      return tryNow(state, view.attempt, view.since);

    case 'retry':
      if (view.status === 'FAILED') return tryNow(state, 1, event.at);
      if (view.status === 'RECONNECTING') return tryNow(state, 1, view.since);
      if (view.status === 'DISCONNECTED' && view.reason !== 'auth-failed') {
        return connectionReducer(state, { type: 'connect', at: event.at });
      }
      return stay(state);

    case 'offline': {
      if (!state.online) return stay(state);
      const next = { ...state, online: false };
      if (view.status === 'CONNECTED') return [next, [{ type: 'probe' }]];
      if (view.status === 'RECONNECTING') return stay({ ...next, view: { ...view, offline: true } });
      return stay(next);
    }

    case 'online':
    case 'woke': {
      const next = event.type === 'online' ? { ...state, online: true } : state;
      if (view.status === 'CONNECTED') return [next, [{ type: 'probe' }]];
      if (view.status === 'FAILED') return tryNow(next, 1, event.at);
      if (view.status !== 'RECONNECTING') return stay(next);
      // A server that asked for patience still gets it.
      if (event.at < next.notBefore) return stay({ ...next, view: { ...view, offline: !next.online } });
      // A try under way when the network came back may hang on the old one: it is begun anew.
      return tryNow(next, 1, view.since);
    }

    case 'shutdown':
      // The server closes when it has finished what is under way; until then the connection is good.
      return stay({ ...state, notBefore: event.at + event.retryAfterMs * (1 + event.random) });
  }
}
