// What people in a room see of each other, with every official client over every transport: the events that the earlier
// version had keep their names, fields and order of arguments.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, close, collect, connect, emitWithAck, everyClient, nextEvent } from './lib/clients.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const isNotice = (message) => message.user === 'admin' && message.id === undefined;

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

let count = 0;
/** A name that no other test uses. */
const fresh = (what) => `${what}${++count}`;

async function account(name = fresh('user')) {
  const { json } = await server.post('/api/auth/register', { username: name, password: 'correct horse' });
  return { name, token: json.token };
}

/** Connects, joins, and resolves with the socket and the events its join brought. */
async function enter(client, room, name = fresh('guest'), options = {}) {
  const socket = await connect(server, { ...client, ...options });
  const seen = Object.fromEntries(['messageHistory', 'message', 'roomData', 'messageConfirmed', 'userTyping', 'userStoppedTyping'].map((event) => [event, collect(socket, event)]));
  const joined = await ask(socket, 'join', { name, room });
  return { socket, name, joined, ...seen };
}

// Beside each other: most of their time is the second for which lists and notices are held back.
describe('the people of a room', { concurrency: true }, () => {
  for (const client of everyClient) {
    describe(`socket.io-client ${client.version}, ${client.transport}`, () => {
      test('a newcomer gets history, welcome and people at once, and the others a notice', async () => {
        const room = fresh('tea');
        const ada = await enter(client, room, fresh('ada'));
        assert.deepEqual(ada.joined, { room, user: ada.name, seq: 0 });
        assert.deepEqual(await ada.messageHistory.next(), { room, messages: [], seq: 0, hasMore: false });
        const welcome = await ada.message.next();
        assert.equal(welcome.text, `${ada.name}, welcome to room ${room}.`);
        assert.deepEqual([welcome.user, welcome.room, welcome.id, welcome.seq], ['admin', room, undefined, undefined]);
        assert.match(welcome.timestamp, iso);
        const people = await ada.roomData.next();
        assert.deepEqual(people, { room, users: [{ id: people.users[0].id, name: ada.name, room }], total: 1 });
        // With protocol 3 a socket's id is its session's, which is nobody else's business.
        assert.equal(people.users[0].id === ada.socket.id, client.version !== 2);

        const bob = await enter(client, room, fresh('bob'));
        const both = await bob.roomData.next();
        assert.equal(both.total, 2);
        assert.deepEqual(both.users.map((user) => user.name).sort(), [ada.name, bob.name].sort());
        const notice = await ada.message.next((message) => /has joined/.test(message.text));
        assert.equal(notice.text, `${bob.name} has joined!`);
        assert.ok(isNotice(notice));
        assert.equal((await ada.roomData.next((data) => data.total === 2)).users.length, 2);
        assert.deepEqual(bob.message.items.filter((message) => /has joined/.test(message.text)), [], 'nobody is told of himself');
      });

      test('the history comes oldest first, as the very objects that were sent', async () => {
        const room = fresh('tea');
        const ada = await enter(client, room);
        for (const text of ['one', 'two', 'three']) await ask(ada.socket, 'sendMessage', text);
        await ada.message.next((message) => message.text === 'three');
        const bob = await enter(client, room);
        const history = await bob.messageHistory.next();
        assert.deepEqual(history.messages, ada.message.items.filter((message) => !isNotice(message)));
        assert.deepEqual(history.messages.map((message) => message.text), ['one', 'two', 'three']);
        assert.deepEqual([history.seq, history.hasMore], [3, false]);
      });

      test('sendMessage takes a string, { text, tempId } and the room it is for', async () => {
        const [tea, coffee] = [fresh('tea'), fresh('coffee')];
        const ada = await enter(client, tea);
        await ask(ada.socket, 'join', { name: ada.name, room: coffee });
        const bob = await enter(client, tea);
        const cy = await enter(client, coffee);

        const plain = await ask(ada.socket, 'sendMessage', 'to the room joined last');
        assert.equal(plain.room, coffee);
        assert.equal((await cy.message.next((message) => !isNotice(message))).id, plain.id);

        const tempId = `temp-${count}`;
        const named = await ask(ada.socket, 'sendMessage', { text: 'with an id of mine', tempId });
        const confirmed = await ada.messageConfirmed.next();
        assert.deepEqual(confirmed, { tempId, id: named.id, timestamp: named.timestamp, room: coffee, seq: 2 });
        assert.match(confirmed.timestamp, iso);

        const there = await ask(ada.socket, 'sendMessage', { text: 'to the other room', tempId: `${tempId}b`, room: ` ${tea.toUpperCase()} ` });
        const message = await bob.message.next((candidate) => !isNotice(candidate));
        assert.deepEqual(message, { id: there.id, room: tea, seq: 1, user: ada.name, text: 'to the other room', timestamp: there.timestamp });
        assert.equal(bob.messageConfirmed.items.length + cy.messageConfirmed.items.length, 0);
      });

      test('callbacks are called as the earlier client expects them: falsy, or a sentence', async () => {
        const room = fresh('tea');
        const socket = await connect(server, client);
        const [noRoom] = await emitWithAck(socket, 'sendMessage', 'too early');
        assert.equal(typeof noRoom, 'string');
        const [joinError] = await emitWithAck(socket, 'join', { name: fresh('ada'), room });
        assert.equal(joinError, null);
        const [sendError] = await emitWithAck(socket, 'sendMessage', 'hello');
        assert.equal(sendError, null);
        // Without a callback it is the same, but for the answer.
        const messages = collect(socket, 'message');
        socket.emit('sendMessage', 'nobody waits for this');
        await messages.next((message) => message.text === 'nobody waits for this');
        const [error, result] = await emitWithAck(socket, 'join', { name: '', room });
        assert.match(error, /^[A-Z].*\.$/);
        assert.deepEqual(result, { code: 'INVALID_PAYLOAD', field: 'name' });
      });

      test('a tempId is for its author only, on all devices of the author', async () => {
        const room = fresh('tea');
        const { name, token } = await account();
        const phone = await enter(client, room, name, { token });
        const laptop = await enter({ version: 4, transport: 'websocket' }, room, name, { token });
        const bob = await enter(client, room);
        const tempId = `temp-${count}`;
        const { id } = await ask(phone.socket, 'sendMessage', { text: 'mine', tempId });

        assert.equal((await phone.message.next((message) => message.id === id)).tempId, tempId);
        assert.equal((await laptop.message.next((message) => message.id === id)).tempId, tempId);
        assert.ok(!('tempId' in (await bob.message.next((message) => message.id === id))));
        assert.equal((await phone.messageConfirmed.next()).id, id);
        // The laptop's own confirmation comes after anything it could have got of the phone's.
        await ask(laptop.socket, 'sendMessage', { text: 'from the laptop', tempId: `${tempId}b` });
        assert.equal((await laptop.messageConfirmed.next()).tempId, `${tempId}b`);
        assert.equal(laptop.messageConfirmed.items.length, 1);

        const again = await connect(server, { ...client, token });
        const history = nextEvent(again, 'messageHistory');
        await ask(again, 'join', { name, room });
        assert.deepEqual((await history).messages.map((message) => message.tempId), [tempId, `${tempId}b`]);
        const stranger = await enter(client, room);
        assert.deepEqual((await stranger.messageHistory.next()).messages.map((message) => message.tempId), [undefined, undefined]);
      });

      test('typing is told to the others, and its end', async () => {
        const room = fresh('tea');
        const ada = await enter(client, room);
        const bob = await enter(client, room);
        ada.socket.emit('typing');
        assert.deepEqual(await bob.userTyping.next(), { user: ada.name, room });
        ada.socket.emit('stopTyping');
        assert.deepEqual(await bob.userStoppedTyping.next(), { user: ada.name, room });
        await ask(ada.socket, 'typing', { room });
        await bob.userTyping.next();
        await ask(ada.socket, 'sendMessage', 'sent, so no longer typing');
        await bob.userStoppedTyping.next();
        assert.equal(ada.userTyping.items.length + ada.userStoppedTyping.items.length, 0);
      });

      test('who leaves, or goes, is out of the room and of the list', async () => {
        const [tea, coffee] = [fresh('tea'), fresh('coffee')];
        const ada = await enter(client, tea);
        await ask(ada.socket, 'join', { name: ada.name, room: coffee });
        const bob = await enter(client, tea);
        assert.deepEqual(await ask(ada.socket, 'leave', { room: tea }), { room: tea });
        assert.equal((await bob.message.next((message) => /left/.test(message.text))).text, `${ada.name} has left.`);
        const { users } = await bob.roomData.next((data) => data.total === 1);
        assert.deepEqual(users.map((user) => user.name), [bob.name]);

        ada.message.clear();
        await ask(bob.socket, 'sendMessage', 'she cannot hear this');
        assert.equal((await ask(ada.socket, 'sendMessage', 'still in the other room')).room, coffee);
        await ada.message.next((message) => message.room === coffee && !isNotice(message));
        assert.deepEqual(ada.message.items.filter((message) => message.room === tea), []);
        await assert.rejects(ask(ada.socket, 'sendMessage', { text: 'x', room: tea }), { code: 'NOT_IN_ROOM' });

        const cy = await enter(client, coffee);
        close(ada.socket);
        assert.equal((await cy.message.next((message) => /left/.test(message.text))).text, `${ada.name} has left.`);
        await cy.roomData.next((data) => data.total === 1);
      });

      test('a name is in a room once, but for devices of one account', async () => {
        const room = fresh('tea');
        const guest = await enter(client, room);
        const stranger = await connect(server, client);
        await assert.rejects(ask(stranger, 'join', { name: ` ${guest.name.toUpperCase()} `, room }), { code: 'NAME_TAKEN' });
        await assert.rejects(ask(stranger, 'join', { name: 'Admin', room }), { code: 'NAME_TAKEN' });
        const { name, token } = await account();
        await assert.rejects(ask(stranger, 'join', { name, room }), { code: 'NAME_TAKEN' }, 'it belongs to an account, in the room or not');

        const phone = await enter(client, room, name, { token });
        const laptop = await enter(client, room, name, { token });
        const bob = await enter(client, room);
        assert.equal((await bob.roomData.next()).total, 3, 'two devices are one person');
        const ofAccount = (message) => /joined!/.test(message.text) && message.text.includes(name);
        await guest.message.next(ofAccount);
        close(phone.socket);
        await ask(laptop.socket, 'sendMessage', 'still here');
        await bob.message.next((message) => message.text === 'still here');
        close(laptop.socket);
        await bob.message.next((message) => message.text === `${name} has left.`);
        assert.equal(guest.message.items.filter(ofAccount).length, 1, 'the second device is no news');
      });

      test('edits, deletions and reactions reach everyone with the new state', async () => {
        const room = fresh('tea');
        const ada = await enter(client, room);
        const bob = await enter(client, room);
        const [edited, deleted, reacted] = ['messageEdited', 'messageDeleted', 'reactionUpdated'].map((event) => collect(bob.socket, event));
        const { id } = await ask(ada.socket, 'sendMessage', 'teh');

        const edit = await ask(ada.socket, 'editMessage', { id, text: 'the' });
        assert.deepEqual([edit.id, edit.room, edit.seq], [id, room, 2]);
        const editEvent = await edited.next();
        assert.match(edit.editedAt, iso);
        assert.equal(edit.editedAt, editEvent.editedAt);
        assert.deepEqual([editEvent.room, editEvent.seq, editEvent.id, editEvent.text], [room, 2, id, 'the']);

        const reaction = await ask(bob.socket, 'react', { id, emoji: '👍', on: true });
        assert.deepEqual(reaction.reactions, [{ emoji: '👍', users: [bob.name] }]);
        const { message, ...update } = await reacted.next();
        assert.deepEqual(update, { room, seq: 3, id, user: bob.name, emoji: '👍', on: true, reactions: [{ emoji: '👍', users: [bob.name] }] });
        assert.equal(message.text, 'the');

        await assert.rejects(ask(bob.socket, 'editMessage', { id, text: 'mine now' }), { code: 'FORBIDDEN' });
        await assert.rejects(ask(bob.socket, 'deleteMessage', { id }), { code: 'FORBIDDEN' });
        const deletion = await ask(ada.socket, 'deleteMessage', { id });
        assert.deepEqual([deletion.id, deletion.room, deletion.seq], [id, room, 4]);
        const gone = await deleted.next();
        assert.deepEqual([gone.id, gone.seq, gone.message.text], [id, 4, '']);
        await assert.rejects(ask(ada.socket, 'editMessage', { id, text: 'back?' }), { code: 'MESSAGE_NOT_FOUND' });
      });
    });
  }
});

