import { PipelineError } from '../../../kernel/errors.ts';
import type { AddVerb } from '../verb.ts';

const QUEUES = ['stage', 'build'] as const;

interface Options {
  readonly dryRun?: boolean;
}

function queueOf(name: string | undefined): (typeof QUEUES)[number] | null {
  const known = QUEUES.find((one) => one === name);
  if (name === undefined || known !== undefined) return known ?? null;
  throw new PipelineError(`there is no queue ${name}`, { code: 'usage', hint: `Queues are: ${QUEUES.join(', ')}.` });
}

export const addRedrive: AddVerb = (program, act) => {
  program
    .command('redrive')
    .summary('give functions in AWS their dead letters again')
    .description(
      'Sends the messages that a function in AWS failed to take, and that were put aside, to its queue again, of one queue or of both. See to their cause first: what fails again is put aside again.',
    )
    .argument('[queue]', 'stage or build; both where absent')
    .option('--dry-run', 'Only count them')
    .action(
      act(async (cli, queue: string | undefined, { dryRun = false }: Options) => {
        const { redrive } = await import('../../../pipeline/redrive.ts');
        const queues = await redrive(await cli.settings(), { queue: queueOf(queue), isDryRun: dryRun }, cli.effects.signal);
        cli.result({ queues }, () => queues.map((one) => `${one.queue}: ${one.moved} sent again, ${one.left} left\n`).join(''));
        return 0;
      }),
    );
};
