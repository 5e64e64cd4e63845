// A TCP proxy that can be told to misbehave: the link between two components of a cluster.
//
//   const link = await TcpProxy.open({ name: 's1-redis', to: redisPort });
//   link.cut();                 // every connection is reset, new ones too
//   link.freeze();              // connections stay, nothing passes in either direction
//   link.set({ delayMs: 500 }); // each way
//   link.set({ bytesPerSecond: 4096 }); // of each connection, each way
//   link.halfClose();           // the far side learns nothing: this side's connections are closed, that side's stay open
//   link.reset();               // every connection is reset, once
//   link.heal();                // passes everything again, and at once
import { createServer, connect } from 'node:net';
import { freePort } from './ports.mjs';

/** One direction of one connection: what is read from `from` goes to `to`, under the rules of the proxy in force then. */
class Pipe {
  constructor(proxy, from, to, translate) {
    Object.assign(this, { proxy, from, to, translate });
    /** @type {{ bytes: Buffer | null, at: number }[]} null: the end */
    this.queue = [];
    this.waiting = 0;
    this.timer = null;
    this.blocked = false;
    /** When the bytes that were passed on so far have used up their share of the throttle. */
    this.freeAt = 0;
    from.on('data', (bytes) => this.#take(this.translate(bytes)));
    from.on('end', () => this.#take(null));
    to.on('drain', () => {
      this.blocked = false;
      this.go();
    });
  }

  #take(bytes) {
    this.queue.push({ bytes, at: Date.now() + this.proxy.rules.delayMs });
    this.waiting += bytes?.length ?? 0;
    if (this.waiting > 256 * 1024) this.from.pause();
    this.go();
  }

  /** Passes on what may go now, and comes back for the rest. */
  go() {
    clearTimeout(this.timer);
    const { rules } = this.proxy;
    while (this.queue.length > 0 && !this.blocked && !rules.frozen && !this.to.destroyed) {
      const now = Date.now();
      const due = Math.max(this.queue[0].at, rules.bytesPerSecond > 0 ? this.freeAt : 0);
      if (due > now) {
        this.timer = setTimeout(() => this.go(), due - now);
        return;
      }
      this.#pass(this.queue[0], rules.bytesPerSecond, now);
    }
    if (this.waiting < 64 * 1024 && this.from.isPaused() && !rules.frozen) this.from.resume();
  }

  #pass(first, bytesPerSecond, now) {
    if (first.bytes === null) {
      this.queue.shift();
      this.to.end();
      return;
    }
    // A twentieth of a second's worth at a time.
    const share = bytesPerSecond > 0 ? Math.max(1, Math.floor(bytesPerSecond / 20)) : first.bytes.length;
    const now_ = first.bytes.subarray(0, share);
    if (now_.length < first.bytes.length) first.bytes = first.bytes.subarray(now_.length);
    else this.queue.shift();
    this.waiting -= now_.length;
    if (bytesPerSecond > 0) this.freeAt = Math.max(now, this.freeAt) + (now_.length * 1000) / bytesPerSecond;
    if (!this.to.write(now_)) this.blocked = true;
  }

  stop() {
    clearTimeout(this.timer);
    this.queue.length = 0;
  }
}

export class TcpProxy {
  /**
   * Listens on a free port of the loopback and passes on to `to`, another one.
   * answers: a translation of what comes back, same length in and out (see redis_sentinels.mjs).
   * @param {{ name: string, to: number, port?: number, answers?: (bytes: Buffer) => Buffer }} options
   */
  static async open({ name, to, port, answers = (bytes) => bytes }) {
    const proxy = new TcpProxy(name, to, answers);
    proxy.port = port ?? (await freePort());
    await new Promise((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen({ port: proxy.port, host: '127.0.0.1' }, () => resolve(undefined));
    });
    return proxy;
  }

  constructor(name, to, answers) {
    this.name = name;
    this.to = to;
    this.port = 0;
    this.rules = { cut: false, frozen: false, delayMs: 0, bytesPerSecond: 0 };
    /** @type {Set<{ near: import('node:net').Socket, far: import('node:net').Socket, pipes: Pipe[] }>} */
    this.connections = new Set();
    this.server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near, answers));
  }

  #accept(near, answers) {
    if (this.rules.cut) {
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: this.to, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [near, far]) socket.setNoDelay(true);
    const connection = { near, far, pipes: [new Pipe(this, near, far, (bytes) => bytes), new Pipe(this, far, near, answers)] };
    this.connections.add(connection);
    for (const [socket, other] of [[near, far], [far, near]]) {
      // A connection that is reset is so for both ends; one that ends politely ends when the other way has ended too.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        if (near.destroyed && far.destroyed) this.#forget(connection);
      });
    }
  }

  #forget(connection) {
    for (const pipe of connection.pipes) pipe.stop();
    this.connections.delete(connection);
  }

  /** @param {Partial<{ cut: boolean, frozen: boolean, delayMs: number, bytesPerSecond: number }>} rules */
  set(rules) {
    Object.assign(this.rules, rules);
    for (const { pipes } of this.connections) for (const pipe of pipes) pipe.go();
  }

  cut() {
    this.set({ cut: true });
    this.reset();
  }

  freeze() {
    this.set({ frozen: true });
  }

  /** Resets every connection now. */
  reset() {
    for (const connection of [...this.connections]) {
      this.#forget(connection);
      for (const socket of [connection.near, connection.far]) if (!socket.destroyed) socket.resetAndDestroy();
    }
  }

  /** Ends the near half of every connection, and leaves the far one open until heal(): nobody tells the far side. */
  halfClose() {
    for (const { near, far, pipes } of this.connections) {
      for (const pipe of pipes) pipe.stop();
      far.removeAllListeners('data');
      far.resume();
      near.removeAllListeners('error');
      near.on('error', () => {});
      near.destroy();
      this.halfOpen = [...(this.halfOpen ?? []), far];
    }
    this.connections.clear();
  }

  heal() {
    this.set({ cut: false, frozen: false, delayMs: 0, bytesPerSecond: 0 });
    for (const { pipes } of this.connections) for (const pipe of pipes) {
      for (const item of pipe.queue) item.at = 0;
      pipe.freeAt = 0;
      pipe.go();
    }
    for (const far of this.halfOpen ?? []) far.destroy();
    this.halfOpen = [];
  }

  async close() {
    this.reset();
    for (const far of this.halfOpen ?? []) far.destroy();
    await new Promise((resolve) => this.server.close(() => resolve(undefined)));
  }
}