test('typing ends by itself after five seconds', async () => {
  const typists = await Promise.all(everyClient.map(async (client) => {
    const room = fresh('tea');
    const ada = await enter(client, room);
    const bob = await enter(client, room);
    return { ada, bob };
  }));
  await Promise.all(typists.map(async ({ ada, bob }) => {
    ada.socket.emit('typing');
    await bob.userTyping.next();
    const since = Date.now();
    await bob.userStoppedTyping.next();
    assert.ok(Date.now() - since > 3_500, 'not sooner');
  }));
});

test('the people of a room are told to those who are in it at most once a second, however many come', async () => {
  const room = fresh('tea');
  const ada = await enter({ version: 4, transport: 'websocket' }, room);
  ada.roomData.clear();
  const since = Date.now();
  const newcomers = await Promise.all(Array.from({ length: 30 }, () => enter({ version: 4, transport: 'websocket' }, room)));
  for (const one of newcomers) assert.ok((await one.roomData.next()).users.some((user) => user.name === one.name), 'a newcomer sees himself at once');
  await ada.roomData.next((data) => data.total === 31);
  assert.ok(ada.roomData.items.length <= (Date.now() - since) / 1_000 + 2, `${ada.roomData.items.length} lists`);
});

test('who came and went before anybody was told stays in nobody\'s list', async () => {
  const websocket = { version: 4, transport: 'websocket' };
  const room = fresh('tea');
  await enter(websocket, room); // told at once; what follows waits for the end of its second
  const ana = await enter(websocket, room);
  const ben = await enter(websocket, room);
  assert.equal((await ben.roomData.next()).total, 3);
  close(ana.socket);
  await ben.roomData.next((data) => data.total === 2);
});

