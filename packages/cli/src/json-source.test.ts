import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonFault, readJsonSource } from './json-source.ts';

const faultOf = (text: string): string => {
  try {
    readJsonSource(text);
  } catch (error) {
    if (error instanceof JsonFault) return `${error.place.line}:${error.place.column} ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('JSON with places', () => {
  it('reads what JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(4), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(readJsonSource(text).value).toEqual(JSON.parse(text));
        expect(readJsonSource(spaced).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing that JSON.parse does not take', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '01',
      '.5',
      'true',
      'nul',
      ' ',
      '\n',
      '\\',
      '\t',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const ours = faultOf(text);
        let theirs = true;
        try {
          JSON.parse(text);
        } catch {
          theirs = false;
        }
        // The one thing in which it is stricter.
        expect(ours === 'none' || (theirs && ours.includes('a second time')), text).toBe(theirs);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['{"a": 1,}', '1:9 A field name in double quotes is expected, not "}"'],
    ["{\n  'a': 1\n}", '2:3 A field name in double quotes is expected, not "\'"'],
    ['{"a" 1}', '1:6 ":" is expected after a field name, not "1"'],
    ['[1 2]', '1:4 "," or "]" is expected, not "2"'],
    ['{"a":1\n', '2:1 "," or "}" is expected, not the end of the file'],
    ['', '1:1 A value is expected, not the end of the file'],
    ['{"a":01}', '1:7 "," or "}" is expected, not "1"'],
    ['{"a":"x', '1:6 A text is not closed by "'],
    ['["\\q"]', '1:2 A text holds a character or an escape that JSON does not allow'],
    ['{} x', '1:4 Nothing more is expected here, but "x"'],
    ['// hi\n{}', '1:1 A value is expected, not "/"'],
    ['{"a":1,\n "a":2}', '2:2 The field "a" stands here a second time'],
    ['[undefined]', '1:2 A value is expected, not "u"'],
  ])('says where %j ceases to be JSON', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it('does not run out of stack', () => {
    expect(faultOf('['.repeat(100_000))).toContain('nested deeper');
  });

  it('keeps a "__proto__" field a field', () => {
    const { value } = readJsonSource('{"__proto__": {"polluted": true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('knows where values stand, and of what is missing the nearest around it', () => {
    const { placeOf } = readJsonSource('\ufeff[\r\n  {"a": {"b": [1,\n    22]}},\n  "x"\n]');
    expect(placeOf([])).toEqual({ line: 1, column: 2 });
    expect(placeOf([0])).toEqual({ line: 2, column: 3 });
    expect(placeOf([0, 'a', 'b', 1])).toEqual({ line: 3, column: 5 });
    expect(placeOf([0, 'a', 'missing', 'deep'])).toEqual({ line: 2, column: 9 });
    expect(placeOf([1])).toEqual({ line: 4, column: 3 });
  });
});
