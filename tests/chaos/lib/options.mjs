// The command line of tests/chaos/run.
import { faults } from './faults.mjs';

export const usage = `usage: tests/chaos/run [--seed N] [--minutes M] [--fault NAME|all|random] [--servers N] [--clients N]
                       [--storage embedded|postgres|shared] [--rate N] [--short] [--write]

  --fault NAME   that fault, once or as often as --minutes allows; 'all' (the default): each once, and then mixes of
                 several for the rest of --minutes; 'random': mixes only
  --minutes M    how long it goes on; 0 (the default): each fault once and no mixes ('random': three mixes)
  --servers N    servers on one PostgreSQL and one Redis (default 3); without Redis there is one
  --clients N    clients in all (default 240)
  --storage S    embedded; postgres: without Redis; shared: with both (where nothing is said, if machine and program can)
  --rate N       messages a second of all clients together (default: a tenth of the clients)
  --seed N       chooses everything that chance chooses here; printed, so that a run can be repeated
  --short        as ./test runs it: everything lasts seconds instead of up to 20 s, 'all' is the worst of each kind and a mix
  --write        puts the table into docs/reliability.md

The last line is "N passed, M failed": a fault that anything was lost, doubled or reordered by has failed.
Faults: ${faults.map(({ name }) => name).join(', ')}.`;

const numbers = new Set(['seed', 'minutes', 'servers', 'clients', 'rate']);
const switches = new Set(['short', 'write', 'help']);

/** @param {string[]} args */
export function parseOptions(args) {
  /** @type {Record<string, any>} */
  const options = { fault: 'all', minutes: 0, servers: 3, clients: 240 };
  for (let at = 0; at < args.length; ++at) {
    const [name, inline] = args[at].replace(/^--/, '').split(/=(.*)/s);
    if (!args[at].startsWith('--')) throw new Error(`what is ${args[at]}?`);
    if (switches.has(name)) {
      options[name] = true;
      continue;
    }
    if (!numbers.has(name) && name !== 'fault' && name !== 'storage') throw new Error(`there is no option ${args[at]}`);
    const value = inline ?? args[++at];
    if (value === undefined || value === '') throw new Error(`--${name} needs a value`);
    options[name] = numbers.has(name) ? Number(value) : value;
    if (numbers.has(name) && !(options[name] >= 0)) throw new Error(`--${name} is '${value}'; allowed is a number`);
  }
  if (!['all', 'random'].includes(options.fault) && !faults.some(({ name }) => name === options.fault)) throw new Error(`there is no fault ${options.fault}`);
  if (![undefined, 'embedded', 'postgres', 'shared'].includes(options.storage)) throw new Error(`--storage is '${options.storage}'; allowed are embedded, postgres and shared`);
  if (options.servers < 1 || options.clients < 14) throw new Error('at least one server and 14 clients are needed');
  options.seed ??= Math.floor(Math.random() * 2 ** 31);
  options.rate ??= options.clients / 10;
  return /** @type {{ fault: string, minutes: number, servers: number, clients: number, rate: number, seed: number, storage?: string, short?: boolean, write?: boolean, help?: boolean }} */ (options);
}

/** The command that repeats a run. */
export function commandOf({ seed, fault, minutes, servers, clients, storage, rate, short }) {
  return [`tests/chaos/run --seed ${seed}`, `--storage ${storage}`, storage === 'shared' ? `--servers ${servers}` : '', `--clients ${clients}`, rate === clients / 10 ? '' : `--rate ${rate}`, fault === 'all' ? '' : `--fault ${fault}`, minutes > 0 ? `--minutes ${minutes}` : '', short ? '--short' : ''].filter(Boolean).join(' ');
}
