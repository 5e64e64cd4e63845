// A process of many clients, started by lib/crowd.mjs. It answers questions one by one: { ask, ...parameters } -> { answer }.
import { Random } from '../integration/lib/random.mjs';
import { ChatClient } from './lib/chat_client.mjs';
import { checkView } from './lib/checker.mjs';
import { Ledger } from './lib/ledger.mjs';

const ledger = new Ledger();
/** @type {ChatClient[]} */
let clients = [];
let seed = 0;

/** At most so many names of who is not there yet. */
const kNamed = 5;

/** How far the views of these rooms are: { name: seq } -> who is not there. */
function behind(rooms) {
  const late = [];
  for (const client of clients) {
    for (const [name, { view }] of client.rooms) {
      if (rooms[name] !== undefined && (view.seq < rooms[name] || view.needsSync)) late.push(`${client.label} (${client.habits.kind}) on ${client.connection.server}: ${name} at ${view.seq} of ${rooms[name]}`);
    }
  }
  return late;
}

const questions = {
  start({ people, servers, seed: given }) {
    seed = given;
    clients = people.map((person) => new ChatClient({ ...person, servers, ledger, random: new Random(seed + Number(person.label.slice(1)) * 7919) }));
    for (const client of clients) client.open();
  },
  /** rooms: label -> [{ name, weight }] */
  enter({ rooms }) {
    for (const client of clients) client.enter(rooms[client.label] ?? []);
  },
  exit({ rooms }) {
    for (const client of clients) client.exit(rooms);
    ledger.forget(rooms);
  },
  write({ on }) {
    for (const client of clients) client.write(on);
  },
  listen() {
    for (const client of clients) client.listen();
  },
  status() {
    const unsettled = clients.filter((client) => !client.settled);
    const unheard = clients.filter((client) => !client.away && client.heardSince === 0);
    return {
      clients: clients.length,
      connected: clients.filter((client) => client.connection.connected).length,
      unsettled: unsettled.length,
      whoUnsettled: unsettled.slice(0, kNamed).map((client) => `${client.label} (${client.habits.kind}) on ${client.connection.server}: ${client.connection.connected ? `joined ${[...client.rooms.values()].filter((room) => room.joined).length} of ${client.rooms.size}` : 'not connected'}, ${client.outbox.size} in the outbox`),
      unheard: unheard.length,
      whoUnheard: unheard.slice(0, kNamed).map((client) => `${client.label} (${client.habits.kind}) on ${client.connection.server}`),
      acknowledged: ledger.acknowledged,
      resent: ledger.resent,
      elsewhere: ledger.elsewhere,
      forgotten: ledger.forgotten,
      refused: ledger.refused,
      temporary: Object.fromEntries(ledger.temporary),
    };
  },
  /** The longest silence since the last time this was asked. */
  silence() {
    const now = Date.now();
    const longest = { ms: 0, who: '' };
    for (const client of clients) {
      const ms = client.takeSilence(now);
      if (ms > longest.ms) Object.assign(longest, { ms, who: `${client.label} (${client.habits.kind}, ${client.name})` });
    }
    return longest;
  },
  latencies() {
    return ledger.latencies.take();
  },
  behind({ rooms }) {
    const late = behind(rooms);
    return { count: late.length, who: late.slice(0, kNamed) };
  },
  evidence({ rooms }) {
    return ledger.evidence(rooms);
  },
  /** Every view of this process beside what a server says. */
  views({ readings }) {
    let views = 0;
    let holes = 0;
    const findings = [];
    for (const reading of readings) {
      for (const client of clients) {
        const room = client.rooms.get(reading.room);
        if (!room) continue;
        views += 1;
        holes += room.view.holes;
        findings.push(...checkView({ seed, client: client.label, view: room.view, reading }));
      }
    }
    return { views, holes, findings: findings.slice(0, 50) };
  },
  end() {
    for (const client of clients) client.close();
    clients = [];
  },
};

process.on('message', (/** @type {any} */ { number, ask, ...parameters }) => {
  try {
    process.send?.({ number, answer: questions[ask](parameters) ?? null });
  } catch (error) {
    process.send?.({ number, error: /** @type {Error} */ (error).stack });
  }
});
// Whoever started this has gone: so do we.
process.on('disconnect', () => process.exit(0));
