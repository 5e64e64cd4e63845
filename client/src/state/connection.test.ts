import { describe, expect, it } from 'vitest';
import { forSeeds } from '../testing/random';
import { BASE_DELAY_MS, MAX_ATTEMPTS, MAX_DELAY_MS, MAX_JITTER_MS, retryDelayMs } from './connection';
import { Client, STATES, T0, connected, failed, trying, waiting } from './testing/connection_client';

describe('the delay before a try', () => {
  it('doubles from one second on, and ends at thirty', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 9].map((n) => retryDelayMs(n, 0))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('adds up to a second of jitter, within the thirty', () => {
    expect(retryDelayMs(0, 0.25)).toBe(1_250);
    expect(retryDelayMs(4, 0.999)).toBeCloseTo(16_999);
    expect(retryDelayMs(5, 0.999)).toBe(MAX_DELAY_MS);
  });

  it('stays within its bounds for every n', () => {
    forSeeds(200, (random) => {
      const n = random.below(2_000);
      const delay = retryDelayMs(n, random.next());
      expect(delay).toBeGreaterThanOrEqual(Math.min(BASE_DELAY_MS * 2 ** n, MAX_DELAY_MS));
      expect(delay).toBeLessThanOrEqual(Math.min(BASE_DELAY_MS * 2 ** n + MAX_JITTER_MS, MAX_DELAY_MS));
    });
  });
});

describe('losing the connection', () => {
  it('waits, tries, and is connected again', () => {
    const client = waiting();
    expect(client.view).toEqual({ status: 'RECONNECTING', attempt: 1, maxAttempts: 10, retryAt: T0 + 1_500, offline: false, since: T0 });
    client.pass(1_499);
    expect(client.tries).toHaveLength(1);
    client.pass(1);
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: null, since: T0 });
    expect(client.tries).toEqual([T0, T0 + 1_500]);
    client.tell('opened');
    expect(client.view).toEqual({ status: 'CONNECTED', since: T0 + 1_500 });
  });

  it('gives up after ten tries, with the delays of the formula between them', () => {
    const client = waiting();
    const delays: number[] = [];
    for (let n = 1; client.view.status !== 'FAILED'; ++n) {
      expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: n });
      const before = client.now;
      client.wait();
      delays.push(client.now - before);
      client.pass(700);
      client.tell('failed');
    }
    expect(delays).toEqual(Array.from({ length: 10 }, (_, n) => retryDelayMs(n, 0.5)));
    expect(client.view).toEqual({ status: 'FAILED', attempts: 10, maxAttempts: 10 });
    client.pass(24 * 3_600_000);
    expect(client.tries).toHaveLength(11);
  });

  it('counts the very first try as one of the ten', () => {
    const client = new Client();
    client.tell('connect');
    expect(client.view).toEqual({ status: 'CONNECTING', attempt: 1 });
    client.tell('failed');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 2 });
    while (client.view.status !== 'FAILED') {
      client.wait();
      client.tell('failed');
    }
    expect(client.tries).toHaveLength(10);
  });

  it('begins to count anew after each connection', () => {
    const client = trying();
    client.tell('failed');
    client.wait();
    client.tell('opened');
    client.tell('lost');
    expect(client.view).toMatchObject({ attempt: 1, retryAt: client.now + 1_500 });
  });

  it('waits on when it is woken too early', () => {
    const client = waiting();
    client.now += 100;
    client.tell('due');
    expect(client.wakeAt).toBe(T0 + 1_500);
    expect(client.tries).toHaveLength(1);
  });
});

describe('the manual retry', () => {
  it('tries at once while one waits, and begins to count anew', () => {
    const client = trying();
    client.tell('failed');
    expect(client.view).toMatchObject({ attempt: 2 });
    client.tell('retry');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: null });
    expect(client.tries.at(-1)).toBe(client.now);
  });

  it('replaces a try that hangs', () => {
    const client = trying();
    const before = client.tries.length;
    client.tell('retry');
    expect(client.tries).toHaveLength(before + 1);
  });

  it('has ten tries of its own after a failure', () => {
    const client = failed();
    const before = client.tries.length;
    client.tell('retry');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: null });
    client.tell('failed');
    while (client.view.status !== 'FAILED') {
      client.wait();
      client.tell('failed');
    }
    expect(client.tries).toHaveLength(before + 10);
  });

  it('does not wait for a server that asked for patience', () => {
    const client = STATES['waiting for a server that shuts down']();
    client.tell('retry');
    expect(client.view).toMatchObject({ retryAt: null });
    client.tell('failed');
    expect(client.view).toMatchObject({ retryAt: client.now + retryDelayMs(1, 0.5) });
  });

  it('is no use where the server does not accept who we are', () => {
    const client = STATES.refused();
    client.tell('retry');
    expect(client.view).toEqual({ status: 'DISCONNECTED', reason: 'auth-failed' });
    expect(client.open).toBe(false);
  });
});

