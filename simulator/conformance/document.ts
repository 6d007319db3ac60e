import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { PipelineError } from '../../src/kernel/errors.ts';
import { createFieldCheck } from './undocumented.ts';

type Node = Readonly<Record<string, unknown>>;

/** One way in which an answer is not what the document says. */
export interface Complaint {
  /** Where the document says it: `TrackObject.id`; the path for what no schema says. */
  readonly where: string;
  readonly what: string;
  /** Where in the answer it showed, such as `/items/3/track/id`. */
  readonly at: string;
}

/** An OpenAPI 3.0 document as a judge of answers to GET. */
export interface Judge {
  /** Paths with a GET, names of parameters left out: `/playlists/{}/items`. */
  readonly paths: ReadonlySet<string>;
  /** Every complaint about an answer; `body` is parsed JSON, undefined for none. Throws `config` for a path that has no GET. */
  complaints(path: string, status: number, body: unknown): readonly Complaint[];
}

/** `/playlists/{playlist_id}` and `/playlists/{id}` are the same path. */
export const withoutNames = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws `config` for a document without paths. */
export function createJudge(document: unknown): Judge {
  if (!isNode(document) || !isNode(document.paths)) {
    throw new PipelineError('the OpenAPI document has no paths', { code: 'config', hint: 'give the path of an OpenAPI 3.0 document' });
  }
  const gets = getsOf(document.paths);
  const schema = converted(document, document) as Node;
  const names = namesOf(schema);
  const undocumented = createFieldCheck((ref) => lookUp(schema, partsOf(ref)));
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, verbose: true });
  formats.default(ajv);
  // The document as a whole is one schema, so that every `$ref` in it is a pointer into the same.
  ajv.addSchema(schema, 'openapi');
  return {
    paths: new Set(gets.keys()),
    complaints: (path, status, body) => {
      const template = gets.get(path);
      if (template === undefined) throw new PipelineError(`the document has no GET ${path}`, { code: 'config' });
      const pointer = schemaPointer(document, ['paths', template, 'get', 'responses', String(status)]);
      if (pointer === 'undocumented') return [{ where: path, what: `status ${status} is not documented`, at: '' }];
      if (pointer === 'no schema') return body === undefined ? [] : [{ where: path, what: `status ${status} has a body`, at: '' }];
      const validate = ajv.getSchema(pointer) ?? ajv.compile({ $ref: pointer });
      const isValid = validate(body);
      const wrong = told(isValid === true ? [] : (validate.errors ?? [])).map((error) => ({
        where: names.get(error.parentSchema) ?? path,
        what: error.data === null ? 'is null' : (error.message ?? error.keyword),
        at: error.instancePath,
      }));
      const extra = undocumented({ $ref: pointer.replace('openapi', '') }, body).map(({ schemas, field, at }) => ({
        where: schemas.map((one) => ('properties' in one ? names.get(one) : undefined)).find((name) => name !== undefined) ?? path,
        what: `field ${field} is not documented`,
        at,
      }));
      return [...wrong, ...extra];
    },
  };
}

function getsOf(paths: Node): ReadonlyMap<string, string> {
  const templates = Object.entries(paths).flatMap(([path, item]) => (isNode(item) && 'get' in item ? [path] : []));
  return new Map(templates.map((path) => [withoutNames(path), path]));
}

/** The schema of a response as a reference, through a `$ref` to a shared response if need be. */
function schemaPointer(document: Node, response: readonly string[]): string {
  const found = lookUp(document, response);
  if (!isNode(found)) return 'undocumented';
  if (typeof found.$ref === 'string') return schemaPointer(document, partsOf(found.$ref));
  const schema = [...response, 'content', 'application/json', 'schema'];
  if (!isNode(lookUp(document, schema))) return 'no schema';
  const parts = schema.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  return `openapi#/${parts.join('/')}`;
}

/** The names in a JSON pointer written as a fragment. */
const partsOf = (ref: string): readonly string[] =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));

const lookUp = (document: Node, path: readonly string[]): unknown =>
  path.reduce<unknown>((node, part) => (isNode(node) ? node[part] : undefined), document);

/** OpenAPI 3.0 as JSON Schema: `nullable` allows null, and of several schemas told apart by a `discriminator` only the right one judges. */
function converted(node: unknown, document: Node): unknown {
  if (Array.isArray(node)) return node.map((item) => converted(item, document));
  if (!isNode(node)) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, converted(value, document)]));
  return nullable(discriminated(inner, document));
}

function nullable(schema: Node): Node {
  if (schema.nullable !== true) return schema;
  const { nullable: _, ...rest } = schema;
  const isPlain = typeof rest.type === 'string' && !['allOf', 'anyOf', 'oneOf', '$ref', 'enum'].some((keyword) => keyword in rest);
  return isPlain ? { ...rest, type: [rest.type, 'null'] } : { anyOf: [{ type: 'null' }, rest] };
}

function discriminated(schema: Node, document: Node): Node {
  const { oneOf, discriminator, ...rest } = schema;
  const name = isNode(discriminator) ? discriminator.propertyName : undefined;
  if (!Array.isArray(oneOf) || typeof name !== 'string') return schema;
  const branches = oneOf.map((branch) => ({ branch, values: allowed(branch, name, document) }));
  return {
    ...rest,
    type: 'object',
    properties: { [name]: { enum: branches.flatMap(({ values }) => values) } },
    allOf: branches.map(({ branch, values }) => ({
      anyOf: [{ not: { type: 'object', properties: { [name]: { enum: values } } } }, branch],
    })),
  };
}

/** The values a schema allows for a property, wherever in its `allOf` and `$ref` that stands. */
function allowed(schema: unknown, property: string, document: Node): readonly unknown[] {
  if (!isNode(schema)) return [];
  if (typeof schema.$ref === 'string') return allowed(lookUp(document, partsOf(schema.$ref)), property, document);
  const own = lookUp(schema, ['properties', property, 'enum']);
  const inherited = Array.isArray(schema.allOf) ? schema.allOf.flatMap((part) => allowed(part, property, document)) : [];
  return [...(Array.isArray(own) ? own : []), ...inherited];
}

/** One error for each null, however many schemas mind it; and none that only says that a part of it failed, which says so itself. */
function told(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const telling = errors.filter((error) => !['anyOf', 'not'].includes(error.keyword));
  const nulls = new Map(telling.filter((error) => error.data === null).map((error) => [error.instancePath, error]));
  return [...telling.filter((error) => error.data !== null), ...nulls.values()];
}

/** Keywords and media types on the way to a field, which are no part of its name. */
const STRUCTURE = new Set(['properties', 'items', 'allOf', 'anyOf', 'not', 'content', 'application/json', 'schema']);

/** What each schema below `components` is called: `TrackObject.album`. */
function namesOf(document: Node): ReadonlyMap<unknown, string> {
  const names = new Map<unknown, string>();
  const visit = (node: unknown, path: readonly string[]): void => {
    if (typeof node !== 'object' || node === null) return;
    names.set(node, path.join('.'));
    for (const [key, inner] of Object.entries(node)) visit(inner, Array.isArray(node) || STRUCTURE.has(key) ? path : [...path, key]);
  };
  for (const shared of ['schemas', 'responses']) {
    const group = lookUp(document, ['components', shared]);
    for (const [name, node] of Object.entries(isNode(group) ? group : {})) visit(node, [name]);
  }
  return names;
}
