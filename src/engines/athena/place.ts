import type { BucketPlace } from '../../kernel/lake-place.ts';
import { bucketText } from '../../kernel/lake-place.ts';

/** Where Athena's tables are, and where the lake is that they show. */
export interface AthenaPlace {
  /** Of the Glue catalog. */
  readonly database: string;
  readonly workgroup: string;
  /** Null: that of the AWS profile. */
  readonly region: string | null;
  readonly lake: BucketPlace;
  /** Of another Glue and Athena than Amazon's: tests. */
  readonly endpoint?: string;
}

/** What a service of AWS is reached by; credentials are AWS's own. */
export const clientOf = ({ region, endpoint }: AthenaPlace): { region?: string; endpoint?: string } => ({
  ...(region === null ? {} : { region }),
  ...(endpoint === undefined ? {} : { endpoint }),
});

/** The address of an object or of a folder of the lake. */
export const addressOf = ({ lake }: AthenaPlace, key: string): string => `${bucketText(lake)}/${key}`;
