import { describe, expect, test } from 'vitest';
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { emptyRoot, leafHash, sha256 } from './hash.ts';
import { consistencyProof, rootAt } from './hash-reader.ts';
import { noteSigner } from './note-key.ts';
import { codeOf } from './testing/code-of.ts';
import { fixedKey } from './testing/fixed-keys.ts';
import { memoryReader } from './testing/memory-reader.ts';
import { addCheckpoint, encodeAddCheckpoint, parseAddCheckpoint, type WitnessAnswer } from './witness.ts';

const ORIGIN = 'inst/run/e1';
const log = noteSigner(ORIGIN, 1, fixedKey('log'));
const witness = noteSigner('inst/run/ID', 4, fixedKey('witness ID'));
const leaves = Array.from({ length: 300 }, (_, i) => leafHash(`entry ${i}`));
const reader = memoryReader(leaves);
const forked = memoryReader(leaves.with(3, leafHash('another entry')));

const note = async (size: number, from = reader, signer = log): Promise<string> =>
  signCheckpoint({ origin: signer.name, size, root: await rootAt(from, size) }, signer);
const body = async (oldSize: number, size: number, from = reader): Promise<string> =>
  encodeAddCheckpoint({
    oldSize,
    proof: oldSize <= size ? await consistencyProof(from, oldSize, size) : [],
    checkpoint: await note(size, from),
  });
const ask = (held: string | null, request: string): WitnessAnswer =>
  addCheckpoint({ logKey: log, held }, request, (text) => cosign(witness, text, 1_790_000_000));

describe('the body', () => {
  test('reads back', async () => {
    const text = await body(5, 300);
    expect(text.startsWith('old 5\n')).toBe(true);
    const read = parseAddCheckpoint(text);
    expect(read.proof).toEqual(await consistencyProof(reader, 5, 300));
    expect(encodeAddCheckpoint(read)).toBe(text);
    expect(parseAddCheckpoint(await body(0, 5))).toMatchObject({ oldSize: 0, proof: [] });
  });

  const hash = Buffer.alloc(32, 1).toString('base64');
  test.each([
    ['nothing', ''],
    ['no empty line', `old 5\n${hash}\n`],
    ['no old line', `${hash}\n\n`],
    ['a leading zero', 'old 05\n\nx'],
    ['a sign', 'old +5\n\nx'],
    ['two spaces', 'old  5\n\nx'],
    ['capitals', 'Old 5\n\nx'],
    ['a size over 2^53 - 1', 'old 9007199254740993\n\nx'],
    ['a short hash', 'old 5\nAAAA\n\nx'],
    ['spare bits', `old 5\n${'A'.repeat(42)}B=\n\nx`],
    ['64 proof lines', `old 5\n${`${hash}\n`.repeat(64)}\nx`],
    ['CRLF', `old 5\r\n${hash}\r\n\r\nx`],
  ])('refuses %s', (_name, text) => {
    expect(codeOf(() => parseAddCheckpoint(text))).toBe('witness-body-malformed');
    expect(ask(null, text).status).toBe(400);
  });

  test('63 proof lines are read, 64 not written', () => {
    expect(parseAddCheckpoint(`old 5\n${`${hash}\n`.repeat(63)}\nx`).proof).toHaveLength(63);
    const proof = Array.from({ length: 64 }, () => new Uint8Array(32));
    expect(codeOf(() => encodeAddCheckpoint({ oldSize: 1, proof, checkpoint: '' }))).toBe('witness-body-malformed');
    expect(codeOf(() => encodeAddCheckpoint({ oldSize: -1, proof: [], checkpoint: '' }))).toBe(
      'witness-body-malformed',
    );
  });
});

describe('200', () => {
  test('to the first checkpoint, then to what extends it, then to the same again', async () => {
    let held: string | null = null;
    for (const [from, to] of [
      [0, 5],
      [5, 256],
      [256, 300],
      [300, 300],
    ] as const) {
      const answer = ask(held, await body(from, to));
      if (answer.status !== 200) throw new Error(`${from} to ${to}: ${answer.status} ${answer.body}`);
      expect(answer.held).toBe(await note(to));
      expect(answer.checkpoint.size).toBe(to);
      const cosigned = answer.held + answer.body;
      expect(verifyCheckpoint(cosigned, log, { witnesses: [witness], strict: true }).note.verified).toHaveLength(2);
      held = answer.held;
    }
  });

  test('to the empty tree, and from it', async () => {
    const empty = ask(null, await body(0, 0));
    if (empty.status !== 200) throw new Error(empty.body);
    expect(ask(empty.held, await body(0, 7)).status).toBe(200);
  });
});

