// Socket.IO protocol revision 4 on the wire (EIO=3, clients of the 2.x line).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRaw } from './lib/raw_socketio.mjs';
import { startProgram } from './lib/programs.mjs';

const server = await startProgram('socketio_protocol_server');
const features = await startProgram('socketio_feature_server');
const bytes = (...values) => Buffer.from(values);

async function connected() {
  const session = await openRaw(server, { eio: 3 });
  assert.equal(await session.next(), '0');
  assert.equal(await session.next(), '2["auth",{}]');
  return session;
}

test('is connected to the main namespace without asking, under the id of its session', async () => {
  (await connected()).close();
  const session = await openRaw(features, { eio: 3 });
  assert.equal(await session.next(), '0');
  assert.deepEqual(JSON.parse((await session.next()).slice(1)), ['welcome', session.handshake.sid, '/', {}]);
  session.close();
});

test('connects to a custom namespace; the query is its auth', async () => {
  const session = await connected();
  session.send('0/custom?token=abc&uid=a%20b,');
  assert.equal(await session.next(), '0/custom,');
  assert.equal(await session.next(), '2/custom,["auth",{"token":"abc","uid":"a b"}]');
  session.send('2/custom,["message",1]');
  assert.equal(await session.next(), '2/custom,["message-back",1]');
  session.close();
});

test('refuses an unknown namespace with the message alone', async () => {
  const session = await connected();
  session.send('0/random,');
  assert.equal(await session.next(), '4/random,"Invalid namespace"');
  session.close();
});

test('refusals of middleware carry the data alone, or the message', async () => {
  const session = await openRaw(features, { eio: 3 });
  await session.next();
  await session.next();
  session.send('0/guarded?token=bad,');
  assert.equal(await session.next(), '4/guarded,{"code":"AUTH_FAILED"}');
  session.send('0/guarded,');
  assert.equal(await session.next(), '4/guarded,"no token"');
  session.close();
});

test('carries text and binary, with and without acknowledgement', async () => {
  const session = await connected();
  session.send('2["message",1,"2",{"3":[true]}]');
  assert.equal(await session.next(), '2["message-back",1,"2",{"3":[true]}]');
  session.send('52-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  session.send(bytes(1, 2, 3));
  session.send(bytes(4));
  assert.equal(await session.next(), '62-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  assert.deepEqual(await session.next(), bytes(1, 2, 3));
  assert.deepEqual(await session.next(), bytes(4));
  session.close();
});

test('disconnects from a namespace and goes on in the main one', async () => {
  const session = await connected();
  session.send('0/custom,');
  await session.next();
  await session.next();
  session.send('1/custom,');
  session.send('2["message","x"]');
  assert.equal(await session.next(), '2["message-back","x"]');
  session.close();
});

for (const packet of ['abc', '2{}', '2["disconnect"]', '2/custom,["message"]', '0']) {
  test(`closes the connection upon ${packet}`, async () => {
    const session = await connected();
    session.send(packet);
    await session.waitForClose();
  });
}
