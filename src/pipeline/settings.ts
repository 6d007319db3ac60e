import { CONFIG_FILE, type Config, type ConfigRequest, environment, loadConfig } from '../config.ts';
import { STREAMS } from '../source/streams.ts';

export { CONFIG_FILE, environment };

/** Names that `streams:` of an account may hold. */
export const STREAM_CHOICES: readonly string[] = Object.keys(STREAMS);

/** The settings of a lake, checked against the streams there are. Errors: `config`, with every problem at once. */
export function loadSettings(request: Omit<ConfigRequest, 'streams'>): Promise<Config> {
  return loadConfig({ ...request, streams: STREAM_CHOICES });
}
