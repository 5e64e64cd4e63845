/** The room log of docs/protocol.md, small and in memory: what a client is compared with. Speaks the form of the wire. */

import type { ServerEventName } from '../protocol/events';

export interface WireMessage {
  readonly id: string;
  readonly room: string;
  readonly seq: number;
  readonly user: string;
  readonly text: string;
  readonly timestamp: string;
  readonly changeSeq?: number;
  readonly editedAt?: string;
  readonly deletedAt?: string;
  readonly replyTo?: string;
  readonly reactions?: readonly { readonly emoji: string; readonly users: readonly string[] }[];
  /** Kept with every message, told to its author only. */
  readonly tempId?: string;
}

/** A change as it is told to the room. */
export interface LogEvent {
  readonly name: ServerEventName;
  readonly seq: number;
  /** What that reader is told. */
  readonly payload: (reader: string) => Readonly<Record<string, unknown>>;
}

function told(message: WireMessage, reader: string): WireMessage {
  if (message.tempId === undefined || message.user === reader) return message;
  const { tempId: _, ...rest } = message;
  return rest;
}
/** Changes are told without tempId, even to the author. */
function untold(message: WireMessage): WireMessage {
  return told(message, '');
}

const lastChange = (message: WireMessage): number => message.changeSeq ?? message.seq;

export class RoomLog {
  seq = 0;
  messages: WireMessage[] = [];

  constructor(readonly room: string, private readonly now: () => number = Date.now) {}

  private iso(): string {
    return new Date(this.now()).toISOString();
  }

  find(id: string): WireMessage | undefined {
    return this.messages.find((message) => message.id === id);
  }

  /** A second one with the same tempId of the same author is answered with the first, and is no event. */
  append(user: string, text: string, more: { tempId?: string; replyTo?: string } = {}): { readonly message: WireMessage; readonly event: LogEvent | null } {
    const first = more.tempId === undefined ? undefined : this.messages.find((m) => m.tempId === more.tempId && m.user === user);
    if (first !== undefined) return { message: first, event: null };
    const seq = ++this.seq;
    const message: WireMessage = { id: `${this.room}-${seq}`, room: this.room, seq, user, text, timestamp: this.iso(), ...more };
    this.messages.push(message);
    return { message, event: { name: 'message', seq, payload: (reader) => ({ ...told(message, reader) }) } };
  }

  private change(id: string, name: ServerEventName, fields: Partial<WireMessage>, more: Readonly<Record<string, unknown>>): LogEvent {
    const at = this.messages.findIndex((message) => message.id === id);
    const seq = ++this.seq;
    const message = { ...(this.messages[at] as WireMessage), ...fields, changeSeq: seq };
    this.messages[at] = message;
    return { name, seq, payload: () => ({ room: this.room, seq, id, ...more, message: untold(message) }) };
  }

  edit(id: string, text: string): LogEvent {
    const editedAt = this.iso();
    return this.change(id, 'messageEdited', { text, editedAt }, { text, editedAt });
  }

  delete(id: string): LogEvent {
    const deletedAt = this.iso();
    return this.change(id, 'messageDeleted', { text: '', deletedAt, reactions: [] }, { deletedAt });
  }

  react(id: string, user: string, emoji: string, on: boolean): LogEvent {
    const all = new Map((this.find(id)?.reactions ?? []).map((reaction) => [reaction.emoji, reaction.users]));
    const others = (all.get(emoji) ?? []).filter((name) => name !== user);
    all.set(emoji, on ? [...others, user] : others);
    const reactions = [...all].filter(([, users]) => users.length > 0).map(([of, users]) => ({ emoji: of, users }));
    return this.change(id, 'reactionUpdated', { reactions }, { user, emoji, on, reactions });
  }

  history(reader: string, limit: number, before = Infinity): { readonly messages: WireMessage[]; readonly hasMore: boolean } {
    const earlier = this.messages.filter((message) => message.seq < before);
    return { messages: earlier.slice(-limit).map((message) => told(message, reader)), hasMore: earlier.length > limit };
  }

  sync(reader: string, lastSeq: number, limit: number): { readonly changes: WireMessage[]; readonly seq: number; readonly hasMore: boolean } {
    const changes = this.messages.filter((message) => lastChange(message) > lastSeq).sort((a, b) => lastChange(a) - lastChange(b));
    const hasMore = changes.length > limit;
    const page = changes.slice(0, limit).map((message) => told(message, reader));
    return { changes: page, seq: hasMore ? lastChange(page.at(-1) as WireMessage) : Math.max(lastSeq, this.seq), hasMore };
  }
}
