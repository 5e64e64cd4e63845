// A Socket.IO connection by hand: what the wire carries, packet by packet.
import { WebSocket } from 'ws';
import { within } from './wait.mjs';

/**
 * A WebSocket session. next(): the next Engine.IO message without its type `4` (text) or the bytes as a Buffer; pings are
 * answered (revision 4) and left out. closed: resolves when the connection has closed.
 */
export class RawSession {
  constructor(server, { eio = 4, query = '' } = {}) {
    this.eio = eio;
    this.waiting = [];
    this.arrived = [];
    this.ws = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=${eio}&transport=websocket${query}`);
    this.ws.on('message', (data, isBinary) => this.receive(data, isBinary));
    this.ws.on('error', () => {});
    this.closed = new Promise((resolve) => this.ws.once('close', () => resolve(true)));
  }

  receive(data, isBinary) {
    if (!isBinary && String(data) === '2') return this.ws.send('3');
    if (!isBinary && String(data) === '3') return undefined;
    // Revision 3 puts the type in front of binary messages too.
    const binary = this.eio === 3 ? data.subarray(1) : data;
    const packet = isBinary ? binary : String(data);
    const waiter = this.waiting.shift();
    if (waiter) waiter(packet);
    else this.arrived.push(packet);
    return undefined;
  }

  /** The next packet as it came, type included. */
  nextPacket() {
    if (this.arrived.length > 0) return Promise.resolve(this.arrived.shift());
    return within(new Promise((resolve) => this.waiting.push(resolve)), { what: 'a packet arrives', timeoutMs: 5_000 });
  }

  async next() {
    const packet = await this.nextPacket();
    if (typeof packet !== 'string') return packet;
    if (packet[0] !== '4') throw new Error(`not a message: ${packet}`);
    return packet.slice(1);
  }

  /** Text: a Socket.IO packet. Buffer: an attachment. */
  send(packet) {
    if (typeof packet === 'string') return this.ws.send(`4${packet}`);
    return this.ws.send(this.eio === 3 ? Buffer.concat([Buffer.from([4]), packet]) : packet);
  }

  waitForClose() {
    return within(this.closed, { what: 'the connection closes', timeoutMs: 5_000 });
  }

  close() {
    this.ws.close();
  }
}

/** A session whose open packet has been read. */
export async function openRaw(server, options) {
  const session = new RawSession(server, options);
  session.handshake = JSON.parse((await session.nextPacket()).slice(1));
  return session;
}
