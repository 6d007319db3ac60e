import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Routes } from './wire.ts';

/** The built page: every file of it is known before anything is asked, so that no address leads anywhere else. */
export interface Pages {
  /** Code and pictures, which hold nobody's data. */
  isPublic(path: string): boolean;
  addRoutes(routes: Routes): void;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
  woff2: 'font/woff2',
};
/** What is packed already does not get smaller. */
const PACKED = /\.(png|woff2|ico)$/;
/** The page's own routes: all of them are the one document. */
const ROUTES = ['/', '/history', '/pipeline', '/import'];
/** Vite names these by their content: another content is another name. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

interface Page {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isHashed: boolean;
  packed: Promise<Uint8Array<ArrayBuffer>> | null;
}

function filesOf(folder: string): ReadonlyMap<string, Page> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      return [path, { type, bytes: new Uint8Array(readFileSync(file)), isHashed: HASHED.test(path), packed: null }] as const;
    }),
  );
}

const NOT_BUILT =
  'The page of the dashboard is not built here: run `npm run build`, then start `tonearm serve` again. The API answers all the same.\n';

export function createPages(folder: string): Pages {
  const files = filesOf(folder);
  const pageAt = (path: string): Page | undefined => files.get(ROUTES.includes(path) ? '/index.html' : path);
  return {
    isPublic: (path) => files.has(path) && !path.endsWith('.html'),
    addRoutes: (routes) => {
      routes.get('*', async (c, next) => {
        const page = pageAt(c.req.path);
        if (page === undefined) {
          if (files.size === 0 && ROUTES.includes(c.req.path)) return c.text(NOT_BUILT, 503);
          return next();
        }
        const headers = {
          'content-type': page.type,
          'cache-control': page.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
          vary: 'accept-encoding',
        };
        if (PACKED.test(c.req.path) || !/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(page.bytes, 200, headers);
        page.packed ??= promisify(gzip)(page.bytes, { level: 9 }).then((bytes) => new Uint8Array(bytes));
        return c.body(await page.packed, 200, { ...headers, 'content-encoding': 'gzip' });
      });
    },
  };
}