describe('refusals', () => {
  test('404: another origin', async () => {
    const elsewhere = noteSigner('inst/run/e2', 1, fixedKey('log'));
    const request = encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: await note(5, reader, elsewhere) });
    expect(ask(null, request).status).toBe(404);
  });

  test('403: no signature of the log, or a bad one', async () => {
    const forger = noteSigner(ORIGIN, 1, fixedKey('forger'));
    const forged = encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: await note(5, reader, forger) });
    expect(ask(null, forged).status).toBe(403);
    const bent = (await body(0, 5)).replace('\n5\n', '\n6\n');
    expect(ask(null, bent).status).toBe(403);
  });

  test('400: the old size is larger, or the checkpoint is no note', async () => {
    expect(ask(await note(9), await body(9, 5)).status).toBe(400);
    expect(ask(null, 'old 0\n\nnot a note\n').status).toBe(400);
    expect(ask(null, (await body(0, 5)).replace('\n5\n', '\n05\n')).status).toBe(400);
  });

  test('409: the old size is stale; the body says what is held', async () => {
    expect(ask(await note(9), await body(5, 12))).toEqual({ status: 409, body: '9\n' });
    expect(ask(await note(9), await body(0, 12))).toEqual({ status: 409, body: '9\n' });
    expect(ask(null, await body(5, 12))).toEqual({ status: 409, body: '0\n' });
    expect(ask(await note(9), await body(10, 12))).toEqual({ status: 409, body: '9\n' });
  });

  test('a rolled-back log is told what is held, and gets no cosignature', async () => {
    expect(ask(await note(9), await body(5, 7))).toEqual({ status: 409, body: '9\n' });
  });

  test('409 with both notes: one size, two roots, whatever old size is named', async () => {
    const held = await note(9);
    for (const oldSize of [9, 5, 0]) {
      const request = await body(oldSize, 9, forked);
      const conflict = { held, submitted: await note(9, forked) };
      expect(ask(held, request)).toEqual({ status: 409, body: '9\n', conflict });
    }
  });

  test('422 with both notes: a fork that is longer', async () => {
    const held = await note(9);
    const answer = ask(held, await body(9, 20, forked));
    expect(answer).toMatchObject({ status: 422, suspect: { held, submitted: await note(20, forked) } });
  });

  test('422: a proof cut, added to, or from size 0 not empty', async () => {
    const held = await note(9);
    const checkpoint = await note(20);
    const proof = await consistencyProof(reader, 9, 20);
    for (const bad of [proof.slice(1), proof.slice(0, -1), [], [...proof, sha256('x')], proof.toReversed()]) {
      expect(ask(held, encodeAddCheckpoint({ oldSize: 9, proof: bad, checkpoint })).status).toBe(422);
    }
    const more = ask(null, encodeAddCheckpoint({ oldSize: 0, proof: [sha256('x')], checkpoint }));
    expect(more.status).toBe(422);
    expect(more).not.toHaveProperty('suspect');
    const same = encodeAddCheckpoint({ oldSize: 9, proof: [sha256('x')], checkpoint: held });
    expect(ask(held, same).status).toBe(422);
  });

  test('422: size 0 with another root than that of nothing', () => {
    const good = signCheckpoint({ origin: ORIGIN, size: 0, root: emptyRoot() }, log);
    const bad = signCheckpoint({ origin: ORIGIN, size: 0, root: sha256('x') }, log);
    expect(ask(null, encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: good })).status).toBe(200);
    expect(ask(null, encodeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: bad })).status).toBe(422);
  });

  test('nothing is signed unless the answer is 200', async () => {
    let signed = 0;
    const count = (): string => {
      signed += 1;
      return '';
    };
    for (const request of [await body(9, 20, forked), await body(5, 12), await body(9, 9, forked), 'x']) {
      addCheckpoint({ logKey: log, held: await note(9) }, request, count);
    }
    expect(signed).toBe(0);
  });

  test('a damaged state stops the witness', async () => {
    const request = await body(9, 12);
    const damaged = (await note(9)).replace('\n9\n', '\n8\n');
    expect(codeOf(() => ask(damaged, request))).toBe('note-bad-signature');
  });
});
