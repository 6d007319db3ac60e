import { posix } from 'node:path';

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Relative links of Markdown files that lead to no file or folder. Headings within a file are not looked up. */
export function deadLinks(files: readonly TextFile[], exists: (path: string) => boolean): readonly string[] {
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      linksOf(text)
        .filter((link) => !/^([a-z][a-z0-9+.-]*:|#)/i.test(link))
        .filter((link) => !exists(posix.join(posix.dirname(path), decodeURIComponent(link.replace(/[#?].*$/, '')))))
        .map((link) => `${path}: nothing at ${link}`),
    );
}

function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...named].map(([, link = '']) => link);
}

/** Rooms that a page does not name as `name/`. */
export function roomsLeftOut({ path, text }: TextFile, rooms: readonly string[]): readonly string[] {
  return rooms.filter((room) => !text.includes(`${room}/`)).map((room) => `${path} does not name ${room}/`);
}

/** Absolute paths of somebody's machine, and paths that leave the project. */
export function foreignPaths(files: readonly TextFile[], root: string): readonly string[] {
  const words = [`${root}/`, ['..', 'shared'].join('/')];
  const homes = /(?:^|[\s"'`(=:])\/(?:home|Users|root|work|workspace|builds)\/[\w.-]+/;
  return files
    .filter(({ path }) => path !== 'package-lock.json')
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          words.some((word) => line.includes(word)) || homes.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
        ),
    );
}