test('presence, read receipts and mentions reach whom they concern', async () => {
  const room = fresh('tea');
  const [ada, bob] = [await account(), await account()];
  const adas = await connect(server, { token: ada.token });
  const bobs = await connect(server, { token: bob.token });
  const presence = collect(adas, 'presence');
  const receipts = collect(adas, 'readReceipt');
  const mentions = collect(bobs, 'mention');
  await ask(adas, 'join', { name: ada.name, room });
  await ask(bobs, 'join', { name: bob.name, room });
  await ask(bobs, 'setStatus', { status: 'busy', text: 'in a meeting' });
  assert.deepEqual(await presence.next((change) => change.status === 'busy'), { room, user: bob.name, status: 'busy', text: 'in a meeting' });
  const { id, seq } = await ask(adas, 'sendMessage', `look, @${bob.name}`);
  assert.equal((await mentions.next()).message.id, id);
  assert.deepEqual(await ask(bobs, 'markRead', { room, seq }), { room, seq });
  assert.deepEqual(await receipts.next(), { room, user: bob.name, seq });
  close(bobs);
  await presence.next((change) => change.status === 'offline');
});

test('a member who is not in the room learns that there is something unread', async () => {
  const room = fresh('tea');
  const ada = await account();
  const adas = await connect(server, { token: ada.token });
  const unread = collect(adas, 'unread');
  await ask(adas, 'join', { name: ada.name, room });
  await ask(adas, 'leave', { room });
  const bob = await enter({ version: 4, transport: 'websocket' }, room);
  const { seq } = await ask(bob.socket, 'sendMessage', 'anybody there?');
  const news = await unread.next();
  assert.deepEqual(news, { room, count: 1, seq });
});

test('a room is entered again after the connection is gone, under the same name', async () => {
  const room = fresh('tea');
  const name = fresh('ada');
  for (const client of everyClient) {
    const ada = await connect(server, client);
    await waitFor(() => ask(ada, 'join', { name, room }), { what: 'the name is free again' });
    close(ada);
  }
});
