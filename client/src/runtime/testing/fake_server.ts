/** A server of docs/protocol.md, small and in memory, that loses connections, answers and events when it is told to. */

import type { ServerEventName } from '../../protocol/events';
import { fields, text } from '../../protocol/parse';
import type { ErrorCode, Failure } from '../../protocol/types';
import { RoomLog, type LogEvent, type WireMessage } from '../../testing/room_log';
import type { TransportFactory } from '../socket';
import { transportOf, type Answer, type FakeLink } from './fake_link';

interface Session {
  readonly link: FakeLink;
  readonly account: string | null;
  /** By room: under which name. */
  readonly rooms: Map<string, string>;
}
type Payload = Readonly<Record<string, unknown>>;
interface Room {
  readonly log: RoomLog;
  readonly password: string | null;
  /** By account: up to where it has read. */
  readonly members: Map<string, number>;
}
interface Fault {
  readonly event: string;
  readonly answer: Answer | 'lost';
  times: number;
}

class Refusal extends Error {
  constructor(readonly code: ErrorCode, readonly more: { readonly retryAfterMs?: number; readonly field?: string } = {}) {
    super(`Refused: ${code}`);
  }
}
const ack = (result: unknown): Answer => ({ error: null, result });
const refused = (refusal: Refusal): Answer => ({ error: refusal.message, result: { code: refusal.code, ...refusal.more } });

export class FakeServer {
  /** `away`: refuses connections; `silent`: answers nobody. */
  state: 'up' | 'away' | 'silent' = 'up';
  guestAccess = true;
  historyLimit = 50;
  syncLimit = 200;
  readonly network = { latencyMs: 5, batched: false };
  /** By token. */
  readonly accounts = new Map<string, string>();
  /** All that came in, in order. */
  readonly asked: { readonly event: string; readonly payload: Payload }[] = [];
  connects = 0;

  private readonly rooms = new Map<string, Room>();
  private sessions: Session[] = [];
  private faults: Fault[] = [];
  private eventsToLose = 0;

  readonly transport: TransportFactory = (token, handler) => transportOf(token, handler, {
    accept: (link) => this.accept(link),
    receive: (link, event, payload, answer) => this.receive(link, event, payload, answer),
    gone: (link) => this.end(link),
  }, this.network);

  // ---- what a test does to it

  private all(): Session[] {
    return this.sessions.slice();
  }
  /** It dies, and every connection with it. What it had acknowledged is stored. */
  die(): void {
    this.state = 'away';
    const links = this.all().map(({ link }) => link);
    this.sessions = [];
    for (const link of links) link.lose();
  }
  start(): void {
    this.state = 'up';
  }
  /** Connections break. `lingering`: the server does not know it yet, and takes their names for taken. */
  lose({ lingering = false } = {}): void {
    const links = this.all().map(({ link }) => link);
    if (!lingering) this.sessions = [];
    for (const link of links) link.lose();
  }
  /** It notices connections that are dead. */
  reap(): void {
    this.sessions = this.sessions.filter(({ link }) => link.state === 'open' && !link.frozen);
  }
  /** The network swallows everything, and tells nobody. */
  freeze(): void {
    for (const { link } of this.sessions) link.frozen = true;
    this.state = 'silent';
  }
  /** The next requests of that kind are refused, and not carried out. */
  refuse(event: string, code: ErrorCode, { times = 1, ...more }: { readonly times?: number; readonly retryAfterMs?: number } = {}): void {
    this.faults.push({ event, answer: refused(new Refusal(code, more)), times });
  }
  /** The next requests of that kind are carried out, and the answer is lost. */
  loseAnswer(event: string, times = 1): void {
    this.faults.push({ event, answer: 'lost', times });
  }
  /** The next events of a room's log are lost, for everybody. */
  loseEvents(n: number): void {
    this.eventsToLose = n;
  }
  shutdown(retryAfterMs: number): void {
    for (const { link } of this.sessions) link.emit('serverShutdown', { retryAfterMs });
  }
  kick(name: string, room: string, reason: string): void {
    for (const session of this.sessions) {
      if (session.rooms.get(room) !== name) continue;
      session.rooms.delete(room);
      session.link.emit('kicked', { room, reason });
    }
  }
  /** Somebody else writes. */
  say(room: string, user: string, body: string): WireMessage {
    const { message, event } = this.room(room).log.append(user, body);
    if (event !== null) this.broadcast(room, event);
    return message;
  }
  change(room: string, what: (log: RoomLog) => LogEvent): void {
    this.broadcast(room, what(this.room(room).log));
  }
  emit(room: string, name: ServerEventName, payload: Payload): void {
    for (const { link, rooms } of this.sessions) if (rooms.has(room)) link.emit(name, { room, ...payload });
  }
  createRoom(name: string, password: string | null = null): void {
    this.rooms.set(name, { log: new RoomLog(name), password, members: new Map() });
  }
  room(name: string): Room {
    const room = this.rooms.get(name) ?? { log: new RoomLog(name), password: null, members: new Map<string, number>() };
    this.rooms.set(name, room);
    return room;
  }
  texts(room: string): string[] {
    return this.room(room).log.messages.map((message) => message.text);
  }
  askedFor(event: string): Payload[] {
    return this.asked.filter((one) => one.event === event).map(({ payload }) => payload);
  }
  /** Who is in a room. */
  names(room: string): string[] {
    return this.sessions.flatMap(({ rooms }) => rooms.get(room) ?? []);
  }

