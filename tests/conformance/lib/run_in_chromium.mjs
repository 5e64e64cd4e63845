// Runs a suite in headless Chromium: the page comes from a server of our own, so that the protocol server is another
// origin to it, and its cross-origin headers are tried as well.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const libraries = {
  '/lib/mocha.js': path.join(path.dirname(require.resolve('mocha/package.json')), 'mocha.js'),
  '/lib/chai.js': path.join(path.dirname(require.resolve('chai/package.json')), 'chai.js'),
  '/lib/chai-string.js': require.resolve('chai-string'),
};

const page = `<!DOCTYPE html><meta charset="utf-8"><div id="mocha"></div>
<script src="/lib/mocha.js"></script><script src="/lib/chai.js"></script><script src="/lib/chai-string.js"></script>
<script>mocha.setup({ ui: "bdd", reporter: function () {} });</script>
<script type="module">
  const grep = new URLSearchParams(location.search).get("grep");
  if (grep) mocha.fgrep(grep);
  await import("/suite/test-suite.js");
  const tests = [];
  const note = (state) => (test, error) => tests.push({ state, title: test.fullTitle(), error: error?.message });
  mocha.run()
    .on("pass", note("passed")).on("fail", note("failed")).on("pending", note("pending"))
    .on("end", () => { window.results = { tests }; });
</script>`;

function servePage({ suite, port }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    try {
      if (pathname === '/') {
        response.setHeader('content-type', 'text/html').end(page);
        return;
      }
      if (pathname === '/favicon.ico') {
        response.writeHead(204).end();
        return;
      }
      const file = libraries[pathname] ?? path.join(suite, path.basename(pathname));
      let text = await readFile(file, 'utf8');
      if (pathname.startsWith('/suite/')) text = text.replaceAll('localhost:3000', `localhost:${port}`);
      response.setHeader('content-type', 'text/javascript').end(text);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Resolves with { tests: [{ title, state: passed|failed|pending, error? }] }. */
export async function runSuite(settings) {
  const server = await servePage(settings);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const tab = await browser.newPage();
    const broken = new Promise((_, reject) => tab.once('pageerror', reject));
    broken.catch(() => {});
    await tab.goto(`http://localhost:${server.address().port}/?grep=${encodeURIComponent(settings.grep)}`);
    await Promise.race([broken, tab.waitForFunction('window.results', null, { timeout: 120_000 })]);
    return await tab.evaluate('window.results');
  } finally {
    await browser.close();
    server.close();
  }
}
