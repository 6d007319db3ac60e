/** What a field set is compared under: objects of one kind have the same fields wherever they stand. */
export type Kind = string;

type Fields = Readonly<Record<string, unknown>>;

/** Names of the fields that objects of a kind have, taken together. */
export type Shapes = ReadonlyMap<Kind, ReadonlySet<string>>;

const has = (fields: Fields, ...names: readonly string[]): boolean => names.every((name) => name in fields);
const isType = (fields: Fields, type: string): boolean => fields.type === type && has(fields, 'name');

/** The first that fits is the kind; an object that none fits is not compared. Full objects are told from simplified ones by what they embed. */
const KINDS: readonly (readonly [Kind, (fields: Fields) => boolean])[] = [
  ['local track', (fields) => isType(fields, 'track') && fields.is_local === true],
  ['full track', (fields) => isType(fields, 'track') && has(fields, 'album')],
  ['simplified track', (fields) => isType(fields, 'track')],
  ['local album', (fields) => isType(fields, 'album') && fields.id === null],
  ['full album', (fields) => isType(fields, 'album') && has(fields, 'tracks')],
  ['simplified album', (fields) => isType(fields, 'album')],
  ['full artist', (fields) => isType(fields, 'artist') && has(fields, 'images')],
  ['simplified artist', (fields) => isType(fields, 'artist')],
  ['full playlist', (fields) => isType(fields, 'playlist') && has(fields, 'followers')],
  ['simplified playlist', (fields) => isType(fields, 'playlist')],
  ['full show', (fields) => isType(fields, 'show') && has(fields, 'episodes')],
  ['simplified show', (fields) => isType(fields, 'show')],
  ['full episode', (fields) => isType(fields, 'episode') && has(fields, 'show')],
  ['simplified episode', (fields) => isType(fields, 'episode') && !has(fields, 'chapter_number')],
  ['audio features', (fields) => fields.type === 'audio_features'],
  ['profile', (fields) => fields.type === 'user' && has(fields, 'product')],
  ['playlist owner', (fields) => fields.type === 'user' && has(fields, 'display_name') && !has(fields, 'followers')],
  ['user who added', (fields) => fields.type === 'user' && !has(fields, 'display_name')],
  ['context', (fields) => has(fields, 'type', 'uri', 'external_urls') && !has(fields, 'id')],
  ['play', (fields) => has(fields, 'played_at')],
  ['playlist item', (fields) => has(fields, 'added_at', 'added_by')],
  ['saved item', (fields) => has(fields, 'added_at')],
  ['player state', (fields) => has(fields, 'is_playing', 'device')],
  ['currently playing', (fields) => has(fields, 'is_playing')],
  ['device', (fields) => has(fields, 'is_active')],
  ['cursor page', (fields) => has(fields, 'items', 'cursors')],
  ['page', (fields) => has(fields, 'items', 'offset')],
  ['image', (fields) => has(fields, 'url', 'width')],
  ['copyright', (fields) => has(fields, 'text', 'type')],
  ['resume point', (fields) => has(fields, 'resume_position_ms')],
  ['followers', (fields) => has(fields, 'href', 'total') && !has(fields, 'items')],
];

/** The field sets of all objects in parsed JSON, at any depth. */
export function shapesOf(values: readonly unknown[]): Shapes {
  const shapes = new Map<Kind, Set<string>>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const fields = value as Fields;
    const kind = Array.isArray(value) ? undefined : KINDS.find(([, fits]) => fits(fields))?.[0];
    if (kind !== undefined) {
      const known = shapes.get(kind) ?? new Set();
      shapes.set(kind, known);
      for (const name of Object.keys(fields)) known.add(name);
    }
    Object.values(fields).forEach(visit);
  };
  values.forEach(visit);
  return shapes;
}

/** One field that stands on one side only. */
export interface Difference {
  readonly kind: Kind;
  readonly what: string;
}

/** Differences between kinds that both sides have. */
export function differences(recorded: Shapes, own: Shapes): readonly Difference[] {
  return [...recorded].flatMap(([kind, theirs]) => {
    const ours = own.get(kind);
    if (ours === undefined) return [];
    return [
      ...[...theirs].filter((name) => !ours.has(name)).map((name) => ({ kind, what: `only recorded: ${name}` })),
      ...[...ours].filter((name) => !theirs.has(name)).map((name) => ({ kind, what: `only simulated: ${name}` })),
    ];
  });
}
