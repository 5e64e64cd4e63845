/** What a client knows of one room's log: a contiguous stretch of messages and the seq up to which everything is known.
 *
 *  Two rules (docs/protocol.md): an event with seq = last + 1 is applied, an older one dropped; a later one means a
 *  hole, which `sync` fills. The test of all of it: a snapshot plus the events after it equals a fresh snapshot. */

import type { Change } from '../protocol/events';
import type { Message } from '../protocol/types';

export interface Timeline {
  /** In order of `seq`, without deleted gaps: what lies between the first and the last of them is all here. */
  readonly messages: readonly Message[];
  /** Everything up to this seq has been applied; 0: nothing yet. */
  readonly lastSeq: number;
  /** Whether the room has messages before the first one here. */
  readonly hasOlder: boolean;
  /** A later event than the next came: `sync` from `lastSeq` is needed. */
  readonly hole: boolean;
}

export const EMPTY_TIMELINE: Timeline = { messages: [], lastSeq: 0, hasOlder: false, hole: false };

/** Where the message with that seq stands, or would stand. */
function position(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle] as Message).seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function findMessage(timeline: Timeline, id: string): Message | null {
  // Ids are <room>-<seq> with our servers, but that is theirs to change: the newest are looked at first.
  for (let i = timeline.messages.length - 1; i >= 0; --i) {
    const message = timeline.messages[i] as Message;
    if (message.id === id) return message;
  }
  return null;
}

/** Puts one in its place, or the newer of two versions of it. */
function put(messages: Message[], message: Message): void {
  const at = position(messages, message.seq);
  const there = messages[at];
  if (there === undefined || there.seq !== message.seq) messages.splice(at, 0, message);
  else if (message.changeSeq > there.changeSeq) messages[at] = keepTempId(there, message);
  else if (message.tempId !== null && there.tempId === null) messages[at] = { ...there, tempId: message.tempId };
}

/** Broadcast copies carry no tempId; the author's own copy does, and the row's identity hangs on it. */
function keepTempId(old: Message, next: Message): Message {
  return next.tempId === null && old.tempId !== null ? { ...next, tempId: old.tempId } : next;
}

/** A whole new view of the room: the newest messages, up to `seq`. */
export function fromSnapshot(messages: readonly Message[], seq: number, hasOlder: boolean): Timeline {
  const sorted: Message[] = [];
  for (const message of messages) put(sorted, message);
  return { messages: sorted, lastSeq: Math.max(seq, sorted.at(-1)?.seq ?? 0), hasOlder, hole: false };
}

/** What `sync`, or `join` with a lastSeq, brought: changes after `timeline.lastSeq`, in order of their last change.
 *  `seq` is where to go on from. */
export function applyChanges(timeline: Timeline, changes: readonly Message[], seq: number): Timeline {
  if (seq < timeline.lastSeq && changes.length === 0) return timeline;
  const messages = timeline.messages.slice();
  const oldest = messages[0]?.seq ?? 0;
  for (const message of changes) {
    // An old message that is not here comes with its page when somebody scrolls up; until then it would be an island.
    if (timeline.hasOlder && message.seq < oldest) continue;
    put(messages, message);
  }
  const lastSeq = Math.max(timeline.lastSeq, seq);
  return { ...timeline, messages, lastSeq, hole: false };
}

/** A page of older messages, asked for with `before` = the first seq here. */
export function prependPage(timeline: Timeline, before: number, page: readonly Message[], hasOlder: boolean): Timeline {
  // The list was replaced meanwhile: the page no longer joins on.
  if ((timeline.messages[0]?.seq ?? before) !== before) return timeline;
  const older = page.filter((message) => message.seq < before).sort((a, b) => a.seq - b.seq);
  return { ...timeline, messages: [...older, ...timeline.messages], hasOlder };
}

/** One event of the log: `next` null for one whose content is taken by somebody else. */
export function applyMessage(timeline: Timeline, message: Message): Timeline {
  if (message.seq <= timeline.lastSeq) return nameOwn(timeline, message);
  if (message.seq > timeline.lastSeq + 1) return timeline.hole ? timeline : { ...timeline, hole: true };
  return { ...timeline, messages: [...timeline.messages, message], lastSeq: message.seq };
}

/** A second copy of one that is here may be the first that carries our tempId. */
function nameOwn(timeline: Timeline, message: Message): Timeline {
  if (message.tempId === null) return timeline;
  const at = position(timeline.messages, message.seq);
  const there = timeline.messages[at];
  if (there === undefined || there.seq !== message.seq || there.tempId !== null) return timeline;
  const messages = timeline.messages.slice();
  messages[at] = { ...there, tempId: message.tempId };
  return { ...timeline, messages };
}

function changed(message: Message, change: Change, seq: number): Message {
  switch (change.kind) {
    case 'edited': return { ...message, text: change.text, editedAt: change.at, changeSeq: seq };
    case 'deleted': return { ...message, text: '', deletedAt: change.at, reactions: [], attachments: [], changeSeq: seq };
    case 'reactions': return { ...message, reactions: change.reactions, changeSeq: seq };
  }
}

export function applyChange(timeline: Timeline, seq: number, id: string, whole: Message | null, change: Change): Timeline {
  if (seq <= timeline.lastSeq) return timeline;
  if (seq > timeline.lastSeq + 1) return timeline.hole ? timeline : { ...timeline, hole: true };
  const at = whole !== null ? position(timeline.messages, whole.seq) : timeline.messages.findIndex((m) => m.id === id);
  const there = at < 0 ? undefined : timeline.messages[at];
  // Not loaded: its page brings it as it is then.
  if (there === undefined || there.id !== id) return { ...timeline, lastSeq: seq };
  const messages = timeline.messages.slice();
  messages[at] = whole !== null ? keepTempId(there, { ...whole, changeSeq: Math.max(whole.changeSeq, seq) }) : changed(there, change, seq);
  return { ...timeline, messages, lastSeq: seq };
}

/** The last `limit` messages: what is kept on the device for the next start, and what a long-open tab falls back to. */
export function newest(timeline: Timeline, limit: number): Timeline {
  if (timeline.messages.length <= limit) return timeline;
  return { ...timeline, messages: timeline.messages.slice(-limit), hasOlder: true };
}
