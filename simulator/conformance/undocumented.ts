type Schema = Readonly<Record<string, unknown>>;

export interface Undocumented {
  /** The schemas that stand for the object, the outermost first. */
  readonly schemas: readonly Schema[];
  readonly field: string;
  /** The object, such as `/items/3/track`. */
  readonly at: string;
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Finds the fields of a JSON value that no schema names, however they are composed. An object for which no schema names any field may have
 * all. `follow` gives the schema behind a `$ref`.
 */
export function createFieldCheck(follow: (ref: string) => unknown): (root: Schema, body: unknown) => readonly Undocumented[] {
  const known = new Map<Schema, readonly Schema[]>();
  /** A schema with all it is made of; `not` says nothing about fields. */
  const parts = (schema: unknown): readonly Schema[] => {
    if (!isSchema(schema)) return [];
    const seen = known.get(schema);
    if (seen !== undefined) return seen;
    const target = typeof schema.$ref === 'string' ? [follow(schema.$ref)] : [];
    const all = [schema, ...[...target, ...listOf(schema.allOf), ...listOf(schema.anyOf), ...listOf(schema.oneOf)].flatMap(parts)];
    known.set(schema, all);
    return all;
  };
  const visit = (schemas: readonly Schema[], value: unknown, at: string): readonly Undocumented[] => {
    if (typeof value !== 'object' || value === null) return [];
    const all = schemas.flatMap(parts);
    if (Array.isArray(value)) {
      const items = all.map((schema) => schema.items).filter(isSchema);
      return value.flatMap((item, index) => visit(items, item, `${at}/${index}`));
    }
    const properties = all.map((schema) => schema.properties).filter(isSchema);
    if (properties.length === 0) return [];
    return Object.entries(value).flatMap(([field, inner]) => {
      const found = properties.map((fields) => fields[field]).filter(isSchema);
      return found.length === 0 ? [{ schemas: all, field, at }] : visit(found, inner, `${at}/${field}`);
    });
  };
  return (root, body) => visit([root], body, '');
}
