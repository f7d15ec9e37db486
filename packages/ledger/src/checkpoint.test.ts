import { describe, expect, test } from 'vitest';
import { type Checkpoint, formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { sha256 } from './hash.ts';
import { noteSigner } from './note-key.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';

const ORIGIN = 'inst/run/e1';
const log = noteSigner(ORIGIN, 1, fixedKey('log'));
const witness = noteSigner('inst/run/ID', 4, fixedKey('witness ID'));
const checkpoint: Checkpoint = { origin: ORIGIN, size: 42, root: sha256('root') };
const text = formatCheckpoint(checkpoint);
const note = signCheckpoint(checkpoint, log);
const root = Buffer.from(checkpoint.root).toString('base64');

test('a checkpoint reads back and verifies', () => {
  expect(text).toBe(`${ORIGIN}\n42\n${root}\n`);
  expect(parseCheckpoint(text)).toEqual(checkpoint);
  expect(verifyCheckpoint(note, log)).toMatchObject(checkpoint);
  expect(verifyCheckpoint(Buffer.from(note), log, { strict: true })).toMatchObject(checkpoint);
});

test('size 0 has the text 0', () => {
  expect(parseCheckpoint(`${ORIGIN}\n0\n${root}\n`).size).toBe(0);
});

describe('refused', () => {
  test.each([
    ['an extension line', `${text}extension\n`],
    ['an empty line', `${text}\n`],
    ['no final line feed', text.slice(0, -1)],
    ['two lines', `${ORIGIN}\n42\n`],
    ['a leading zero', `${ORIGIN}\n042\n${root}\n`],
    ['a sign', `${ORIGIN}\n+42\n${root}\n`],
    ['an empty size', `${ORIGIN}\n\n${root}\n`],
    ['a size over 2^53 - 1', `${ORIGIN}\n9007199254740993\n${root}\n`],
    ['no origin', `\n42\n${root}\n`],
    ['an origin with a space', `in st\n42\n${root}\n`],
    ['a short root', `${ORIGIN}\n42\nAAAA\n`],
    ['base64url', `${ORIGIN}\n42\n${'_'.repeat(42)}8=\n`],
    ['CRLF', text.replaceAll('\n', '\r\n')],
  ])('%s', (_name, bad) => {
    expect(codeOf(() => parseCheckpoint(bad))).toBe('checkpoint-malformed');
  });

  test('what cannot be written is not signed', () => {
    expect(codeOf(() => formatCheckpoint({ ...checkpoint, size: -1 }))).toBe('checkpoint-malformed');
    expect(codeOf(() => formatCheckpoint({ ...checkpoint, root: new Uint8Array(31) }))).toBe('checkpoint-malformed');
    expect(codeOf(() => formatCheckpoint({ ...checkpoint, origin: 'a\nb' }))).toBe('checkpoint-malformed');
    expect(codeOf(() => signCheckpoint(checkpoint, noteSigner('else', 1, fixedKey('log'))))).toBe(
      'checkpoint-other-origin',
    );
    expect(codeOf(() => signCheckpoint(checkpoint, noteSigner(ORIGIN, 4, fixedKey('log'))))).toBe(
      'checkpoint-other-origin',
    );
  });

  test('another log’s checkpoint', () => {
    const elsewhere = noteSigner('inst/run/e2', 1, fixedKey('log'));
    expect(codeOf(() => verifyCheckpoint(note, elsewhere))).toBe('checkpoint-other-origin');
  });

  test('one that only a witness signed', () => {
    const unsigned = `${text}\n${cosign(witness, text, 1)}`;
    expect(codeOf(() => verifyCheckpoint(unsigned, log, { witnesses: [witness] }))).toBe('note-unsigned');
  });

  test('one signed by another key of the log’s name', () => {
    const forger = noteSigner(ORIGIN, 1, fixedKey('forger'));
    expect(codeOf(() => verifyCheckpoint(signCheckpoint(checkpoint, forger), log))).toBe('note-unsigned');
  });

  test('a changed size or root', () => {
    expect(codeOf(() => verifyCheckpoint(note.replace('\n42\n', '\n43\n'), log))).toBe('note-bad-signature');
  });

  test('strict: a line by a stranger', () => {
    const cosigned = note + cosign(witness, text, 1);
    expect(codeOf(() => verifyCheckpoint(cosigned, log, { strict: true }))).toBe('note-unknown-signature');
    expect(codeOf(() => verifyCheckpoint(cosigned, log, { strict: true, witnesses: [witness] }))).toBe('ok');
  });
});
