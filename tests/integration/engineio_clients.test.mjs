// The official engine.io-client, current and 3.5, on polling only, WebSocket only and with an upgrade.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Socket as Client4 } from 'engine.io-client';
import Client3 from 'engine.io-client-3';
import { startProgram } from './lib/programs.mjs';
import { waitFor, within } from './lib/wait.mjs';

const server = await startProgram('engineio_echo_server', [
  '--threads', 2, '--log', '--commands', '--ping-interval', 1_000, '--ping-timeout', 5_000,
]);

const clients = {
  'engine.io-client 6': (options) => new Client4(server.url, { path: '/engine.io/', ...options }),
  'engine.io-client 3.5': (options) => new Client3(server.url, { path: '/engine.io/', ...options }),
};
const transports = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

const open = new Set();
after(() => {
  for (const client of open) client.close();
});

/** A client that is open (and upgraded, if it may): its messages gather in `received`. */
async function connect(make, transport, options = {}) {
  const client = make({ transports: transports[transport], ...options });
  open.add(client);
  client.binaryType = 'arraybuffer';
  client.received = [];
  client.on('message', (data) => client.received.push(typeof data === 'string' ? data : Buffer.from(data)));
  client.closed = new Promise((resolve) => client.on('close', resolve));
  client.closed.then(() => open.delete(client));
  const upgraded = new Promise((resolve) => client.on('upgrade', resolve));
  await within(new Promise((resolve, reject) => {
    client.on('open', resolve);
    client.on('error', reject);
  }), { what: 'the client opens' });
  if (transport === 'upgrade' && !options.early) await within(upgraded, { what: 'the client upgrades' });
  // The client forgets its id when it closes.
  return Object.assign(client, { upgraded, sid: client.id });
}

function received(client, count) {
  return waitFor(() => client.received.length >= count, { what: `${count} messages (${client.received.length} came)` });
}

/** Why the server says the session ended, once it has. */
async function reasonOf(client) {
  const line = await waitFor(() => server.output().match(`close ${client.sid} (.*)\n`), { what: 'the session ends' });
  return line[1];
}

for (const [name, make] of Object.entries(clients)) {
  for (const transport of Object.keys(transports)) {
    suite(`${name}, ${transport}`, () => {
      test('text and bytes come back in order', async () => {
        const client = await connect(make, transport);
        const sent = [];
        for (let i = 0; i < 50; ++i) sent.push(i % 5 === 4 ? Buffer.from([i, 0, 255]) : `message ${i} é€😀`);
        for (const message of sent) client.send(message);
        await received(client, sent.length);
        assert.deepEqual(client.received, sent);
        client.close();
        await within(client.closed, { what: 'the client closes' });
      });

      test('a batch that the server encodes once comes whole', async () => {
        const client = await connect(make, transport);
        client.send('!burst 300 400');
        await received(client, 300);
        assert.deepEqual(client.received.map((text) => parseInt(text, 10)), [...Array(300).keys()]);
        client.close();
      });

      test('stays open through many heartbeats', async () => {
        const client = await connect(make, transport);
        let beats = 0;
        client.on(name.endsWith('6') ? 'ping' : 'pong', () => { ++beats; });
        await waitFor(() => beats >= 3, { what: 'three heartbeats', timeoutMs: 60_000 });
        client.send('still here');
        await received(client, 1);
        client.close();
      });

      test('the server hears why it ended', async () => {
        const client = await connect(make, transport);
        client.close();
        assert.equal(await reasonOf(client), 'transport close');
      });

      test('the server closes after what it sent before', async () => {
        const client = await connect(make, transport);
        client.send('!close');
        await within(client.closed, { what: 'the client is closed' });
        assert.deepEqual(client.received, ['bye']);
        assert.equal(await reasonOf(client), 'forced close');
      });
    });
  }

  test(`${name}: nothing is lost, doubled or reordered while it upgrades`, async () => {
    for (let round = 0; round < 5; ++round) {
      const client = await connect(make, 'upgrade', { early: true });
      const sent = [];
      let upgraded = false;
      client.upgraded.then(() => { upgraded = true; });
      // From before the probe until after the upgrade, in small steps, with bursts from the server between.
      while (!upgraded || sent.length < 40) {
        const message = `${round}/${sent.length}`;
        sent.push(message);
        client.send(message);
        await new Promise((resolve) => setTimeout(resolve, sent.length % 3));
      }
      await received(client, sent.length);
      assert.deepEqual(client.received, sent);
      client.close();
    }
  });
}
