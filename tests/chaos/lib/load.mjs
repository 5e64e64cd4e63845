// The people of a rolling restart or a soak: writers and a sample of readers with the official client, whose whole views are
// compared, and a mass of lean readers. Each room has as many of each as the next one.
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { waitFor } from '../../integration/lib/wait.mjs';
import { checkRoom } from './checker.mjs';
import { Crowd, Worker } from './crowd.mjs';
import { readEverywhere } from './fresh_history.mjs';
import { Latencies } from './histogram.mjs';
import { agentOf } from './lean_socket.mjs';

const program = fileURLToPath(new URL('../load_process.mjs', import.meta.url));
/** nginx allows 200 connections of one address; a client that upgrades has two for a moment. */
const kPerAddress = 80;
const kAccounts = 24;
const kPatienceMs = 180_000;
const sum = (list, what) => list.reduce((total, each) => total + what(each), 0);

/**
 * The address of the loopback from which client `at` of so many comes: dealt out in turn, because the first ones make the
 * rooms, and an address may not make many.
 */
export function addressOf(at, connections) {
  const address = at % Math.max(4, Math.ceil(connections / kPerAddress));
  return `127.0.${1 + Math.floor(address / 250)}.${1 + (address % 250)}`;
}

function register(url, username, from) {
  const body = JSON.stringify({ username, password: 'correct horse' });
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/api/auth/register`, { method: 'POST', agent: agentOf(from), headers: { 'content-type': 'application/json', 'content-length': body.length } }, (response) => {
      let text = '';
      response.on('data', (more) => { text += more; });
      response.on('end', () => (response.statusCode === 201 ? resolve({ name: username, token: JSON.parse(text).token }) : reject(new Error(`registering ${username}: ${response.statusCode} ${text}`))));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/**
 * Who is there. Whoever stays on polling has an account: a guest whose polling is cut off is refused under its own name for
 * as long as the old session is taken for alive (docs/reliability.md).
 */
export function peopleOf({ connections, rooms, writers, rate, accounts }) {
  const roomOf = (at) => `room ${(at % rooms) + 1}`;
  const account = (at) => accounts[at % accounts.length];
  const habits = { kind: 'writer', transports: ['websocket'], writes: (writers / rate) * 1_000, edits: 0, deletes: 0, reacts: 0, forgets: 0, wandersMs: 0, ackMs: 8_000, patience: 2 };
  const samples = Math.max(3, Math.round(connections / 200));
  const full = Array.from({ length: writers + samples }, (_, at) => {
    const transports = at < writers ? ['websocket'] : [['websocket'], ['polling'], ['polling', 'websocket']][at % 3];
    const person = transports[0] === 'polling' ? account(at) : { name: `writer${at}`, token: undefined };
    return { label: `c${at}`, ...person, at: 0, from: addressOf(at, connections), patient: true, room: roomOf(at), habits: { ...habits, kind: at < writers ? 'writer' : `reader on ${transports.join(' and ')}`, transports, writes: at < writers ? habits.writes : 0 } };
  });
  const lean = Array.from({ length: Math.max(0, connections - full.length) }, (_, number) => {
    const at = full.length + number;
    const transport = number % 20 === 0 ? 'polling' : number % 20 < 3 ? 'upgrade' : 'websocket';
    const person = transport === 'websocket' ? { name: `reader${at}`, token: undefined } : account(at);
    return { label: `l${at}`, ...person, from: addressOf(at, connections), room: roomOf(at), transport };
  });
  return { full, lean };
}

export class Load {
  /** @param {{ connections: number, rooms: number, writers: number, rate: number, seed: number, processes: number, url: string }} options */
  static async start(options) {
    const { connections, rooms, url, seed, processes } = options;
    const load = new Load(rooms, processes);
    const accounts = await Promise.all(Array.from({ length: kAccounts }, (_, at) => register(url, `account${at}`, addressOf(at, connections))));
    const { full, lean } = peopleOf({ ...options, accounts });
    load.connections = connections;
    load.crowd = await Crowd.start({ people: full, servers: [{ name: 'nginx', url }], seed, processes: 1 });
    await load.crowd.enter(Object.fromEntries(full.map(({ label, room }) => [label, [{ name: room, weight: 1 }]])));
    await Promise.all(load.workers.map((worker, index) => worker.ask('start', { people: lean.filter((_, at) => at % processes === index), url, seed: seed + index })));
    return load;
  }

  constructor(rooms, processes) {
    this.rooms = Array.from({ length: rooms }, (_, at) => `room ${at + 1}`);
    this.connections = 0;
    this.workers = Array.from({ length: processes }, () => new Worker(program));
    this.latencies = new Latencies();
    /** @type {Crowd} */
    this.crowd = /** @type {any} */ (null);
  }

  all(question, parameters) {
    return Promise.all(this.workers.map((worker) => worker.ask(question, parameters)));
  }

  /** Brings the latencies noted since the last call here. */
  async collect() {
    for (const taken of [...(await this.crowd.all('latencies')), ...(await this.all('latencies'))]) this.latencies.put(taken);
  }

  async status() {
    const [crowd, parts] = await Promise.all([this.crowd.status(), this.all('status')]);
    const reasons = {};
    for (const part of parts) for (const [reason, times] of Object.entries(part.reasons)) reasons[reason] = (reasons[reason] ?? 0) + times;
    const added = Object.fromEntries(['pushed', 'caughtUp', 'holes', 'shutdowns', 'cleanCloses', 'cuts', 'comebacks', 'failedTries'].map((name) => [name, sum(parts, (part) => part[name])]));
    return /** @type {any} */ ({
      ...added, reasons, longestAwayMs: Math.max(0, ...parts.map((part) => part.longestAwayMs)), acknowledged: crowd.acknowledged, resent: crowd.resent, temporary: crowd.temporary,
      there: sum(parts, (part) => part.joined) + crowd.clients - crowd.unsettled,
      who: [...crowd.whoUnsettled, ...parts.flatMap((part) => part.whoAway)], findings: [...crowd.refused, ...parts.flatMap((part) => part.findings)],
    });
  }

  async until(condition, { what, timeoutMs = kPatienceMs }) {
    let status;
    await waitFor(async () => {
      status = await this.status();
      return condition(status);
    }, { what, timeoutMs, everyMs: 250 }).catch((error) => {
      throw new Error(`${error.message}; ${status?.there} of ${this.connections} are there; ${status?.who.slice(0, 5).join('; ')}`);
    });
    return status;
  }

  everybody(what = 'everybody is in a room') {
    return this.until(({ there }) => there === this.connections, { what });
  }

  /** Ends writing, and compares what everybody was told with what each server says. */
  async check(servers, seed) {
    await this.all('wander', { perSecond: 0 });
    await this.crowd.write(false);
    await this.everybody('every outbox is empty and everybody is in a room');
    const read = await readEverywhere(servers, this.rooms);
    const highest = Object.fromEntries(read.map(({ room, readings }) => [room, readings[0].seq]));
    const findings = [];
    await this.crowd.caughtUp(highest, 30_000).catch((error) => findings.push(`behind: ${error.message}`));
    await waitFor(async () => sum(await this.all('behind', { rooms: highest }), ({ count }) => count) === 0, { what: 'every lean reader has caught up', everyMs: 250 }).catch((error) => findings.push(`behind: ${error.message}`));
    const evidence = await this.crowd.evidence(this.rooms);
    for (const [at, { readings }] of read.entries()) findings.push(...checkRoom({ seed, readings, ...evidence[at] }).map(({ text }) => text));
    const { views, findings: wrong } = await this.crowd.views(read.map(({ readings }) => readings[0]));
    findings.push(...wrong.map(({ text }) => text));
    const rooms = Object.fromEntries(read.map(({ room, readings }) => [room, readings[0].history.map(({ seq, id }) => [seq, id])]));
    findings.push(...(await this.all('compare', { rooms })).flat());
    findings.push(...(await this.crowd.status()).refused);
    await this.collect();
    return { findings, views, messages: sum(Object.values(rooms), (list) => list.length) };
  }

  async end() {
    await this.crowd?.end();
    await Promise.all(this.workers.map((worker) => worker.end()));
  }
}

/** `2026-11-24, commit abc1234` */
export function whenAndWhat(folder) {
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['-C', folder, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // Not a checkout.
  }
  return `${new Date().toISOString().slice(0, 10)}, commit ${commit}`;
}

/** Options of both commands: numbers by name, and --short, --write, --help. */
export function optionsOf(args, defaults, short) {
  const given = {};
  for (let at = 0; at < args.length; ++at) {
    const name = args[at].replace(/^--/, '');
    if (['short', 'write', 'help'].includes(name)) given[name] = true;
    else if (name !== 'seed' && !(name in defaults)) throw new Error(`there is no option ${args[at]}`);
    else {
      given[name] = Number(args[++at]);
      if (!(given[name] >= 0)) throw new Error(`--${name} is '${args[at]}'; allowed is a number`);
    }
  }
  const options = { ...defaults, ...(given.short ? short : {}), seed: Math.floor(Math.random() * 2 ** 31), ...given };
  if (options.connections < options.writers + 20) throw new Error('at least 20 connections more than writers are needed');
  return options;
}
