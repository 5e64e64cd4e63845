/** The connection machine in the hands of a test: does what the runtime does, with a clock that stands still until it is told
 *  to go on. */

import { MAX_ATTEMPTS, INITIAL_CONNECTION, connectionReducer, type Connection, type ConnectionEvent } from '../connection';
import type { ConnectionState } from '../view';

export type EventType = ConnectionEvent['type'];

export const T0 = 1_000_000;

export class Client {
  state: Connection = INITIAL_CONNECTION;
  now = T0;
  wakeAt: number | null = null;
  /** A try or a connection that the machine asked for and has not closed. */
  open = false;
  tries: number[] = [];
  probes = 0;
  random = 0.5;

  tell(type: EventType, more: { retryAfterMs?: number; random?: number } = {}): ConnectionState {
    const event = { type, at: this.now, random: this.random, retryAfterMs: 0, ...more } as ConnectionEvent;
    if (type === 'failed' || type === 'lost') this.open = false;
    const [next, effects] = connectionReducer(this.state, event);
    this.state = next;
    for (const effect of effects) {
      switch (effect.type) {
        case 'open':
          this.open = true;
          this.tries.push(this.now);
          break;
        case 'close':
          this.open = false;
          break;
        case 'wake':
          this.wakeAt = effect.at;
          break;
        case 'probe':
          ++this.probes;
      }
    }
    return next.view;
  }

  pass(ms: number): void {
    const end = this.now + ms;
    while (this.wakeAt !== null && this.wakeAt <= end) {
      this.now = this.wakeAt;
      this.wakeAt = null;
      this.tell('due');
    }
    this.now = end;
  }

  /** To the next try. */
  wait(): void {
    if (this.wakeAt === null) throw new Error('Nothing is waited for');
    this.pass(this.wakeAt - this.now);
  }

  get view(): ConnectionState {
    return this.state.view;
  }
}

export function connected(): Client {
  const client = new Client();
  client.tell('connect');
  client.tell('opened');
  return client;
}
export function waiting(): Client {
  const client = connected();
  client.tell('lost');
  return client;
}
export function trying(): Client {
  const client = waiting();
  client.wait();
  return client;
}
export function failed(): Client {
  const client = waiting();
  while (client.view.status !== 'FAILED') {
    client.wait();
    client.tell('failed');
  }
  return client;
}

/** One of each kind. */
export const STATES = {
  start: () => new Client(),
  'signed out': () => {
    const client = connected();
    client.tell('disconnect');
    return client;
  },
  refused: () => {
    const client = connected();
    client.tell('refused');
    return client;
  },
  connecting: () => {
    const client = new Client();
    client.tell('connect');
    return client;
  },
  connected,
  waiting,
  trying,
  'at the last try': () => {
    const client = trying();
    for (let n = 1; n < MAX_ATTEMPTS; ++n) {
      client.tell('failed');
      client.wait();
    }
    return client;
  },
  'waiting for a server that shuts down': () => {
    const client = connected();
    client.tell('shutdown', { retryAfterMs: 20_000 });
    client.tell('lost');
    return client;
  },
  failed,
} satisfies Record<string, () => Client>;
