import { readFileSync } from 'node:fs';
import { createStandIn } from '../../test/snowflake/stand-in.ts';

/** Serves the tests' Snowflake from this process, and tells who forked it where, and how much was asked of it. */
export async function serveStandIn(user: string, publicKeyFile: string): Promise<void> {
  const standIn = await createStandIn(user, readFileSync(publicKeyFile, 'utf8'));
  process.on('message', async (asked) => {
    if (asked === 'counts') process.send?.({ requests: standIn.sent.length, statements: standIn.statements.length });
    else {
      await standIn.close();
      process.disconnect();
    }
  });
  process.send?.({ url: standIn.url });
}
