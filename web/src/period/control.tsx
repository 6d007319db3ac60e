import { useId, useState } from 'preact/hooks';
import { useAsked, useAsking } from './asked.tsx';
import { RULES, type Rule } from './question.ts';
import { type Range, spanShifted } from './span.ts';

const RANGES: readonly { readonly range: Range; readonly label: string; readonly words: string }[] = [
  { range: '7d', label: '7 d', words: '7 days' },
  { range: '30d', label: '30 d', words: '30 days' },
  { range: 'year', label: 'Year', words: 'a year: 365 days' },
  { range: 'all', label: 'All', words: 'all of the record' },
  { range: 'custom', label: 'Days…', words: 'days that you choose' },
];

const RULE_WORDS: Readonly<Record<Rule, string>> = {
  any: 'any play',
  '30s': '30 seconds',
  completed: 'to the end',
  half: 'half, or 4 minutes',
};

/** The one control that all panels obey. */
export function PeriodControl() {
  return (
    <search class="period" aria-label="Period and scope">
      <Ranges />
      <Scope />
    </search>
  );
}

function Ranges() {
  const { question, span, about } = useAsked();
  const asking = useAsking();
  const name = useId();
  const choose = (range: Range): void => {
    const days =
      range === 'custom' ? { from: span.from ?? about.firstPlayedOn ?? about.today, to: span.to ?? about.today } : { from: null, to: null };
    asking({ range, days });
  };
  const [earlier, later] = [spanShifted(span, -1, about.today), spanShifted(span, 1, about.today)];
  return (
    <div class="period-days">
      <button
        type="button"
        class="step"
        aria-label="The period before"
        disabled={earlier === null}
        onClick={() => earlier && asking({ range: 'custom', days: earlier })}
      >
        <span aria-hidden="true">‹</span>
      </button>
      <fieldset class="ranges">
        <legend class="unseen">Period</legend>
        {RANGES.map(({ range, label, words }) => (
          <label key={range} class="range">
            <input type="radio" name={name} checked={question.range === range} onChange={() => choose(range)} aria-label={words} />
            <span aria-hidden="true">{label}</span>
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        class="step"
        aria-label="The period after"
        disabled={later === null}
        onClick={() => later && asking({ range: 'custom', days: later })}
      >
        <span aria-hidden="true">›</span>
      </button>
      {question.range === 'custom' ? <CustomDays /> : null}
    </div>
  );
}

function CustomDays() {
  const { question, about } = useAsked();
  const asking = useAsking();
  const { from, to } = question.days;
  const set = (change: { readonly from?: string | null; readonly to?: string | null }): void =>
    asking({ range: 'custom', days: { from, to, ...change } });
  const bounds = { max: about.today, ...(about.firstPlayedOn === null ? {} : { min: about.firstPlayedOn }) };
  return (
    <div class="custom-days">
      <label>
        <span>From</span>
        <input
          type="date"
          value={from ?? ''}
          {...bounds}
          onChange={({ currentTarget: { value } }) => value !== '' && set({ from: value })}
        />
      </label>
      <label>
        <span>to</span>
        <input type="date" value={to ?? ''} {...bounds} onChange={({ currentTarget: { value } }) => value !== '' && set({ to: value })} />
      </label>
    </div>
  );
}

/** Whose plays, which clock, which rule: folded away on a small screen, where it says what is chosen. */
function Scope() {
  const { question, about } = useAsked();
  const asking = useAsking();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const chosen = [question.account ?? 'all accounts', question.timeZone, question.counting === null ? null : RULE_WORDS[question.counting]];
  return (
    <div class="scope">
      <button type="button" class="scope-button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        {chosen.filter((words) => words !== null).join(' · ')}
      </button>
      <div class={isOpen ? 'scope-fields is-open' : 'scope-fields'} id={id}>
        <label>
          <span>Account</span>
          <select
            value={question.account ?? ''}
            onChange={({ currentTarget: { value } }) => asking({ account: value === '' ? null : value })}
          >
            <option value="">all</option>
            {about.accounts.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <ZoneChoice />
        <label>
          <span>A play is</span>
          <select
            value={question.counting ?? ''}
            onChange={({ currentTarget: { value } }) => asking({ counting: RULES.find((rule) => rule === value) ?? null })}
          >
            <option value="">by its rule</option>
            {RULES.map((rule) => (
              <option key={rule} value={rule}>
                {RULE_WORDS[rule]}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input type="checkbox" checked={question.compares} onChange={({ currentTarget: { checked } }) => asking({ compares: checked })} />
          <span>Compare</span>
        </label>
      </div>
    </div>
  );
}

const ALL_ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

function ZoneChoice() {
  const { question, about } = useAsked();
  const asking = useAsking();
  const near = [...new Set([...about.timeZones, 'UTC', ...(question.timeZone === null ? [] : [question.timeZone])])];
  const far = ALL_ZONES.filter((zone) => !near.includes(zone));
  return (
    <label>
      <span>Days of</span>
      <select
        value={question.timeZone ?? ''}
        onChange={({ currentTarget: { value } }) => asking({ timeZone: value === '' ? null : value })}
      >
        <option value="">each its own</option>
        {near.map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
        <optgroup label="All others">
          {far.map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
