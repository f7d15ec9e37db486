import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, readPayload, writePayload } from './canonical.ts';

const read = (text: string | Uint8Array, max?: number): unknown => {
  try {
    return readPayload(typeof text === 'string' ? Buffer.from(text) : text, max).value;
  } catch (error) {
    expect(error).toMatchObject({ name: 'SigningError', code: 'bad-form' });
    return 'refused';
  }
};

const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

describe('a payload', () => {
  it('is read when its bytes are its own JSON.stringify', () => {
    expect(read('{"b":1,"a":["é","\\n","\\u0001",null,true,-1.5e-7]}')).toEqual({
      b: 1,
      a: ['é', '\n', '\u0001', null, true, -1.5e-7],
    });
  });

  it.each([
    ['white space', '{"a": 1}'],
    ['a final line feed', '{"a":1}\n'],
    ['duplicate members', '{"a":1,"a":1}'],
    ['a number written otherwise', '{"a":1.0}'],
    ['a number past 2^53', '{"a":9007199254740993}'],
    ['a number that overflows', '{"a":1e999}'],
    ['minus zero', '{"a":-0}'],
    ['an escape without need', '{"a":"\\u0061"}'],
    ['an escaped slash', '{"a":"\\/"}'],
    ['an escape in upper case', '{"a":"\\u001F"}'],
    ['a name that looks like an index, out of its place', '{"b":1,"1":2}'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['__proto__', '{"__proto__":{}}'],
    ['__proto__ within', '{"a":[{"b":{"__proto__":1}}]}'],
    ['__proto__ escaped', '{"\\u005f_proto__":1}'],
    ['a lone surrogate, escaped', '{"a":"\\ud800"}'],
    ['a low surrogate alone, escaped', '{"a":"x\\udc00"}'],
    ['a lone surrogate in a name', '{"\\ud800":1}'],
    ['a lone surrogate in upper case', '{"a":"\\uD800"}'],
    ['a pair written as escapes', '{"a":"\\ud83d\\ude00"}'],
    ['an array', '[1]'],
    ['a string', '"a"'],
    ['null', 'null'],
    ['nothing', ''],
    ['two values', '{}{}'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{"a":1/**/}'],
  ])('is refused with %s', (_, text) => {
    expect(read(text)).toBe('refused');
  });

  it.each([
    ['a lone surrogate in UTF-8', [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['an overlong form', [0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    ['a cut character', [0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d]],
    ['a stray byte', [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
  ])('is refused with %s', (_, bytes) => {
    expect(read(Uint8Array.from(bytes))).toBe('refused');
  });

  it('may speak of __proto__ and of \\ud800 in its texts', () => {
    const value = { a: '__proto__', b: 'the escape \\ud800', constructor: 1 };
    expect(read(JSON.stringify(value))).toEqual(value);
  });

  it('is bounded in bytes', () => {
    expect(read('{"a":1}', 7)).toEqual({ a: 1 });
    expect(read('{"a":1}', 6)).toBe('refused');
    expect(read(`{"a":"${'x'.repeat(1024 * 1024)}"}`)).toBe('refused');
  });

  it('is bounded in depth, and deep nesting does not exhaust the stack', () => {
    expect(read(nested(MAX_DEPTH))).not.toBe('refused');
    expect(read(nested(MAX_DEPTH + 1))).toBe('refused');
    expect(read(nested(500_000))).toBe('refused');
    expect(read('{"a":'.repeat(200_000), 2 ** 21)).toBe('refused');
    expect(read(JSON.stringify({ a: `"${'[{'.repeat(100)}\\` }))).not.toBe('refused');
  });

  it('gives back every value that was written, and is read in one way only', () => {
    const value = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 6 }));
    fc.assert(
      fc.property(value, (object) => {
        const text = JSON.stringify(object);
        const result = read(text);
        if (result === 'refused') expect(text).toMatch(/__proto__|\\ud/);
        else expect(JSON.stringify(result)).toBe(text);
      }),
    );
  });

  it('that was changed in one byte is another value, or none', () => {
    const value = fc.record({ a: fc.jsonValue({ maxDepth: 3 }), b: fc.string(), c: fc.double() });
    fc.assert(
      fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (object, at, change) => {
        const bytes = Buffer.from(JSON.stringify(object));
        const before = read(bytes);
        const i = at % bytes.length;
        bytes[i] = (bytes[i] as number) ^ change;
        const after = read(bytes);
        if (after !== 'refused') expect(JSON.stringify(after)).not.toBe(JSON.stringify(before));
      }),
      { numRuns: 500 },
    );
  });
});

describe('writing a payload', () => {
  it('gives the bytes that are read', () => {
    expect(writePayload({ a: 1, b: undefined }).toString()).toBe('{"a":1}');
  });

  it('refuses what nobody would read', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    for (const value of [{ a: '\ud800' }, { big: 1n }, loop, JSON.parse('{"__proto__":1}'), [1]]) {
      expect(() => writePayload(value)).toThrow(expect.objectContaining({ code: 'bad-form' }));
    }
  });
});
