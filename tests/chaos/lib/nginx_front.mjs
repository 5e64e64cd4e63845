// nginx with the project's own configuration, every limit as it is shipped; only ports and folders are this run's.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../integration/lib/wait.mjs';
import { Child } from './child.mjs';
import { freePort } from './ports.mjs';

const deploy = fileURLToPath(new URL('../../../deploy/nginx', import.meta.url));
const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((file) => existsSync(file));

export class NginxFront {
  static get installed() {
    return program !== undefined;
  }

  /** @param {string} above the run's folder @param {{ id: string, port: number }[]} servers */
  static async start(above, servers) {
    const front = new NginxFront();
    const folder = path.join(above, 'nginx');
    const own = path.join(folder, 'chillin');
    mkdirSync(path.join(folder, 'temp'), { recursive: true });
    cpSync(deploy, own, { recursive: true });
    front.port = await freePort();
    front.url = `http://127.0.0.1:${front.port}`;
    writeFileSync(path.join(own, 'servers.conf'), execFileSync(path.join(own, 'make-servers'), servers.map(({ id, port }) => `${id}=127.0.0.1:${port}`)));
    const edits = {
      'common.conf': [['/var/cache/nginx/chillin', `${folder}/cache`]],
      'locations.conf': [['/var/log/nginx/chillin.log', `${folder}/access.log`]],
      'http.conf': [['listen 80;', `listen 127.0.0.1:${front.port};`], ['listen [::]:80;', '']],
    };
    for (const [file, pairs] of Object.entries(edits)) {
      let text = readFileSync(path.join(own, file), 'utf8');
      for (const [from, to] of pairs) {
        if (!text.includes(from)) throw new Error(`deploy/nginx/${file} has no '${from}'`);
        text = text.replaceAll(from, to);
      }
      writeFileSync(path.join(own, file), text);
    }
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/temp/${name};`).join('\n  ');
    // As in deploy/docker/nginx/nginx.conf; the limit of open files is this process's.
    writeFileSync(path.join(folder, 'nginx.conf'), `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
worker_processes auto;
events { worker_connections 16384; }
http {
  ${temporary}
  include chillin/chillin.conf;
}
`);
    front.child = new Child(/** @type {string} */ (program), ['-p', `${folder}/`, '-c', `${folder}/nginx.conf`], { name: 'nginx', cwd: folder });
    await waitFor(async () => {
      if (!front.child?.alive) throw new Error(`nginx ended:\n${front.child?.output}`);
      return (await fetch(`${front.url}/health/live`)).ok;
    }, { what: 'nginx serves' });
    return front;
  }

  constructor() {
    this.port = 0;
    this.url = '';
    /** @type {Child | null} */
    this.child = null;
  }

  async close() {
    await this.child?.kill();
  }
}
