// Engine.IO by hand: requests, payloads and WebSocket messages as they are on the wire.
import { WebSocket } from 'ws';
import { within } from './wait.mjs';

/** Revision 4: packets of a payload as strings; revision 3: the same, from its text form. */
export function splitPayload(eio, payload) {
  if (eio === 4) return payload.split('\x1e');
  const packets = [];
  for (let at = 0; at < payload.length; ) {
    const colon = payload.indexOf(':', at);
    const length = Number(payload.slice(at, colon));
    packets.push(payload.slice(colon + 1, colon + 1 + length));
    at = colon + 1 + length;
  }
  return packets;
}

/** The text form of a payload. A JavaScript string's length is the length that revision 3 counts in. */
export function joinPayload(eio, packets) {
  return eio === 4 ? packets.join('\x1e') : packets.map((packet) => `${packet.length}:${packet}`).join('');
}

/** Requests of one revision to one server. */
export class RawEngine {
  constructor(server, eio) {
    this.server = server;
    this.eio = eio;
  }

  target(query = {}) {
    const all = { EIO: this.eio, ...query };
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
    return `${this.server.url}/engine.io/?${new URLSearchParams(all)}`;
  }

  /** One HTTP request; `query` is added to EIO. */
  request(query, options = {}) {
    return fetch(this.target(query), options);
  }

  /** What the server answers to a handshake, its open packet parsed: { sid, upgrades, ... }. */
  async handshake(query = {}) {
    const response = await this.request({ transport: 'polling', ...query });
    if (response.status !== 200) throw new Error(`handshake: ${response.status} ${await response.text()}`);
    const [packet] = splitPayload(this.eio, await response.text());
    if (packet[0] !== '0') throw new Error(`not an open packet: ${packet}`);
    return JSON.parse(packet.slice(1));
  }

  /** A polling session: its id is in `sid`. */
  async poller(query = {}) {
    const { sid } = await this.handshake(query);
    return new RawPoller(this, sid);
  }

  /** A WebSocket, `query` added to EIO and transport. Resolves when it is open. */
  async websocket(query = {}, options = {}) {
    const socket = new RawSocket(this.target({ transport: 'websocket', ...query }).replace('http', 'ws'), options);
    await socket.opened;
    return socket;
  }
}

export class RawPoller {
  constructor(engine, sid) {
    this.engine = engine;
    this.sid = sid;
  }

  get query() {
    return { transport: 'polling', sid: this.sid };
  }

  /** A GET; resolves with its Response. */
  poll(options) {
    return this.engine.request(this.query, options);
  }

  /** A GET that must be answered with packets; resolves with them. */
  async packets() {
    const response = await this.poll();
    if (response.status !== 200) throw new Error(`poll: ${response.status} ${await response.text()}`);
    return splitPayload(this.engine.eio, await response.text());
  }

  /** A POST of packets; resolves with its Response. */
  post(...packets) {
    return this.postBody(joinPayload(this.engine.eio, packets));
  }

  postBody(body, headers = { 'content-type': 'text/plain;charset=UTF-8' }) {
    return this.engine.request(this.query, { method: 'POST', body, headers });
  }
}

export class RawSocket {
  constructor(url, options) {
    this.ws = new WebSocket(url, options);
    this.arrived = [];
    this.waiting = [];
    this.ws.on('message', (data, binary) => {
      const message = binary ? data : data.toString('utf8');
      const waiter = this.waiting.shift();
      if (waiter) waiter(message);
      else this.arrived.push(message);
    });
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
    this.opened = new Promise((resolve, reject) => {
      this.ws.on('open', resolve);
      this.ws.on('unexpected-response', (request, response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const answer = { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') };
          reject(Object.assign(new Error(`refused with ${answer.status} ${answer.body}`), answer));
          request.destroy();
        });
      });
      this.ws.on('error', reject);
    });
    this.opened.catch(() => {});
  }

  send(message) {
    this.ws.send(message);
  }

  /** The next message: a string, or a Buffer. */
  next() {
    if (this.arrived.length > 0) return Promise.resolve(this.arrived.shift());
    return within(new Promise((resolve) => this.waiting.push(resolve)), { what: 'a WebSocket message' });
  }

  /** Resolves with { code, reason }. */
  close() {
    this.ws.close();
    return this.waitForClose();
  }

  waitForClose() {
    return within(this.closed, { what: 'the WebSocket closes' });
  }
}
