// The process in which run_in_node.mjs runs a suite: argv is the suite's folder, the port, and a part of the titles.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import chai from 'chai';
import chaiString from 'chai-string';
import Mocha from 'mocha';
import { SpreadWebSocket } from './spread_websocket.mjs';

const [suite, port, grep] = process.argv.slice(2);
chai.use(chaiString);
// `window` makes the suite take its globals from here instead of importing packages from its own folder.
Object.assign(globalThis, { window: globalThis, chai, WebSocket: SpreadWebSocket });

const mocha = new Mocha({ ui: 'bdd', reporter: function none() {} });
mocha.suite.emit('pre-require', globalThis, null, mocha);
if (grep) mocha.fgrep(grep);
const text = await readFile(path.join(suite, 'test-suite.js'), 'utf8');
await import(`data:text/javascript,${encodeURIComponent(text.replaceAll('localhost:3000', `localhost:${port}`))}`);

const tests = [];
const note = (state) => (test, error) => tests.push({ state, title: test.fullTitle(), error: error?.message });
mocha
  .run()
  .on('pass', note('passed'))
  .on('fail', note('failed'))
  .on('pending', note('pending'))
  .on('end', () => process.send({ tests }, () => process.exit(0)));
