/** The acknowledged events of the client: what is sent, and what the answer means. An answer that cannot be understood
 *  counts as none (NETWORK): it is asked again. */

import { count, fields, list, parseMessage, text, time } from '../protocol/parse';
import { failed, ok, type Failure, type Message, type Result } from '../protocol/types';
import type { Confirmation, OutboxItem } from '../state/outbox';
import type { Transport } from './socket';

const PAGE = 50;
const STRANGE_ANSWER: Failure = { code: 'NETWORK', message: '', field: null, retryAfterMs: null };

export interface SyncAnswer {
  readonly changes: readonly Message[];
  readonly seq: number;
  readonly hasMore: boolean;
}

export interface HistoryAnswer {
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
}

async function ask<T>(transport: Transport, event: string, payload: unknown, parse: (answer: Readonly<Record<string, unknown>>) => T | null): Promise<Result<T>> {
  const answer = await transport.request(event, payload);
  if (!answer.ok) return answer;
  const f = fields(answer.value);
  const value = f === null ? null : parse(f);
  return value === null ? failed(STRANGE_ANSWER) : ok(value);
}

export function sendMessage(transport: Transport, item: OutboxItem): Promise<Result<Confirmation>> {
  const payload = { text: item.text, tempId: item.tempId, room: item.room, ...(item.replyTo === null ? {} : { replyTo: item.replyTo }) };
  return ask(transport, 'sendMessage', payload, (f) => {
    const id = text(f.id);
    const seq = count(f.seq);
    return id === null || seq === null ? null : { id, seq, timestamp: time(f.timestamp) ?? Date.now() };
  });
}

/** `lastSeq` 0: a snapshot; else what changed since then. Either comes as the event `messageHistory`. */
export function joinRoom(transport: Transport, name: string, room: string, password: string | null, lastSeq: number): Promise<Result<unknown>> {
  return transport.request('join', { name, room, ...(password === null ? {} : { password }), ...(lastSeq > 0 ? { lastSeq } : {}) });
}

export function syncRoom(transport: Transport, room: string, lastSeq: number): Promise<Result<SyncAnswer>> {
  return ask(transport, 'sync', { room, lastSeq }, (f) => {
    const seq = count(f.seq);
    return seq === null ? null : { seq, changes: list(f.changes, parseMessage), hasMore: f.hasMore === true };
  });
}

export function loadHistory(transport: Transport, room: string, before: number): Promise<Result<HistoryAnswer>> {
  return ask(transport, 'loadHistory', { room, before, limit: PAGE }, (f) => ({ messages: list(f.messages, parseMessage), hasMore: f.hasMore === true }));
}

/** An edit, a deletion or a reaction; the message as it is then, if the server tells. */
export async function changeMessage(transport: Transport, event: 'editMessage' | 'deleteMessage' | 'react', payload: unknown): Promise<Result<Message | null>> {
  const answer = await transport.request(event, payload);
  return answer.ok ? ok(parseMessage(fields(answer.value)?.message)) : answer;
}
