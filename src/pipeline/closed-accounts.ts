import { PipelineError } from '../kernel/errors.ts';
import type { Context } from './context.ts';

/** Errors: `config` for an account that was purged: nothing of it is taken in. */
export async function refusePurged({ removals }: Pick<Context, 'removals'>, account: string): Promise<void> {
  const { closed } = await removals.read();
  if (!closed.has(account)) return;
  throw new PipelineError(`account ${account} was purged: nothing of it is read or imported any more`, {
    code: 'config',
    hint: `Take it out of tonearm.yaml; or, to begin anew with it: tonearm readmit ${account}`,
  });
}
