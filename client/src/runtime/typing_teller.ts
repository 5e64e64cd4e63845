/** Tells a room that one types: when it begins, again while it goes on (the server forgets after 5 s), and when it ends. */

export interface TypingTeller {
  readonly key: (room: string) => void;
  /** `tell`: say so; not needed when a message goes out, which says it too. */
  readonly stop: (room: string, tell: boolean) => void;
  readonly end: () => void;
}

const AGAIN_MS = 3_000;
const IDLE_MS = 4_000;

export function createTypingTeller(send: (event: 'typing' | 'stopTyping', room: string) => void): TypingTeller {
  const told = new Map<string, { at: number; timer: number }>();
  function stop(room: string, tell: boolean): void {
    const known = told.get(room);
    if (known === undefined) return;
    window.clearTimeout(known.timer);
    told.delete(room);
    if (tell) send('stopTyping', room);
  }
  return {
    key: (room) => {
      const now = Date.now();
      const known = told.get(room);
      if (known !== undefined) window.clearTimeout(known.timer);
      const due = known === undefined || now - known.at >= AGAIN_MS;
      if (due) send('typing', room);
      told.set(room, { at: due ? now : known.at, timer: window.setTimeout(() => stop(room, true), IDLE_MS) });
    },
    stop,
    end: () => {
      for (const room of [...told.keys()]) stop(room, false);
    },
  };
}
