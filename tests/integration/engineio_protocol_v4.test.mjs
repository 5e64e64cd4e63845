// Engine.IO revision 4 on the wire: every behaviour that the public protocol suite asks for, and what it leaves open.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from './lib/programs.mjs';
import { RawEngine } from './lib/raw_engineio.mjs';
import { waitFor } from './lib/wait.mjs';

// Quick heartbeats for what is about them; slow ones for everything else, so that a busy machine changes nothing.
const quick = await startProgram('engineio_echo_server', ['--threads', 2, '--log']);
const calm = await startProgram('engineio_echo_server', ['--threads', 2, '--log', '--ping-interval', 20_000, '--ping-timeout', 20_000]);
const engine = new RawEngine(calm, 4);
const pinging = new RawEngine(quick, 4);

/** Resolves when the server has told that the session ended for this reason. */
function ended(server, sid, reason) {
  return waitFor(() => server.output().includes(`close ${sid} ${reason}\n`), { what: `${sid} ends: ${reason}` });
}

async function refused(response, status, code, message) {
  assert.equal(response.status, status);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.deepEqual(await response.json(), { code, message });
}

suite('handshake', () => {
  test('over polling gives an id, the upgrades and the limits', async () => {
    const response = await pinging.request({ transport: 'polling' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=UTF-8');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const text = await response.text();
    assert.equal(text[0], '0');
    const { sid, ...rest } = JSON.parse(text.slice(1));
    assert.match(sid, /^[\w-]{20}$/);
    assert.deepEqual(rest, { upgrades: ['websocket'], pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
  });

  test('over WebSocket has nothing to upgrade to', async () => {
    const socket = await pinging.websocket();
    const text = await socket.next();
    assert.equal(text[0], '0');
    const { sid, ...rest } = JSON.parse(text.slice(1));
    assert.equal(typeof sid, 'string');
    assert.deepEqual(rest, { upgrades: [], pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
    await socket.close();
  });

  test('works with and without the slash at the end of the path', async () => {
    assert.equal((await fetch(`${calm.url}/engine.io?EIO=4&transport=polling`)).status, 200);
    assert.equal((await fetch(`${calm.url}/engine.iox/?EIO=4&transport=polling`)).status, 404);
  });

  for (const EIO of [undefined, 'abc', '5', '']) {
    test(`is refused for EIO=${EIO}`, async () => {
      await refused(await engine.request({ EIO, transport: 'polling' }), 400, 5, 'Unsupported protocol version');
      await assert.rejects(engine.websocket({ EIO }), { status: 400, body: 'Unsupported protocol version' });
    });
  }

  for (const transport of [undefined, 'abc', 'webtransport']) {
    test(`is refused for transport=${transport}`, async () => {
      await refused(await engine.request({ transport }), 400, 0, 'Transport unknown');
      await assert.rejects(engine.websocket({ transport }), { status: 400, body: 'Transport unknown' });
    });
  }

  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
    test(`is refused for ${method}`, async () => {
      const response = await engine.request({ transport: 'polling' }, { method });
      if (method === 'HEAD') assert.equal(response.status, 400);
      else await refused(response, 400, 2, 'Bad handshake method');
    });
  }

  test('is refused where transport and request do not fit', async () => {
    await refused(await engine.request({ transport: 'websocket' }), 400, 3, 'Bad request');
    await assert.rejects(engine.websocket({ transport: 'polling' }), { status: 400 });
  });

  test('is refused for an id that nobody has', async () => {
    for (const sid of ['abc', 'AAxxxxxxxxxxxxxxxxxx', '__xxxxxxxxxxxxxxxxxx', '😀'.repeat(5)]) {
      await refused(await engine.request({ transport: 'polling', sid }), 400, 1, 'Session ID unknown');
      await assert.rejects(engine.websocket({ sid }), { status: 400, body: 'Session ID unknown' });
    }
  });
});

suite('messages over polling', () => {
  const rounds = {
    'a text': ['4hello'],
    'several texts': ['4test1', '4test2', '4test3'],
    'text and bytes': ['4hello', 'bAQIDBA=='],
    'an empty text': ['4'],
    'characters of every length': ['4aé€😀'],
  };
  for (const [what, packets] of Object.entries(rounds)) {
    test(`echoes ${what}`, async () => {
      const poller = await engine.poller();
      const response = await poller.post(...packets);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'text/html');
      assert.equal(await response.text(), 'ok');
      assert.deepEqual(await poller.packets(), packets);
    });
  }

  test('answers a poll that waits', async () => {
    const poller = await engine.poller();
    const waiting = poller.packets();
    await poller.post('4one', '4two');
    assert.deepEqual(await waiting, ['4one', '4two']);
  });

  for (const body of ['abc', '', '4a\x1e', '9', 'b!!!']) {
    test(`the body ${JSON.stringify(body)} ends the session`, async () => {
      const poller = await engine.poller();
      assert.equal((await poller.postBody(body)).status, 400);
      await refused(await poller.poll(), 400, 1, 'Session ID unknown');
      await ended(calm, poller.sid, 'parse error');
    });
  }

  test('what stands before a fault is delivered', async () => {
    const poller = await engine.poller();
    const waiting = poller.packets();
    await delay(20);
    await poller.postBody('4good\x1ebad!');
    assert.deepEqual(await waiting, ['4good', '1']);
  });

  test('bytes that are no UTF-8 end the session', async () => {
    const poller = await engine.poller();
    assert.equal((await poller.postBody(Buffer.from([0x34, 0xff, 0xfe]))).status, 400);
    await ended(calm, poller.sid, 'parse error');
  });

  test('a binary body ends the session', async () => {
    const poller = await engine.poller();
    assert.equal((await poller.postBody('4a', { 'content-type': 'application/octet-stream' })).status, 400);
    await ended(calm, poller.sid, 'transport error');
  });

  test('a second poll ends the session', async () => {
    const poller = await engine.poller();
    const first = poller.poll();
    await delay(20);
    assert.equal((await engine.request({ ...poller.query, t: 'second' })).status, 400);
    const answer = await first;
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), '1');
    await refused(await poller.poll(), 400, 1, 'Session ID unknown');
    await ended(calm, poller.sid, 'transport error');
  });

  test('an abandoned poll ends the session', async () => {
    const poller = await engine.poller();
    const abort = new AbortController();
    const waiting = poller.poll({ signal: abort.signal });
    waiting.catch(() => {});
    await delay(20);
    abort.abort();
    await ended(calm, poller.sid, 'transport error');
    await refused(await poller.poll(), 400, 1, 'Session ID unknown');
  });

  test('another method is refused and leaves the session alone', async () => {
    const poller = await engine.poller();
    assert.equal((await engine.request(poller.query, { method: 'PUT' })).status, 405);
    await poller.post('4still here');
    assert.deepEqual(await poller.packets(), ['4still here']);
  });

  test('another revision is refused', async () => {
    const poller = await engine.poller();
    await refused(await engine.request({ ...poller.query, EIO: 3 }), 400, 3, 'Bad request');
  });
});

suite('messages over WebSocket', () => {
  test('echoes text and bytes', async () => {
    const socket = await engine.websocket();
    await socket.next();
    socket.send('4hello €😀');
    assert.equal(await socket.next(), '4hello €😀');
    socket.send(Uint8Array.from([1, 2, 3, 4]));
    assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3, 4]));
    await socket.close();
  });

  test('a client without binary gets base64', async () => {
    const socket = await engine.websocket({ b64: 1 });
    await socket.next();
    socket.send('bAQIDBA==');
    assert.equal(await socket.next(), 'bAQIDBA==');
    await socket.close();
  });

  test('what is no packet ends the session', async () => {
    const socket = await engine.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.send('abc');
    await socket.waitForClose();
    await ended(calm, sid, 'parse error');
  });

  test('a connection that breaks ends the session', async () => {
    const socket = await engine.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.ws.terminate();
    await ended(calm, sid, 'transport close');
  });
});

