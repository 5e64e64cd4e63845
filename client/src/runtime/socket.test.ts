import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../protocol/events';
import type { Failure } from '../protocol/types';
import { createTransport, type TransportHandler } from './socket';

type Run = (...args: unknown[]) => void;

/** As much of a socket as socket.ts uses. */
class FakeSocket {
  static made: FakeSocket[] = [];
  connected = false;
  readonly emitted: unknown[][] = [];
  private readonly listeners = new Map<string, Run[]>();
  constructor(readonly options: Readonly<Record<string, unknown>>) {
    FakeSocket.made.push(this);
  }
  on(name: string, run: Run): this {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), run]);
    return this;
  }
  removeAllListeners(): this {
    this.listeners.clear();
    return this;
  }
  readonly disconnect = vi.fn(() => void (this.connected = false));
  emit(...args: unknown[]): this {
    this.emitted.push(args);
    return this;
  }
  timeout(ms: number): { emit: Run } {
    return { emit: (...args) => void this.emitted.push([ms, ...args]) };
  }
  /** Something that happens to the socket. */
  happen(name: string, ...args: unknown[]): void {
    if (name === 'connect') this.connected = true;
    for (const run of this.listeners.get(name) ?? []) run(...args);
  }
  acknowledge(...args: unknown[]): void {
    (this.emitted.at(-1)?.at(-1) as Run)(...args);
  }
}

vi.mock('socket.io-client', () => ({ io: (options: Readonly<Record<string, unknown>>) => new FakeSocket(options) }));

function transport(token: string | null = 'secret') {
  const heard: (string | ServerEvent | Failure)[] = [];
  const handler: TransportHandler = {
    opened: () => heard.push('opened'), failed: () => heard.push('failed'), lost: () => heard.push('lost'), refused: (failure) => heard.push(failure), event: (event) => heard.push(event),
  };
  const made = createTransport(token, handler);
  const last = (): FakeSocket => FakeSocket.made.at(-1) as FakeSocket;
  return { transport: made, heard, last };
}
function opened() {
  const all = transport();
  all.transport.open();
  all.last().happen('connect');
  all.heard.length = 0;
  return all;
}

beforeEach(() => void (FakeSocket.made = []));
afterEach(() => void vi.clearAllMocks());

describe('a try', () => {
  it('is one: when there is another is not for the library to say', () => {
    const { transport: one, last } = transport();
    one.open();
    expect(last().options).toMatchObject({ auth: { token: 'secret' }, reconnection: false, forceNew: true });
    transport(null).transport.open();
    expect(last().options.auth).toEqual({});
  });

  it('ends with a connection, without one, or with a refusal of who we are', () => {
    const { transport: one, heard, last } = transport();
    one.open();
    last().happen('connect');
    one.open();
    last().happen('connect_error', new Error('xhr poll error'));
    one.open();
    last().happen('connect_error', Object.assign(new Error('Sign in again.'), { data: { code: 'AUTH_FAILED' } }));
    one.open();
    last().happen('connect_error', Object.assign(new Error('Too many.'), { data: { code: 'RATE_LIMITED' } }));
    expect(heard).toEqual(['opened', 'failed', { code: 'AUTH_FAILED', message: 'Sign in again.', field: null, retryAfterMs: null }, 'failed']);
  });

  it('replaces the one before, which is not heard of any more', () => {
    const { transport: one, heard, last } = transport();
    one.open();
    const first = last();
    const late = vi.spyOn(first, 'removeAllListeners').mockReturnThis();
    one.open();
    expect(first.disconnect).toHaveBeenCalled();
    for (const name of ['connect', 'disconnect', 'message']) first.happen(name, { user: 'admin', text: 'late' });
    first.happen('connect_error', new Error('late'));
    expect(heard).toEqual([]);
    expect(late).toHaveBeenCalled();
  });
});

describe('a connection', () => {
  it('tells when it is lost, and not when it is closed', () => {
    const { heard, last } = opened();
    last().happen('disconnect', 'transport close');
    expect(heard).toEqual(['lost']);
    const other = opened();
    const socket = other.last();
    other.transport.close();
    socket.happen('disconnect', 'io client disconnect');
    expect(other.heard).toEqual([]);
    expect(socket.disconnect).toHaveBeenCalled();
  });

  it('tells of events that make sense', () => {
    const { heard, last } = opened();
    last().happen('message', { user: 'admin', room: 'lobby', text: 'welcome', timestamp: '2026-11-23T10:00:00.000Z' });
    last().happen('message', { user: 'bob' });
    last().happen('roomData');
    last().happen('userTyping', { room: 'lobby', user: 'bob' });
    last().happen('somethingNew', { room: 'lobby' });
    expect(heard.map((event) => (typeof event === 'object' && 'type' in event ? event.type : event))).toEqual(['notice', 'typing']);
  });

  it('gives the answer to a request: what was asked for, why not, or that none came', async () => {
    const { transport: one, last } = opened();
    const answers: unknown[][] = [[null, null, { seq: 3 }], [null, 'Slow down.', { code: 'RATE_LIMITED', retryAfterMs: 200 }], [null, { odd: true }, null], [new Error('operation has timed out')]];
    const results = [];
    for (const answer of answers) {
      const result = one.request('sync', { room: 'lobby' });
      last().acknowledge(...answer);
      results.push(await result);
    }
    expect(results).toMatchObject([
      { ok: true, value: { seq: 3 } }, { ok: false, failure: { code: 'RATE_LIMITED', message: 'Slow down.', retryAfterMs: 200 } },
      { ok: false, failure: { code: 'INTERNAL' } }, { ok: false, failure: { code: 'NETWORK' } },
    ]);
    expect(last().emitted[0]?.slice(0, 3)).toEqual([10_000, 'sync', { room: 'lobby' }]);
    void one.request('stopTyping', {}, 3_000);
    expect(last().emitted.at(-1)?.[0]).toBe(3_000);
  });
});

describe('without a connection', () => {
  it('answers at once that there is none, and keeps nothing for later', async () => {
    const { transport: one, last } = transport();
    expect(await one.request('sync', {})).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
    one.tell('typing', {});
    one.open();
    expect(await one.request('sync', {})).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
    one.tell('typing', {});
    last().happen('connect');
    expect(last().emitted).toEqual([]);
    one.tell('typing', { room: 'lobby' });
    expect(last().emitted).toEqual([['typing', { room: 'lobby' }]]);
  });
});
