// Runs the real nginx with the configuration in deploy/nginx: on a free port, in a folder of its own, gone at the end.
//
//   const nginx = await startNginx([first, second]);          // ChillinServers that have a SERVER_ID
//   await connect(nginx, { transport: 'polling' });
//   await nginx.stop();
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { freePort, startServer, temporaryFolder } from './server.mjs';
import { waitFor, within } from './wait.mjs';

const deploy = fileURLToPath(new URL('../../../deploy/nginx', import.meta.url));
const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((file) => {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}) ?? 'nginx';

const running = new Set();
after(() => Promise.all([...running].map((nginx) => nginx.stop())));
process.on('exit', () => {
  for (const nginx of running) nginx.process.kill('SIGKILL');
});

/** `count` servers, each with a data folder and a SERVER_ID of its own, that believe the nginx on this machine. */
export function startServers(count, env = {}) {
  return Promise.all(Array.from({ length: count }, (_, n) => startServer({ env: { SERVER_ID: `${n + 1}`, TRUST_PROXY: '127.0.0.1', ...env } })));
}

/** Replaces what an operator would set; a text that is not there is a mistake of the test's. */
function edited(text, changes) {
  return changes.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`deploy/nginx has no '${from}'`);
    return all.replaceAll(from, to);
  }, text);
}

class Nginx {
  constructor(folder, port, tls) {
    this.folder = folder;
    this.port = port;
    this.tls = tls;
    this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    this.output = '';
  }

  start() {
    this.process = spawn(program, ['-p', `${this.folder}/`, '-c', `${this.folder}/nginx.conf`], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { this.output += text; });
    }
    this.exited = new Promise((resolve) => this.process.once('close', (code, signal) => resolve({ code, signal }))).finally(() => running.delete(this));
    return this;
  }

  /** Ends it at once, its workers too. */
  async stop() {
    if (!running.has(this)) return;
    this.process.kill('SIGTERM');
    await within(this.exited, { what: 'nginx ends' });
  }

  /** The access log's lines. */
  get accessLog() {
    return readFileSync(`${this.folder}/access.log`, 'utf8').trimEnd().split('\n');
  }

  /** One request on a connection of its own: { status, headers, text, json }. `from`: the client's address, 127.0.0.x. */
  request(method, target, { body, headers = {}, from, token } = {}) {
    const text = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const all = { ...(text === body ? {} : { 'content-type': 'application/json' }), ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers };
    return new Promise((resolve, reject) => {
      const options = { method, path: target, headers: all, agent: false, localAddress: from, rejectUnauthorized: false };
      const request = (this.tls ? https : http).request(this.url, options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          let json;
          try {
            json = JSON.parse(bytes.toString('utf8'));
          } catch {
            // Not JSON: the caller sees undefined.
          }
          resolve({ status: response.statusCode, headers: response.headers, bytes, text: bytes.toString('utf8'), json });
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  get(target, options) {
    return this.request('GET', target, options);
  }

  post(target, body, options = {}) {
    return this.request('POST', target, { ...options, body });
  }
}

/**
 * nginx in front of servers that have a SERVER_ID. tls: with https.conf and a certificate made for this run.
 * change: { file: [[from, to], ...] }, what an operator edits. Everybody here has one address, so its limits are raised,
 * unless `limits` says that they are what is tested.
 */
export async function startNginx(servers, { tls = false, limits = false, change = {} } = {}) {
  const folder = temporaryFolder('chillin-nginx-');
  const port = await freePort();
  const redirectPort = await freePort();
  const own = `${folder}/chillin`;
  cpSync(deploy, own, { recursive: true });
  mkdirSync(`${folder}/temp`);
  const list = servers.map((server) => `${server.env.SERVER_ID}=127.0.0.1:${server.port}`);
  writeFileSync(`${own}/servers.conf`, execFileSync(`${own}/make-servers`, list));
  if (tls) {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', `${own}/privkey.pem`, '-out', `${own}/fullchain.pem`], { stdio: 'ignore' });
  }
  const changes = {
    'chillin.conf': tls ? [['chillin/http.conf', 'chillin/https.conf']] : [],
    'common.conf': [['/var/cache/nginx/chillin', `${folder}/cache`]],
    'locations.conf': [['/var/log/nginx/chillin.log', `${folder}/access.log`]],
    'http.conf': [['listen 80;', `listen 127.0.0.1:${port};`], ['listen [::]:80;', '']],
    'https.conf': [['listen 80;', `listen 127.0.0.1:${redirectPort};`], ['listen [::]:80;', ''], ['listen 443 ', `listen 127.0.0.1:${port} `],
      ['listen [::]:443 ssl http2;', ''], ['/etc/nginx/chillin/', `${own}/`]],
  };
  if (!limits) {
    changes['common.conf'].push(['rate=50r/s', 'rate=10000r/s'], ['rate=200r/s', 'rate=10000r/s']);
    changes['locations.conf'].push(['chillin_connections 200', 'chillin_connections 10000'], ['burst=100', 'burst=10000'], ['burst=400', 'burst=10000']);
  }
  for (const [file, edits] of Object.entries(change)) changes[file] = [...(changes[file] ?? []), ...edits];
  for (const [file, edits] of Object.entries(changes)) writeFileSync(`${own}/${file}`, edited(readFileSync(`${own}/${file}`, 'utf8'), edits));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/temp/${name};`).join('\n');
  writeFileSync(`${folder}/nginx.conf`, `${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr info;
worker_processes 1;
events { worker_connections 4096; }
http {
  ${temporary}
  include chillin/chillin.conf;
}
`);
  const nginx = new Nginx(folder, port, tls).start();
  nginx.redirectPort = redirectPort;
  nginx.fullchain = `${own}/fullchain.pem`;
  await waitFor(async () => {
    if (!running.has(nginx)) throw new Error(`nginx ended:\n${nginx.output}`);
    return (await nginx.get('/health/live')).status === 200;
  }, { what: 'nginx serves' });
  return nginx;
}
