import { cosign, formatCheckpoint, formatTlogProof, formatVkey, leafHash, signCheckpoint } from '@eads/ledger';
import { logSigner, ORIGIN, TIME, witnessKeys, witnessSigners } from './note-vectors.ts';
import { entry, treeOf } from './tree.ts';
import type { Vector } from './vector.ts';

const SIZE = 300;
const entries = Array.from({ length: SIZE }, (_, seq) => entry(seq));
const tree = treeOf(entries);
// The same log with one early entry exchanged.
const rewritten = treeOf(entries.with(3, entry(1003)));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const flip = (bytes: Uint8Array): Uint8Array => bytes.with(0, (bytes[0] ?? 0) ^ 1);

type Inclusion = Extract<Vector, { area: 'inclusion' }>;
type Consistency = Extract<Vector, { area: 'consistency' }>;

const inclusionVectors = async (): Promise<[string, Vector][]> => {
  const proof = await tree.inclusion(77, SIZE);
  const good: Inclusion = {
    area: 'inclusion',
    says: 'Leaf 77 of 300.',
    index: 77,
    size: SIZE,
    leaf: text(leafHash(entry(77))),
    root: text(await tree.root(SIZE)),
    proof: proof.map(text),
    expect: 'ok',
  };
  const cases: [string, string, Partial<Inclusion>, string][] = [
    ['good', good.says, {}, 'ok'],
    ['good-only-leaf', 'The only leaf is the root.', { index: 0, size: 1, root: good.leaf, proof: [] }, 'ok'],
    ['other-leaf', 'Another entry.', { leaf: text(leafHash(entry(78))) }, 'proof-mismatch'],
    ['leaf-changed', 'One bit of the leaf.', { leaf: text(flip(leafHash(entry(77)))) }, 'proof-mismatch'],
    ['index-changed', 'Leaf 76 for 77.', { index: 76 }, 'proof-mismatch'],
    ['index-outside', 'A leaf that the tree does not have.', { index: SIZE }, 'proof-malformed'],
    ['index-negative', 'Leaf -1.', { index: -1 }, 'proof-malformed'],
    ['size-zero', 'An empty tree.', { index: 0, size: 0 }, 'proof-malformed'],
    ['size-halved', '150 leaves for 300.', { size: 150 }, 'proof-malformed'],
    [
      'root-of-rewritten-log',
      'The root of another history.',
      { root: text(await rewritten.root(SIZE)) },
      'proof-mismatch',
    ],
    [
      'proof-changed',
      'One bit of the proof.',
      { proof: proof.map((hash, i) => text(i === 4 ? flip(hash) : hash)) },
      'proof-mismatch',
    ],
    ['proof-order', 'The proof upside down.', { proof: good.proof.toReversed() }, 'proof-mismatch'],
    ['proof-cut-below', 'The first hash is missing.', { proof: good.proof.slice(1) }, 'proof-malformed'],
    ['proof-cut-above', 'The last hash is missing.', { proof: good.proof.slice(0, -1) }, 'proof-malformed'],
    ['proof-too-long', 'One hash more.', { proof: [...good.proof, good.root] }, 'proof-malformed'],
    ['proof-empty', 'No proof.', { proof: [] }, 'proof-malformed'],
    [
      'hash-short',
      'A hash of 31 bytes.',
      { proof: good.proof.map((hash, i) => (i === 0 ? text(proof[0]?.subarray(1) ?? new Uint8Array(0)) : hash)) },
      'proof-malformed',
    ],
    [
      'root-short',
      'A root of 31 bytes.',
      { root: text(Buffer.from(good.root, 'base64').subarray(1)) },
      'proof-mismatch',
    ],
  ];
  return cases.map(([name, says, change, code]) => [
    `inclusion/${name}.json`,
    { ...good, says, ...change, expect: code },
  ]);
};

