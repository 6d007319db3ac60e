/** One element of a JSON list, where it stands and what it holds. */
export interface Scanned {
  /** Bytes from the start of the file; `to` is the first byte after it. */
  readonly from: number;
  readonly to: number;
  /** Its bytes, of the right nesting, not parsed yet; null where it cannot be read. */
  readonly bytes: Uint8Array | null;
  readonly fault: 'not_json' | 'too_large' | 'truncated' | null;
}

/** Finds the elements of one JSON list in a stream of bytes, and goes on after an element that is no JSON. */
export interface ArrayScanner {
  /** Elements that end in what was given so far, in order. */
  push(chunk: Uint8Array): readonly Scanned[];
  /** The rest, once there is nothing more. */
  end(): readonly Scanned[];
}

/** A record of history has at most a few kB. */
const LARGEST_ELEMENT = 1024 * 1024;
/** Records are flat. */
const DEEPEST = 64;
/** Kept of what is passed over, so that no boundary is missed between two chunks. */
const OVERLAP = 4 * 1024;

const CHAR = { quote: 0x22, comma: 0x2c, colon: 0x3a, open: 0x5b, escape: 0x5c, close: 0x5d, openObject: 0x7b, closeObject: 0x7d } as const;

/** Where one record ends and the next begins. A quote inside a text is escaped, so that no text holds this but at its very end. */
const BOUNDARY = /\}\s*,\s*\{\s*"/;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
/** What numbers, true, false and null are made of; whether they are right is for the parser to say. */
const isLiteral = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x45;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'text' | 'key text' | 'literal';
type Step = 'on' | 'ended' | 'ended before' | 'fault';

/** The grammar of one value, byte by byte. */
interface ValueReader {
  step(byte: number): Step;
  /** The byte at fault begins an object where a field should begin: the record before it was not closed. */
  isUnclosed(byte: number): boolean;
}

function createValueReader(): ValueReader {
  const containers: ('object' | 'list')[] = [];
  let expected: Expected = 'value';
  let isEscaped = false;

  const ended = (): Step => {
    expected = 'comma or end';
    return containers.length === 0 ? 'ended' : 'on';
  };
  const opened = (container: 'object' | 'list'): Step => {
    if (containers.push(container) > DEEPEST) return 'fault';
    expected = container === 'object' ? 'key or end' : 'value or end';
    return 'on';
  };
  const closed = (container: 'object' | 'list'): Step => (containers.pop() === container ? ended() : 'fault');
  const to = (next: Expected): Step => {
    expected = next;
    return 'on';
  };

  function inText(byte: number): Step {
    if (byte < 0x20) return 'fault';
    if (isEscaped) isEscaped = false;
    else if (byte === CHAR.escape) isEscaped = true;
    else if (byte === CHAR.quote) return expected === 'key text' ? to('colon') : ended();
    return 'on';
  }
  function atValue(byte: number): Step {
    if (byte === CHAR.openObject) return opened('object');
    if (byte === CHAR.open) return opened('list');
    if (byte === CHAR.quote) return to('text');
    if (isLiteral(byte)) return to('literal');
    return expected === 'value or end' && byte === CHAR.close ? closed('list') : 'fault';
  }
  function afterValue(byte: number): Step {
    if (byte === CHAR.comma) return to(containers.at(-1) === 'object' ? 'key' : 'value');
    if (byte === CHAR.closeObject) return closed('object');
    return byte === CHAR.close ? closed('list') : 'fault';
  }
  function step(byte: number): Step {
    if (expected === 'text' || expected === 'key text') return inText(byte);
    if (expected === 'literal') {
      if (isLiteral(byte)) return 'on';
      if (containers.length === 0) return 'ended before';
      expected = 'comma or end';
    }
    if (isSpace(byte)) return 'on';
    if (expected === 'value' || expected === 'value or end') return atValue(byte);
    if (expected === 'comma or end') return afterValue(byte);
    if (expected === 'colon') return byte === CHAR.colon ? to('value') : 'fault';
    if (byte === CHAR.quote) return to('key text');
    return expected === 'key or end' && byte === CHAR.closeObject ? closed('object') : 'fault';
  }
  return { step, isUnclosed: (byte) => expected === 'key' && byte === CHAR.openObject && containers.length === 1 };
}

type Place = 'before' | 'between' | 'element' | 'lost' | 'after';

/**
 * Holds one element in memory, 1 MB at most. An element that is no JSON ends where the next record begins; one that never ends is the last.
 * Lenient where nothing is lost by it: commas too few or too many between elements, a byte order mark.
 */
export function createArrayScanner(): ArrayScanner {
  let held: Buffer = Buffer.alloc(0);
  /** Of the first byte that is held. */
  let base = 0;
  /** Of the byte to look at next, in what is held. */
  let at = 0;
  let start = 0;
  let comma = -1;
  let place: Place = 'before';
  let fault: 'not_json' | 'too_large' = 'not_json';
  let lostFrom = 0;
  let value = createValueReader();
  let found: Scanned[] = [];

  const begin = (): void => {
    place = 'element';
    start = at;
    comma = -1;
    value = createValueReader();
  };
  const emit = (end: number): void => {
    found.push({ from: base + start, to: base + end, bytes: held.subarray(start, end), fault: null });
    place = 'between';
  };
  const lose = (from: number, to: number, what: Scanned['fault']): void => {
    found.push({ from, to, bytes: null, fault: what });
    place = 'between';
  };
  /** From here on only the beginning of a next record counts, and that may stand in what was read already. */
  const getLost = (what: typeof fault): void => {
    place = 'lost';
    fault = what;
    lostFrom = base + start;
    at = start;
  };

  function lookBetween(byte: number): void {
    if (byte !== CHAR.close && byte !== CHAR.comma && !isSpace(byte)) {
      begin();
      return;
    }
    if (byte === CHAR.close) place = 'after';
    at += 1;
  }
  function lookBefore(byte: number): void {
    const isMark = base + at < 3 && byte === [0xef, 0xbb, 0xbf][base + at];
    if (byte === CHAR.open) place = 'between';
    else if (!isMark && !isSpace(byte)) {
      start = at;
      getLost('not_json');
      return;
    }
    at += 1;
  }
  function lookInElement(byte: number): void {
    if (byte === CHAR.comma) comma = at;
    const isUnclosed = value.isUnclosed(byte);
    const step = at - start >= LARGEST_ELEMENT ? 'too large' : value.step(byte);
    if (step === 'on' || step === 'ended') at += 1;
    if (step === 'ended' || step === 'ended before') emit(at);
    else if (step === 'too large') getLost('too_large');
    else if (step === 'fault' && isUnclosed) lose(base + start, base + comma, 'not_json');
    else if (step === 'fault') getLost('not_json');
  }
  function lookForBoundary(): void {
    const boundary = BOUNDARY.exec(held.toString('latin1', at));
    if (boundary === null) {
      at = Math.max(at, held.length - OVERLAP);
      return;
    }
    at += boundary.index + 1;
    lose(lostFrom, base + at, fault);
  }
  function lookAfter(): void {
    while (at < held.length && isSpace(held[at] ?? 0)) at += 1;
    if (at === held.length) return;
    place = 'lost';
    fault = 'not_json';
    lostFrom = base + at;
  }

  function look(): void {
    let isWaiting = false;
    while (at < held.length && !isWaiting) {
      const byte = held[at] ?? 0;
      if (place === 'element') lookInElement(byte);
      else if (place === 'between') lookBetween(byte);
      else if (place === 'before') lookBefore(byte);
      else if (place === 'after') lookAfter();
      else {
        lookForBoundary();
        isWaiting = (place as Place) === 'lost';
      }
    }
  }
  /** What is behind is given up; an element that was given out keeps its own view of the bytes. */
  function release(): void {
    const keep = place === 'element' ? start : at;
    held = held.subarray(keep);
    base += keep;
    at -= keep;
    start -= keep;
    comma -= keep;
  }
  function take(): readonly Scanned[] {
    const given = found;
    found = [];
    return given;
  }

  /** The end of what was lost: where the list was closed, its last bracket is no part of it. */
  function endLost(total: number): void {
    const rest = held.toString('latin1', Math.max(0, Math.min(at, lostFrom - base)));
    const closed = /\s*\](\s*)$/.exec(rest);
    if (closed === null || fault === 'too_large') lose(lostFrom, total, fault === 'too_large' ? fault : 'truncated');
    else lose(lostFrom, Math.max(lostFrom, total - closed[0].length), fault);
  }

  return {
    push: (chunk) => {
      held = held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([held, chunk]);
      look();
      release();
      return take();
    },
    end: () => {
      const total = base + held.length;
      if (place === 'element') lose(base + start, total, 'truncated');
      else if (place === 'lost') endLost(total);
      else if (place !== 'after') lose(total, total, 'truncated');
      return take();
    },
  };
}
