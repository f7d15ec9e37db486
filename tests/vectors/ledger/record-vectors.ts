import { commitAll, recipientOpeningOf, recipientsHash } from '@eads/ledger';
import { fixedBytes } from './fixed-keys.ts';
import { entry } from './tree.ts';
import type { SenderTuple, Vector } from './vector.ts';

const good = entry(7);
const line = (number: number, put: (line: string) => string): string =>
  good
    .split('\n')
    .map((text, i) => (i === number - 1 ? put(text) : text))
    .join('\n');
const upper = (text: string): string => text.toUpperCase();

// [file, what was done, text, code]
const RECORDS: readonly (readonly [string, string, string, string])[] = [
  ['good', 'As the sequencer writes it.', good, 'ok'],
  ['no-id', 'A refusal without a well-formed id.', line(5, () => '-'), 'ok'],
  ['other-version', 'Line 1 names another version.', line(1, () => 'eads-entry/v2'), 'record-field'],
  ['seq-leading-zero', 'seq written 07.', line(2, () => '07'), 'record-not-canonical'],
  ['seq-plus', 'seq written +7.', line(2, () => '+7'), 'record-not-canonical'],
  ['seq-space', 'A space after seq.', line(2, (text) => `${text} `), 'record-not-canonical'],
  ['seq-negative', 'seq written -7.', line(2, () => '-7'), 'record-field'],
  [
    'seq-over-2-53',
    'seq is 2^53 + 1, which reads back as another number.',
    line(2, () => '9007199254740993'),
    'record-field',
  ],
  ['time-fraction', 'time with a fraction.', line(3, (text) => `${text}.5`), 'record-field'],
  ['time-exponent', 'time as 179e10.', line(3, () => '179e10'), 'record-field'],
  ['from-lower-case', 'The member in lower case.', line(4, (text) => text.toLowerCase()), 'record-not-canonical'],
  ['from-empty', 'No member.', line(4, () => ''), 'record-field'],
  ['id-upper-case', 'The id in upper case.', line(5, upper), 'record-not-canonical'],
  ['id-version-4', 'The id is a UUIDv4.', line(5, (text) => text.replace('-7000-', '-4000-')), 'record-field'],
  ['code-upper-case', 'The code in upper case.', line(6, upper), 'record-not-canonical'],
  ['code-missing-line', 'The line of the code is left out.', good.replace('accepted\n', ''), 'record-lines'],
  ['hash-unpadded', 'base64 without padding.', line(7, (text) => text.replace('=', '')), 'record-not-canonical'],
  ['hash-base64url', 'base64url for base64.', line(7, () => `${'-_'.repeat(21)}8=`), 'record-not-canonical'],
  [
    'hash-spare-bits',
    'The two spare bits of the last character are set.',
    line(8, () => `${'A'.repeat(42)}D=`),
    'record-not-canonical',
  ],
  ['hash-31-bytes', 'A hash one byte short.', line(8, () => Buffer.alloc(31, 1).toString('base64')), 'record-field'],
  ['crlf', 'Lines end in CR LF.', good.replaceAll('\n', '\r\n'), 'record-not-canonical'],
  ['no-last-line-feed', 'The last line feed is missing.', good.slice(0, -1), 'record-lines'],
  ['extra-line', 'A ninth line.', `${good}more\n`, 'record-lines'],
  ['extra-empty-line', 'An empty line at the end.', `${good}\n`, 'record-lines'],
  ['byte-order-mark', 'A byte order mark in front.', `\uFEFF${good}`, 'record-field'],
  ['too-large', 'Longer than any record can be.', `${good}${'x'.repeat(400)}`, 'record-too-large'],
];

const roster = ['BN', 'ID', 'SEC', 'TH'];
const sealed = commitAll(roster, ['deliver', 'none', 'returned:not-releasable', 'deliver'], [12, 30, 5, 0], (bytes) =>
  fixedBytes('salts', bytes),
);
const openings = sealed.full.map(recipientOpeningOf);
const commitments = Buffer.from(sealed.commitments).toString('base64');
type Opening = readonly [string, string, string, number];
const own = openings[0] as Opening;
const otherSalt = Buffer.from(fixedBytes('other salt', 16)).toString('base64');

