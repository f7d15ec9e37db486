import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from './hash.ts';
import { encodeRecord, equalRecords, type LedgerRecord, parseRecord, RECORD_BYTES } from './record.ts';
import { codeOf } from './testing/code-of.ts';

const ID = '0190a000-0000-7000-8000-00000000000a';
const base: LedgerRecord = {
  seq: 7,
  time: 1_790_000_000_000,
  from: 'ID',
  id: ID,
  code: 'accepted',
  envelopeHash: sha256('envelope'),
  recipientsHash: sha256('recipients'),
};
const text = encodeRecord(base);

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const records: fc.Arbitrary<LedgerRecord> = fc.record({
  seq: fc.maxSafeNat(),
  time: fc.maxSafeNat(),
  from: fc.constantFrom('ID', 'SEC', 'HUB'),
  id: fc.option(fc.uuid({ version: 7 })),
  code: fc.constantFrom('accepted', 'bad-signature', 'id-conflict'),
  envelopeHash: hashes,
  recipientsHash: hashes,
});

describe('encode and parse', () => {
  test('a record is eight lines', () => {
    expect(text).toBe(
      `eads-entry/v1\n7\n1790000000000\nID\n${ID}\naccepted\n${Buffer.from(base.envelopeHash).toString('base64')}\n${Buffer.from(base.recipientsHash).toString('base64')}\n`,
    );
  });

  test('any record reads back, from text and from bytes', () => {
    fc.assert(
      fc.property(records, (record) => {
        const encoded = encodeRecord(record);
        expect(equalRecords(parseRecord(encoded), record)).toBe(true);
        expect(equalRecords(parseRecord(Buffer.from(encoded)), record)).toBe(true);
        expect(encodeRecord(parseRecord(encoded))).toBe(encoded);
      }),
    );
  });

  test('no other text reads as the same record: any one character changed, added or left out', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        if (changed === text) return;
        const code = codeOf(() => parseRecord(changed));
        if (code !== 'ok') {
          expect(code).toMatch(/^record-/);
          return;
        }
        expect(equalRecords(parseRecord(changed), base)).toBe(false);
        expect(encodeRecord(parseRecord(changed))).toBe(changed);
      }),
      { numRuns: 2000 },
    );
  });

  test('an unsigned high byte is not taken for a character', () => {
    const bytes = Buffer.from(text);
    bytes[text.indexOf('accepted')] = 0xe1;
    expect(codeOf(() => parseRecord(bytes))).toBe('record-field');
  });
});

describe('what is refused', () => {
  const line = (n: number, put: string): string => {
    const lines = text.split('\n');
    lines[n - 1] = put;
    return lines.join('\n');
  };

  test.each([
    ['leading zero in seq', line(2, '07'), 'record-not-canonical'],
    ['plus sign', line(2, '+7'), 'record-not-canonical'],
    ['trailing space', line(2, '7 '), 'record-not-canonical'],
    ['exponent', line(2, '1e3'), 'record-field'],
    ['minus', line(2, '-1'), 'record-field'],
    ['number over 2^53 - 1', line(2, '9007199254740993'), 'record-field'],
    ['number of forty digits', line(3, '1'.repeat(40)), 'record-not-canonical'],
    ['CRLF', text.replaceAll('\n', '\r\n'), 'record-not-canonical'],
    ['a single CR', line(4, 'ID\r'), 'record-not-canonical'],
    ['no line feed at the end', text.slice(0, -1), 'record-lines'],
    ['missing line', text.replace('accepted\n', ''), 'record-lines'],
    ['extra line', `${text}more\n`, 'record-lines'],
    ['extra empty line', `${text}\n`, 'record-lines'],
    ['empty', '', 'record-lines'],
    ['other version', line(1, 'eads-entry/v2'), 'record-field'],
    ['byte order mark', `\uFEFF${text}`, 'record-field'],
    ['lower-case member', line(4, 'id'), 'record-not-canonical'],
    ['upper-case id', line(5, ID.toUpperCase()), 'record-not-canonical'],
    ['id of another version', line(5, ID.replace('-7', '-4')), 'record-field'],
    ['empty id', line(5, ''), 'record-field'],
    ['upper-case code', line(6, 'Accepted'), 'record-not-canonical'],
    ['unpadded base64', line(7, text.split('\n')[6]?.slice(0, -1) ?? ''), 'record-not-canonical'],
    ['base64url', line(7, `${'_'.repeat(42)}8=`), 'record-not-canonical'],
    ['spare bits in base64', line(8, `${'A'.repeat(42)}B=`), 'record-not-canonical'],
    ['base64 of 31 bytes', line(8, Buffer.alloc(31).toString('base64')), 'record-field'],
    ['too large', text + 'x'.repeat(RECORD_BYTES), 'record-too-large'],
  ])('%s', (_name, bad, code) => {
    expect(codeOf(() => parseRecord(bad))).toBe(code);
    expect(codeOf(() => parseRecord(Buffer.from(bad)))).toMatch(/^record-/);
  });

  test.each([
    ['a line feed in the code', { code: 'accepted\nx' }],
    ['a dash for an id', { id: '-' }],
    ['a fraction', { seq: 1.5 }],
    ['a negative time', { time: -1 }],
    ['a seq over 2^53 - 1', { seq: 2 ** 53 }],
    ['a time over 2^53 - 1', { time: 2 ** 53 }],
    ['not a number', { seq: Number.NaN }],
    ['a short hash', { envelopeHash: new Uint8Array(31) }],
    ['a long hash', { recipientsHash: new Uint8Array(33) }],
    ['an unknown form of member', { from: 'indonesia' }],
  ])('encoding %s', (_name, change) => {
    expect(codeOf(() => encodeRecord({ ...base, ...change }))).toMatch(/^record-/);
  });

  test('the message says which line', () => {
    expect(() => parseRecord(line(6, 'no good'))).toThrow('Line 6 of the record, code,');
  });

  test('the longest record that the rules allow is within the bound', () => {
    const longest = encodeRecord({
      ...base,
      seq: Number.MAX_SAFE_INTEGER,
      time: Number.MAX_SAFE_INTEGER,
      from: 'X'.repeat(16),
      code: 'x'.repeat(64),
    });
    expect(longest.length).toBeLessThan(RECORD_BYTES);
    expect(parseRecord(longest).seq).toBe(Number.MAX_SAFE_INTEGER);
  });
});
