import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { PipelineError } from './errors.ts';
import { createLog, type Log, type LogOptions } from './log.ts';

const clock = createVirtualClock(new Date('2026-03-01T12:00:00Z'));

async function linesOf(options: Pick<LogOptions, 'format' | 'level'>, speak: (log: Log) => void): Promise<string> {
  const lines: string[] = [];
  speak(await createLog({ ...options, clock, write: (line) => lines.push(line) }));
  return lines.join('');
}

const human = (speak: (log: Log) => void): Promise<string> => linesOf({ format: 'human', level: 'debug' }, speak);
const json = (speak: (log: Log) => void): Promise<string> => linesOf({ format: 'json', level: 'debug' }, speak);

describe('a log for people', () => {
  it('puts the facts behind the words, one line an event', async () => {
    const said = await human((log) => {
      log.info('landed', {
        stream: 'saved_tracks',
        records: 50,
        name: 'Björk – Post',
        at: new Date('2026-03-01T00:00:00Z'),
        none: undefined,
      });
      log.warn('two\nlines', { path: 'a\nb' });
      log.error('failed');
      log.debug('asked');
    });
    expect(said).toBe(
      'landed  stream=saved_tracks  records=50  name="Björk – Post"  at=2026-03-01T00:00:00.000Z\n' +
        'warning: two lines  path="a\\nb"\nerror: failed\ndebug: asked\n',
    );
  });
});

describe('a log for machines', () => {
  it('writes one JSON object a line, with the time of the clock', async () => {
    const said = await json((log) => log.info('landed', { records: 50, rows: 9007199254740993n }));
    expect(said).toBe('{"level":"info","time":"2026-03-01T12:00:00.000Z","records":50,"rows":"9007199254740993","message":"landed"}\n');
  });

  it('keeps the code, hint and causes of an error', async () => {
    const error = new PipelineError('cannot read', { code: 'storage', hint: 'free some space', cause: new Error('ENOSPC') });
    const said = JSON.parse(await json((log) => log.error('stopped', { error })));
    expect(said.error).toEqual({
      code: 'storage',
      hint: 'free some space',
      message: 'cannot read',
      cause: { name: 'Error', message: 'ENOSPC' },
    });
  });
});

describe.each(['json', 'human'] as const)('a log in %s', (format) => {
  it('leaves out what is below its level', async () => {
    const speak = (log: Log): void => {
      log.debug('one');
      log.info('two');
      log.warn('three');
      log.error('four');
    };
    expect(await linesOf({ format, level: 'warn' }, speak)).toMatch(/^[^\n]*three[^\n]*\n[^\n]*four[^\n]*\n$/);
    expect(await linesOf({ format, level: 'silent' }, speak)).toBe('');
  });

  it.each(['refresh_token', 'accessToken', 'client_secret', 'Authorization', 'PASSWORD', 'code_verifier', 'codeVerifier', 'Set-Cookie'])(
    'hides the fact %s, however deep',
    async (name) => {
      const said = await linesOf({ format, level: 'debug' }, (log) => {
        log.info('sent', { [name]: 'hunter2', request: { headers: [{ [name]: ['hunter2'] }] } });
        log.info('failed', { error: new Error('no', { cause: Object.assign(new Error('x'), { cause: { [name]: 'hunter2' } }) }) });
      });
      expect(said).not.toContain('hunter2');
      expect(said.match(/\[hidden\]/g)).toHaveLength(3);
    },
  );

  it('hides credentials inside words and values', async () => {
    const said = await linesOf({ format, level: 'debug' }, (log) =>
      log.info('GET /me with Bearer hunter2', {
        url: new URL('http://x/?access_token=hunter2&limit=5'),
        error: new Error('Basic hunter2='),
      }),
    );
    expect(said).not.toContain('hunter2');
    expect(said).toContain('limit=5');
  });

  it('survives a circle', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(await linesOf({ format, level: 'debug' }, (log) => log.info('round', circle))).toContain('round');
  });
});
