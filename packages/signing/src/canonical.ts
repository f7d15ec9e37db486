import { isUtf8 } from 'node:buffer';
import { SigningError } from './errors.ts';

export type JsonObject = { [name: string]: unknown };

/** Objects and arrays within each other, at most. The deepest kind needs eight. */
export const MAX_DEPTH = 32;
/** Bytes of a payload, at most, where the caller sets no bound of its own. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

const refuse = (why: string): SigningError => new SigningError('bad-form', why);

/** Names what no payload may hold, or undefined. Bounded depth keeps the stack of every later reader safe. */
const objection = (value: unknown, depth: number): string | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'a lone surrogate';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `nesting deeper than ${MAX_DEPTH}`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = objection(item, depth - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') return 'a member named __proto__';
    const found = name.isWellFormed() ? objection((value as JsonObject)[name], depth - 1) : 'a lone surrogate';
    if (found !== undefined) return found;
  }
  return undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('The payload is not JSON.');
  }
};

/**
 * The JSON object that these bytes say. Throws `bad-form` unless the bytes are UTF-8 and equal
 * `JSON.stringify(JSON.parse(bytes))`, so that they have one reading: no white space, duplicate members, other
 * spellings of numbers or characters, byte order mark. `__proto__` as a name, lone surrogates (escaped too),
 * nesting over 32 and more than `maxBytes` are refused.
 */
export const readPayload = (bytes: Uint8Array, maxBytes: number = MAX_PAYLOAD_BYTES): { value: JsonObject } => {
  if (bytes.length > maxBytes) throw refuse(`The payload has ${bytes.length} bytes; at most ${maxBytes} are allowed.`);
  if (!isUtf8(bytes)) throw refuse('The payload is not UTF-8.');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('The payload is not a JSON object.');
  // Before JSON.stringify, which recurses: the depth is known to be harmless by then.
  const found = objection(value, MAX_DEPTH);
  if (found !== undefined) throw refuse(`The payload holds ${found}.`);
  if (JSON.stringify(value) !== text) {
    throw refuse('The payload is not in its one canonical form; write it with JSON.stringify.');
  }
  return { value: value as JsonObject };
};

/** The payload bytes of a value. Throws `bad-form` for what `readPayload` would refuse to read. */
export const writePayload = (value: object, maxBytes: number = MAX_PAYLOAD_BYTES): Buffer => {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    throw refuse('The payload cannot be written as JSON.');
  }
  const bytes = Buffer.from(text ?? '');
  readPayload(bytes, maxBytes);
  return bytes;
};
