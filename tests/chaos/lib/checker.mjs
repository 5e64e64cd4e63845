// What "nothing lost" means, as a function of evidence: what the clients were told, and what every server says stands.
// Pure, so that its own tests can give it wrong histories. Each finding names the room, the ids and the seed.
import { lastChange } from './room_view.mjs';

/**
 * A message as docs/protocol.md has it.
 * @typedef {{ id: string, room: string, seq: number, user: string, text: string, timestamp: string, changeSeq?: number,
 *   editedAt?: string, deletedAt?: string, reactions?: { emoji: string, users: string[] }[], tempId?: string }} Message
 *
 * What one server says of a room when it is asked afresh: by pages of history, and by `sync` from the beginning.
 * @typedef {{ server: string, seq: number, history: Message[], synced: Message[] }} Reading
 *
 * One message of a client. acks: every answer, those too that the client pretended not to have seen. after: the seq up to
 * which its author had seen the room before the first try. given: how often it was handed to a server. abandoned: its
 * author went without an answer and never asked again.
 * @typedef {{ author: string, tempId: string, text: string, after: number, tries: number, abandoned?: boolean,
 *   acks: { id: string, seq: number, server: string }[] }} Send
 *
 * An edit, a deletion or a reaction. seq: of the answer; null: none came, so that it may or may not have happened.
 * value: the new text, or { emoji, on }. refused: it did not happen (such ones are not given to the checker).
 * @typedef {{ kind: 'edit' | 'delete' | 'react', id: string, by: string, seq: number | null, value?: any, refused?: boolean }} Change
 *
 * An event that a client was pushed: what is 'new <id>' or 'change <id>'
 * @typedef {{ seq: number, what: string, by: string }} Seen
 *
 * @typedef {{ seed: number, room: string, readings: Reading[], sends: Send[], changes: Change[], seen: Seen[] }} Evidence
 * @typedef {{ kind: string, room: string, text: string }} Finding
 */

/** A message without what only its author is told. @param {Message} message */
export function plain({ tempId, ...message }) {
  return message;
}

