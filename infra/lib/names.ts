import type { Environment } from 'aws-cdk-lib';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';

/** Below the root of the lake: no zone of it. */
export const ATHENA_RESULTS = 'athena-results/';

export const secretName = ({ name }: Deployment, end: string): string => `tonearm/${name}/${end}`;

/** The account is that of whoever deploys. */
export const environmentOf = ({ region }: Deployment): { readonly env?: Environment } => (region === null ? {} : { env: { region } });

/** Names of Glue databases have no `-`. */
export const databaseName = ({ name }: Pick<Deployment, 'name'>): string => name.replaceAll('-', '_');
