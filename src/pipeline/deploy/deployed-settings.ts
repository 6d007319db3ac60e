import { parseDocument } from 'yaml';
import type { AwsConfig } from '../../config.ts';

/**
 * tonearm.yaml as functions get it: without what may hold a secret, what names a folder of this machine, and what AWS itself decides. Comments go, too.
 * `text`: null where there is none. JSON, which is YAML.
 */
export function deployedSettings(text: string | null, { name, region, publish }: Pick<AwsConfig, 'name' | 'region' | 'publish'>): string {
  const document = parseDocument(text ?? '{}');
  // Addresses may hold a token; the others are of this machine, or the function's own.
  // Functions load no Snowflake: its driver is too large for them, and its key is a file of this machine.
  for (const key of ['notify', 'lake', 'logins', 'memory_limit', 'threads', 'snowflake']) document.delete(key);
  if (document.hasIn(['openlineage', 'file'])) document.delete('openlineage');
  if (document.hasIn(['s3', 'endpoint'])) document.delete('s3');
  document.set('aws', { name, ...(region === null ? {} : { region }), ...(publish === null ? {} : { publish }) });
  return `${JSON.stringify(document.toJS(), null, 2)}\n`;
}
