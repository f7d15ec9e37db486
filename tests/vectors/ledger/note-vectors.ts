import {
  type Checkpoint,
  cosign,
  formatCheckpoint,
  formatVkey,
  type NoteSigner,
  noteSigner,
  signatureLine,
  signCheckpoint,
  signText,
} from '@eads/ledger';
import { fixedKey } from './fixed-keys.ts';
import { entry, treeOf } from './tree.ts';
import type { Vector } from './vector.ts';

export const ORIGIN = 'vectors/practice/e1';
export const logSigner = noteSigner(ORIGIN, 1, fixedKey('log'));
const MEMBERS = ['BN', 'ID', 'KH'];
export const witnessSigners = MEMBERS.map((code) =>
  noteSigner(`vectors/practice/${code}`, 4, fixedKey(`witness ${code}`)),
);
export const witnessKeys = witnessSigners.map(formatVkey);
export const TIME = 1_790_000_000;

const forger = noteSigner(ORIGIN, 1, fixedKey('forger'));
const impostor = noteSigner('vectors/practice/BN', 4, fixedKey('impostor'));
const [bn, id] = witnessSigners as [NoteSigner, NoteSigner, NoteSigner];
const checkpoint: Checkpoint = {
  origin: ORIGIN,
  size: 300,
  root: await treeOf(Array.from({ length: 300 }, (_, seq) => entry(seq))).root(300),
};
const text = formatCheckpoint(checkpoint);
const note = signCheckpoint(checkpoint, logSigner);
const logKey = formatVkey(logSigner);
const signed = (body: string, signer = logSigner): string => `${body}\n${signText(signer, body, TIME)}`;
const cosigned = note + witnessSigners.map((signer) => cosign(signer, text, TIME)).join('');
const root = Buffer.from(checkpoint.root).toString('base64');

const noteCase = (
  says: string,
  given: string,
  code: string,
  more: { strict?: boolean; keys?: string[] } = {},
): Vector => ({
  area: 'note',
  says,
  text: given,
  keys: more.keys ?? [logKey, ...witnessKeys],
  strict: more.strict ?? false,
  expect: code,
});

const twoLines = note + cosign(bn, text, TIME);
const NOTES: Record<string, Vector> = {
  good: noteCase('A log’s and a co-signer’s signature.', twoLines, 'ok', { strict: true }),
  'text-changed': noteCase('One digit of the text.', twoLines.replace('\n300\n', '\n301\n'), 'note-bad-signature'),
  'bad-signature-by-known-key': noteCase(
    'A good log signature; the co-signer’s is of another text.',
    note + cosign(bn, `${text}x\n`, TIME),
    'note-bad-signature',
  ),
  'unknown-key-ignored': noteCase('A stranger’s line beside the log’s.', note + cosign(impostor, text, TIME), 'ok'),
  'unknown-key-strict': noteCase(
    'The same in an export.',
    note + cosign(impostor, text, TIME),
    'note-unknown-signature',
    {
      strict: true,
    },
  ),
  'only-unknown-keys': noteCase('Signed by nobody known.', signed(text, forger), 'note-unsigned'),
  'name-borrowed': noteCase(
    'A known name with a stranger’s key id.',
    `${text}\n${signatureLine(ORIGIN, '00000000', new Uint8Array(64))}`,
    'note-unsigned',
  ),
  'id-borrowed': noteCase(
    'A known key id under another name.',
    signed(text).replace(`— ${ORIGIN}`, '— elsewhere'),
    'note-unsigned',
  ),
  'repeated-signature': noteCase('A co-signer’s line stands twice.', twoLines + cosign(bn, text, TIME), 'ok'),
  'repeated-signature-strict': noteCase(
    'The same in an export.',
    twoLines + cosign(bn, text, TIME),
    'note-repeated-signature',
    {
      strict: true,
    },
  ),
  'second-signature-bad': noteCase(
    'A key’s second line does not hold.',
    twoLines + signatureLine(bn.name, bn.id, new Uint8Array(72)),
    'note-bad-signature',
  ),
  'text-holds-signature-lines': noteCase(
    'A signature line within the text is text.',
    `${text}${signed(text)}`,
    'note-bad-signature',
  ),
  'no-empty-line': noteCase('Text and signatures run together.', note.replace('\n\n', '\n'), 'note-malformed'),
  'no-signature': noteCase('No signature line.', `${text}\n`, 'note-malformed'),
  'no-last-line-feed': noteCase('The last line feed is missing.', note.slice(0, -1), 'note-malformed'),
  'empty-line-at-end': noteCase('An empty line at the end.', `${note}\n`, 'note-malformed'),
  crlf: noteCase('Lines end in CR LF.', note.replaceAll('\n', '\r\n'), 'note-malformed'),
  'control-character': noteCase('A null in the text.', signed(`${text}\u0000\n`), 'note-malformed'),
  'hyphen-for-dash': noteCase('A hyphen for the em dash.', note.replace('—', '-'), 'note-malformed'),
  'base64-spare-bits': noteCase('Spare bits set in a signature.', `${text}\n— n AAAAAAD=\n`, 'note-malformed'),
  'signature-empty': noteCase('A key id and nothing more.', `${text}\n— n AAAAAA==\n`, 'note-malformed'),
  'too-many-signatures': noteCase(
    '65 signature lines.',
    `${text}\n${signText(logSigner, text, TIME).repeat(65)}`,
    'note-too-large',
  ),
  'sixteen-signatures': noteCase(
    '16 signature lines are read.',
    `${text}\n${signText(logSigner, text, TIME).repeat(16)}`,
    'ok',
  ),
};

