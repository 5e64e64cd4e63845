// What the Engine.IO server refuses, limits and outlives.
import assert from 'node:assert/strict';
import net from 'node:net';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from './lib/programs.mjs';
import { RawEngine, splitPayload } from './lib/raw_engineio.mjs';
import { waitFor, within } from './lib/wait.mjs';

const slowBeats = ['--ping-interval', 20_000, '--ping-timeout', 20_000];
const start = (...args) => startProgram('engineio_echo_server', ['--log', '--commands', ...slowBeats, ...args]);

function ended(server, sid, reason) {
  return waitFor(() => server.output().includes(`close ${sid} ${reason}\n`), { what: `${sid} ends: ${reason}` });
}

suite('size', () => {
  test('a message of exactly maxPayload passes, one byte more is too much', async () => {
    const server = await start('--max-payload', 5_000);
    const engine = new RawEngine(server, 4);
    const poller = await engine.poller();
    assert.equal((await poller.postBody(`4${'x'.repeat(4_999)}`)).status, 200);
    assert.equal((await poller.packets())[0].length, 5_000);
    const response = await poller.postBody(`4${'x'.repeat(5_000)}`);
    assert.equal(response.status, 413);
    await poller.post('4still here');
    assert.deepEqual(await poller.packets(), ['4still here']);

    const socket = await engine.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.send(`4${'x'.repeat(4_999)}`);
    assert.equal((await socket.next()).length, 5_000);
    socket.send(`4${'x'.repeat(5_000)}`);
    assert.equal((await socket.waitForClose()).code, 1009);
    await ended(server, sid, 'transport error');
  });

  test('too many packets in one payload end the session', async () => {
    const server = await start();
    const poller = await new RawEngine(server, 4).poller();
    assert.equal((await poller.postBody(Array(70_000).fill('6').join('\x1e'))).status, 400);
    await ended(server, poller.sid, 'parse error');
  });
});

suite('slow readers', () => {
  test('a poller that does not poll is closed when too much waits', async () => {
    const server = await start('--max-queued', 50_000);
    const poller = await new RawEngine(server, 4).poller();
    await poller.post('4!burst 10 1000');
    assert.equal((await poller.packets()).length, 10);
    await poller.post('4!burst 100 1000');
    await ended(server, poller.sid, 'slow reader');
    assert.equal((await poller.poll()).status, 400);
  });

  test('a waiting poll takes whatever one turn produces', async () => {
    const server = await start('--max-queued', 50_000);
    // Nothing tells from outside that the GET has come: where the POST overtook it, the session has ended as that of a slow reader,
    // and another one gives it more time.
    for (let headStart = 20; ; headStart *= 4) {
      const poller = await new RawEngine(server, 4).poller();
      const waiting = poller.poll();
      await delay(headStart);
      await poller.post('4!burst 100 1000');
      const answer = await waiting;
      if (answer.status === 400 && headStart < 5_000) continue;
      assert.equal(answer.status, 200);
      assert.equal(splitPayload(4, await answer.text()).length, 100);
      return;
    }
  });

  test('a WebSocket that does not read is closed when too much waits', async () => {
    const server = await start('--max-queued', 1_000_000);
    const socket = await new RawEngine(server, 4).websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.ws.pause();
    for (let i = 0; i < 40; ++i) socket.send('4!burst 100 10000');
    await ended(server, sid, 'slow reader');
    socket.ws.terminate();
  });
});

suite('what is never finished', () => {
  test('a WebSocket that is opened for an upgrade and does nothing is closed; polling goes on', async () => {
    const server = await start('--upgrade-timeout', 150);
    const engine = new RawEngine(server, 4);
    const poller = await engine.poller();
    const idle = await engine.websocket({ sid: poller.sid });
    await idle.waitForClose();
    const probing = await engine.websocket({ sid: poller.sid });
    probing.send('2probe');
    assert.equal(await probing.next(), '3probe');
    await probing.waitForClose();
    await poller.post('4hello');
    assert.deepEqual(await poller.packets(), ['4hello']);
  });

  test('a session without a second request is forgotten', async () => {
    const server = await startProgram('engineio_echo_server', ['--log', '--ping-interval', 100, '--ping-timeout', 100]);
    const { sid } = await new RawEngine(server, 4).handshake();
    await ended(server, sid, 'ping timeout');
  });
});

