import { describe, expect, test } from 'vitest';
import { formatNote, NOTE_BYTES, parseNote, signText, verifyNote } from './note.ts';
import { type NoteSigner, noteKey, noteSigner, parseVkey } from './note-key.ts';
import { signatureLine } from './signature-line.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';

const log = noteSigner('inst/run/e1', 1, fixedKey('log'));
const witness = noteSigner('inst/run/ID', 4, fixedKey('witness ID'));
const other = noteSigner('inst/run/TH', 4, fixedKey('witness TH'));
const TEXT = 'inst/run/e1\n5\nroot\n';
const line = (signer: NoteSigner, text = TEXT): string => signText(signer, text, 1_790_000_000);
const note = `${TEXT}\n${line(log)}${line(witness)}`;
const flip = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

describe('reading', () => {
  test('a note is a text and its signatures', () => {
    const read = parseNote(note);
    expect(read.text).toBe(TEXT);
    expect(read.signatures.map((s) => s.name)).toEqual(['inst/run/e1', 'inst/run/ID']);
    expect(formatNote(read)).toBe(note);
    expect(parseNote(Buffer.from(note)).text).toBe(TEXT);
  });

  test('the last empty line parts text and signatures, so a text may hold empty lines', () => {
    const text = 'one\n\n\ntwo\n';
    const read = verifyNote(`${text}\n${line(log, text)}`, [log]);
    expect(read.text).toBe(text);
  });

  test('a signature line in the text is no signature', () => {
    const text = `${TEXT}${line(log)}\nmore\n`;
    expect(codeOf(() => verifyNote(`${text}\n${line(other, text)}`, [log]))).toBe('note-unsigned');
  });

  test('the published example of the specification verifies', () => {
    const example =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    expect(parseNote(example).signatures[0]?.id).toBe('367ba04b');
  });

  test.each([
    ['no empty line', `${TEXT}${line(log)}`],
    ['no signature', `${TEXT}\n`],
    ['no final line feed', note.slice(0, -1)],
    ['an empty line at the end', `${note}\n`],
    ['a carriage return', note.replaceAll('\n', '\r\n')],
    ['a tab', note.replace('5', '\t5')],
    ['a null', note.replace('5', '\u0000')],
    ['a hyphen for the dash', note.replace('— ', '- ')],
    ['two spaces', note.replace('— ', '—  ')],
    ['a signature of nothing', `${TEXT}\n${signatureLine('n', '00000000', new Uint8Array(0))}`],
    ['a name with a plus', `${TEXT}\n— a+b AAAAAAAA\n`],
    ['unpadded base64', note.replace(/=+\n/, '\n')],
    ['spare bits in base64', `${TEXT}\n— n AAAAAAB=\n`],
    ['a lone surrogate', `\ud800\n\n${line(log)}`],
  ])('refuses %s', (_name, bad) => {
    expect(codeOf(() => parseNote(bad))).toBe('note-malformed');
  });

  test('refuses bytes that are no UTF-8', () => {
    expect(codeOf(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(note)])))).toBe('note-malformed');
  });

  test('accepts sixteen signatures and more, and has a bound', () => {
    const many = (n: number) => `${TEXT}\n${line(log).repeat(n)}`;
    expect(parseNote(many(16)).signatures).toHaveLength(16);
    expect(parseNote(many(64)).signatures).toHaveLength(64);
    expect(codeOf(() => parseNote(many(65)))).toBe('note-too-large');
    expect(codeOf(() => parseNote(`${'x'.repeat(NOTE_BYTES)}\n\n${line(log)}`))).toBe('note-too-large');
    expect(codeOf(() => parseNote(`${'é'.repeat(NOTE_BYTES / 2)}\n\n${line(log)}`))).toBe('note-too-large');
  });
});

describe('verifying', () => {
  test('tells which keys signed, and when a co-signer did', () => {
    const read = verifyNote(note, [log, witness]);
    expect(read.verified.map((v) => [v.key.name, v.time])).toEqual([
      ['inst/run/e1', null],
      ['inst/run/ID', 1_790_000_000],
    ]);
  });

  test('works with a key that came as a vkey', () => {
    const vkey = parseVkey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const published =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    expect(verifyNote(published, [vkey]).verified).toHaveLength(1);
    expect(codeOf(() => verifyNote(published.replace('problem is', 'problem was'), [vkey]))).toBe('note-bad-signature');
  });

  test('ignores unknown keys, but not in strict mode', () => {
    expect(verifyNote(note, [log]).verified).toHaveLength(1);
    expect(codeOf(() => verifyNote(note, [log], { strict: true }))).toBe('note-unknown-signature');
    expect(codeOf(() => verifyNote(note, [log, witness], { strict: true }))).toBe('ok');
  });

  test('does not take one key for another that shares its name or its id only', () => {
    const sameName = noteKey(log.name, 1, other.publicKey);
    expect(codeOf(() => verifyNote(note, [sameName]))).toBe('note-unsigned');
    const sameId = `${TEXT}\n${line(log).replace(log.name, 'elsewhere')}`;
    expect(codeOf(() => verifyNote(sameId, [log]))).toBe('note-unsigned');
  });

  test('a bad signature by a known key rejects the note, however many are good', () => {
    const bad = `${TEXT}\n${line(log)}${line(witness, 'another text\n')}`;
    expect(codeOf(() => verifyNote(bad, [log, witness]))).toBe('note-bad-signature');
    expect(codeOf(() => verifyNote(bad, [log]))).toBe('ok');
    const second = `${note}${line(log, 'another text\n')}`;
    expect(codeOf(() => verifyNote(second, [log]))).toBe('note-bad-signature');
  });

  test('a key that signs twice counts once; strict refuses it', () => {
    const twice = `${note}${line(witness)}`;
    expect(verifyNote(twice, [log, witness]).verified).toHaveLength(2);
    expect(codeOf(() => verifyNote(twice, [log, witness], { strict: true }))).toBe('note-repeated-signature');
  });

  test('a note by nobody known is refused', () => {
    expect(codeOf(() => verifyNote(note, []))).toBe('note-unsigned');
    expect(codeOf(() => verifyNote(note, [other]))).toBe('note-unsigned');
  });

  test('two keys that share name and id are refused, the same key twice is not', () => {
    const twin = { ...noteKey(log.name, 1, other.publicKey), id: log.id };
    expect(codeOf(() => verifyNote(note, [log, twin]))).toBe('note-key-ambiguous');
    expect(codeOf(() => verifyNote(note, [log, log]))).toBe('ok');
  });

  test('in strict mode every changed character is noticed', () => {
    for (let at = 0; at < note.length; at++) {
      expect([at, codeOf(() => verifyNote(flip(note, at), [log, witness], { strict: true }))]).not.toEqual([at, 'ok']);
    }
  });
});
