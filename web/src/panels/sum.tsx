import type { RunSummary } from '../../../src/surfaces/http/answers.ts';
import { counted, number } from '../words/format.ts';

type Tally = RunSummary['total'];

const PARTS = ['kept', 'merged', 'duplicate', 'filtered', 'quarantined'] as const;

/** Every record read is in exactly one of the five: shown as the sum that it is. Parts that are 0 are left out. */
export function Sum({ of, isReconciled }: { readonly of: Tally; readonly isReconciled?: boolean }) {
  const parts = PARTS.filter((part) => of[part] > 0);
  const adds = isReconciled ?? PARTS.reduce((sum, part) => sum + of[part], 0) === of.read;
  return (
    <span class="sum">
      <b>{number(of.read)}</b> read
      {parts.map((part, at) => (
        <span key={part} class={part === 'quarantined' ? 'sum-odd' : ''}>
          {at === 0 ? ' = ' : ' + '}
          {number(of[part])} {part}
        </span>
      ))}
      <span class={adds ? 'sum-true' : 'sum-odd'}>{adds ? ' ✓ adds up' : ' ✗ does not add up'}</span>
    </span>
  );
}

/** Longer lists are folded away. */
const MOST_OPEN = 12;

/** What a run did, or a dry run would do, to each stream and each file. */
export function Summary({ of: { total, streams, files, warnings, outcomes, judgedAnew } }: { readonly of: RunSummary }) {
  return (
    <div class="summary">
      <p>
        <Sum of={total} />
      </p>
      {judgedAnew.length === 0 ? null : (
        <p>Earlier records judged anew: {judgedAnew.map(({ from, to, count }) => `${number(count)} ${from} → ${to}`).join(', ')}.</p>
      )}
      {outcomes.map(({ code, message, hint }) => (
        <p key={message} class="summary-odd">
          <b>{code.replaceAll('_', ' ')}:</b> {message}
          {hint === null ? '' : `. ${hint}`}
        </p>
      ))}
      {warnings.map((warning) => (
        <p key={warning} class="summary-odd">
          {warning}
        </p>
      ))}
      {files.length === 0 ? null : (
        <details open={files.length <= MOST_OPEN}>
          <summary>{counted(files.length, 'file')}</summary>
          <ul class="entries">
            {files.map((file) => (
              <li key={file.name} class="summary-row">
                <span class="summary-name" dir="auto">
                  {file.name}
                </span>
                <span>
                  {file.outcome.replaceAll('_', ' ')}
                  {file.note === null ? '' : `: ${file.note}`} {file.read === 0 ? null : <Sum of={file} />}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {streams.length === 0 ? null : (
        <details open={streams.length <= MOST_OPEN}>
          <summary>{counted(streams.length, 'stream')}</summary>
          <ul class="entries">
            {streams.map((stream) => (
              <li key={`${stream.account} ${stream.stream}`} class="summary-row">
                <span class="summary-name">
                  {stream.account} · {stream.stream.replaceAll('_', ' ')}
                </span>
                <span>
                  {[stream.outcome === 'done' ? null : stream.outcome, stream.error?.message ?? null]
                    .filter((word) => word !== null)
                    .join(': ')}{' '}
                  {stream.read === 0 && stream.outcome !== 'done' ? null : <Sum of={stream} />}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
