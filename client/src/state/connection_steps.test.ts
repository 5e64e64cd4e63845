import { describe, expect, it } from 'vitest';
import { HISTORIES_MS, forSeeds, holds, type Random } from '../testing/random';
import { MAX_ATTEMPTS } from './connection';
import { Client, STATES, type EventType } from './testing/connection_client';
import type { ConnectionState } from './view';

/** Every event in every state, and random histories of them: no step is made that is not allowed. */

type Status = ConnectionState['status'];
type StateName = keyof typeof STATES;

const EVENTS: readonly EventType[] = ['connect', 'disconnect', 'opened', 'refused', 'failed', 'lost', 'due', 'retry', 'online', 'offline', 'woke', 'shutdown'];

/** All transitions there are. Whatever is not written here stays where it is. */
const TRANSITIONS: Record<StateName, { readonly status: Status; readonly on: Partial<Record<EventType, Status>> }> = {
  start: { status: 'DISCONNECTED', on: { connect: 'CONNECTING', retry: 'CONNECTING' } },
  'signed out': { status: 'DISCONNECTED', on: { connect: 'CONNECTING', retry: 'CONNECTING' } },
  refused: { status: 'DISCONNECTED', on: { connect: 'CONNECTING' } },
  connecting: { status: 'CONNECTING', on: { opened: 'CONNECTED', failed: 'RECONNECTING', disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' } },
  connected: { status: 'CONNECTED', on: { lost: 'RECONNECTING', disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' } },
  waiting: { status: 'RECONNECTING', on: { disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' } },
  trying: { status: 'RECONNECTING', on: { opened: 'CONNECTED', disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' } },
  'at the last try': { status: 'RECONNECTING', on: { opened: 'CONNECTED', failed: 'FAILED', disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' } },
  'waiting for a server that shuts down': { status: 'RECONNECTING', on: { disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' } },
  failed: {
    status: 'FAILED',
    on: { retry: 'RECONNECTING', online: 'RECONNECTING', woke: 'RECONNECTING', disconnect: 'DISCONNECTED', refused: 'DISCONNECTED' },
  },
};
/** From which status to which one step may lead. */
const LEGAL: Record<Status, readonly Status[]> = {
  DISCONNECTED: ['DISCONNECTED', 'CONNECTING'],
  CONNECTING: ['CONNECTING', 'CONNECTED', 'RECONNECTING', 'DISCONNECTED'],
  CONNECTED: ['CONNECTED', 'RECONNECTING', 'DISCONNECTED'],
  RECONNECTING: ['RECONNECTING', 'CONNECTED', 'FAILED', 'DISCONNECTED'],
  FAILED: ['FAILED', 'RECONNECTING', 'DISCONNECTED'],
};

/** What must hold after every step of every history. */
function check({ state, wakeAt, open }: Client): void {
  const { view } = state;
  const tries = view.status === 'CONNECTING' || (view.status === 'RECONNECTING' && view.retryAt === null);
  holds(open === (tries || view.status === 'CONNECTED'), 'something is open exactly while it is used');
  if (view.status !== 'RECONNECTING') {
    holds(wakeAt === null, 'nobody who does not wait is woken');
    return;
  }
  holds(wakeAt === view.retryAt, 'who waits is woken when the time has come');
  holds(view.attempt >= 1 && view.attempt <= MAX_ATTEMPTS, () => `try ${view.attempt} is none of the ten`);
  holds(view.offline === !state.online, 'the view knows of the network');
}

describe.each(Object.entries(TRANSITIONS) as [StateName, (typeof TRANSITIONS)[StateName]][])('%s', (name, { status, on }) => {
  it(`is ${status}`, () => {
    const client = STATES[name]();
    expect(client.view.status).toBe(status);
    check(client);
  });

  it.each(EVENTS)('takes %s', (type) => {
    const client = STATES[name]();
    const before = client.state;
    const { status: now } = before.view;
    const possible = { failed: client.open && now !== 'CONNECTED', lost: now === 'CONNECTED', opened: client.open && now !== 'CONNECTED' };
    client.tell(type);
    expect(client.view.status).toBe(on[type] ?? status);
    // A word of a connection or a try that is over changes nothing at all.
    if (type in possible && !possible[type as keyof typeof possible]) expect(client.state).toBe(before);
    else check(client);
  });
});

it('makes no step that is not allowed, whatever comes in whatever order', () => {
  forSeeds(300, (random) => {
    const client = new Client();
    for (let step = 0; step < 60; ++step) {
      const before = client.view.status;
      stepOf(client, random);
      holds(LEGAL[before].includes(client.view.status), () => `from ${before} to ${client.view.status}`);
      check(client);
    }
  });
}, HISTORIES_MS);

function stepOf(client: Client, random: Random): void {
  client.random = random.next();
  if (random.chance(0.3)) {
    client.now += random.below(40_000);
    return;
  }
  const type = random.pick(EVENTS);
  const { view } = client;
  const tries = view.status === 'CONNECTING' || (view.status === 'RECONNECTING' && view.retryAt === null);
  // The transport says nothing of what it does not have; late words of what it had are told in the tests above.
  if ((type === 'failed' && !tries) || (type === 'lost' && view.status !== 'CONNECTED')) return;
  client.tell(type, { retryAfterMs: random.below(30_000), random: random.next() });
}