const OPENINGS: readonly (readonly [
  string,
  string,
  Opening,
  Partial<{ at: number; member: string; commitments: string }>,
  string,
])[] = [
  ['good', 'A recipient opens its own.', own, {}, 'ok'],
  ['good-none', 'Not addressed: rseq stays as it was.', openings[1] as Opening, { at: 1, member: 'ID' }, 'ok'],
  ['good-returned', 'Returned by a rule.', openings[2] as Opening, { at: 2, member: 'SEC' }, 'ok'],
  [
    'decision-changed',
    'The hub says `none` of what was delivered.',
    ['none', own[1], own[2], own[3]],
    {},
    'commitment-mismatch',
  ],
  [
    'rseq-skipped',
    'The hub says 13 of entry 12, to hide that it left one out.',
    [own[0], own[1], own[2], 13],
    {},
    'commitment-mismatch',
  ],
  ['salt-changed', 'Another salt.', [own[0], otherSalt, own[2], own[3]], {}, 'commitment-mismatch'],
  ['salt2-changed', 'Another second salt.', [own[0], own[1], otherSalt, own[3]], {}, 'commitment-mismatch'],
  ['salts-swapped', 'The two salts change places.', [own[0], own[2], own[1], own[3]], {}, 'commitment-mismatch'],
  ['other-member', 'Another member’s place and opening.', openings[3] as Opening, { at: 3 }, 'commitment-mismatch'],
  ['other-place', 'The right opening at another place.', own, { at: 1 }, 'commitment-mismatch'],
  ['place-outside', 'A place that the roster does not have.', own, { at: 4 }, 'commitment-mismatch'],
  [
    'commitments-cut',
    'The first commitment is cut off.',
    own,
    { commitments: Buffer.from(sealed.commitments.subarray(32)).toString('base64') },
    'commitment-mismatch',
  ],
  [
    'decision-line-feed',
    'A decision that would add a line.',
    ['deliver\nx', own[1], own[2], own[3]],
    {},
    'commitment-field',
  ],
  [
    'salt-spare-bits',
    'A salt with spare bits set.',
    [own[0], `${own[1].slice(0, 21)}R==`, own[2], own[3]],
    {},
    'commitment-field',
  ],
  ['rseq-fraction', 'A number that is no count.', [own[0], own[1], own[2], 12.5], {}, 'commitment-field'],
];

const hash = Buffer.from(recipientsHash(sealed.commitments)).toString('base64');
const SENDERS: readonly (readonly [string, string, readonly SenderTuple[], string])[] = [
  ['good', 'The sender is opened the whole roster.', sealed.sender, 'ok'],
  [
    'decision-changed',
    'A recipient that was left out is shown as delivered.',
    sealed.sender.map((one) => (one[0] === 'ID' ? [one[0], 'deliver', one[2], one[3]] : one)),
    'recipients-mismatch',
  ],
  ['member-left-out', 'One member is missing.', sealed.sender.slice(1), 'recipients-mismatch'],
  ['order-changed', 'Two members change places.', sealed.sender.toReversed(), 'recipients-mismatch'],
  ['r-short', 'r is no hash.', sealed.sender.map((one) => [one[0], one[1], one[2], otherSalt]), 'commitment-field'],
];

/** Records, openings and what a sender is opened. */
export const recordVectors = (): [string, Vector][] => [
  ...RECORDS.map(([name, says, text, code]): [string, Vector] => [
    `record/${name}.json`,
    { area: 'record', says, text, expect: code },
  ]),
  ...OPENINGS.map(([name, says, opening, change, code]): [string, Vector] => [
    `opening/${name}.json`,
    { area: 'opening', says, commitments, at: 0, member: 'BN', ...change, opening, expect: code },
  ]),
  ...SENDERS.map(([name, says, given, code]): [string, Vector] => [
    `sender/${name}.json`,
    { area: 'sender', says, recipientsHash: hash, openings: given, expect: code },
  ]),
];
