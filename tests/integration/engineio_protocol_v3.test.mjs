// Engine.IO revision 3 on the wire: every behaviour that the public protocol suite asks for, and what it leaves open.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from './lib/programs.mjs';
import { RawEngine, splitPayload } from './lib/raw_engineio.mjs';
import { waitFor } from './lib/wait.mjs';

const quick = await startProgram('engineio_echo_server', ['--threads', 2, '--log']);
const calm = await startProgram('engineio_echo_server', ['--threads', 2, '--log', '--ping-interval', 20_000, '--ping-timeout', 20_000]);
const engine = new RawEngine(calm, 3);
const pinging = new RawEngine(quick, 3);

function ended(server, sid, reason) {
  return waitFor(() => server.output().includes(`close ${sid} ${reason}\n`), { what: `${sid} ends: ${reason}` });
}

/** Clients of this revision say b64=1 when they cannot take binary answers. */
const textOnly = { b64: 1 };

suite('handshake', () => {
  test('over polling is one packet with its length in front', async () => {
    const text = await (await pinging.request({ transport: 'polling' })).text();
    const [length, packet] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
    assert.equal(Number(length), packet.length);
    assert.equal(packet[0], '0');
    const { sid, ...rest } = JSON.parse(packet.slice(1));
    assert.match(sid, /^[\w-]{20}$/);
    assert.deepEqual(rest, { upgrades: ['websocket'], pingInterval: 300, pingTimeout: 200 });
  });

  test('over WebSocket has nothing to upgrade to', async () => {
    const socket = await pinging.websocket();
    const { sid, ...rest } = JSON.parse((await socket.next()).slice(1));
    assert.equal(typeof sid, 'string');
    assert.deepEqual(rest, { upgrades: [], pingInterval: 300, pingTimeout: 200 });
    await socket.close();
  });

  test('is refused for an unknown transport, another method, or where the server says so', async () => {
    assert.equal((await engine.request({})).status, 400);
    assert.equal((await engine.request({ transport: 'abc' })).status, 400);
    assert.equal((await engine.request({ transport: 'polling' }, { method: 'POST' })).status, 400);
    await assert.rejects(engine.websocket({ transport: 'abc' }), { status: 400 });
    const modern = await startProgram('engineio_echo_server', ['--no-eio3']);
    const response = await new RawEngine(modern, 3).request({ transport: 'polling' });
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { code: 5, message: 'Unsupported protocol version' });
  });
});

suite('messages over polling', () => {
  const rounds = {
    'a text': ['4hello'],
    'several texts': ['4test1', '4test2', '4test3'],
    'text and bytes as base64': ['4hello', 'b4AQIDBA=='],
    'characters of every length': ['4aé€😀', '4b'],
  };
  for (const [what, packets] of Object.entries(rounds)) {
    test(`echoes ${what}`, async () => {
      const poller = await engine.poller(textOnly);
      const response = await poller.post(...packets);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), 'ok');
      assert.deepEqual(await poller.packets(), packets);
    });
  }

  test('counts a length in UTF-16 code units', async () => {
    const poller = await engine.poller(textOnly);
    await poller.postBody('3:4😀2:4a');
    const text = await (await poller.poll()).text();
    assert.equal(text, '3:4😀2:4a');
  });

  test('answers in bytes where bytes are among it and the client takes them', async () => {
    const poller = await engine.poller();
    await poller.postBody('6:4hello10:b4AQIDBA==');
    const response = await poller.poll();
    assert.equal(response.headers.get('content-type'), 'application/octet-stream');
    const expected = [0, 6, 255, ...Buffer.from('4hello'), 1, 5, 255, 4, 1, 2, 3, 4];
    assert.deepEqual([...new Uint8Array(await response.arrayBuffer())], expected);
    await poller.postBody('6:4hello');
    assert.equal((await poller.poll()).headers.get('content-type'), 'text/plain; charset=UTF-8');
  });

  test('reads a body of bytes', async () => {
    const poller = await engine.poller(textOnly);
    const body = Buffer.from([0, 6, 255, ...Buffer.from('4hello'), 1, 5, 255, 4, 1, 2, 3, 4]);
    assert.equal((await poller.postBody(body, { 'content-type': 'application/octet-stream' })).status, 200);
    assert.deepEqual(await poller.packets(), ['4hello', 'b4AQIDBA==']);
  });

  for (const body of ['abc', '', '9:4a', ':4a', '1:9']) {
    test(`the body ${JSON.stringify(body)} ends the session`, async () => {
      const poller = await engine.poller(textOnly);
      assert.equal((await poller.postBody(body)).status, 400);
      assert.equal((await poller.poll()).status, 400);
      await ended(calm, poller.sid, 'parse error');
    });
  }

  test('a second poll ends the session', async () => {
    const poller = await engine.poller(textOnly);
    const first = poller.poll();
    await delay(20);
    assert.equal((await engine.request({ ...poller.query, t: 'second' })).status, 400);
    assert.equal(await (await first).text(), '1:1');
    assert.equal((await poller.poll()).status, 400);
  });
});

