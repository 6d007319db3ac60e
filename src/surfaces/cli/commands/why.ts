import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Lineage = Awaited<ReturnType<App['why']>>;

export const addWhy: AddVerb = (program, act) => {
  program
    .command('why')
    .summary('show where a row came from')
    .description(
      'Shows a row of a stored table and the answer or file that it came from: the newest one that it was seen in, or the first evidence of a play.',
    )
    .argument('<table>', 'A stored table')
    .argument('<key...>', 'Values of its key, in the order of `tonearm tables <table>`; or pairs such as track_id=…; null for no value')
    .action(
      act(async (cli, table: string, key: readonly string[]) => {
        const found = await cli.withApp((app) => app.why({ table, key }, cli.effects.signal));
        cli.result(found, () => lineageText(found, cli));
        return 0;
      }),
    );
};

/** Control characters could steer the terminal. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

function lineageText({ table, row, raw }: Lineage, { paint }: Cli): string {
  const width = Math.max(...Object.keys(row).map((name) => name.length));
  const fields = Object.entries(row).map(([name, value]) => {
    const text = value === null ? paint.dim('–') : plain(String(value));
    return `  ${(name.startsWith('_') ? paint.dim : String)(name.padEnd(width))}  ${text}`;
  });
  const head = [paint.bold(table), ...fields, ''];
  if (raw === null) return [...head, 'The row was worked out from many: it names no raw object.', ''].join('\n');
  return [...head, ...rawLines(raw, paint), ''].join('\n');
}

function rawLines(raw: NonNullable<Lineage['raw']>, paint: Cli['paint']): readonly string[] {
  const place = `${paint.bold('raw')} ${raw.key}, line ${raw.line}${raw.item === null ? '' : `, element ${raw.item}`}`;
  const query = new URLSearchParams(raw.request?.query).toString();
  const asked =
    raw.request === null
      ? []
      : [`  ${raw.request.method} ${plain(raw.request.path)}${query === '' ? '' : `?${plain(query)}`} → ${raw.status}`];
  const at = raw.observedAt === null ? [] : [`  observed at ${raw.observedAt}`];
  const cut = raw.record.isCut ? ['… the rest is in raw'] : [];
  return [place, `  an answer of ${raw.stream}`, ...asked, ...at, '', raw.record.text, ...cut];
}
