// The cable between a browser and the server: a TCP proxy on a port of its own that can be pulled out and plugged in.
//
//   const cable = await plugIn(server);
//   await cable.cut();       // every connection breaks, new ones are refused
//   await cable.mend();      // same port again
//   cable.freeze();          // connections stay, but nothing gets through any more
//
// The server itself goes on: what it sees is that somebody is gone. Closed when the test file has ended.
import net from 'node:net';
import { after } from 'node:test';
import { freePort } from '../../integration/lib/server.mjs';

const cables = new Set();
after(() => Promise.all([...cables].map((cable) => cable.cut())));

export async function plugIn(server) {
  const cable = new Cable(server.host, server.port, await freePort());
  cables.add(cable);
  await cable.mend();
  return cable;
}

class Cable {
  #listener = null;
  #pairs = new Set();
  #frozen = false;

  constructor(host, targetPort, port) {
    this.host = host;
    this.targetPort = targetPort;
    this.port = port;
    this.url = `http://${host}:${port}`;
    /** How many connections were made through it so far. */
    this.connections = 0;
  }

  /** Lets everything through (again). */
  async mend() {
    this.#frozen = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
    if (this.#listener) return;
    const listener = net.createServer((near) => this.#join(near));
    this.#listener = listener;
    await new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ host: this.host, port: this.port, exclusive: true }, resolve);
    });
  }

  /** Breaks every connection and refuses new ones. */
  async cut() {
    const listener = this.#listener;
    this.#listener = null;
    const closed = listener ? new Promise((resolve) => { listener.close(resolve); }) : Promise.resolve();
    this.break();
    await closed;
  }

  /** Breaks the connections that there are; new ones are let through. */
  break() {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Nothing gets through in either direction, and nobody is told. */
  freeze() {
    this.#frozen = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  #join(near) {
    ++this.connections;
    const far = net.connect({ host: this.host, port: this.targetPort });
    const pair = [near, far];
    this.#pairs.add(pair);
    const forward = (from, to) => {
      from.setNoDelay(true);
      from.on('data', (data) => {
        if (!to.write(data)) from.pause();
      });
      to.on('drain', () => {
        if (!this.#frozen) from.resume();
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.#frozen) from.pause();
    };
    forward(near, far);
    forward(far, near);
  }
}
