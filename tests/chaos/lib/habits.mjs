// The kinds of people in the crowd. A crowd is dealt out in this order again and again, so that each kind is there in
// every process and on every server, whatever the seed.

/** @typedef {import('./chat_client.mjs').Habits} Habits */

const websocket = ['websocket'];
const polling = ['polling'];
const upgrade = ['polling', 'websocket'];

/** @type {Habits} */
const somebody = { kind: 'writer', transports: websocket, writes: 1, edits: 0.05, deletes: 0.02, reacts: 0, forgets: 0, wandersMs: 0, ackMs: 8_000, patience: 2 };

/** account: has one; everybody else is a guest. writes: 1 stands for the mean time of the crowd. */
const kinds = [
  { ...somebody, kind: 'writer' },
  { ...somebody, kind: 'reader', writes: 0, account: true },
  { ...somebody, kind: 'forgetful', forgets: 0.3, account: true },
  { ...somebody, kind: 'writer on polling', transports: polling, account: true },
  { ...somebody, kind: 'reactor', writes: 3, reacts: 0.05, account: true },
  { ...somebody, kind: 'wanderer', wandersMs: 6_000 },
  { ...somebody, kind: 'reader on polling', writes: 0, transports: polling },
  { ...somebody, kind: 'impatient', ackMs: 2_500, patience: 1, account: true },
  { ...somebody, kind: 'editor', edits: 0.8, account: true },
  { ...somebody, kind: 'writer who upgrades', transports: upgrade },
  { ...somebody, kind: 'reader who wanders', writes: 0, wandersMs: 4_000, account: true },
  { ...somebody, kind: 'deleter', deletes: 0.5 },
  { ...somebody, kind: 'forgetful and wandering', forgets: 0.2, wandersMs: 8_000, transports: upgrade, account: true },
  { ...somebody, kind: 'reactor on polling', writes: 3, reacts: 0.03, transports: polling },
];

/**
 * Who is in a crowd of `clients` that together sends `rate` messages a second. Devices share `accounts` accounts.
 * guestsPoll: whether there are guests on long-polling. One whose connection is cut is refused under its own name for as
 * long as the server takes the old session for alive: 45 s, which a short run has no time for.
 * @param {{ clients: number, rate: number, accounts: { name: string, token: string }[], guestsPoll?: boolean }} options
 * @returns {{ label: string, name: string, token?: string, at: number, habits: Habits }[]}
 */
export function crowdOf({ clients, rate, accounts, guestsPoll = true }) {
  const people = Array.from({ length: clients }, (_, index) => ({ index, ...kinds[index % kinds.length] }));
  const perSecond = people.reduce((sum, { writes }) => sum + (writes > 0 ? 1 / writes : 0), 0);
  const meanMs = (perSecond / rate) * 1_000;
  let devices = 0;
  return people.map(({ index, account: mayHave = false, ...habits }) => {
    const account = mayHave || (!guestsPoll && habits.transports.includes('polling'));
    const label = `c${index}`;
    const own = account ? accounts[devices++ % accounts.length] : undefined;
    return { label, name: own?.name ?? `guest${index}`, token: own?.token, at: index, habits: { ...habits, writes: habits.writes * meanMs } };
  });
}
