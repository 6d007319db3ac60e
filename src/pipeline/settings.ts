import { type Config, type ConfigRequest, loadConfig } from '../config.ts';
import { ACCOUNT_STREAMS, OPT_IN_STREAMS } from '../source/streams.ts';

/** What an account reads where its settings name no streams. */
export const STREAM_CHOICES: readonly string[] = Object.keys(ACCOUNT_STREAMS);

/** Everything that the settings may name. */
export const ALL_STREAMS: readonly string[] = [...STREAM_CHOICES, ...Object.keys(OPT_IN_STREAMS)];

/** The settings of a lake, checked against the streams there are. Errors: `config`, with every problem at once. */
export function loadSettings(request: Omit<ConfigRequest, 'streams'>): Promise<Config> {
  return loadConfig({ ...request, streams: STREAM_CHOICES, optInStreams: Object.keys(OPT_IN_STREAMS) });
}

/** The JSON schema of tonearm.yaml, as text. */
export async function settingsSchemaText(): Promise<string> {
  const { settingsSchema } = await import('../config/schema.ts');
  return `${JSON.stringify(settingsSchema(ALL_STREAMS), null, 2)}\n`;
}
