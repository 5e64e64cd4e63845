// Breaks a running chat in every way it knows, and looks whether anything was lost. See run --help, and README.md.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileSync, mkdirSync } from 'node:fs';
import { Random } from '../integration/lib/random.mjs';
import { Cluster, canShare } from './lib/cluster.mjs';
import { Crowd } from './lib/crowd.mjs';
import { faultsOf, kLong, kShort, mix, shortFaultsOf, single } from './lib/faults.mjs';
import { crowdOf } from './lib/habits.mjs';
import { commandOf, parseOptions, usage } from './lib/options.mjs';
import { section, table, write } from './lib/report.mjs';
import { runRound } from './lib/round.mjs';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const say = (text) => console.log(text);

/** Accounts that the crowd's devices share. */
async function register(server, count) {
  const accounts = [];
  for (let at = 0; at < count; ++at) {
    const { token } = await server.post('/api/auth/register', { username: `account${at}`, password: 'correct horse' });
    accounts.push({ name: `account${at}`, token });
  }
  return accounts;
}

/** The rounds of a run, one after the other for as long as it lasts. */
function* roundsOf({ fault, minutes, short, servers, storage }, random, until) {
  const known = faultsOf(storage);
  const goesOn = () => minutes > 0 && Date.now() < until;
  if (fault !== 'all' && fault !== 'random') {
    const chosen = known.find(({ name }) => name === fault);
    if (!chosen) throw new Error(`${fault} has nothing to break with --storage ${storage}`);
    do yield single(chosen, random, servers); while (goesOn());
    return;
  }
  if (fault === 'all') for (const each of short ? shortFaultsOf(storage) : known) yield single(each, random, servers);
  if (fault === 'random' && minutes === 0) for (let at = 0; at < 3; ++at) yield mix(known, random, servers);
  if (fault === 'all' && minutes === 0 && short) yield mix(known, random, servers);
  while (goesOn()) yield mix(known, random, servers);
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    say(usage);
    return true;
  }
  options.storage ??= (await canShare()) ? 'shared' : 'embedded';
  if (options.storage !== 'shared') options.servers = 1;
  const { seed, storage, servers, clients, rate, short } = options;
  say(`seed ${seed}: ${commandOf(options)}`);
  const began = Date.now();
  const random = new Random(seed);

  const cluster = storage === 'embedded' ? await Cluster.embedded() : await Cluster.shared(servers, { withRedis: storage === 'shared', quick: short });
  const rows = [];
  let crowd;
  try {
    const accounts = await register(cluster.servers[0], Math.min(24, Math.ceil(clients / 8)));
    const people = crowdOf({ clients, rate, accounts, guestsPoll: !short });
    const addresses = cluster.servers.map(({ name, proxyUrl }) => ({ name, url: proxyUrl }));
    crowd = await Crowd.start({ people, servers: addresses, seed, processes: clients > 60 ? 2 : 1 });
    // One room lasts through everything: what one fault did to it, the next one must not make worse.
    const lasting = 'the lasting room';
    await crowd.enter(Object.fromEntries(people.map(({ label }, at) => [label, at % 4 === 0 ? [{ name: lasting, weight: 2 }] : []])));
    await crowd.until(({ unsettled }) => unsettled === 0, { what: 'everyone is connected', timeoutMs: 120_000 });
    say(`${clients} clients (${accounts.length} accounts, the others guests) on ${servers} ${servers > 1 ? 'servers' : 'server'}, storage ${storage}, about ${rate} messages a second; ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);

    const until = began + options.minutes * 60_000;
    for (const fault of roundsOf(options, random, until)) {
      const row = await runRound({ cluster, crowd, number: rows.length + 1, seed, fault, times: short ? kShort : kLong, warmUp: Math.ceil(rate * (short ? 1 : 4)), lasting: [lasting], random, say });
      rows.push(row);
      // Each round has its own rooms, so a wrong history does not spoil the next one; a crowd that is stuck does.
      if (row.findings.some((finding) => /^(stuck|refused|behind)/.test(finding))) break;
    }
  } finally {
    if (rows.some(({ findings }) => findings.length > 0) || rows.length === 0) {
      mkdirSync(path.join(checkout, 'build/test-logs'), { recursive: true });
      const file = path.join(checkout, `build/test-logs/chaos-${seed}.log`);
      writeFileSync(file, `${rows.flatMap(({ name, findings }) => findings.map((finding) => `${name}: ${finding}`)).join('\n')}\n${cluster.logs()}`);
      say(`What everybody wrote last: build/test-logs/chaos-${seed}.log`);
    }
    await crowd?.end();
    await cluster.close();
  }

  const run = { ...options, rows, storage, minutes: (Date.now() - began) / 60_000, command: commandOf(options) };
  say(`\n${table(rows)}\n`);
  if (options.write) write(path.join(checkout, 'docs/reliability.md'), `${short ? 'short' : 'long'} run, ${storage}`, section(run));
  const failed = rows.filter(({ findings }) => findings.length > 0).length;
  say(`${Math.round((Date.now() - began) / 1000)} s, seed ${seed}`);
  say(`${rows.length - failed} passed, ${failed} failed`);
  return failed === 0;
}

main().then(
  // Connections that nobody waits for any more may be left: the run is over all the same.
  (good) => process.exit(good === false ? 1 : 0),
  (error) => {
    console.error(error);
    say('0 passed, 1 failed');
    process.exit(1);
  },
);