suite('heartbeat', () => {
  test('the server pings a poller that answers, again and again', async () => {
    const poller = await pinging.poller();
    for (let i = 0; i < 3; ++i) {
      assert.deepEqual(await poller.packets(), ['2']);
      assert.equal((await poller.post('3')).status, 200);
    }
  });

  test('the server pings a WebSocket that answers, again and again', async () => {
    const socket = await pinging.websocket();
    await socket.next();
    for (let i = 0; i < 3; ++i) {
      assert.equal(await socket.next(), '2');
      socket.send('3');
    }
    await socket.close();
  });

  test('a poller that does not answer is gone right after interval and time-out', async () => {
    const poller = await pinging.poller();
    await delay(500);
    await refused(await poller.poll(), 400, 1, 'Session ID unknown');
    await ended(quick, poller.sid, 'ping timeout');
  });

  test('a poller that never polls again dies, though it posts pongs', async () => {
    const poller = await pinging.poller();
    await delay(320);
    await poller.post('3').catch(() => {});
    await ended(quick, poller.sid, 'ping timeout');
  });

  test('a WebSocket that does not answer is closed', async () => {
    const socket = await pinging.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    await socket.waitForClose();
    await ended(quick, sid, 'ping timeout');
  });

  test('a ping from the client is an error', async () => {
    const socket = await engine.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.send('2');
    await socket.waitForClose();
    await ended(calm, sid, 'transport error');
    const poller = await engine.poller();
    assert.equal((await poller.post('2')).status, 400);
    await ended(calm, poller.sid, 'transport error');
  });
});

