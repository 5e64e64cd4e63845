// One Socket.IO connection with as little as it takes: some thousand of them fit in a process. Engine.IO 4 by WebSocket, by
// long-polling, or by the upgrade from one to the other.
import http from 'node:http';
import { WebSocket } from 'ws';

const kSeparator = '\x1e';
/** @type {Map<string, http.Agent>} */
const agents = new Map();

/** Connections from one address of the loopback: nginx and the servers limit by address. */
export function agentOf(from) {
  let agent = agents.get(from);
  if (!agent) agents.set(from, (agent = new http.Agent({ keepAlive: true, localAddress: from })));
  return agent;
}

export class LeanSocket {
  /**
   * @param {{ url: string, transport: 'websocket' | 'polling' | 'upgrade', from: string,
   *   on: { open(): void, packet(text: string): void, close(why: string): void } }} options
   *   packet: a Socket.IO packet; close: once, and not after `leave`.
   */
  constructor({ url, transport, from, on }) {
    Object.assign(this, { url, from, on, alive: true, lastHeard: Date.now(), patienceMs: 20_000, sid: '', pausing: false, posting: false, polling: false });
    /** What waits to be sent by polling. @type {string[]} */
    this.queue = [];
    /** @type {WebSocket | null} */
    this.ws = null;
    this.requests = new Set();
    if (transport === 'websocket') this.#webSocket('');
    else {
      this.upgrades = transport === 'upgrade';
      this.#poll();
    }
  }

  get #address() {
    return `${this.url}/socket.io/?EIO=4&transport=`;
  }

  #closed(why) {
    if (!this.alive) return;
    this.leave(true);
    this.on.close(why);
  }

  #webSocket(more) {
    const ws = new WebSocket(`${this.#address.replace('http', 'ws')}websocket${more}`, { localAddress: this.from, perMessageDeflate: false, handshakeTimeout: 10_000 });
    this.probe = ws;
    ws.on('open', () => {
      if (more) ws.send('2probe');
      else this.ws = ws;
    });
    ws.on('message', (data) => {
      const text = String(data);
      if (more && text === '3probe') {
        // What is under way by polling comes to its end first.
        this.pausing = true;
        this.#switch();
      } else this.#packet(text);
    });
    ws.on('unexpected-response', (_, response) => {
      response.resume();
      this.#closed(`status ${response.statusCode}`);
    });
    ws.on('error', (error) => this.#closed(error.message));
    ws.on('close', () => this.#closed('closed'));
  }

  #switch() {
    if (!this.pausing || this.ws || this.polling || this.posting || !this.alive) return;
    this.ws = this.probe;
    this.ws.send('5');
    for (const packet of this.queue.splice(0)) this.ws.send(packet);
  }

  #request(method, body, done) {
    const request = http.request(`${this.#address}polling${this.sid && `&sid=${this.sid}`}`, { method, agent: agentOf(this.from), headers: body === undefined ? {} : { 'content-type': 'text/plain;charset=UTF-8', 'content-length': Buffer.byteLength(body) } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', (error) => this.#closed(error.message));
      response.on('end', () => {
        this.requests.delete(request);
        if (!this.alive) return;
        if (response.statusCode !== 200) this.#closed(`status ${response.statusCode}`);
        else done(Buffer.concat(chunks).toString());
      });
    });
    this.requests.add(request);
    request.on('error', (error) => this.#closed(error.message));
    request.end(body);
  }

  #poll() {
    this.polling = true;
    this.#request('GET', undefined, (text) => {
      this.polling = false;
      for (const packet of text.split(kSeparator)) this.#packet(packet);
      if (!this.alive) return;
      if (this.pausing) this.#switch();
      else this.#poll();
    });
  }

  #post() {
    if (this.posting || this.queue.length === 0 || this.pausing) return;
    this.posting = true;
    this.#request('POST', this.queue.splice(0).join(kSeparator), () => {
      this.posting = false;
      if (this.pausing) this.#switch();
      else this.#post();
    });
  }

  #packet(text) {
    if (!this.alive) return;
    this.lastHeard = Date.now();
    switch (text[0]) {
      case '0': {
        const open = JSON.parse(text.slice(1));
        this.sid = open.sid;
        this.patienceMs = open.pingInterval + open.pingTimeout;
        this.on.open();
        if (this.upgrades) this.#webSocket(`&sid=${this.sid}`);
        return;
      }
      case '1': return this.#closed('closed by the server');
      case '2': return this.#send('3');
      case '4': return this.on.packet(text.slice(1));
      default:
    }
  }

  #send(packet) {
    if (!this.alive) return;
    if (this.ws) this.ws.send(packet);
    else {
      this.queue.push(packet);
      this.#post();
    }
  }

  /** A Socket.IO packet. */
  send(packet) {
    this.#send(`4${packet}`);
  }

  /** The server pings: whoever hears nothing for too long takes it for dead. */
  look(now) {
    if (now - this.lastHeard > this.patienceMs) this.#closed('silence');
  }

  /** Ends it; abruptly, or with a farewell. */
  leave(abruptly) {
    if (!this.alive) return;
    if (!abruptly) {
      this.send('1');
      this.#send('1');
    }
    this.alive = false;
    for (const ws of [this.ws, this.probe]) {
      if (!ws) continue;
      ws.removeAllListeners();
      ws.on('error', () => {});
      if (abruptly || ws.readyState !== WebSocket.OPEN) ws.terminate();
      else ws.close();
    }
    if (abruptly) for (const request of this.requests) request.destroy();
  }
}
