import type { ComponentChildren } from 'preact';
import { Link, useLocation } from 'wouter-preact';
import { send } from '../data/api.ts';
import { Announcement } from '../panels/announcement.tsx';
import { useAsked } from '../period/asked.tsx';
import { PeriodControl } from '../period/control.tsx';
import { PAGES, usePageLink } from './links.ts';
import { RunLine, Silence } from './run-line.tsx';
import { THEMES, theme } from './theme.ts';

const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <circle class="mark-disc" cx="16" cy="16" r="15" />
    <circle class="mark-groove" cx="16" cy="16" r="11.5" />
    <circle class="mark-groove" cx="16" cy="16" r="8.7" />
    <circle class="mark-label" cx="16" cy="16" r="5.6" />
    <circle class="mark-hole" cx="16" cy="16" r="1.3" />
    <path class="mark-arm" d="M29 3 26 17l-6 4" />
  </svg>
);

function Navigation() {
  const [path] = useLocation();
  return (
    <nav class="pages" aria-label="Pages">
      {PAGES.map((page) => (
        <PageLink key={page.path} {...page} isCurrent={page.path === path} />
      ))}
    </nav>
  );
}

function PageLink({ path, title, isCurrent }: { readonly path: string; readonly title: string; readonly isCurrent: boolean }) {
  const link = usePageLink(path);
  return (
    <Link href={link} class="page-link" {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
      {title}
    </Link>
  );
}

const THEME_WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const;
const THEME_SIGNS = { system: '◐', light: '○', dark: '●' } as const;

function ThemeSwitch() {
  const now = theme.value;
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system';
  return (
    <button
      type="button"
      class="theme-switch"
      aria-label={`Look: ${THEME_WORDS[now]}. Change to ${THEME_WORDS[next]}`}
      title={`Look: ${THEME_WORDS[now]}`}
      onClick={() => {
        theme.value = next;
      }}
    >
      <span aria-hidden="true">{THEME_SIGNS[now]}</span>
    </button>
  );
}

/** What every page has around it. `hasPeriod`: its panels obey the period. */
export function Shell({ hasPeriod, children }: { readonly hasPeriod: boolean; readonly children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <header class="masthead">
        <Link href={usePageLink('/')} class="brand" aria-label="Tonearm: overview">
          <Mark />
          <span aria-hidden="true">Tonearm</span>
        </Link>
        <Navigation />
        <RunLine />
        <ThemeSwitch />
      </header>
      <Silence />
      {hasPeriod ? <PeriodControl /> : null}
      <main id="page" tabIndex={-1}>
        {children}
      </main>
      <Colophon />
      <Announcement />
    </>
  );
}

/** The server takes no forms but that of the login. Where it cannot be reached, nothing is left to see either. */
async function logOut(): Promise<void> {
  await send('POST', '/logout').finally(() => location.assign('/login'));
}

function Colophon() {
  const { about } = useAsked();
  return (
    <footer class="colophon">
      <p>
        {about.isDemo ? 'A sample account: the people and their music are made up. ' : ''}
        Tonearm {about.version} · {about.lake} · version {about.catalogVersion} of the tables
      </p>
      <p>Names and links lead to Spotify, where they come from. Spotify has no part in this page.</p>
      {about.needsLogin ? (
        <button type="button" class="button" onClick={() => void logOut()}>
          Log out
        </button>
      ) : null}
    </footer>
  );
}
