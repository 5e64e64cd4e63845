// A process of many lean readers, started by lib/load.mjs. It answers questions one by one, as client_process.mjs does.
import { Random } from '../integration/lib/random.mjs';
import { Latencies } from './lib/histogram.mjs';
import { LeanClient, LeanLedger } from './lib/lean_client.mjs';

const latencies = new Latencies();
const ledger = new LeanLedger(latencies);
/** @type {LeanClient[]} */
let clients = [];
let random = new Random(0);
let wandering = null;
/** So many connect at the same time when the run begins. */
const kAtOnce = 25;

function ramp() {
  let next = 0;
  const timer = setInterval(() => {
    const opening = clients.slice(0, next).filter(({ joined }) => !joined).length;
    for (let more = kAtOnce - opening; more > 0 && next < clients.length; --more) clients[next++].open();
    if (next >= clients.length) clearInterval(timer);
  }, 50);
}

const questions = {
  start({ people, url, seed }) {
    random = new Random(seed);
    clients = people.map((person) => new LeanClient({ ...person, url, ledger, random: new Random(seed + Number(person.label.slice(1)) * 7919) }));
    ramp();
    setInterval(() => {
      const time = Date.now();
      for (const client of clients) client.look(time);
    }, 2_000).unref();
  },
  /** perSecond of them go away, and come back within three seconds. 0: nobody any more. */
  wander({ perSecond }) {
    clearInterval(wandering);
    if (perSecond <= 0) return;
    wandering = setInterval(() => {
      const client = random.pick(clients);
      if (client.joined) client.wander(random.next() < 0.5, random.between(50, 3_000));
    }, 1_000 / perSecond);
  },
  latencies() {
    return latencies.take();
  },
  status() {
    const away = clients.filter(({ joined }) => !joined);
    return { clients: clients.length, joined: clients.length - away.length, whoAway: away.slice(0, 5).map(({ label, transport, seq, tries, room }) => `${label} (${transport}) of ${room} at ${seq}, ${tries} tries`), ...ledger.counts, reasons: ledger.reasons, findings: ledger.findings };
  },
  /** rooms: room -> seq */
  behind({ rooms }) {
    const late = clients.filter(({ room, seq }) => seq < rooms[room]);
    return { count: late.length, who: late.slice(0, 5).map(({ label, transport, room, seq }) => `${label} (${transport}): ${room} at ${seq} of ${rooms[room]}`) };
  },
  /** What was told here beside what stands: room -> [seq, id][] */
  compare({ rooms }) {
    for (const [room, stands] of Object.entries(rooms)) {
      const there = ledger.rooms.get(room) ?? new Map();
      const known = new Map(stands);
      for (const [seq, id] of there) if (known.get(seq) !== id) ledger.found(`differs in ${room}: seq ${seq} was told as ${id} and stands as ${known.get(seq)}`);
      for (const client of clients) if (client.room === room && client.seq !== stands.length) ledger.found(`${client.label} is at ${client.seq} of ${room}, which stands at ${stands.length}`);
    }
    return ledger.findings;
  },
  end() {
    clearInterval(wandering);
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
process.on('disconnect', () => process.exit(0));