  /** The REST side, as far as the chat uses it. */
  readonly fetch = (path: string, init: RequestInit): Promise<Response> => {
    const reply = (status: number, body: unknown): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { status }));
    if (this.state !== 'up') return Promise.reject(new TypeError('Failed to fetch'));
    if (path === '/api/config') return reply(200, { version: '1', guestAccess: this.guestAccess, maxMessageLength: 500 });
    const account = this.accounts.get((new Headers(init.headers).get('authorization') ?? '').replace('Bearer ', ''));
    if (path !== '/api/users/me/rooms') return reply(404, { error: 'There is nothing here.', code: 'INTERNAL' });
    if (account === undefined) return reply(401, { error: 'Sign in.', code: 'AUTH_FAILED' });
    const mine = [...this.rooms].filter(([, { members }]) => members.has(account));
    return reply(200, {
      rooms: mine.map(([name, { log, password, members }]) => ({
        room: { name, description: '', creator: '', isPrivate: password !== null, memberCount: members.size, createdAt: '2026-01-01T00:00:00.000Z' },
        seq: log.seq, readSeq: members.get(account),
      })),
    });
  };

  // ---- connections

  private accept(link: FakeLink): Failure | 'closed' | 'silent' | null {
    ++this.connects;
    if (this.state !== 'up') return this.state === 'away' ? 'closed' : 'silent';
    const account = link.token === null ? null : this.accounts.get(link.token);
    const refusal = (code: ErrorCode): Failure => ({ code, message: 'Refused.', field: null, retryAfterMs: null });
    if (account === undefined) return refusal('AUTH_FAILED');
    if (account === null && !this.guestAccess) return refusal('AUTH_REQUIRED');
    this.sessions.push({ link, account, rooms: new Map() });
    return null;
  }
  private end(link: FakeLink): void {
    this.sessions = this.sessions.filter((session) => session.link !== link);
  }
  private broadcast(room: string, event: LogEvent): void {
    if (this.eventsToLose > 0) {
      --this.eventsToLose;
      return;
    }
    for (const { link, rooms } of this.sessions) {
      const name = rooms.get(room);
      if (name !== undefined) link.emit(event.name, event.payload(name));
    }
  }

  private receive(link: FakeLink, event: string, given: unknown, reply: (answer: Answer) => void): void {
    const session = this.sessions.find((one) => one.link === link);
    const payload = fields(given) ?? {};
    if (session === undefined) return;
    this.asked.push({ event, payload });
    const fault = this.faults.find((one) => one.event === event);
    if (fault !== undefined && --fault.times <= 0) this.faults = this.faults.filter((one) => one !== fault);
    if (fault !== undefined && fault.answer !== 'lost') {
      reply(fault.answer);
      return;
    }
    // What follows an answer follows it on the wire, too.
    const then: (() => void)[] = [];
    let answer: Answer;
    try {
      answer = ack(this.carryOut(session, event, payload, then));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      answer = refused(refusal);
    }
    if (fault === undefined) reply(answer);
    for (const run of then) run();
  }

  // ---- the events

  private carryOut(session: Session, event: string, payload: Payload, then: (() => void)[]): unknown {
    if (event === 'join') return this.join(session, payload, then);
    if (event === 'setStatus') return {};
    if (event === 'editMessage' || event === 'deleteMessage' || event === 'react') return this.changeMessage(session, event, payload, then);
    const room = text(payload.room) || ([...session.rooms.keys()].at(-1) ?? '');
    const name = session.rooms.get(room);
    if (name === undefined) throw new Refusal('NOT_IN_ROOM');
    const { log, members } = this.room(room);
    switch (event) {
      case 'leave':
        session.rooms.delete(room);
        return { room };
      case 'typing':
      case 'stopTyping':
        for (const other of this.sessions) {
          if (other !== session && other.rooms.has(room)) other.link.emit(event === 'typing' ? 'userTyping' : 'userStoppedTyping', { room, user: name });
        }
        return {};
      case 'sendMessage': {
        const body = text(payload.text) ?? '';
        if (body.trim() === '') throw new Refusal('MESSAGE_EMPTY', { field: 'text' });
        const tempId = text(payload.tempId);
        const replyTo = text(payload.replyTo);
        const { message, event: told } = log.append(name, body, { ...(tempId === null ? {} : { tempId }), ...(replyTo === null ? {} : { replyTo }) });
        const { id, timestamp, seq } = message;
        const result = { id, timestamp, room, seq, ...(tempId === null ? {} : { tempId }) };
        then.push(() => session.link.emit('messageConfirmed', result));
        if (told !== null) then.push(() => this.broadcast(room, told));
        return result;
      }
      case 'loadHistory':
        return log.history(name, Number(payload.limit ?? 50), typeof payload.before === 'number' ? payload.before : Infinity);
      case 'sync':
        return log.sync(name, Number(payload.lastSeq), this.syncLimit);
      case 'markRead': {
        const seq = Math.max(members.get(name) ?? 0, Number(payload.seq));
        if (session.account !== null) members.set(session.account, seq);
        return { room, seq };
      }
      default:
        throw new Refusal('INVALID_PAYLOAD');
    }
  }

  private join(session: Session, payload: Payload, then: (() => void)[]): unknown {
    const name = session.account ?? text(payload.name) ?? '';
    const roomName = text(payload.room) ?? '';
    const room = this.room(roomName);
    const { log, password, members } = room;
    if (session.account === null && [...this.accounts.values()].includes(name)) throw new Refusal('NAME_TAKEN', { field: 'name' });
    if (password !== null && !members.has(name) && payload.password !== password) {
      throw new Refusal(payload.password === undefined ? 'ROOM_PASSWORD_REQUIRED' : 'ROOM_PASSWORD_WRONG', { field: 'password' });
    }
    const taken = this.sessions.some((other) => other !== session && other.rooms.get(roomName) === name && (other.account === null || other.account !== session.account));
    if (taken) throw new Refusal('NAME_TAKEN', { field: 'name' });
    session.rooms.set(roomName, name);
    if (session.account !== null && !members.has(session.account)) members.set(session.account, 0);
    const { messages, seq, hasMore } = this.newsFor(log, name, payload.lastSeq);
    then.push(
      () => session.link.emit('messageHistory', { room: roomName, messages, seq, hasMore }),
      () => session.link.emit('message', { user: 'admin', room: roomName, text: `${name}, welcome to room ${roomName}.`, timestamp: new Date().toISOString() }),
      () => this.emit(roomName, 'roomData', { users: this.names(roomName).map((user, i) => ({ id: `s${i}`, name: user, room: roomName })), total: this.names(roomName).length }),
    );
    return { room: roomName, user: name, seq };
  }
  private newsFor(log: RoomLog, name: string, lastSeq: unknown): { readonly messages: readonly WireMessage[]; readonly seq: number; readonly hasMore: boolean } {
    if (typeof lastSeq !== 'number') return { ...log.history(name, this.historyLimit), seq: log.seq };
    const { changes, seq, hasMore } = log.sync(name, lastSeq, this.syncLimit);
    return { messages: changes, seq, hasMore };
  }

  private changeMessage(session: Session, event: string, payload: Payload, then: (() => void)[]): unknown {
    const id = text(payload.id) ?? '';
    const found = [...this.rooms.values()].find(({ log }) => log.find(id) !== undefined);
    const message = found?.log.find(id);
    const name = message === undefined ? undefined : session.rooms.get(message.room);
    if (found === undefined || message === undefined || name === undefined) throw new Refusal('MESSAGE_NOT_FOUND', { field: 'id' });
    if (event !== 'react' && message.user !== name) throw new Refusal('FORBIDDEN');
    const { log } = found;
    const told = event === 'editMessage' ? log.edit(id, text(payload.text) ?? '')
      : event === 'deleteMessage' ? log.delete(id)
      : log.react(id, name, text(payload.emoji) ?? '', payload.on === true);
    then.push(() => this.broadcast(message.room, told));
    return told.payload(name);
  }
}
