// A WebSocket with the browser's interface that gives every message a task of its own, in order, as browsers do.
import WebSocket from 'ws';

export class SpreadWebSocket extends EventTarget {
  #ws;
  #queue = [];
  #scheduled = false;

  constructor(url, protocols) {
    super();
    this.#ws = new WebSocket(url, protocols);
    this.#ws.on('open', () => this.#later(new Event('open')));
    this.#ws.on('message', (bytes, binary) => {
      const data = binary ? this.#asBinary(bytes) : bytes.toString('utf8');
      this.#later(new MessageEvent('message', { data }));
    });
    this.#ws.on('error', () => this.#later(new Event('error')));
    this.#ws.on('close', (code, reason) => {
      this.#later(Object.assign(new Event('close'), { code, reason: reason.toString('utf8') }));
    });
  }

  binaryType = 'blob';

  get readyState() {
    return this.#ws.readyState;
  }

  send(data) {
    this.#ws.send(data);
  }

  close(code, reason) {
    this.#ws.close(code, reason);
  }

  #asBinary(bytes) {
    const copy = Uint8Array.from(bytes);
    return this.binaryType === 'arraybuffer' ? copy.buffer : new Blob([copy]);
  }

  // The first of a burst at once, so that it is no later than an HTTP answer that was read after it; the others one a task.
  #later(event) {
    if (this.#scheduled) {
      this.#queue.push(event);
      return;
    }
    this.#scheduled = true;
    setImmediate(() => this.#next());
    this.dispatchEvent(event);
  }

  #next() {
    this.#scheduled = false;
    const event = this.#queue.shift();
    if (event) this.#later(event);
  }
}
