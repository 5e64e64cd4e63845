// One connection at a time to one of several servers, with the official client. When and where to try again is decided
// here and not by the library, as in the web client: a try that fails goes to the next server after a growing, random time.
import { io } from 'socket.io-client';
import { afterShutdownMs, retryDelayMs } from './back_off.mjs';
import { agentOf } from './lean_socket.mjs';

/** The events of the room log. */
export const logEvents = ['message', 'messageEdited', 'messageDeleted', 'reactionUpdated'];
const kFirstWaitMs = 100;
const kLongestWaitMs = 2_000;
const kConnectTimeoutMs = 8_000;

export const kNetwork = { code: 'NETWORK', message: 'no answer came' };

export class Connection {
  /**
   * @param {{ servers: { name: string, url: string }[], at: number, transports: string[], token?: string, from?: string, patient?: boolean,
   *   random: import('../../integration/lib/random.mjs').Random,
   *   on: { up(): void, down(): void, heard(event: string, payload: any): void, refused(failure: object): void } }} options
   *   from: the address of the loopback it comes from. patient: comes back as docs/protocol.md says, and not as soon as it can.
   */
  constructor({ servers, at, transports, token, random, on, from, patient = false }) {
    Object.assign(this, { servers, at: at % servers.length, transports, token, random, on, from, patient });
    /** Grows with each connection: answers of an earlier one are not for the present. */
    this.generation = 0;
    this.tries = 0;
    this.socket = null;
    this.timer = null;
    this.retryAfterMs = 0;
    this.notBefore = 0;
  }

  get connected() {
    return this.socket?.connected === true;
  }

  get server() {
    return this.servers[this.at].name;
  }

  open() {
    this.#drop();
    const socket = io(this.servers[this.at].url, {
      transports: this.transports,
      forceNew: true,
      reconnection: false,
      timeout: kConnectTimeoutMs,
      ...(this.from === undefined ? {} : { localAddress: this.from, agent: /** @type {any} */ (agentOf(this.from)) }),
      auth: this.token === undefined ? {} : { token: this.token },
    });
    this.socket = socket;
    socket.on('connect', () => this.on.up());
    socket.on('connect_error', (error) => {
      if (this.socket !== socket) return;
      const code = /** @type {any} */ (error).data?.code;
      if (code !== undefined && code !== 'UNAVAILABLE' && code !== 'RATE_LIMITED') this.on.refused({ code, message: error.message });
      this.move();
    });
    socket.on('disconnect', () => {
      if (this.socket !== socket) return;
      this.on.down();
      // Half of them knock at the same door again.
      this.move({ elsewhere: this.random.next() < 0.5 });
    });
    for (const event of logEvents) socket.on(event, (payload) => this.on.heard(event, payload));
    socket.on('messageHistory', (payload) => this.on.heard('messageHistory', payload));
    socket.on('serverShutdown', ({ retryAfterMs }) => {
      this.retryAfterMs = retryAfterMs;
      this.notBefore = Date.now() + afterShutdownMs(retryAfterMs, this.random.next());
    });
  }

  /** Gives up what there is and tries again in a moment, at the next server or here. */
  move({ elsewhere = true } = {}) {
    this.#drop();
    if (elsewhere) this.at = (this.at + 1) % this.servers.length;
    if (this.patient) {
      const wait = Math.max(retryDelayMs(this.tries, this.random.next()), this.notBefore - Date.now());
      this.tries += 1;
      this.notBefore = 0;
      this.timer = setTimeout(() => this.open(), wait);
      return;
    }
    const wait = Math.min(kFirstWaitMs * 2 ** this.tries, kLongestWaitMs) * (0.5 + this.random.next());
    this.tries += 1;
    // The server that goes away says when it will be back; the others take us at once.
    const told = this.servers.length === 1 ? Math.min(this.retryAfterMs, kLongestWaitMs) : 0;
    this.retryAfterMs = 0;
    this.timer = setTimeout(() => this.open(), wait + told);
  }

  /** Where we are is where we want to be. */
  settled() {
    this.tries = 0;
  }

  /** Leaves; with a farewell, or as when a line is cut. */
  leave({ politely }) {
    const socket = this.socket;
    if (!politely) socket?.io.engine?.close();
    this.#drop();
  }

  #drop() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    this.generation += 1;
    if (!socket) return;
    socket.off();
    socket.on('connect_error', () => {});
    socket.disconnect();
  }

  /**
   * Asks, and resolves with { result } or { failure }; NETWORK when no answer came in time or the connection ended.
   * @returns {Promise<{ result?: any, failure?: { code: string, message: string, retryAfterMs?: number } }>}
   */
  ask(event, payload, timeoutMs) {
    const socket = this.socket;
    if (!socket?.connected) return Promise.resolve({ failure: kNetwork });
    return new Promise((resolve) => {
      socket.timeout(timeoutMs).emit(event, payload, (late, error, result) => {
        if (late) resolve({ failure: kNetwork });
        else if (error) resolve({ failure: { message: error, ...result } });
        else resolve({ result });
      });
    });
  }
}
