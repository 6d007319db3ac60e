import { PipelineError } from '../../kernel/errors.ts';
import { dropStatements, wantedSteps } from './ddl.ts';
import type { Source } from './external.ts';
import { APPLIED_STEPS } from './objects.ts';
import { landedSchema, type SnowflakePlace, schemaName, storedName, storedSchema } from './place.ts';
import { identifier, literal } from './quoted.ts';
import type { SnowflakeSession } from './session.ts';
import type { Step } from './step.ts';

/** A step that is still to be taken. */
export interface PlannedStep {
  readonly name: string;
  readonly because: string;
  readonly statements: readonly string[];
}

interface Found {
  /** Columns by `SCHEMA.NAME` of the table or view. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Fingerprints by the name of the step. */
  readonly applied: ReadonlyMap<string, string>;
}

const NOTHING: Found = { columns: new Map(), applied: new Map() };

/** What is there; nothing where the database, or what is noted in it, is missing. */
async function found(session: SnowflakeSession, place: SnowflakePlace, signal: AbortSignal): Promise<Found> {
  const schemas = [place.schema, storedSchema(place), landedSchema(place)].map(literal).join(', ');
  try {
    const rows = await session.run(
      `SELECT "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME" FROM ${schemaName(place, 'INFORMATION_SCHEMA')}."COLUMNS" WHERE "TABLE_SCHEMA" IN (${schemas})`,
      signal,
    );
    const columns = new Map<string, string[]>();
    for (const row of rows) {
      const name = `${row.TABLE_SCHEMA}.${row.TABLE_NAME}`;
      columns.set(name, [...(columns.get(name) ?? []), String(row.COLUMN_NAME)]);
    }
    if (!columns.has(`${storedSchema(place)}.${APPLIED_STEPS}`)) return { ...NOTHING, columns };
    const steps = await session.run(`SELECT "STEP", "FINGERPRINT" FROM ${storedName(place, APPLIED_STEPS)}`, signal);
    return { columns, applied: new Map(steps.map((row) => [String(row.STEP), String(row.FINGERPRINT)])) };
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'config' && /\((002003|002043)\)$/.test(error.message)) return NOTHING;
    throw error;
  }
}

/** What of a step is left to do: of a table that is there, the columns that it lacks. */
function left(place: SnowflakePlace, step: Step, { columns, applied }: Found): readonly string[] {
  const isNoted = applied.get(step.name) === step.fingerprint;
  if (step.makes === null) return isNoted ? [] : step.statements;
  const there = columns.get(step.makes);
  if (there === undefined) return step.statements;
  if (step.columns.length === 0) return isNoted ? [] : step.statements;
  const [schema = '', name = ''] = step.makes.split('.');
  return step.columns
    .filter((column) => !there.includes(column.name))
    .map(
      (column) =>
        `ALTER TABLE ${schemaName(place, schema)}.${identifier(name)} ADD COLUMN IF NOT EXISTS ${identifier(column.name)} ${column.type}`,
    );
}

/** What was granted of a table or a view goes with it, so that what is made anew is granted anew. */
function planned(place: SnowflakePlace, source: Source, there: Found): readonly (PlannedStep & { readonly fingerprint: string })[] {
  const wanted = wantedSteps(place, source);
  const isMaking = wanted.some(({ makes }) => makes !== null && !there.columns.has(makes));
  return wanted
    .map((step) => {
      const { name, because, fingerprint } = step;
      return { name, because, fingerprint, statements: step.isOfAll && isMaking ? step.statements : left(place, step, there) };
    })
    .filter(({ statements }) => statements.length > 0);
}

/** What is missing, in the order in which it is made. Errors: those of a session. */
export async function planSnowflake(
  session: SnowflakeSession,
  place: SnowflakePlace,
  signal: AbortSignal,
  source: Source = { load: 'put' },
): Promise<readonly PlannedStep[]> {
  return planned(place, source, await found(session, place, signal));
}

/**
 * Makes what is missing, and notes it. Twice is a no-op; where it stopped half-way the next one goes on, since every statement may run again.
 * Errors: those of a session, `config` for a role that may not make it.
 */
export async function applySnowflake(
  session: SnowflakeSession,
  place: SnowflakePlace,
  signal: AbortSignal,
  source: Source = { load: 'put' },
): Promise<readonly PlannedStep[]> {
  const steps = planned(place, source, await found(session, place, signal));
  for (const { statements } of steps) for (const statement of statements) await session.run(statement, signal);
  if (steps.length === 0) return steps;
  const noted = storedName(place, APPLIED_STEPS);
  await session.run(`DELETE FROM ${noted} WHERE "STEP" IN (${steps.map(({ name }) => literal(name)).join(', ')})`, signal);
  const rows = steps.map(({ name, fingerprint }) => `(${literal(name)}, ${literal(fingerprint)})`);
  await session.run(`INSERT INTO ${noted} ("STEP", "FINGERPRINT") VALUES ${rows.join(', ')}`, signal);
  return steps;
}

/** Takes away what {@link applySnowflake} made, but database and warehouse. Twice is a no-op. */
export async function dropSnowflake(
  session: SnowflakeSession,
  place: SnowflakePlace,
  signal: AbortSignal,
  source: Source = { load: 'put' },
): Promise<void> {
  for (const statement of dropStatements(place, source)) await session.run(statement, signal);
}
