import { z } from 'zod';
import type { Config, Environment } from './settings.ts';

/** What logs in to the dashboard beyond this machine; goes with each request, so it is a secret of the environment. */
export const SERVE_TOKEN = 'TONEARM_SERVE_TOKEN';

/** So many characters that nobody guesses it; those that a header may carry. */
const TOKEN = 'at least 24 characters, without blanks, such as `openssl rand -hex 24` prints';
export const serveToken = z.string().regex(/^[\x21-\x7e]{24,512}$/, { error: TOKEN });

const COVERS = 'true or false';

export const WrittenDashboard = z.strictObject(
  {
    covers: z
      .boolean({ error: COVERS })
      .optional()
      .describe("Whether the dashboard shows covers, which each browser then asks of Spotify's image hosts. false where absent."),
  },
  { error: 'keys such as covers' },
);

export function dashboardConfig(written: z.infer<typeof WrittenDashboard> | undefined, env: Environment): NonNullable<Config['dashboard']> {
  return { covers: written?.covers ?? false, token: env[SERVE_TOKEN] ?? null };
}
