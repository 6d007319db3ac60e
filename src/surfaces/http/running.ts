import { PipelineError } from '../../kernel/errors.ts';
import { refuseAtWork } from '../../pipeline/at-work.ts';
import type { StartedAnswer, UploadAnswer } from './answers.ts';
import type { Desk } from './desk.ts';
import { RequestFailure } from './failure.ts';
import { type Asked, queryOf, type Routes, reply } from './wire.ts';

/** What changes the lake: each is one thing at a time here, and the lake's lease decides with others. */
export function addRunning(routes: Routes, desk: Desk): void {
  const { app, work, clock, uploads, scrub } = desk;
  /** A run that cannot begin says so at once, and not later to nobody. */
  const refuseHeld = (): Promise<void> => refuseAtWork(app, clock);
  const started = (c: Asked, id: string): Response => reply(c, { id } satisfies StartedAnswer, { status: 202 });

  routes.post('/api/runs', async (c) => {
    queryOf(c, []);
    await refuseHeld();
    return started(c, work.start({ verb: 'run', isDryRun: false }, (signal) => app.run({ accounts: [], streams: [] }, signal)).id);
  });

  routes.delete('/api/runs/current', (c) => {
    work.cancel();
    return c.body(null, 204);
  });

  routes.post('/api/quarantine/replay', async (c) => {
    queryOf(c, []);
    await refuseHeld();
    const replay = async (signal: AbortSignal) => (await app.replayQuarantine(signal)).summary;
    return started(c, work.start({ verb: 'replay', isDryRun: false }, replay).id);
  });

  routes.post('/api/imports', async (c) => {
    const { name = '', account = null } = queryOf(c, ['name', 'account']);
    const declared = Number(c.req.header('content-length') ?? 0);
    if (declared > MOST_DECLARED) throw new RequestFailure(413, 'limit_exceeded', 'an upload is 1024 MB at most', TOO_LARGE);
    refuseBusy(desk);
    const { signal } = c.req.raw;
    const upload = await uploads.take(name, account, c.req.raw.body, signal);
    try {
      const dryRun = work.start({ verb: 'import', isDryRun: true }, (stop) =>
        app.importFiles([upload.path], { account, isDryRun: true }, AbortSignal.any([stop, signal])),
      );
      const { summary, error } = await dryRun.done;
      if (summary === null) throw failed(error);
      return reply(c, { id: upload.id, summary } satisfies UploadAnswer, { status: 201, scrub });
    } catch (error) {
      await uploads.remove(upload.id);
      throw error;
    }
  });

  routes.post('/api/imports/:id', async (c) => {
    queryOf(c, []);
    const { id, path, account } = uploads.of(c.req.param('id'));
    await refuseHeld();
    const begun = work.start({ verb: 'import', isDryRun: false }, (signal) => app.importFiles([path], { account }, signal));
    const letGo = uploads.hold(id);
    void begun.done.then((live) => {
      letGo();
      // What failed may be tried again.
      return live.state === 'done' ? uploads.remove(id) : undefined;
    });
    return started(c, begun.id);
  });

  routes.delete('/api/imports/:id', async (c) => {
    await uploads.remove(uploads.of(c.req.param('id')).id);
    return c.body(null, 204);
  });
}

/** As `uploads.ts` has it; said before a byte of it is read. */
const MOST_DECLARED = 1024 * 1024 * 1024;
const TOO_LARGE = 'Use `tonearm import` on the machine of the lake, which has no such limit.';

function refuseBusy({ work }: Desk): void {
  if (work.live()?.state !== 'running') return;
  throw new PipelineError('something is at work already', { code: 'lease_held', hint: 'Give the file again once it has ended.' });
}

/** Of a dry run that came to nothing. It was told already, in the words that may be shown. */
function failed(
  error: { readonly code: PipelineError['code']; readonly message: string; readonly hint: string | null } | null,
): PipelineError {
  if (error === null) return new PipelineError('the dry run was stopped', { code: 'cancelled' });
  return new PipelineError(error.message, { code: error.code, ...(error.hint === null ? {} : { hint: error.hint }) });
}
