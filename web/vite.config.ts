import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: dirname(fileURLToPath(import.meta.url)),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Every browser of that age preloads modules by itself.
    modulePreload: { polyfill: false },
    // A data: URL in place of a file would need a looser policy for what the page may load.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  // `npx vite web` beside `tonearm serve`, while the page is being worked on.
  server: { proxy: { '/api': process.env.TONEARM_SERVE_URL ?? 'http://127.0.0.1:4777' } },
});
