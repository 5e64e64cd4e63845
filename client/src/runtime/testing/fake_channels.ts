/** BroadcastChannel and Web Locks as browsers have them, within one page and under the control of a test. */

const channels = new Map<string, Set<FakeBroadcastChannel>>();

/** Delivers a copy to every other one of that name, in a later turn, in order. */
export class FakeBroadcastChannel {
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  private open = true;

  constructor(readonly name: string) {
    const others = channels.get(name) ?? new Set();
    channels.set(name, others.add(this));
  }
  postMessage(data: unknown): void {
    if (!this.open) throw new DOMException('The channel is closed', 'InvalidStateError');
    for (const other of channels.get(this.name) ?? []) {
      if (other === this) continue;
      const copy: unknown = structuredClone(data);
      queueMicrotask(() => {
        if (other.open) other.onmessage?.(new MessageEvent('message', { data: copy }));
      });
    }
  }
  close(): void {
    this.open = false;
    channels.get(this.name)?.delete(this);
  }
}

interface Waiting {
  readonly begin: () => void;
  readonly end: () => void;
  readonly steal: () => void;
}

/** Exclusive locks, first come first served, unless one steals. `crash` takes one from its holder, as the end of a tab does. */
export class FakeLocks {
  private readonly queues = new Map<string, Waiting[]>();

  request(name: string, options: { readonly signal?: AbortSignal; readonly steal?: boolean }, held: () => unknown): Promise<unknown> {
    if (options.steal === true && options.signal !== undefined) throw new DOMException('steal takes no signal', 'NotSupportedError');
    return new Promise((resolve, reject) => {
      const queue = this.queues.get(name) ?? [];
      this.queues.set(name, queue);
      const waiting: Waiting = {
        begin: () => void Promise.resolve(held()).then(() => waiting.end(), reject),
        end: () => {
          if (queue[0] !== waiting) return;
          queue.shift();
          resolve(undefined);
          this.next(name);
        },
        steal: () => reject(new DOMException('stolen', 'AbortError')),
      };
      options.signal?.addEventListener('abort', () => {
        const at = queue.indexOf(waiting);
        // One that is held is not given up by its signal.
        if (at <= 0) return;
        queue.splice(at, 1);
        reject(new DOMException('aborted', 'AbortError'));
      });
      if (options.steal === true) {
        queue.shift()?.steal();
        queue.unshift(waiting);
        this.next(name);
        return;
      }
      queue.push(waiting);
      if (queue.length === 1) this.next(name);
    });
  }
  private next(name: string): void {
    const first = this.queues.get(name)?.[0];
    if (first !== undefined) queueMicrotask(first.begin);
  }
  crash(name: string): void {
    this.queues.get(name)?.[0]?.end();
  }
}
