/** Where in a text, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A text that is not JSON: where it begins to be none, and why. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly place: TextPlace;

  constructor(message: string, place: TextPlace) {
    super(message);
    this.place = place;
  }
}

/** JSON that knows where its values stand. */
export interface JsonSource {
  readonly value: unknown;
  /** Of the value at a path, or of the nearest one around it that is there. */
  placeOf(path: readonly PropertyKey[]): TextPlace;
}

interface Node {
  readonly start: number;
  readonly children?: ReadonlyMap<string, Node>;
}

const MAX_DEPTH = 200;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a string in JSON has none (RFC 8259 section 7)
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

/** Finds lines by halving: a file may have many, and many places that are asked for. */
const createPlaces = (text: string): ((offset: number) => TextPlace) => {
  let starts: number[] | undefined;
  return (offset) => {
    if (!starts) {
      starts = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
};

/**
 * Reads JSON (RFC 8259) strictly: a name twice in one object is a fault too, since readers differ on which one counts. Throws
 * JsonFault.
 */
export const readJsonSource = (input: string): JsonSource => {
  const text = input.startsWith('\ufeff') ? ` ${input.slice(1)}` : input;
  const placeAt = createPlaces(text);
  let at = 0;

  const fail = (why: string, where = at): never => {
    throw new JsonFault(why, placeAt(where));
  };
  const found = (): string => {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    return at >= text.length
      ? 'the end of the file'
      : char === '\n' || char === '\r'
        ? 'the end of the line'
        : `"${char}"`;
  };
  const match = (form: RegExp): string | undefined => {
    form.lastIndex = at;
    const [hit] = form.exec(text) ?? [];
    if (hit !== undefined) at += hit.length;
    return hit;
  };
  const space = (): void => void match(SPACE);

  const readString = (): string => {
    const start = at;
    const hit = match(STRING);
    if (hit !== undefined) return JSON.parse(hit) as string;
    const end = /["\n]/g;
    end.lastIndex = start + 1;
    const closes = end.exec(text)?.[0] === '"';
    return fail(
      closes ? 'A text holds a character or an escape that JSON does not allow' : 'A text is not closed by "',
      start,
    );
  };

  const readObject = (depth: number): [unknown, Node] => {
    const start = at;
    const value: Record<string, unknown> = {};
    const children = new Map<string, Node>();
    at += 1;
    space();
    if (text[at] !== '}') {
      for (;;) {
        space();
        if (text[at] !== '"') fail(`A field name in double quotes is expected, not ${found()}`);
        const nameAt = at;
        const name = readString();
        if (children.has(name)) fail(`The field "${name}" stands here a second time`, nameAt);
        space();
        if (text[at] !== ':') fail(`":" is expected after a field name, not ${found()}`);
        at += 1;
        const [member, node] = readValue(depth);
        // Never as an assignment: "__proto__" would be taken for the prototype.
        Object.defineProperty(value, name, { value: member, enumerable: true, writable: true, configurable: true });
        children.set(name, node);
        space();
        if (text[at] === '}') break;
        if (text[at] !== ',') fail(`"," or "}" is expected, not ${found()}`);
        at += 1;
      }
    }
    at += 1;
    return [value, { start, children }];
  };

  const readArray = (depth: number): [unknown, Node] => {
    const start = at;
    const value: unknown[] = [];
    const children = new Map<string, Node>();
    at += 1;
    space();
    if (text[at] !== ']') {
      for (;;) {
        const [member, node] = readValue(depth);
        children.set(String(value.length), node);
        value.push(member);
        space();
        if (text[at] === ']') break;
        if (text[at] !== ',') fail(`"," or "]" is expected, not ${found()}`);
        at += 1;
      }
    }
    at += 1;
    return [value, { start, children }];
  };

  const readValue = (depth: number): [unknown, Node] => {
    if (depth > MAX_DEPTH) fail(`It is nested deeper than ${MAX_DEPTH}`);
    space();
    const start = at;
    const char = text[at];
    if (char === '{') return readObject(depth + 1);
    if (char === '[') return readArray(depth + 1);
    if (char === '"') return [readString(), { start }];
    const word = match(WORD) ?? match(NUMBER);
    return word === undefined ? fail(`A value is expected, not ${found()}`) : [JSON.parse(word), { start }];
  };

  const [value, root] = readValue(0);
  space();
  if (at < text.length) fail(`Nothing more is expected here, but ${found()}`);
  return {
    value,
    placeOf: (path) => {
      let node = root;
      for (const key of path) {
        const child = node.children?.get(String(key));
        if (child === undefined) break;
        node = child;
      }
      return placeAt(node.start);
    },
  };
};
