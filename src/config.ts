import type { Config, ConfigRequest, Environment } from './config/settings.ts';

export {
  type AccountConfig,
  type AwsConfig,
  type Cadence,
  CONFIG_FILE,
  type Config,
  type ConfigRequest,
  type Environment,
} from './config/settings.ts';

/** The variables of this process; nothing else reads them. */
export function environment(): Environment {
  return process.env;
}

/**
 * Settings from, the first that has one: flags, environment, tonearm.yaml, defaults. No file at all is fine.
 *
 * Errors: `config` with every problem there is, each with its place, what was found and what is expected; values of secrets are never shown.
 */
export async function loadConfig(request: ConfigRequest): Promise<Config> {
  const { readConfig } = await import('./config/read.ts');
  return readConfig(request);
}

/** The text of the file that {@link loadConfig} reads; null where there is none. Errors: `config`. */
export async function settingsText(request: Pick<ConfigRequest, 'cwd' | 'flags'>): Promise<string | null> {
  const { findFile } = await import('./config/read.ts');
  return (await findFile(request))?.text ?? null;
}
