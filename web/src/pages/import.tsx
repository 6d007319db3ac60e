import { useEffect, useRef, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { UploadAnswer } from '../../../src/surfaces/http/answers.ts';
import { usePageLink } from '../app/links.ts';
import { PlainHead } from '../app/page-head.tsx';
import { send } from '../data/api.ts';
import { run } from '../data/live.ts';
import { upload } from '../data/upload.ts';
import { Act } from '../panels/act.tsx';
import { announce } from '../panels/announcement.tsx';
import { PlainPanel } from '../panels/plain-panel.tsx';
import { Failed } from '../panels/state.tsx';
import { Summary } from '../panels/sum.tsx';
import { useAsked } from '../period/asked.tsx';
import { bytes, percent } from '../words/format.ts';
import { Live } from './live-run.tsx';
import '../style/pipeline.css';
import '../style/import.css';

/** One file on its way into the lake. */
type Stage =
  | { readonly at: 'none'; readonly error: Error | null }
  | { readonly at: 'sending'; readonly file: File; readonly part: number; readonly stop: AbortController }
  | { readonly at: 'tried'; readonly file: File; readonly tried: UploadAnswer }
  | { readonly at: 'importing'; readonly file: File; readonly runId: string };

export function Import() {
  const { about, question } = useAsked();
  const [stage, setStage] = useState<Stage>({ at: 'none', error: null });
  const [account, setAccount] = useState(about.accounts.length === 1 ? (about.accounts[0]?.name ?? null) : question.account);
  const leaving = useRef<Stage>(stage);
  leaving.current = stage;
  // Whoever leaves the page stops what is on its way; what was tried is forgotten by the server within the hour.
  useEffect(() => () => void (leaving.current.at === 'sending' && leaving.current.stop.abort()), []);

  async function take(file: File): Promise<void> {
    const stop = new AbortController();
    setStage({ at: 'sending', file, part: 0, stop });
    try {
      const tried = await upload(file, account, (part) => setStage({ at: 'sending', file, part, stop }), stop.signal);
      setStage({ at: 'tried', file, tried });
      announce('Tried out. Nothing was changed yet.');
    } catch (error) {
      setStage({ at: 'none', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  return (
    <>
      <PlainHead page="Import" title="Your export from Spotify" />
      {stage.at === 'none' ? (
        <>
          <AccountChoice account={account} onAccount={setAccount} />
          <Drop onFile={(file) => void take(file)} />
          {stage.error === null ? null : <Failed error={stage.error} />}
          <HowTo />
        </>
      ) : null}
      {stage.at === 'sending' ? <Sending {...stage} /> : null}
      {stage.at === 'tried' ? (
        <Tried
          {...stage}
          onBegun={(runId) => setStage({ at: 'importing', file: stage.file, runId })}
          onForgotten={() => setStage({ at: 'none', error: null })}
        />
      ) : null}
      {stage.at === 'importing' ? <Importing {...stage} onNext={() => setStage({ at: 'none', error: null })} /> : null}
    </>
  );
}

function AccountChoice({ account, onAccount }: { readonly account: string | null; readonly onAccount: (account: string | null) => void }) {
  const { about } = useAsked();
  if (about.accounts.length < 2) return null;
  return (
    <fieldset class="whose">
      <legend>Whose export is it?</legend>
      {about.accounts.map(({ name }) => (
        <label key={name}>
          <input type="radio" name="whose" checked={account === name} onChange={() => onAccount(name)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

function Drop({ onFile }: { readonly onFile: (file: File) => void }) {
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  return (
    <label
      class={isOver ? 'drop is-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <svg viewBox="0 0 96 96" aria-hidden="true">
        <circle cx="48" cy="48" r="45" />
        <circle cx="48" cy="48" r="35" />
        <circle cx="48" cy="48" r="26" />
        <circle cx="48" cy="48" r="13" class="drop-label" />
      </svg>
      <span>
        <b>Drop my_spotify_data.zip here</b>, or choose it
        <span class="quiet"> · nothing is changed before you have seen what would be</span>
      </span>
      <input type="file" accept=".zip,.json,application/zip,application/json" onChange={({ currentTarget: { files } }) => take(files)} />
    </label>
  );
}

function Sending({ file, part, stop }: { readonly file: File; readonly part: number; readonly stop: AbortController }) {
  return (
    <PlainPanel title={part < 1 ? 'On its way' : 'Being tried out'}>
      <p>
        <bdi>{file.name}</bdi>, {bytes(file.size)}: {part < 1 ? percent(part) : 'all there; each record is being looked at'}
      </p>
      <progress aria-label={`Upload of ${file.name}`} {...(part < 1 ? { max: 1, value: part } : {})} />
      <p class="acts">
        <button type="button" class="button" onClick={() => stop.abort()}>
          Stop
        </button>
      </p>
    </PlainPanel>
  );
}

interface TriedProps {
  readonly file: File;
  readonly tried: UploadAnswer;
  readonly onBegun: (runId: string) => void;
  readonly onForgotten: () => void;
}

function Tried({ file, tried: { id, summary }, onBegun, onForgotten }: TriedProps) {
  const begin = async (): Promise<void> => {
    const begun = await send<{ readonly id: string }>('POST', `/api/imports/${encodeURIComponent(id)}`);
    onBegun(begun?.id ?? '');
  };
  const forget = async (): Promise<void> => {
    await send('DELETE', `/api/imports/${encodeURIComponent(id)}`);
    onForgotten();
  };
  return (
    <PlainPanel title="What an import would do">
      <p class="quiet">
        <bdi>{file.name}</bdi>, {bytes(file.size)}. Nothing was changed.
      </p>
      <Summary of={summary} />
      <p class="acts">
        <Act act={begin} isMain>
          Import it
        </Act>
        <Act act={forget}>Forget it</Act>
      </p>
    </PlainPanel>
  );
}

function Importing({ file, runId, onNext }: { readonly file: File; readonly runId: string; readonly onNext: () => void }) {
  const overview = usePageLink('/');
  const live = run.value;
  const isOurs = live?.id === runId;
  return (
    <PlainPanel title="The import">
      <p class="quiet">
        <bdi>{file.name}</bdi>
      </p>
      {live !== null && isOurs ? <Live live={live} /> : <p>It begins.</p>}
      {isOurs && live?.state !== 'running' ? (
        <p class="acts">
          <Link href={overview} class="button button-main">
            See your listening
          </Link>
          <button type="button" class="button" onClick={onNext}>
            Another file
          </button>
        </p>
      ) : null}
    </PlainPanel>
  );
}

const HowTo = () => (
  <section class="panel how-to" aria-labelledby="how-to">
    <header class="panel-head">
      <h2 id="how-to">How to get it</h2>
    </header>
    <ol>
      <li>
        Ask Spotify for it: <b>spotify.com/account/privacy</b>, “Download your data”. Tick “Extended streaming history”: it reaches back to
        the first play. “Account data” reaches back a year, and holds your library and playlists.
      </li>
      <li>A message with a link comes within 5 days for account data, and within 30 for the extended history.</li>
      <li>Drop the zip here as it came. The same file twice changes nothing; overlapping ones count each play once.</li>
    </ol>
    <p class="note">An upload is 1 GB at most; tonearm import on the machine of the lake has no limit.</p>
  </section>
);