suite('close', () => {
  test('by a poller ends its waiting poll with a noop', async () => {
    const poller = await engine.poller();
    const waiting = poller.packets();
    await delay(20);
    assert.equal((await poller.post('1')).status, 200);
    assert.deepEqual(await waiting, ['6']);
    await refused(await poller.poll(), 400, 1, 'Session ID unknown');
    await ended(calm, poller.sid, 'transport close');
  });

  test('by a poller whose poll it overtook ends that poll the same way, once', async () => {
    const poller = await engine.poller();
    await poller.post('1');
    assert.deepEqual(await poller.packets(), ['6']);
    await refused(await poller.poll(), 400, 1, 'Session ID unknown');
  });

  test('by a WebSocket closes it', async () => {
    const socket = await engine.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.send('1');
    await socket.waitForClose();
    await ended(calm, sid, 'transport close');
  });
});

suite('upgrade', () => {
  async function probed(poller) {
    const socket = await engine.websocket({ sid: poller.sid });
    socket.send('2probe');
    assert.equal(await socket.next(), '3probe');
    return socket;
  }

  test('from polling to WebSocket', async () => {
    const poller = await engine.poller();
    const socket = await probed(poller);
    assert.deepEqual(await poller.packets(), ['6']);
    socket.send('5');
    socket.send('4hello');
    assert.equal(await socket.next(), '4hello');
    await socket.close();
    await ended(calm, poller.sid, 'transport close');
  });

  test('releases the poll that waits when the probe comes', async () => {
    const poller = await engine.poller();
    const waiting = poller.packets();
    await delay(20);
    const socket = await probed(poller);
    assert.deepEqual(await waiting, ['6']);
    await socket.close();
  });

  test('hands over what no poll has fetched, in order', async () => {
    const poller = await engine.poller();
    await poller.post('4a', '4b', 'bAQI=');
    const socket = await probed(poller);
    socket.send('5');
    socket.send('4c');
    assert.equal(await socket.next(), '4a');
    assert.equal(await socket.next(), '4b');
    assert.deepEqual(await socket.next(), Buffer.from([1, 2]));
    assert.equal(await socket.next(), '4c');
    await socket.close();
  });

  test('requests of the old transport are refused afterwards, and nothing breaks', async () => {
    const poller = await engine.poller();
    const socket = await probed(poller);
    socket.send('5');
    socket.send('4ping');
    assert.equal(await socket.next(), '4ping');
    await refused(await poller.poll(), 400, 3, 'Bad request');
    await refused(await poller.post('4lost'), 400, 3, 'Bad request');
    socket.send('4hello');
    assert.equal(await socket.next(), '4hello');
    await socket.close();
  });

  test('a second WebSocket is closed, during and after it', async () => {
    const poller = await engine.poller();
    const socket = await probed(poller);
    await (await engine.websocket({ sid: poller.sid })).waitForClose();
    socket.send('5');
    await (await engine.websocket({ sid: poller.sid })).waitForClose();
    socket.send('4hello');
    assert.equal(await socket.next(), '4hello');
    await socket.close();
  });

  test('a WebSocket that says something else is closed, and polling goes on', async () => {
    const poller = await engine.poller();
    for (const nonsense of ['4too early', 'abc', '2', Uint8Array.from([1])]) {
      const socket = await engine.websocket({ sid: poller.sid });
      socket.send(nonsense);
      await socket.waitForClose();
    }
    await poller.post('4hello');
    assert.deepEqual(await poller.packets(), ['4hello']);
  });

  test('a WebSocket that goes away before the end leaves polling alone', async () => {
    const poller = await engine.poller();
    const socket = await probed(poller);
    await socket.close();
    await poller.post('4hello');
    assert.deepEqual(await poller.packets(), ['4hello']);
    const second = await probed(poller);
    second.send('5');
    second.send('4again');
    assert.equal(await second.next(), '4again');
    await second.close();
  });

  test('a WebSocket of another revision is refused', async () => {
    const poller = await engine.poller();
    await assert.rejects(engine.websocket({ sid: poller.sid, EIO: 3 }), { status: 400, body: 'Bad request' });
  });
});