suite('messages over WebSocket', () => {
  test('echoes text, and bytes behind their type', async () => {
    const socket = await engine.websocket();
    await socket.next();
    socket.send('4hello €😀');
    assert.equal(await socket.next(), '4hello €😀');
    socket.send(Uint8Array.from([4, 1, 2, 3, 4]));
    assert.deepEqual(await socket.next(), Buffer.from([4, 1, 2, 3, 4]));
    await socket.close();
  });

  test('a client without binary gets base64', async () => {
    const socket = await engine.websocket(textOnly);
    await socket.next();
    socket.send('b4AQIDBA==');
    assert.equal(await socket.next(), 'b4AQIDBA==');
    await socket.close();
  });

  test('what is no packet ends the session', async () => {
    for (const nonsense of ['abc', Uint8Array.from([9, 1]), '']) {
      const socket = await engine.websocket();
      const { sid } = JSON.parse((await socket.next()).slice(1));
      socket.send(nonsense);
      await socket.waitForClose();
      await ended(calm, sid, 'parse error');
    }
  });
});

suite('heartbeat', () => {
  test('the server answers the pings of a poller', async () => {
    const poller = await pinging.poller(textOnly);
    for (let i = 0; i < 3; ++i) {
      assert.equal((await poller.post('2')).status, 200);
      assert.deepEqual(await poller.packets(), ['3']);
    }
  });

  test('the server answers the pings of a WebSocket', async () => {
    const socket = await pinging.websocket();
    await socket.next();
    for (let i = 0; i < 3; ++i) {
      socket.send('2');
      assert.equal(await socket.next(), '3');
    }
    await socket.close();
  });

  test('a client that is silent for interval and time-out is gone', async () => {
    const poller = await pinging.poller(textOnly);
    const socket = await pinging.websocket();
    await delay(500);
    assert.equal((await poller.post('2')).status, 400);
    await ended(quick, poller.sid, 'ping timeout');
    await socket.waitForClose();
  });

  test('a pong from the client is an error', async () => {
    const socket = await engine.websocket();
    const { sid } = JSON.parse((await socket.next()).slice(1));
    socket.send('3');
    await socket.waitForClose();
    await ended(calm, sid, 'transport error');
  });
});

suite('close', () => {
  test('by a poller ends its waiting poll with a noop', async () => {
    const poller = await engine.poller(textOnly);
    const waiting = poller.packets();
    await delay(20);
    assert.equal((await poller.post('1')).status, 200);
    assert.deepEqual(await waiting, ['6']);
    assert.equal((await poller.poll()).status, 400);
    await ended(calm, poller.sid, 'transport close');
  });

  test('by a WebSocket closes it', async () => {
    const socket = await engine.websocket();
    await socket.next();
    socket.send('1');
    await socket.waitForClose();
  });
});

suite('upgrade', () => {
  async function probed(poller) {
    const socket = await engine.websocket({ sid: poller.sid });
    socket.send('2probe');
    assert.equal(await socket.next(), '3probe');
    return socket;
  }

  test('from polling to WebSocket, with what no poll has fetched', async () => {
    const poller = await engine.poller(textOnly);
    const socket = await probed(poller);
    assert.deepEqual(await poller.packets(), ['6']);
    await poller.post('4a', 'b4AQI=');
    socket.send('5');
    socket.send('4hello');
    assert.equal(await socket.next(), '4a');
    assert.deepEqual(await socket.next(), Buffer.from([4, 1, 2]));
    assert.equal(await socket.next(), '4hello');
    await socket.close();
  });

  test('the old transport and other WebSockets are refused afterwards, and nothing breaks', async () => {
    const poller = await engine.poller(textOnly);
    const socket = await probed(poller);
    socket.send('5');
    socket.send('4a');
    assert.equal(await socket.next(), '4a');
    assert.equal((await poller.poll()).status, 400);
    await (await engine.websocket({ sid: poller.sid })).waitForClose();
    socket.send('4hello');
    assert.equal(await socket.next(), '4hello');
    await socket.close();
  });

  test('the WebSocket must be of the same revision', async () => {
    const poller = await engine.poller(textOnly);
    await assert.rejects(engine.websocket({ sid: poller.sid, EIO: 4 }), { status: 400 });
    assert.deepEqual(splitPayload(3, '1:6'), ['6']);
  });
});