const consistencyVectors = async (): Promise<[string, Vector][]> => {
  const between = async (size1: number, size2: number, second = tree): Promise<Consistency> => ({
    area: 'consistency',
    says: `${size1} to ${size2}.`,
    size1,
    size2,
    root1: text(await tree.root(size1)),
    root2: text(await second.root(size2)),
    proof: (await second.consistency(size1, size2)).map(text),
    expect: 'ok',
  });
  const good = await between(129, SIZE);
  const whole = await between(128, SIZE);
  const cases: [string, string, Consistency, Partial<Consistency>, string][] = [
    ['good', good.says, good, {}, 'ok'],
    ['good-power-of-two', whole.says, whole, {}, 'ok'],
    ['good-equal', 'A tree extends itself.', await between(SIZE, SIZE), {}, 'ok'],
    [
      'rewritten',
      'An entry before the old size was exchanged.',
      await between(129, SIZE, rewritten),
      {},
      'proof-mismatch',
    ],
    ['rewritten-power-of-two', 'The same from 128.', await between(128, SIZE, rewritten), {}, 'proof-mismatch'],
    ['rewritten-equal', 'One size, two roots.', await between(SIZE, SIZE, rewritten), {}, 'proof-mismatch'],
    [
      'old-root-changed',
      'One bit of the old root.',
      good,
      { root1: text(flip(Buffer.from(good.root1, 'base64'))) },
      'proof-mismatch',
    ],
    [
      'new-root-changed',
      'One bit of the new root.',
      good,
      { root2: text(flip(Buffer.from(good.root2, 'base64'))) },
      'proof-mismatch',
    ],
    ['roots-swapped', 'Old and new change places.', good, { root1: good.root2, root2: good.root1 }, 'proof-mismatch'],
    ['sizes-swapped', 'A smaller tree does not extend a larger.', good, { size1: SIZE, size2: 129 }, 'proof-malformed'],
    ['old-size-changed', '130 for 129.', good, { size1: 130 }, 'proof-malformed'],
    ['from-nothing', 'From size 0 nothing is shown.', good, { size1: 0, proof: [] }, 'proof-malformed'],
    [
      'nothing-to-nothing',
      'From 0 to 0 nothing is shown.',
      good,
      { size1: 0, size2: 0, root2: good.root1, proof: [] },
      'proof-malformed',
    ],
    ['proof-empty', 'No proof.', good, { proof: [] }, 'proof-malformed'],
    ['proof-empty-power-of-two', 'No proof, from 128.', whole, { proof: [] }, 'proof-malformed'],
    ['proof-cut-below', 'The first hash is missing.', good, { proof: good.proof.slice(1) }, 'proof-malformed'],
    ['proof-cut-above', 'The last hash is missing.', good, { proof: good.proof.slice(0, -1) }, 'proof-malformed'],
    ['proof-too-long', 'One hash more.', good, { proof: [...good.proof, good.root1] }, 'proof-malformed'],
    ['proof-order', 'The proof upside down.', good, { proof: good.proof.toReversed() }, 'proof-mismatch'],
    ['equal-with-proof', 'One size, and a proof.', await between(SIZE, SIZE), { proof: good.proof }, 'proof-malformed'],
  ];
  return cases.map(([name, says, base, change, code]) => [
    `consistency/${name}.json`,
    { ...base, says, ...change, expect: code },
  ]);
};

const receiptVectors = async (): Promise<[string, Vector][]> => {
  const checkpoint = { origin: ORIGIN, size: SIZE, root: await tree.root(SIZE) };
  const body = formatCheckpoint(checkpoint);
  const note = signCheckpoint(checkpoint, logSigner);
  const cosigned = note + witnessSigners.map((signer) => cosign(signer, body, TIME)).join('');
  const proof = await tree.inclusion(77, SIZE);
  const good = formatTlogProof({ index: 77, proof, checkpoint: cosigned });
  const base = { area: 'receipt', logKey: formatVkey(logSigner), witnesses: witnessKeys, quorum: 3 } as const;
  const cases: [string, string, string, string][] = [
    ['good', 'As a node stores it.', good, 'ok'],
    [
      'good-extra',
      'With extra data, which no signature covers.',
      formatTlogProof({ index: 77, proof, checkpoint: cosigned, extra: Buffer.from('note') }),
      'ok',
    ],
    ['index-changed', 'Index 76.', good.replace('index 77', 'index 76'), 'proof-mismatch'],
    ['index-leading-zero', 'Index 077.', good.replace('index 77', 'index 077'), 'proof-malformed'],
    ['other-version', 'Version 2.', good.replace('@v1', '@v2'), 'proof-malformed'],
    [
      'proof-line-missing',
      'A line of the proof is missing.',
      formatTlogProof({ index: 77, proof: proof.slice(1), checkpoint: cosigned }),
      'proof-malformed',
    ],
    ['not-cosigned', 'The log’s word alone.', formatTlogProof({ index: 77, proof, checkpoint: note }), 'quorum-short'],
    ['size-changed', 'The checkpoint says 301.', good.replace('\n300\n', '\n301\n'), 'note-bad-signature'],
    ['crlf', 'Lines end in CR LF.', good.replaceAll('\n', '\r\n'), 'proof-malformed'],
  ];
  const vectors = cases.map(([name, says, given, code]): [string, Vector] => [
    `receipt/${name}.json`,
    { ...base, says, text: given, entry: entry(77), expect: code },
  ]);
  const other: Vector = { ...base, says: 'Another entry.', text: good, entry: entry(78), expect: 'proof-mismatch' };
  return [...vectors, ['receipt/other-entry.json', other]];
};

/** Inclusion and consistency proofs, and offline receipts. */
export const proofVectors = async (): Promise<[string, Vector][]> => [
  ...(await inclusionVectors()),
  ...(await consistencyVectors()),
  ...(await receiptVectors()),
];
