/** The client's end of a connection to the fake server: a Transport whose network is in the hands of a test. */

import { parseServerEvent, type ServerEventName } from '../../protocol/events';
import { parseFailure } from '../../protocol/parse';
import { failed, ok, type Failure, type Result } from '../../protocol/types';
import type { Transport, TransportHandler } from '../socket';

export interface Answer {
  readonly error: string | null;
  readonly result: unknown;
}

/** What the server does with a link. */
export interface Listener {
  /** null: let in; else what the refusal says, or `closed` where nobody listens. */
  readonly accept: (link: FakeLink) => Failure | 'closed' | 'silent' | null;
  readonly receive: (link: FakeLink, event: string, payload: unknown, answer: (answer: Answer) => void) => void;
  readonly gone: (link: FakeLink) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ACK_TIMEOUT_MS = 10_000;
const NETWORK: Failure = { code: 'NETWORK', message: 'No answer came from the server.', field: null, retryAfterMs: null };

const copy = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

export class FakeLink {
  state: 'opening' | 'open' | 'closed' = 'opening';
  /** Nothing gets through any more, in either direction, and nobody is told. */
  frozen = false;
  private readonly waiting = new Set<(result: Result<unknown>) => void>();
  /** What goes out in one turn of the client, as over long-polling. */
  private batch: (() => void)[] | null = null;

  constructor(
    readonly token: string | null, private readonly handler: TransportHandler, private readonly server: Listener,
    private readonly network: { readonly latencyMs: number; readonly batched: boolean },
  ) {}

  open(): void {
    this.later(() => {
      if (this.state !== 'opening') return;
      const refusal = this.server.accept(this);
      if (refusal === null) {
        this.state = 'open';
        this.handler.opened();
        return;
      }
      const tell = (): void => {
        if (this.state !== 'opening') return;
        this.state = 'closed';
        if (refusal === 'closed' || refusal === 'silent') this.handler.failed();
        else this.handler.refused(refusal);
      };
      if (refusal === 'silent') setTimeout(tell, CONNECT_TIMEOUT_MS);
      else tell();
    });
  }

  /** The client is done with it. */
  drop(): void {
    if (this.state === 'closed') return;
    const wasOpen = this.state === 'open';
    this.end();
    if (wasOpen && !this.frozen) this.later(() => this.server.gone(this));
  }
  /** The connection breaks, and the client notices. */
  lose(): void {
    if (this.state !== 'open') return;
    this.end();
    this.handler.lost();
  }
  private end(): void {
    this.state = 'closed';
    for (const resolve of this.waiting) resolve(failed(NETWORK));
    this.waiting.clear();
  }

  request(event: string, payload: unknown, timeoutMs: number): Promise<Result<unknown>> {
    return new Promise((done) => {
      if (this.state !== 'open') {
        done(failed(NETWORK));
        return;
      }
      const settle = (result: Result<unknown>): void => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        done(result);
      };
      const timer = setTimeout(() => settle(failed(NETWORK)), timeoutMs);
      this.waiting.add(settle);
      this.send(event, payload, ({ error, result }) => {
        if (this.waiting.has(settle)) settle(error === null ? ok(copy(result)) : failed(parseFailure(error, copy(result))));
      });
    });
  }
  tell(event: string, payload: unknown): void {
    if (this.state === 'open') this.send(event, payload, () => undefined);
  }
  private send(event: string, payload: unknown, answer: (answer: Answer) => void): void {
    const sent = copy(payload);
    this.later(() => {
      if (this.frozen) return;
      this.server.receive(this, event, sent, (given) => this.toClient(() => answer(given)));
    });
  }

  /** To the client. */
  emit(name: ServerEventName, payload: unknown): void {
    const sent = copy(payload);
    this.toClient(() => {
      const event = parseServerEvent(name, sent);
      if (event !== null) this.handler.event(event);
    });
  }
  private toClient(run: () => void): void {
    const guarded = (): void => {
      if (this.state === 'open' && !this.frozen) run();
    };
    if (!this.network.batched) {
      this.later(guarded);
      return;
    }
    if (this.batch !== null) {
      this.batch.push(guarded);
      return;
    }
    const batch = (this.batch = [guarded]);
    this.later(() => {
      this.batch = null;
      // One after the other in one turn: what waits for an answer goes on only when all were heard.
      for (const one of batch) one();
    });
  }
  private later(run: () => void): void {
    setTimeout(run, this.network.latencyMs);
  }
}

/** As socket.ts makes them: one link at a time. */
export function transportOf(token: string | null, handler: TransportHandler, server: Listener, network: { readonly latencyMs: number; readonly batched: boolean }): Transport {
  let link: FakeLink | null = null;
  const drop = (): void => {
    link?.drop();
    link = null;
  };
  return {
    open: () => {
      drop();
      link = new FakeLink(token, handler, server, network);
      link.open();
    },
    close: drop,
    request: (event, payload, timeoutMs = ACK_TIMEOUT_MS) => link?.request(event, payload, timeoutMs) ?? Promise.resolve(failed(NETWORK)),
    tell: (event, payload) => link?.tell(event, payload),
  };
}
