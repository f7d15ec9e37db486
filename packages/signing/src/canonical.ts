import { isUtf8 } from 'node:buffer';
import { SigningError } from './errors.ts';

export type JsonObject = { [name: string]: unknown };

/** Objects and arrays within each other, at most. The deepest kind needs eight. */
export const MAX_DEPTH = 32;
/** Bytes of a payload, at most, where the caller sets no bound of its own. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

const refuse = (why: string): SigningError => new SigningError('bad-form', why);

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Whether the brackets of a JSON text nest deeper than allowed. Read off the text: a walk of the value costs ten times as much. */
const tooDeep = (json: Uint8Array): boolean => {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
};

/** Names what no payload may hold, or undefined. The depth is known to be harmless. */
const objection = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'a lone surrogate';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__') return 'a member named __proto__';
    const found = objection(name) ?? objection(member);
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
  // Before anything that recurses over the value, here or in a later reader.
  if (tooDeep(bytes)) throw refuse(`The payload nests deeper than ${MAX_DEPTH}.`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('The payload is not a JSON object.');
  if (JSON.stringify(value) !== text) {
    throw refuse('The payload is not in its one canonical form; write it with JSON.stringify.');
  }
  // In canonical text these two can stand for nothing unless they are spelled so; only then is it worth a walk.
  const found = text.includes('__proto__') || text.includes('\\ud') ? objection(value) : undefined;
  if (found !== undefined) throw refuse(`The payload holds ${found}.`);
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