suite('handshakes', () => {
  test('above the limit of an address wait, and are told how long', async () => {
    const server = await start('--handshakes-per-second', 3, '--threads', 2);
    const engine = new RawEngine(server, 4);
    const answers = await Promise.all(Array.from({ length: 12 }, () => engine.request({ transport: 'polling' })));
    const refused = answers.filter((answer) => answer.status === 429);
    assert.ok(refused.length >= 6, `${refused.length} refused`);
    assert.ok(answers.some((answer) => answer.status === 200));
    assert.equal(refused[0].headers.get('retry-after'), '1');
    const first = await engine.websocket().catch((error) => error);
    if (first instanceof Error) assert.equal(first.status, 429);
    await waitFor(async () => (await engine.request({ transport: 'polling' })).status === 200, { what: 'the limit lets go' });
  });

  test('are refused by the hook, with its words', async () => {
    const server = await start('--refuse-header', 'x-bad');
    const engine = new RawEngine(server, 4);
    const response = await engine.request({ transport: 'polling' }, { headers: { 'x-bad': '1' } });
    assert.equal(response.status, 403);
    assert.deepEqual(await response.json(), { code: 4, message: 'Not with x-bad' });
    await assert.rejects(engine.websocket({}, { headers: { 'x-bad': '1' } }), { status: 403, body: 'Not with x-bad' });
    assert.equal((await engine.request({ transport: 'polling' })).status, 200);
  });

  test('of a transport that is switched off are unknown', async () => {
    const engine = new RawEngine(await start('--transport', 'websocket'), 4);
    assert.deepEqual(await (await engine.request({ transport: 'polling' })).json(), { code: 0, message: 'Transport unknown' });
    const polling = new RawEngine(await start('--transport', 'polling'), 4);
    assert.deepEqual((await polling.handshake()).upgrades, []);
    await assert.rejects(polling.websocket(), { status: 400, body: 'Transport unknown' });
  });
});

suite('cross-origin', () => {
  test('an allowed origin may read every answer, errors too', async () => {
    const engine = new RawEngine(await start('--origin', 'https://chat.example'), 4);
    const headers = { origin: 'https://chat.example' };
    for (const query of [{ transport: 'polling' }, { transport: 'abc' }, { transport: 'polling', sid: 'none' }]) {
      const response = await engine.request(query, { headers });
      assert.equal(response.headers.get('access-control-allow-origin'), 'https://chat.example');
      assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
      assert.equal(response.headers.get('vary'), 'Origin');
    }
    const preflight = await engine.request({ transport: 'polling' }, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-token' },
    });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers.get('access-control-allow-methods'), /POST/);
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'x-token');
  });

  test('another origin may not', async () => {
    const engine = new RawEngine(await start('--origin', 'https://chat.example'), 4);
    for (const method of ['GET', 'OPTIONS']) {
      const response = await engine.request({ transport: 'polling' }, { method, headers: { origin: 'https://evil.example' } });
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    }
  });
});

suite('several loops', () => {
  /** One request on a connection of its own, so that any loop may get it. */
  function exchange(server, text) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(server.port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.setEncoding('utf8').on('data', (more) => { answer += more; }).on('end', () => resolve(answer)).on('error', reject);
    });
  }

  test('a session is found from whichever loop its requests arrive on', async () => {
    const server = await start('--threads', 4);
    for (let session = 0; session < 8; ++session) {
      const { sid } = await new RawEngine(server, 4).handshake();
      const target = `/engine.io/?EIO=4&transport=polling&sid=${sid}`;
      for (let i = 0; i < 8; ++i) {
        const body = `4message ${i}`;
        const posted = await exchange(server, `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        assert.match(posted, /\r\n\r\nok$/);
        const polled = await exchange(server, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        assert.ok(polled.endsWith(`\r\n\r\n${body}`), polled);
      }
    }
  });

  test('an upgrade reaches its session from whichever loop', async () => {
    const server = await start('--threads', 4);
    const engine = new RawEngine(server, 4);
    for (let i = 0; i < 16; ++i) {
      const { sid } = await engine.handshake();
      const socket = await engine.websocket({ sid });
      socket.send('2probe');
      socket.send('5');
      socket.send(`4hello ${i}`);
      assert.equal(await socket.next(), '3probe');
      assert.equal(await socket.next(), `4hello ${i}`);
      await socket.close();
    }
  });
});

test('shutting down closes every session and says so', async () => {
  const server = await start('--threads', 2);
  const engine = new RawEngine(server, 4);
  const poller = await engine.poller();
  const waiting = poller.packets();
  const idle = await engine.poller();
  const socket = await engine.websocket();
  const { sid } = JSON.parse((await socket.next()).slice(1));
  await delay(20);
  const stopped = server.stop();
  assert.deepEqual(await waiting, ['1']);
  assert.deepEqual(await socket.waitForClose(), { code: 1001, reason: 'server shutting down' });
  assert.deepEqual(await within(stopped, { what: 'the server ends' }), { code: 0, signal: null });
  for (const id of [poller.sid, idle.sid, sid]) assert.ok(server.output().includes(`close ${id} server shutting down\n`), id);
});

test('writable() says whether something sent now would leave at once', async () => {
  const server = await start();
  const engine = new RawEngine(server, 4);
  const poller = await engine.poller();
  await poller.post('4!writable');
  assert.deepEqual(await poller.packets(), ['4no']);
  const waiting = poller.packets();
  await delay(20);
  await poller.post('4!writable');
  assert.deepEqual(await waiting, ['4yes']);
});
