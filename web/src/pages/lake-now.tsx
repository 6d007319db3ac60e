import type { UseQueryResult } from '@tanstack/preact-query';
import type { PipelineAnswer } from '../../../src/surfaces/http/answers.ts';
import { Answered, PlainPanel } from '../panels/plain-panel.tsx';
import { useAsked } from '../period/asked.tsx';
import { bytes, counted, day, instant, number } from '../words/format.ts';

type Login = PipelineAnswer['logins'][number];

/** How the lake stands: what waits, what it takes, what is still to be asked, and how long the logins last. */
export function LakeNow({ query }: { readonly query: UseQueryResult<PipelineAnswer, Error> }) {
  return (
    <PlainPanel title="The lake">
      <Answered query={query} height={16} what="How the lake stands">
        {({ status, logins, jobs }) => (
          <dl class="facts">
            <Tables status={status} />
            <Enrichment of={status.enrichment} />
            <Deferred of={status.deferred} />
            {logins.map((login) => (
              <div key={login.account} class={isUrgent(login) ? 'fact fact-odd' : 'fact'}>
                <dt>Login of {login.account}</dt>
                <dd>{loginWords(login)}</dd>
              </div>
            ))}
            <Jobs jobs={jobs} />
            {status.warnings.map((warning) => (
              <div key={warning} class="fact fact-odd">
                <dt>Warning</dt>
                <dd>{warning}</dd>
              </div>
            ))}
          </dl>
        )}
      </Answered>
    </PlainPanel>
  );
}

function Tables({ status: { tables, pending } }: { readonly status: PipelineAnswer['status'] }) {
  const size = tables.reduce((sum, table) => sum + table.bytes, 0);
  const files = tables.reduce((sum, table) => sum + table.files, 0);
  const gain = { files: 0, bytes: 0 };
  for (const table of tables) {
    gain.files += table.gain.files;
    gain.bytes += table.gain.bytes;
  }
  return (
    <>
      <div class="fact">
        <dt>Tables</dt>
        <dd>
          {bytes(size)} in {number(files)} files.{' '}
          {gain.files === 0
            ? 'There is nothing to compact.'
            : `Compacting would save ${number(gain.files)} files, about ${bytes(gain.bytes)}: `}
          {gain.files === 0 ? null : <code>tonearm compact</code>}
        </dd>
      </div>
      <div class="fact">
        <dt>Waiting to be built</dt>
        <dd>{pending === 0 ? 'nothing' : `${counted(pending, 'raw object')}: the next run takes them`}</dd>
      </div>
    </>
  );
}

function Enrichment({ of }: { readonly of: PipelineAnswer['status']['enrichment'] }) {
  if (of === null) return null;
  const { left, requestsLeft, requestsPerRun, doneOn } = of;
  return (
    <div class="fact">
      <dt>To be described</dt>
      <dd>
        {left === 0 ? 'every track is' : `${counted(left, 'track')} in ${counted(requestsLeft, 'request')}. `}
        {left === 0 || doneOn === null ? null : `Done about ${day(doneOn)}, at ${counted(requestsPerRun, 'request')} a run.`}
        {left > 0 && doneOn === null ? (
          <>
            Runs spend none; <code>tonearm enrich</code> does.
          </>
        ) : null}
      </dd>
    </div>
  );
}

function Deferred({ of }: { readonly of: PipelineAnswer['status']['deferred'] }) {
  const { timeZone } = useAsked();
  if (of === null) return null;
  return (
    <div class="fact fact-odd">
      <dt>Spotify asks to wait</dt>
      <dd>
        until {instant(of.until, timeZone)}
        {of.isGuess ? ', as far as can be guessed' : ''}: {of.message}
      </dd>
    </div>
  );
}

function Jobs({ jobs }: { readonly jobs: PipelineAnswer['jobs'] }) {
  const { timeZone } = useAsked();
  return jobs.map(({ name, account, nextAt, failures }) => (
    <div key={`${account} ${name}`} class={failures > 0 ? 'fact fact-odd' : 'fact'}>
      <dt>
        {name} {account}
      </dt>
      <dd>
        {nextAt === null ? 'never' : `next ${instant(nextAt, timeZone)}`}
        {failures === 0 ? '' : `, after ${counted(failures, 'failure')}`}
      </dd>
    </div>
  ));
}

const isUrgent = ({ level, problem }: Login): boolean => problem !== null || level === 'ended' || level === 'day' || level === 'week';

function loginWords({ account, level, expiresAt, daysLeft, problem }: Login) {
  const again = <code>tonearm login --account {account}</code>;
  if (problem !== null) return problem;
  if (level === 'none') return <>nobody is logged in: {again}</>;
  if (level === 'ended') return <>is over, nothing new is read: {again}</>;
  if (expiresAt === null || daysLeft === null) return 'a token of the environment; when it ends is not known';
  const left = daysLeft < 1 ? 'in less than a day' : `in ${counted(daysLeft, 'day')}`;
  return (
    <>
      ends {left}, on {day(expiresAt)}
      {level === 'ok' ? '' : <>: {again}</>}
    </>
  );
}
