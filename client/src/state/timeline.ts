/** What a client knows of one room's log: a contiguous stretch of messages and the seq up to which everything is known.
 *
 *  Two rules (docs/protocol.md): an event with seq = last + 1 is applied, an older one dropped; a later one means a
 *  hole, which `sync` fills. The test of all of it: a snapshot plus the events after it equals a fresh snapshot. */

import type { Change } from '../protocol/events';
import type { Message } from '../protocol/types';

export interface Timeline {
  /** In order of `seq`, deleted ones too: what lies between the first and the last of them is all here. */
  readonly messages: readonly Message[];
  /** Everything up to this seq has been applied; 0: nothing yet. */
  readonly lastSeq: number;
  /** The highest seq that any event named: above `lastSeq`, something is missing in between. */
  readonly seenSeq: number;
  /** Whether the room has messages before the first one here. */
  readonly hasOlder: boolean;
  /** Messages before the first one here that changed lately, oldest change first: a page that was read before such a
   *  change may arrive after it. */
  readonly aside: readonly Message[];
}

export const EMPTY_TIMELINE: Timeline = { messages: [], lastSeq: 0, seenSeq: 0, hasOlder: false, aside: [] };

const MAX_ASIDE = 100;

/** Whether `sync` from `lastSeq` is needed. */
export const hasHole = (timeline: Timeline): boolean => timeline.seenSeq > timeline.lastSeq;

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

/** Puts one in its place, or the newer of two versions of it. Of two that are equally new, the one that was asked for
 *  later: a server that tells changes only may have let us patch something old. */
function put(messages: Message[], message: Message): void {
  const at = position(messages, message.seq);
  const there = messages[at];
  if (there === undefined || there.seq !== message.seq) messages.splice(at, 0, message);
  else if (message.changeSeq >= there.changeSeq) messages[at] = keepTempId(there, message);
  else if (message.tempId !== null && there.tempId === null) messages[at] = { ...there, tempId: message.tempId };
}

/** Broadcast copies carry no tempId; the author's own copy does, and the row's identity hangs on it. */
function keepTempId(old: Message, next: Message): Message {
  return next.tempId === null && old.tempId !== null ? { ...next, tempId: old.tempId } : next;
}

/** Remembers a change of a message that is not here. */
function setAside(aside: readonly Message[], message: Message): readonly Message[] {
  return [...aside.filter((other) => other.seq !== message.seq), message].slice(-MAX_ASIDE);
}

/** A whole new view of the room: the newest messages, up to `seq`. */
export function fromSnapshot(messages: readonly Message[], seq: number, hasOlder: boolean): Timeline {
  const sorted: Message[] = [];
  for (const message of messages) put(sorted, message);
  const lastSeq = Math.max(seq, sorted.at(-1)?.seq ?? 0);
  return { messages: sorted, lastSeq, seenSeq: lastSeq, hasOlder, aside: [] };
}

/** What `sync`, or `join` with a lastSeq, brought: changes after `timeline.lastSeq`, in order of their last change.
 *  `seq` is where to go on from. An event that came meanwhile may lie behind it: then there still is a hole. */
export function applyChanges(timeline: Timeline, changes: readonly Message[], seq: number): Timeline {
  if (changes.length === 0 && seq <= timeline.lastSeq) return timeline;
  const messages = timeline.messages.slice();
  const oldest = messages[0]?.seq ?? 0;
  let { aside } = timeline;
  for (const message of changes) {
    // An old message that is not here comes with its page when somebody scrolls up; until then it would be an island.
    if (timeline.hasOlder && message.seq < oldest) aside = setAside(aside, message);
    else put(messages, message);
  }
  const lastSeq = Math.max(timeline.lastSeq, seq);
  return { ...timeline, messages, aside, lastSeq, seenSeq: Math.max(timeline.seenSeq, lastSeq) };
}

/** A page of older messages, asked for with `before` = the first seq here. */
export function prependPage(timeline: Timeline, before: number, page: readonly Message[], hasOlder: boolean): Timeline {
  // The list was replaced meanwhile: the page no longer joins on.
  if ((timeline.messages[0]?.seq ?? before) !== before) return timeline;
  const older: Message[] = [];
  for (const message of page) if (message.seq < before) put(older, message);
  const first = older[0];
  // Nothing before it, whatever the server promises: it would be asked for ever.
  if (first === undefined) return { ...timeline, hasOlder: false, aside: [] };
  const changed = timeline.aside.filter((message) => message.seq >= first.seq);
  for (const message of changed) put(older, message);
  const aside = timeline.aside.filter((message) => message.seq < first.seq);
  return { ...timeline, messages: [...older, ...timeline.messages], hasOlder, aside };
}

/** Later than the next one: remembered as missing. */
function seen(timeline: Timeline, seq: number): Timeline {
  return seq > timeline.seenSeq ? { ...timeline, seenSeq: seq } : timeline;
}

function advanced(timeline: Timeline, seq: number, messages: readonly Message[]): Timeline {
  return { ...timeline, messages, lastSeq: seq, seenSeq: Math.max(timeline.seenSeq, seq) };
}

/** A new message of the log. */
export function applyMessage(timeline: Timeline, message: Message): Timeline {
  if (message.seq <= timeline.lastSeq) return nameOwn(timeline, message);
  if (message.seq > timeline.lastSeq + 1) return seen(timeline, message.seq);
  return advanced(timeline, message.seq, [...timeline.messages, message]);
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

/** A change of an earlier message: `whole` is it as it is then, null from a server that tells no more than the change. */
export function applyChange(timeline: Timeline, seq: number, id: string, whole: Message | null, change: Change): Timeline {
  if (seq <= timeline.lastSeq) return timeline;
  if (seq > timeline.lastSeq + 1) return seen(timeline, seq);
  const at = whole !== null ? position(timeline.messages, whole.seq) : timeline.messages.findIndex((m) => m.id === id);
  const there = at < 0 ? undefined : timeline.messages[at];
  const next = whole === null ? null : { ...whole, changeSeq: Math.max(whole.changeSeq, seq) };
  if (there === undefined || there.id !== id) {
    if (next !== null && timeline.hasOlder && next.seq < (timeline.messages[0]?.seq ?? 0)) return applyChanges(timeline, [next], seq);
    // It ought to be here: `sync` has brought a part only of what was missed, and the rest will say what became of it.
    return seen(timeline, seq);
  }
  // Its page, or the answer to our own edit, told of a later change already.
  if (there.changeSeq >= seq) return advanced(timeline, seq, timeline.messages);
  const messages = timeline.messages.slice();
  messages[at] = next === null ? changed(there, change, seq) : keepTempId(there, next);
  return advanced(timeline, seq, messages);
}

/** The answer to an edit, a deletion or a reaction of one's own. Its event follows; until then nothing is certain about
 *  what lies between, so only the message itself changes, and only if it is here. */
export function applyOwnChange(timeline: Timeline, message: Message): Timeline {
  const at = position(timeline.messages, message.seq);
  const there = timeline.messages[at];
  if (there === undefined || there.id !== message.id || there.changeSeq >= message.changeSeq) return timeline;
  const messages = timeline.messages.slice();
  messages[at] = keepTempId(there, message);
  return { ...timeline, messages };
}

/** The last `limit` messages: what is kept on the device for the next start, and what a long-open tab falls back to. */
export function newest(timeline: Timeline, limit: number): Timeline {
  if (timeline.messages.length <= limit) return timeline;
  return { ...timeline, messages: timeline.messages.slice(-limit), hasOlder: true };
}
