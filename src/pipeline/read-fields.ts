import { type Field, SHAPES } from '../transform/shapes.ts';

/** Names that the two surfaces of the Web API have for one thing. */
const OTHER_NAMES: readonly (readonly [string, string])[] = [
  ['track', 'item'],
  ['tracks', 'items'],
];

function readPaths(field: Field, path: string): readonly string[] {
  if (typeof field === 'string') return [];
  if (Array.isArray(field)) return readPaths(field[0] as Field, `${path}[]`);
  return Object.entries(field).flatMap(([name, child]) => {
    const below = path === '' ? name : `${path}.${name}`;
    return [below, ...readPaths(child, below)];
  });
}

/** Fields that some table reads of the answers of a stream, such as `items[].track.popularity`. */
export function fieldsRead(stream: string): readonly string[] {
  const shape = SHAPES[stream];
  return shape === undefined ? [] : readPaths(shape.body, '');
}

/** The path by other names of its parts, one or several of them; itself among them. */
export function otherNames(path: string): readonly string[] {
  const [first = '', ...rest] = path.split('.');
  const name = first.replace('[]', '');
  const other = OTHER_NAMES.flatMap(([one, two]) => (name === one ? [two] : name === two ? [one] : []));
  const firsts = [first, ...other.map((renamed) => first.replace(name, renamed))];
  if (rest.length === 0) return firsts;
  return otherNames(rest.join('.')).flatMap((below) => firsts.map((above) => `${above}.${below}`));
}