const checkpointCase = (says: string, given: string, code: string, strict = false): Vector => ({
  area: 'checkpoint',
  says,
  text: given,
  logKey,
  witnesses: witnessKeys,
  quorum: 0,
  strict,
  expect: code,
});

const CHECKPOINTS: Record<string, Vector> = {
  good: checkpointCase('Signed by the log.', note, 'ok', true),
  'good-cosigned': checkpointCase('Signed by the log and three co-signers.', cosigned, 'ok', true),
  'size-changed': checkpointCase('301 for 300.', note.replace('\n300\n', '\n301\n'), 'note-bad-signature'),
  'root-changed': checkpointCase(
    'Another root.',
    note.replace(root, Buffer.alloc(32, 1).toString('base64')),
    'note-bad-signature',
  ),
  'origin-changed': checkpointCase('Another origin.', note.replace('/e1\n', '/e2\n'), 'checkpoint-other-origin'),
  'other-log': checkpointCase(
    'A good checkpoint of the next epoch’s log.',
    signCheckpoint(
      { ...checkpoint, origin: 'vectors/practice/e2' },
      noteSigner('vectors/practice/e2', 1, fixedKey('log')),
    ),
    'checkpoint-other-origin',
  ),
  forged: checkpointCase(
    'Signed by another key of the log’s name.',
    signCheckpoint(checkpoint, forger),
    'note-unsigned',
  ),
  'cosigned-only': checkpointCase(
    'The log’s own signature is missing.',
    `${text}\n${cosign(bn, text, TIME)}`,
    'note-unsigned',
  ),
  'extension-line': checkpointCase('A fourth line, signed.', signed(`${text}extension\n`), 'checkpoint-malformed'),
  'empty-fourth-line': checkpointCase('An empty fourth line, signed.', signed(`${text}\n`), 'checkpoint-malformed'),
  'two-lines': checkpointCase('No root, signed.', signed(`${ORIGIN}\n300\n`), 'checkpoint-malformed'),
  'size-leading-zero': checkpointCase(
    'The size is 0300, signed.',
    signed(`${ORIGIN}\n0300\n${root}\n`),
    'checkpoint-malformed',
  ),
  'size-over-2-53': checkpointCase(
    'The size is 2^53 + 1, signed.',
    signed(`${ORIGIN}\n9007199254740993\n${root}\n`),
    'checkpoint-malformed',
  ),
  'root-short': checkpointCase(
    'A root of 31 bytes, signed.',
    signed(`${ORIGIN}\n300\n${Buffer.alloc(31).toString('base64')}\n`),
    'checkpoint-malformed',
  ),
  'root-spare-bits': checkpointCase(
    'Spare bits set in the root, signed.',
    signed(`${ORIGIN}\n300\n${'A'.repeat(42)}D=\n`),
    'checkpoint-malformed',
  ),
  'stranger-strict': checkpointCase(
    'A stranger’s line, in an export.',
    note + cosign(impostor, text, TIME),
    'note-unknown-signature',
    true,
  ),
};

const cosignatureCase = (says: string, given: string, code: string, quorum = 3): Vector => ({
  area: 'cosignature',
  says,
  text: given,
  logKey,
  witnesses: witnessKeys,
  quorum,
  strict: false,
  expect: code,
});

const withoutFirst = (body: string): string => body.replace(cosign(bn, text, TIME), '');
const oneOf = (line: string): string => withoutFirst(cosigned) + line;
const laterTime = Buffer.from(cosign(bn, text, TIME).split(' ')[2] as string, 'base64').subarray(4);
laterTime.writeBigUInt64BE(BigInt(TIME + 60));

const COSIGNATURES: Record<string, Vector> = {
  good: cosignatureCase('Three of three.', cosigned, 'ok'),
  'one-missing': cosignatureCase('Two of three.', withoutFirst(cosigned), 'quorum-short'),
  'same-member-twice': cosignatureCase(
    'Two members, one of them twice.',
    oneOf(cosign(id, text, TIME + 1)),
    'quorum-short',
  ),
  'time-changed': cosignatureCase(
    'The time is moved by a minute.',
    oneOf(signatureLine(bn.name, bn.id, laterTime)),
    'quorum-short',
  ),
  'other-size': cosignatureCase(
    'Given for another size.',
    oneOf(cosign(bn, text.replace('\n300\n', '\n299\n'), TIME)),
    'quorum-short',
  ),
  'other-key': cosignatureCase(
    'By another key under the member’s name.',
    oneOf(cosign(impostor, text, TIME)),
    'quorum-short',
  ),
  'name-swapped': cosignatureCase(
    'One member’s signature under another’s name.',
    oneOf(cosign(id, text, TIME).replace('/ID', '/BN')),
    'quorum-short',
  ),
  'plain-signature': cosignatureCase(
    'A plain signature of the text by the co-signing key.',
    oneOf(signText({ ...bn, type: 1 }, text, TIME)),
    'quorum-short',
  ),
  'wrong-length': cosignatureCase(
    '71 bytes.',
    oneOf(signatureLine(bn.name, bn.id, laterTime.subarray(1))),
    'quorum-short',
  ),
  'log-missing': cosignatureCase(
    'All co-signers, but no log.',
    `${text}\n${witnessSigners.map((signer) => cosign(signer, text, TIME)).join('')}`,
    'note-unsigned',
  ),
};

const files = (area: string, cases: Record<string, Vector>): [string, Vector][] =>
  Object.entries(cases).map(([name, vector]) => [`${area}/${name}.json`, vector]);

/** Notes, checkpoints and cosignatures. */
export const noteVectors = (): [string, Vector][] => [
  ...files('note', NOTES),
  ...files('checkpoint', CHECKPOINTS),
  ...files('cosignature', COSIGNATURES),
];
