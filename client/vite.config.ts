import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { fluent } from './tools/ftl';
import { serviceWorker } from './tools/service_worker';

// Where `vite dev` finds the chat server.
const server = process.env.CHILLIN_SERVER ?? 'http://127.0.0.1:5000';

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
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test_setup.ts'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
    maxWorkers: 2,
  },
});
