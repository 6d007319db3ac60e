import { PipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import type { AddVerb } from '../verb.ts';

type Freshness = Awaited<ReturnType<App['freshness']>>;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

interface Options {
  readonly maxAge?: string;
  readonly stream?: string;
}

export const addFreshness: AddVerb = (program, act) => {
  program
    .command('freshness')
    .summary('show how old the newest data of each stream is')
    .description(
      'Shows when each stream of each account was last observed. With --max-age it ends with exit code 3 if one is older, or was never observed.',
    )
    .option('--max-age <age>', 'Such as 90m, 36h or 2d')
    .option('--stream <name>', 'Only this stream')
    .action(
      act(async (cli, { maxAge, stream }: Options) => {
        const options = { maxAgeMs: maxAge === undefined ? null : durationOf(maxAge), stream: stream ?? null };
        const streams = await cli.withApp((app) => app.freshness(options, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        const isStale = streams.some((one) => one.isStale);
        cli.result({ streams, exitCode: isStale ? 3 : 0 }, () =>
          tableText(
            ['account', 'stream', 'newest', 'age', ''].map((name) => ({ name, type: 'text' })),
            streams.map(({ account, stream: name, newestAt, ageMs, isStale: stale }) => [
              account,
              name,
              newestAt,
              ageMs === null ? null : ageText(ageMs),
              stale ? 'stale' : '',
            ]),
            cli,
          ),
        );
        return isStale ? 3 : 0;
      }),
    );
};

function durationOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new PipelineError(`--max-age is ${JSON.stringify(text)}`, {
    code: 'usage',
    hint: 'It is a number of minutes, hours or days: 90m, 36h, 2d.',
  });
}

/** `2 d 3 h`, `3 h 5 m`, `5 m` */
function ageText(ms: Freshness[number]['ageMs'] & number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} m` : `${minutes % 60} m`;
}
