import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import { unreachable } from '../data/api.ts';
import { listen } from '../data/live.ts';
import { useAbout } from '../data/queries.ts';
import { Overview } from '../pages/overview.tsx';
import { Failed, Waiting } from '../panels/state.tsx';
import { AskedProvider, askedOf, useQuestion } from '../period/asked.tsx';
import { Shell } from './shell.tsx';

const HAS_PERIOD = ['/', '/history', '/pipeline'];

export function App() {
  const question = useQuestion();
  const [path] = useLocation();
  const about = useAbout();
  useEffect(listen, []);
  useArrival(path);
  if (about.data === undefined) {
    return (
      <main class="before-all">
        {about.isError ? <Failed error={about.error} onAgain={() => void about.refetch()} /> : <Waiting height={40} what="The page" />}
      </main>
    );
  }
  return (
    <AskedProvider value={askedOf(question, about.data)}>
      <Shell hasPeriod={HAS_PERIOD.includes(path)}>
        <Page path={path} />
      </Shell>
    </AskedProvider>
  );
}

/** Whoever goes to another page begins at its top, with the keyboard, too. The way back leads to where one was. */
function useArrival(path: string): void {
  const search = useSearch();
  const before = useRef(path);
  const isBack = useRef(false);
  useEffect(() => {
    const note = (): void => {
      isBack.current = true;
    };
    addEventListener('popstate', note);
    return () => removeEventListener('popstate', note);
  }, []);
  useEffect(() => {
    const isArrival = before.current !== path && !isBack.current;
    before.current = path;
    isBack.current = false;
    if (!isArrival || location.hash !== '') return;
    scrollTo(0, 0);
    document.getElementById('page')?.focus({ preventScroll: true });
  }, [path, search]);
}

/** Pages beside the first one are loaded when they are gone to. */
const LATER: Readonly<Record<string, () => Promise<ComponentType>>> = {
  '/history': async () => (await import('../pages/history.tsx')).History,
  '/pipeline': async () => (await import('../pages/pipeline.tsx')).Pipeline,
  '/import': async () => (await import('../pages/import.tsx')).Import,
};

function Page({ path }: { readonly path: string }) {
  const [loaded, setLoaded] = useState<{ readonly path: string; readonly page: ComponentType } | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const load = LATER[path];
  useEffect(() => {
    setError(null);
    load?.().then((page) => setLoaded({ path, page }), setError);
  }, [path]);
  if (path === '/') return <Overview />;
  if (error !== null) return <Failed error={unreachable()} onAgain={() => location.reload()} />;
  if (load === undefined) return <Failed error={new Error(`There is no page ${path}`)} />;
  if (loaded?.path !== path) return <Waiting height={40} what="The page" />;
  const Loaded = loaded.page;
  return <Loaded />;
}
