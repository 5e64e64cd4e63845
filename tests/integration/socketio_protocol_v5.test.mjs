// Socket.IO protocol revision 5 on the wire: the behaviours of the public protocol suite, and the breaches it does not try.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from './lib/raw_socketio.mjs';
import { startProgram } from './lib/programs.mjs';

const server = await startProgram('socketio_protocol_server', ['--threads', 2]);
const bytes = (...values) => Buffer.from(values);

/** A session in "/", its answers to CONNECT read. */
async function connected() {
  const session = await openRaw(server);
  session.send('0');
  assert.match(await session.next(), /^0\{"sid":"[\w-]{20}"\}$/);
  assert.equal(await session.next(), '2["auth",{}]');
  return session;
}

test('connects to the main namespace, with and without a payload', async () => {
  (await connected()).close();
  const session = await openRaw(server);
  session.send('0{"token":"123"}');
  assert.match(await session.next(), /^0\{"sid":/);
  assert.equal(await session.next(), '2["auth",{"token":"123"}]');
  session.close();
});

test('connects to a custom namespace, with and without a payload', async () => {
  const session = await openRaw(server);
  session.send('0/custom,{"token":"abc"}');
  assert.match(await session.next(), /^0\/custom,\{"sid":"[\w-]{20}"\}$/);
  assert.equal(await session.next(), '2/custom,["auth",{"token":"abc"}]');
  session.close();
  const plain = await openRaw(server);
  plain.send('0/custom,');
  assert.match(await plain.next(), /^0\/custom,/);
  assert.equal(await plain.next(), '2/custom,["auth",{}]');
  plain.close();
});

test('refuses an unknown namespace and stays open', async () => {
  const session = await openRaw(server);
  session.send('0/random');
  assert.equal(await session.next(), '4/random,{"message":"Invalid namespace"}');
  session.send('0');
  assert.match(await session.next(), /^0\{/);
  session.close();
});

test('the ids of a client in two namespaces differ', async () => {
  const session = await connected();
  session.send('0/custom,');
  const sid = JSON.parse((await session.next()).slice('0/custom,'.length)).sid;
  assert.notEqual(sid, session.handshake.sid);
  session.close();
});

test('disconnects from a namespace and goes on in the other', async () => {
  const session = await connected();
  session.send('0/custom');
  assert.match(await session.next(), /^0\/custom,/);
  assert.equal(await session.next(), '2/custom,["auth",{}]');
  session.send('1/custom');
  session.send('2["message","to the main namespace"]');
  assert.equal(await session.next(), '2["message-back","to the main namespace"]');
  session.close();
});

test('connects to a namespace again after leaving it', async () => {
  const session = await connected();
  session.send('1');
  session.send('0');
  assert.match(await session.next(), /^0\{"sid":/);
  session.close();
});

test('carries text and binary, with and without acknowledgement', async () => {
  const session = await connected();
  session.send('2["message",1,"2",{"3":[true]}]');
  assert.equal(await session.next(), '2["message-back",1,"2",{"3":[true]}]');

  session.send('2456["message-with-ack",1,"2",{"3":[false]}]');
  assert.equal(await session.next(), '3456[1,"2",{"3":[false]}]');

  session.send('52-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  session.send(bytes(1, 2, 3));
  session.send(bytes(4, 5, 6));
  assert.equal(await session.next(), '52-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  assert.deepEqual(await session.next(), bytes(1, 2, 3));
  assert.deepEqual(await session.next(), bytes(4, 5, 6));

  session.send('51-789["message-with-ack",{"deep":[{"_placeholder":true,"num":0}]}]');
  session.send(bytes(7));
  assert.equal(await session.next(), '61-789[{"deep":[{"_placeholder":true,"num":0}]}]');
  assert.deepEqual(await session.next(), bytes(7));
  session.close();
});

test('keeps every character of a text', async () => {
  const session = await connected();
  const text = 'é \u2028 😀 \u0000 \\ " / </script>';
  session.send(`2["message",${JSON.stringify(text)}]`);
  assert.deepEqual(JSON.parse((await session.next()).slice(1)), ['message-back', text]);
  session.close();
});

test('takes half an emoji, as JavaScript cuts it, for a replacement character', async () => {
  const session = await connected();
  session.send(`2["message",${JSON.stringify('x😀'.slice(0, 2))}]`);
  assert.equal(await session.next(), '2["message-back","x\ufffd"]');
  session.close();
});

const breaches = {
  'an unknown packet type': ['abc'],
  'a payload that is no array': ['2{}'],
  'an event without a name': ['2[]'],
  'a reserved event name': ['2["disconnect"]'],
  'an acknowledgement id that is no number': ['2abc["message-with-ack",1]'],
  'broken JSON': ['2["message"'],
  'JSON nested too deep': [`2["message",${'['.repeat(40)}${']'.repeat(40)}]`],
  'an acknowledgement that is no array': ['31{}'],
  'too many attachments': ['511-["message"]'],
  'a placeholder without its attachment': ['51-["message",{"_placeholder":true,"num":1}]'],
  'text in place of an attachment': ['51-["message",{"_placeholder":true,"num":0}]', '2["message"]'],
  'an attachment that nothing announced': [bytes(1)],
  'a second CONNECT to the same namespace': ['0'],
  'a packet for a namespace it has not joined': ['2/custom,["message"]'],
  'a CONNECT_ERROR from a client': ['4{"message":"no"}'],
  'a payload of CONNECT that is no object': ['0/custom,[]'],
};
for (const [what, packets] of Object.entries(breaches)) {
  test(`closes the connection upon ${what}`, async () => {
    const session = await connected();
    for (const packet of packets) session.send(packet);
    await session.waitForClose();
  });
}

test('closes the connection upon a broken first packet', async () => {
  const session = await openRaw(server);
  session.send('abc');
  await session.waitForClose();
});

test('ends at once on Ctrl-C and closes its clients', async () => {
  const other = await startProgram('socketio_protocol_server');
  const session = await openRaw(other);
  session.send('0');
  await session.next();
  assert.deepEqual(await other.stop(), { code: 0, signal: null });
  await session.waitForClose();
});
