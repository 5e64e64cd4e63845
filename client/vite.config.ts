import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { fluent } from './tools/ftl.ts';
import { serviceWorker } from './tools/service_worker.ts';

// Where `vite dev` finds the chat server.
const server = process.env.CHILLIN_SERVER ?? 'http://127.0.0.1:5000';

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}
const needed = new Map<string, ReadonlySet<string>>();
/** The modules that this one imports, and they in turn, other than by import(). */
function neededBy(source: string, graph: ModuleGraph): ReadonlySet<string> {
  const known = needed.get(source);
  if (known !== undefined) return known;
  const found = new Set<string>([fileURLToPath(new URL(source, import.meta.url))]);
  // A set also hands out what is added while one goes through it.
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  needed.set(source, found);
  return found;
}

export default defineConfig({
  plugins: [fluent(), react(), serviceWorker()],
  server: {
    proxy: {
      '/api': server,
      '/health': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    cssCodeSplit: true,
    // Inlined files would be data: addresses, and inlined scripts are against the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // React changes less often than we do: a file of its own stays in the browser's memory.
            { name: 'react', test: /[\\/]node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            // Each page's own as one file; without these there are handfuls of small ones, because the next page shares parts of it.
            { name: (id, graph) => (neededBy('src/main.tsx', graph).has(id) ? 'entrance' : null), priority: 1 },
            { name: (id, graph) => (neededBy('src/shell/Inside.tsx', graph).has(id) ? 'inside' : null) },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test_setup.ts'],
    // The text of a style sheet only where a test asks for it; elsewhere it would only cost time.
    css: { include: [/\?raw$/], modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
    // A machine that builds something else meanwhile is slow, not wrong.
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
