// The services of deploy/docker-compose.yml, run with the programs of this machine instead of images: the commands, variables and
// health checks are read from the file. In a network and with host names of their own (in_namespace below), so that every
// service has the address and the port that the file gives it.
//
//   const installation = await Installation.prepare();
//   await installation.start('postgres');       // resolves when its health check passes
//   installation.check('postgres');             // { status, output } of the health check
//   await installation.stop('api-server-1');    // as Docker does it: the signal, then the grace period
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, cpSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary, temporaryFolder } from './server.mjs';
import { waitFor, within } from './wait.mjs';

export const deploy = fileURLToPath(new URL('../../../deploy', import.meta.url));
const postgresPrograms = '/usr/lib/postgresql/15/bin';

/** The file as docker-compose understands it, with the variables of `envFile`. */
function readCompose(envFile) {
  const text = execFileSync('docker-compose', ['--env-file', envFile, '-f', 'docker-compose.yml', '--profile', 'monitoring', 'config'],
    { cwd: deploy, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8' } });
  const json = execFileSync('python3', ['-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))'], { input: text, encoding: 'utf8' });
  return JSON.parse(json.replaceAll('$$', '$'));
}

/** A command as [program, ...arguments], whether the file has a list or a line. */
const words = (command) => (command === undefined || command === null ? [] : Array.isArray(command) ? command : command.split(' '));

const as = (user) => ['setpriv', `--reuid=${user}`, `--regid=${user}`, /^\d+$/.test(user) ? '--clear-groups' : '--init-groups', '--no-new-privs', '--bounding-set=-all'];

export class Installation {
  /** changes: lines of .env that the test sets. */
  static prepare(changes = {}) {
    const folder = temporaryFolder('chillin-compose-');
    chmodSync(folder, 0o755);
    const envFile = path.join(folder, '.env');
    execFileSync(path.join(deploy, 'make-env'), [envFile]);
    const text = Object.entries(changes).reduce((all, [name, value]) => all.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${value}`), readFileSync(envFile, 'utf8'));
    writeFileSync(envFile, text);
    return new Installation(folder, readCompose(envFile), Object.fromEntries(text.split('\n').filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s))));
  }

  constructor(folder, file, env) {
    Object.assign(this, { folder, services: file.services, env, running: new Map() });
    // The programs by the names that they have in their images.
    this.programs = path.join(folder, 'bin');
    mkdirSync(this.programs);
    symlinkSync(binary, path.join(this.programs, 'chillin'));
    symlinkSync('/usr/bin/prometheus-alertmanager', path.join(this.programs, 'alertmanager'));
    this.path = `${this.programs}:${postgresPrograms}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
    this.defineNetwork();
    this.plans = { postgres: () => this.postgres(), redis: () => this.redis(), nginx: () => this.nginx(), prometheus: () => this.prometheus(), alertmanager: () => this.alertmanager() };
  }

  /** Every service's address on the loopback device, its name in /etc/hosts. Both are this namespace's alone. */
  defineNetwork() {
    const hosts = ['127.0.0.1 localhost'];
    for (const [name, service] of Object.entries(this.services)) {
      const address = this.address(name);
      if (!address) continue;
      execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
      // The test's own S3 service listens there.
      hosts.push(`${name === 'minio' ? '127.0.0.1' : address} ${name}`);
    }
    const file = path.join(this.folder, 'hosts');
    writeFileSync(file, `${hosts.join('\n')}\n`);
    chmodSync(file, 0o644);
    execFileSync('mount', ['--bind', file, '/etc/hosts']);
  }

  address(name) {
    return this.services[name].networks?.private?.ipv4_address;
  }

  /** A folder of a service's own, which belongs to the user that it runs as. */
  folderOf(name, user) {
    const folder = path.join(this.folder, name);
    mkdirSync(folder);
    if (user !== undefined) {
      const id = (flag) => (/^\d+$/.test(user) ? Number(user) : Number(execFileSync('id', [flag, user], { encoding: 'utf8' })));
      chownSync(folder, id('-u'), id('-g'));
    }
    return folder;
  }

  /** What the image's entrypoint does before the command, with the file's variables and the script beside it. */
  postgres() {
    const service = this.services.postgres;
    const data = path.join(this.folderOf('postgres', 'postgres'), 'data');
    const socket = path.dirname(data);
    const password = path.join(socket, 'password');
    writeFileSync(password, service.environment.POSTGRES_PASSWORD);
    chmodSync(password, 0o644);
    const env = { ...service.environment, PATH: this.path, PGDATA: data, PGHOST: socket };
    const tool = (...command) => execFileSync(as('postgres')[0], [...as('postgres').slice(1), ...command], { env, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    tool('initdb', '-D', data, '-U', 'postgres', `--pwfile=${password}`, '--no-sync', ...service.environment.POSTGRES_INITDB_ARGS.split(' '));
    writeFileSync(path.join(data, 'postgresql.auto.conf'), `listen_addresses = '*'\nunix_socket_directories = '${socket}'\nfsync = off\n`);
    writeFileSync(path.join(data, 'pg_hba.conf'), `${readFileSync(path.join(data, 'pg_hba.conf'), 'utf8')}\nhost all all all scram-sha-256\n`);
    tool('pg_ctl', '-D', data, '-w', '-s', '-l', path.join(socket, 'first.log'), '-o', "-c listen_addresses=''", 'start');
    tool('sh', '-c', readFileSync(path.join(deploy, 'postgres/10-chillin.sh'), 'utf8'));
    tool('pg_ctl', '-D', data, '-w', '-s', '-m', 'fast', 'stop');
    return { command: [...as('postgres'), ...words(service.command)], env: { PGDATA: data } };
  }

  redis() {
    const folder = this.folderOf('redis', 'redis');
    return { command: [...as('redis'), ...words(this.services.redis.command).map((word) => word.replace('dir /data', `dir ${folder}`))] };
  }

  server(name) {
    const data = this.folderOf(name, '10001');
    // One address for each, where a container has all of its own.
    return { command: [...as('10001'), 'chillin', ...words(this.services[name].command)], env: { DATA_DIR: data, HOST: this.address(name) } };
  }

  /** The image's files, with a folder in the place of /tmp. */
  nginx() {
    const folder = this.folderOf('nginx', '10002');
    const image = path.join(this.folder, 'nginx-image');
    cpSync(path.join(deploy, 'nginx'), path.join(image, 'chillin'), { recursive: true });
    cpSync('/etc/nginx/mime.types', path.join(image, 'mime.types'));
    for (const file of ['nginx.conf', 'start']) {
      writeFileSync(path.join(image, file), readFileSync(path.join(deploy, 'docker/nginx', file), 'utf8').replaceAll('/tmp', folder));
    }
    chmodSync(path.join(image, 'start'), 0o755);
    symlinkSync(path.join(image, 'start'), path.join(this.programs, 'start-nginx'));
    execFileSync('mount', ['--bind', image, '/etc/nginx']);
    return { command: [...as('10002'), ...words(this.services.nginx.command)] };
  }

  /** A script of the file, with a folder in the place of the image's, and its configuration beside it. */
  monitor(name, moved, user) {
    const folder = this.folderOf(name, user);
    cpSync(path.join(deploy, name), path.join(folder, 'etc'), { recursive: true });
    const places = [[`/etc/${name}`, path.join(folder, 'etc')], ...moved.map((place) => [place, path.join(folder, path.basename(place))])];
    const edited = (text) => places.reduce((all, [from, to]) => all.replaceAll(from, to), text);
    for (const file of readdirSync(path.join(folder, 'etc'), { recursive: true })) {
      const full = path.join(folder, 'etc', file);
      if (statSync(full).isFile()) writeFileSync(full, edited(readFileSync(full, 'utf8')));
    }
    return { command: [...as(user), ...words(this.services[name].entrypoint).map((word) => edited(word.replaceAll(`=/${name}`, `=${folder}/data`)))] };
  }

  prometheus() {
    const plan = this.monitor('prometheus', ['/tmp/metrics_token'], '10003');
    const file = path.join(this.folder, 'prometheus/etc/prometheus.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/_interval: \d+s/g, '_interval: 1s'));
    return plan;
  }

  alertmanager() {
    return this.monitor('alertmanager', ['/tmp/alertmanager.yml'], '10003');
  }

  environment(name, plan) {
    const given = Object.fromEntries(Object.entries(this.services[name].environment ?? {}).map(([key, value]) => [key, value === null ? '' : `${value}`]));
    return { ...given, ...plan.env, PATH: this.path, LC_ALL: 'C.UTF-8' };
  }

  /** Starts a service by its command in the file, after those it depends on; resolves when its health check passes. */
  async start(name) {
    for (const needed of Object.keys(this.services[name].depends_on ?? {})) {
      if (!this.running.has(needed) && this.canRun(needed)) await this.start(needed);
    }
    const plan = this.running.get(name)?.plan ?? (this.plans[name] ?? (() => this.server(name)))();
    const log = path.join(this.folder, `${name}.log`);
    const service = { plan, get output() { return readFileSync(log, 'utf8'); } };
    this.running.set(name, service);
    // A file that whoever it runs as may open anew by /dev/stdout, as it may in a container.
    const output = openSync(log, 'a');
    chmodSync(log, 0o666);
    const before = this.check(name);
    if (before.status === 0) throw new Error(`the health check of ${name} passes while nothing runs: ${before.output}`);
    const child = spawn(plan.command[0], plan.command.slice(1), { env: this.environment(name, plan), cwd: '/', stdio: ['ignore', output, output] });
    closeSync(output);
    service.child = child;
    service.exited = new Promise((resolve) => { child.once('close', (code, signal) => resolve({ code, signal })); });
    service.exited.then(() => { service.child = null; });
    await waitFor(() => {
      if (!service.child) return 'ended';
      return this.check(name).status === 0;
    }, { what: `the health check of ${name} passes`, everyMs: 100 }).then((value) => {
      if (value === 'ended') throw new Error(`${name} ended`);
    }).catch((error) => {
      throw new Error(`${error.message}; the check says ${this.check(name).output}; it wrote:\n${service.output.slice(-4_000)}`);
    });
  }

  /** Which services have their program here; the others are named by the test. */
  canRun(name) {
    return name in this.plans || name.startsWith('api-server-');
  }

  /** Runs the health check of the file once: { status, output }. */
  check(name) {
    const [kind, ...command] = this.services[name].healthcheck.test;
    if (kind !== 'CMD') throw new Error(`${name}: a health check by ${kind}`);
    const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { env: this.environment(name, this.running.get(name).plan), cwd: '/', encoding: 'utf8', timeout: 20_000 });
    return { status, output: `${stdout}${stderr}` };
  }

  /** The service's signal, and its grace period as the time limit: { code, signal }. */
  async stop(name) {
    const { stop_signal: signal = name === 'nginx' ? 'SIGQUIT' : 'SIGTERM', stop_grace_period: grace = '10s' } = this.services[name];
    const seconds = grace.match(/(?:(\d+)m)?(?:(\d+)s)?$/).slice(1).reduce((sum, part, n) => sum + Number(part ?? 0) * (n === 0 ? 60 : 1), 0);
    const service = this.running.get(name);
    service.child.kill(signal);
    return within(service.exited, { what: `${name} ends within its grace period; it wrote:\n${service.output.slice(-2_000)}`, timeoutMs: seconds * 1_000 });
  }
}
