import { useState } from 'preact/hooks';
import type { DoctorAnswer, DriftAnswer, QuarantineAnswer, QuarantineRecordAnswer } from '../../../src/surfaces/http/answers.ts';
import { send } from '../data/api.ts';
import { run } from '../data/live.ts';
import { useAnswer } from '../data/queries.ts';
import { Act } from '../panels/act.tsx';
import { Answered, PlainPanel } from '../panels/plain-panel.tsx';
import { counted, number } from '../words/format.ts';

type Fault = QuarantineAnswer['rows'][number];

/** What could not be placed, and why; after a change of the contract, or of Tonearm, a replay may place it. */
export function Quarantine() {
  const query = useAnswer<QuarantineAnswer>('/api/quarantine', { limit: 100 });
  return (
    <PlainPanel title="Quarantine">
      <Answered query={query} height={6} what="Quarantine">
        {({ rows, total }) =>
          total.records === 0 ? (
            <p class="quiet">Empty: every record that was ever read could be placed.</p>
          ) : (
            <>
              <p>
                {counted(total.records, 'record')} with {counted(total.faults, 'fault')} could not be placed. They are kept, and counted as
                quarantined.
              </p>
              <ul class="entries">
                {rows.map((fault) => (
                  <FaultRow key={`${fault.rawKey} ${fault.line} ${fault.item} ${fault.field}`} fault={fault} />
                ))}
              </ul>
              <p class="acts">
                <Act act={() => send('POST', '/api/quarantine/replay')} isDisabled={run.value?.state === 'running'}>
                  Try to place them again
                </Act>
              </p>
            </>
          )
        }
      </Answered>
    </PlainPanel>
  );
}

function FaultRow({ fault }: { readonly fault: Fault }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li class="fact">
      <b>
        {fault.code.replaceAll('_', ' ')}
        <span class="quiet">
          {' '}
          · {fault.account} · {fault.stream.replaceAll('_', ' ')}
        </span>
      </b>
      <span>
        {fault.field === '' ? '' : `${fault.field}: `}
        {fault.message}{' '}
        <button type="button" class="as-link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'hide the record' : 'show the record'}
        </button>
        {isOpen ? <RecordShown fault={fault} /> : null}
      </span>
    </li>
  );
}

function RecordShown({ fault: { rawKey, line, item } }: { readonly fault: Fault }) {
  const query = useAnswer<QuarantineRecordAnswer>('/api/quarantine/record', { name: rawKey, line, item });
  return (
    <Answered query={query} height={6} what="The record">
      {({ documents }) =>
        documents.map(({ record }) => (
          <pre key={record.text} class="record">
            {record.text}
            {record.isCut ? '\n…' : ''}
          </pre>
        ))
      }
    </Answered>
  );
}

/** Reads samples of raw, so it is looked for only when it is asked for. */
export function Drift() {
  const [isWanted, setWanted] = useState(false);
  const query = useAnswer<DriftAnswer>('/api/drift', {}, isWanted);
  return (
    <PlainPanel title="Drift: what changed in Spotify’s answers">
      {isWanted ? (
        <Answered query={query} height={6} what="Drift">
          {(streams) => <DriftFound streams={streams.filter(isDrifted)} looked={streams.length} />}
        </Answered>
      ) : (
        <p class="acts">
          <button type="button" class="button" onClick={() => setWanted(true)}>
            Compare old answers with new ones
          </button>
        </p>
      )}
    </PlainPanel>
  );
}

type StreamDrift = DriftAnswer[number];

const isDrifted = ({ vanished, appeared, gone, noticed }: StreamDrift): boolean =>
  vanished.length + appeared.length + gone.length + noticed.length > 0;

function DriftFound({ streams, looked }: { readonly streams: readonly StreamDrift[]; readonly looked: number }) {
  if (streams.length === 0) return <p class="quiet">Nothing: {number(looked)} streams have the fields that they had.</p>;
  return (
    <ul class="entries">
      {streams.map(({ stream, vanished, appeared, gone }) => (
        <li key={stream} class={gone.length > 0 ? 'fact fact-odd' : 'fact'}>
          <b>{stream.replaceAll('_', ' ')}</b>
          <span>
            {gone.length === 0 ? '' : `Lost to the tables: ${gone.join(', ')}. `}
            {vanished.length === 0 ? '' : `Gone: ${vanished.map(({ path }) => path).join(', ')}. `}
            {appeared.length === 0 ? '' : `New: ${appeared.map(({ path }) => path).join(', ')}.`}
          </span>
        </li>
      ))}
    </ul>
  );
}

const SIGNS = { ok: '✓', warn: '!', fail: '✗' } as const;

/** What `tonearm doctor` says. */
export function Doctor() {
  const [isWanted, setWanted] = useState(false);
  const query = useAnswer<DoctorAnswer>('/api/doctor', {}, isWanted);
  return (
    <PlainPanel title="Health">
      {isWanted ? (
        <Answered query={query} height={6} what="Health">
          {(findings) => (
            <ul class="entries">
              {findings.map(({ check, state, where, found, next }) => (
                <li key={`${check} ${where} ${found}`} class={state === 'ok' ? 'fact' : 'fact fact-odd'}>
                  <b>
                    <span aria-hidden="true">{SIGNS[state]} </span>
                    <span class="unseen">{state}: </span>
                    {check}
                  </b>
                  <span>
                    {found}
                    {next === null ? '' : `. ${next}`}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Answered>
      ) : (
        <p class="acts">
          <button type="button" class="button" onClick={() => setWanted(true)}>
            Look everything over
          </button>
        </p>
      )}
    </PlainPanel>
  );
}
