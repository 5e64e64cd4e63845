/** Puts src/worker/sw.ts at /sw.js, with the list of the build's files and a version that changes with any of them. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import type { Plugin } from 'vite';

const SOURCE = 'src/worker/sw.ts';

/** What is only needed by some: fetched when it is. */
const ON_DEMAND = /\.map$/;

export function serviceWorker(): Plugin {
  let root = '';
  let publicDir = '';
  return {
    name: 'chillin-service-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const hash = createHash('sha256');
        const paths: string[] = [];
        for (const name of (await readdir(publicDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())) {
          const full = join(name.parentPath, name.name);
          paths.push(`/${full.slice(publicDir.length + 1)}`);
          hash.update(await readFile(full));
        }
        for (const [name, part] of Object.entries(bundle)) {
          hash.update(name).update(part.type === 'chunk' ? part.code : part.source);
          // The page itself is kept under its address, /.
          if (!ON_DEMAND.test(name) && name !== 'index.html') paths.push(`/${name}`);
        }
        const source = await readFile(join(root, SOURCE), 'utf8');
        hash.update(source);
        const { outputText } = ts.transpileModule(source, {
          compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true },
        });
        const constants = `const FILES = ${JSON.stringify(paths.sort())};\nconst VERSION = ${JSON.stringify(hash.digest('hex').slice(0, 16))};\n`;
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: constants + outputText });
      },
    },
  };
}