/** Whether two messages are the same, whatever the order of their fields. */
export function same(a, b) {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/** Every sent text begins with its tempId, so that a message names its origin even when nobody was told its id. */
export const originOf = (message) => message.text.split(' ', 1)[0];

/**
 * Everything that is wrong with a room.
 * @param {Evidence} evidence
 * @returns {Finding[]}
 */
export function checkRoom(evidence) {
  const { seed, room, readings, sends, changes, seen } = evidence;
  /** @type {Finding[]} */
  const findings = [];
  const found = (kind, text) => findings.push({ kind, room, text: `${kind} in ${room}: ${text} (seed ${seed})` });

  for (const reading of readings) checkReading(reading, found);
  checkServersAgree(readings, found);
  const reading = readings[0];
  if (!reading) return findings;
  const byId = new Map(reading.history.map((message) => [message.id, message]));
  checkSends(sends, byId, reading, found);
  checkChanges(changes, byId, found);
  checkOneOrder({ reading, byId, changes, seen }, found);
  return findings;
}

/** One server's own account: ordered, dense where it must be, and the same by both ways of asking. */
function checkReading({ server, seq, history, synced }, found) {
  const ids = new Map();
  let before = 0;
  for (const message of history) {
    if (ids.has(message.id)) found('doubled', `${server} has ${message.id} twice in its history`);
    ids.set(message.id, message);
    if (message.seq <= before) found('reordered', `${server} has ${message.id} with seq ${message.seq} after one with seq ${before}`);
    before = Math.max(before, message.seq);
    if (lastChange(message) > seq) found('hole', `${server} says the room stands at ${seq}, but ${message.id} changed at ${lastChange(message)}`);
  }
  let changed = 0;
  const told = new Set();
  for (const message of synced) {
    if (told.has(message.id)) found('doubled', `${server} gives ${message.id} twice in a sync from the beginning`);
    told.add(message.id);
    if (lastChange(message) <= changed) found('reordered', `${server} gives ${message.id}, changed at ${lastChange(message)}, after one changed at ${changed}, in a sync`);
    changed = Math.max(changed, lastChange(message));
    const there = ids.get(message.id);
    if (!there) found('differs', `${server} has ${message.id} in a sync but not in its history`);
    else if (!same(plain(there), plain(message))) found('differs', `${server} shows ${message.id} in its history and in a sync differently: ${difference(there, message)}`);
  }
  for (const id of ids.keys()) if (!told.has(id)) found('differs', `${server} has ${id} in its history but not in a sync from the beginning`);
}

function checkServersAgree(readings, found) {
  const [first, ...others] = readings;
  for (const other of others) {
    if (other.seq !== first.seq) found('differs', `${first.server} stands at seq ${first.seq}, ${other.server} at ${other.seq}`);
    const theirs = new Map(other.history.map((message) => [message.id, message]));
    for (const message of first.history) {
      const there = theirs.get(message.id);
      if (!there) found('differs', `${message.id} is on ${first.server} but not on ${other.server}`);
      else if (!same(plain(message), plain(there))) found('differs', `${message.id} is not the same on ${first.server} and ${other.server}: ${difference(message, there)}`);
      theirs.delete(message.id);
    }
    for (const id of theirs.keys()) found('differs', `${id} is on ${other.server} but not on ${first.server}`);
  }
}

/** Each acknowledged message stands once, under its id and seq; nothing else stands there. */
function checkSends(sends, byId, reading, found) {
  const origins = new Map();
  for (const message of reading.history) {
    if (message.deletedAt) continue;
    const origin = originOf(message);
    origins.set(origin, [...(origins.get(origin) ?? []), message]);
  }
  const explained = new Set();
  for (const send of sends) {
    const ids = [...new Set(send.acks.map((ack) => ack.id))];
    if (ids.length > 1) found('doubled', `${send.tempId} of ${send.author} was acknowledged as ${send.acks.map((ack) => `${ack.id} by ${ack.server}`).join(' and as ')}`);
    for (const ack of send.acks) {
      explained.add(ack.id);
      const message = byId.get(ack.id);
      if (!message) {
        found('lost', `${ack.id} (${send.tempId} of ${send.author}, acknowledged by ${ack.server}) is not in the history of ${reading.server}`);
        continue;
      }
      if (message.seq !== ack.seq) found('reordered', `${ack.id} was acknowledged with seq ${ack.seq} and stands at ${message.seq}`);
      if (message.user !== send.author) found('differs', `${ack.id} was sent by ${send.author} and stands as ${message.user}'s`);
      if (!message.deletedAt && !message.editedAt && message.text !== send.text) found('differs', `${ack.id} was sent as "${send.text}" and stands as "${message.text}"`);
      if (message.seq <= send.after) found('reordered', `${ack.id} stands at seq ${message.seq}, but ${send.author} had seen ${send.after} before sending it`);
    }
    const copies = origins.get(send.tempId) ?? [];
    if (copies.length > 1) found('doubled', `${send.tempId} of ${send.author} stands as ${copies.map((message) => message.id).join(', ')}`);
    for (const copy of copies) {
      explained.add(copy.id);
      // Whoever gave up before an answer came has a message there or has not; everyone else was told.
      if (send.acks.length === 0 && !send.abandoned) found('unknown', `${copy.id} (${send.tempId} of ${send.author}) stands there but was never acknowledged`);
    }
    if (send.acks.length === 0 && !send.abandoned) found('unanswered', `${send.tempId} of ${send.author} got no acknowledgement in ${send.tries} tries`);
  }
  for (const message of reading.history) if (!explained.has(message.id)) found('unknown', `nobody sent ${message.id} of ${message.user}: "${message.text}"`);
}

/** Each acknowledged edit, deletion and reaction is in force, unless a later one is. */
function checkChanges(changes, byId, found) {
  /** @type {Map<string, Change[]>} one register each: a message's text, its being there, one person's one reaction */
  const registers = new Map();
  for (const change of changes) {
    const key = change.kind === 'react' ? `react ${change.id} ${change.by} ${change.value.emoji}` : `${change.kind} ${change.id}`;
    registers.set(key, [...(registers.get(key) ?? []), change]);
  }
  for (const register of registers.values()) {
    const answered = register.filter((change) => change.seq !== null).sort((a, b) => a.seq - b.seq);
    const last = answered.at(-1);
    if (!last) continue;
    const message = byId.get(last.id);
    if (!message) {
      found('lost', `${last.id} is gone, which ${last.by} changed (${last.kind}) at seq ${last.seq}`);
      continue;
    }
    if (lastChange(message) < last.seq) found('lost', `the ${last.kind} of ${last.id} by ${last.by}, acknowledged with seq ${last.seq}: the message stands as of ${lastChange(message)}`);
    if (last.kind === 'delete') {
      if (!message.deletedAt) found('lost', `the deletion of ${last.id}, acknowledged with seq ${last.seq}`);
      continue;
    }
    // One that nobody answered may have come after it; and a deletion takes text and reactions along.
    if (answered.length < register.length || message.deletedAt) continue;
    if (last.kind === 'edit' && message.text !== last.value) found('lost', `the edit of ${last.id}, acknowledged with seq ${last.seq} as "${last.value}": it stands as "${message.text}"`);
    if (last.kind === 'react') {
      const there = (message.reactions ?? []).some(({ emoji, users }) => emoji === last.value.emoji && users.includes(last.by));
      if (there !== last.value.on) found('lost', `the reaction ${last.value.emoji} ${last.value.on ? 'on' : 'off'} of ${last.by} to ${last.id}, acknowledged with seq ${last.seq}`);
    }
  }
}

/**
 * Everybody saw the same thing at each seq, and each seq up to the room's is somebody's.
 *
 * One difference is none. The log knows a message and its last change, not every change: a server that fills a hole from the
 * log puts, for a change that a later one of the same message has overtaken, any message that was there and has changed since.
 */
function checkOneOrder({ reading, byId, changes, seen }, found) {
  /** @type {Map<number, { what: string, by: string }>} */
  const at = new Map();
  const overtaken = (what, seq) => {
    const message = byId.get(what.split(' ')[1]);
    return what.startsWith('change ') && message !== undefined && message.seq < seq && lastChange(message) > seq;
  };
  const stands = (seq, what, by) => {
    const there = at.get(seq);
    if (!there) at.set(seq, { what, by });
    else if (there.what !== what && !(overtaken(what, seq) && overtaken(there.what, seq))) found('reordered', `seq ${seq} is "${there.what}" for ${there.by} and "${what}" for ${by}`);
  };
  for (const message of byId.values()) stands(message.seq, `new ${message.id}`, reading.server);
  for (const { seq, what, by } of seen) stands(seq, what, by);
  // A reaction that is there already is answered with where the message stands: it takes no seq of its own.
  for (const { id, seq, by } of changes) if (seq !== null && !at.has(seq)) stands(seq, `change ${id}`, by);
  for (const message of byId.values()) if (!at.has(lastChange(message))) stands(lastChange(message), `change ${message.id}`, reading.server);

  const missing = [];
  for (let seq = 1; seq <= reading.seq; ++seq) if (!at.has(seq)) missing.push(seq);
  // A change whose answer and whose event were both lost, and that another one has followed, leaves no other trace.
  const doubtful = changes.filter((change) => change.seq === null).length;
  if (missing.length > doubtful) found('hole', `nothing stands at seq ${missing.join(', ')} of ${reading.seq}, and only ${doubtful} changes were left without an answer`);
  for (const seq of at.keys()) if (seq > reading.seq) found('lost', `"${at.get(seq)?.what}" was seen by ${at.get(seq)?.by} at seq ${seq}, but ${reading.server} stands at ${reading.seq}`);
}

/**
 * A client's view of a room beside what a server says: the same, as far back as the view goes.
 * @param {{ seed: number, client: string, view: import('./room_view.mjs').RoomView, reading: { seq: number, history: Message[] } }} evidence
 * @returns {Finding[]}
 */
export function checkView({ seed, client, view, reading }) {
  /** @type {Finding[]} */
  const findings = [];
  const found = (text) => findings.push({ kind: 'view', room: view.room, text: `view of ${client} in ${view.room}: ${text} (seed ${seed})` });
  if (view.seq !== reading.seq) found(`stands at seq ${view.seq}, the room at ${reading.seq}`);
  const theirs = new Map(view.messages);
  for (const message of reading.history) {
    const there = theirs.get(message.id);
    theirs.delete(message.id);
    if (!there) {
      if (message.seq >= view.floor) found(`${message.id} is missing`);
    } else if (!same(plain(there), plain(message))) found(`${message.id} differs: ${difference(there, message)}`);
  }
  for (const id of theirs.keys()) found(`has ${id}, which is not in the history`);
  return findings;
}

/** The fields in which two messages differ. */
function difference(a, b) {
  const keys = [...new Set([...Object.keys(plain(a)), ...Object.keys(plain(b))])].filter((key) => !same(a[key], b[key]));
  return keys.map((key) => `${key} ${JSON.stringify(a[key])} / ${JSON.stringify(b[key])}`).join(', ');
}