describe('a server that shuts down', () => {
  it('stays connected until the server closes', () => {
    const client = connected();
    client.tell('shutdown', { retryAfterMs: 5_000 });
    expect(client.view.status).toBe('CONNECTED');
    expect(client.wakeAt).toBeNull();
  });

  it.each([[0, 20_000], [0.5, 30_000], [0.999, 39_980]])('is tried again after the time that it asked for, spread by jitter (%d)', (random, ms) => {
    const client = connected();
    client.tell('shutdown', { retryAfterMs: 20_000, random });
    client.pass(300);
    client.tell('lost');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: T0 + ms });
    client.pass(ms - 301);
    expect(client.tries).toHaveLength(1);
    client.pass(1);
    expect(client.tries).toEqual([T0, T0 + ms]);
  });

  it('is not tried sooner than without it', () => {
    const client = connected();
    client.tell('shutdown', { retryAfterMs: 10 });
    client.tell('lost');
    expect(client.view).toMatchObject({ retryAt: T0 + 1_500 });
  });

  it.each(['online', 'woke'] as const)('gets its patience although one is %s', (type) => {
    const client = STATES['waiting for a server that shuts down']();
    client.tell(type);
    expect(client.view).toMatchObject({ status: 'RECONNECTING', retryAt: T0 + 30_000 });
    expect(client.wakeAt).toBe(T0 + 30_000);
    client.now = T0 + 30_000;
    client.tell(type);
    expect(client.view).toMatchObject({ retryAt: null });
  });

  it('has no say any more once one was connected again', () => {
    const client = STATES['waiting for a server that shuts down']();
    client.wait();
    client.tell('opened');
    client.tell('lost');
    expect(client.view).toMatchObject({ retryAt: client.now + 1_500 });
  });
});

describe('the network', () => {
  it('asks whether the connection still lives when the network goes, comes or the machine wakes', () => {
    for (const type of ['offline', 'online', 'woke'] as const) {
      const client = connected();
      client.tell(type);
      expect(client.view.status).toBe('CONNECTED');
      expect(client.probes).toBe(1);
    }
  });

  it('asks once for a network that goes twice', () => {
    const client = connected();
    client.tell('offline');
    client.tell('offline');
    expect(client.probes).toBe(1);
  });

  it('says that it waits for the network, and never gives up without one', () => {
    const client = waiting();
    client.tell('offline');
    expect(client.view).toMatchObject({ offline: true });
    for (let n = 0; n < 50; ++n) {
      client.wait();
      client.tell('failed');
      expect(client.view).toMatchObject({ status: 'RECONNECTING', offline: true });
    }
    expect(client.view).toMatchObject({ attempt: MAX_ATTEMPTS, retryAt: client.now + MAX_DELAY_MS });
  });

  it('tries at once when the network comes back, with all ten tries', () => {
    const client = waiting();
    client.tell('offline');
    for (let n = 0; n < 12; ++n) {
      client.wait();
      client.tell('failed');
    }
    client.tell('online');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: null, offline: false });
  });

  it('begins a try anew that the old network may have swallowed', () => {
    const client = trying();
    client.tell('offline');
    const before = client.tries.length;
    client.tell('online');
    expect(client.tries).toHaveLength(before + 1);
  });

  it('remembers it through a start without a network', () => {
    const client = new Client();
    client.tell('offline');
    client.tell('connect');
    client.tell('failed');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', offline: true });
  });

  it('counts to ten again once the network is back', () => {
    const client = waiting();
    client.tell('offline');
    client.tell('online');
    client.tell('failed');
    while (client.view.status !== 'FAILED') {
      client.wait();
      client.tell('failed');
    }
    expect(client.tries).toHaveLength(11);
  });
});

describe('a wake from sleep', () => {
  it('tries at once instead of waiting the rest', () => {
    const client = trying();
    client.tell('failed');
    client.tell('woke');
    expect(client.view).toMatchObject({ attempt: 1, retryAt: null });
  });

  it('tries again what had failed before', () => {
    const client = failed();
    client.tell('woke');
    expect(client.view).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: null });
  });
});

describe('going', () => {
  it('closes what is open and wakes nobody', () => {
    for (const make of Object.values(STATES)) {
      const client = make();
      client.tell('disconnect');
      expect(client.open).toBe(false);
      expect(client.wakeAt).toBeNull();
      expect(client.view.status).toBe('DISCONNECTED');
    }
  });

  it('says why', () => {
    expect(STATES['signed out']().view).toEqual({ status: 'DISCONNECTED', reason: 'signed-out' });
    expect(STATES.refused().view).toEqual({ status: 'DISCONNECTED', reason: 'auth-failed' });
    expect(new Client().view).toEqual({ status: 'DISCONNECTED', reason: 'start' });
  });
});
