import { cosign, parseNote } from '@eads/ledger';
import { EXPORT_FILES } from '@eads/protocol';
import { bases, drafts, ledger } from './bases.ts';
import {
  buildLedger,
  checkpointOf,
  cosigned,
  type ExportOptions,
  exportOf,
  type Files,
  recordsOf,
  WITNESSED,
} from './build.ts';
import type { Case } from './case.ts';
import { logSigner, ORIGIN, witnessSigner } from './cast.ts';
import { FORCES, TIME } from './story.ts';
import { bent, resealed, withFile, withLines } from './tamper.ts';
import { theft, theftGoesOn } from './theft.ts';

const base = 'auditor' as const;
const { auditor } = bases;
const { checkpoint, witnessed } = EXPORT_FILES;
const records = recordsOf(ledger);
const SIZE = records.length;
const signed = (path: string, text: string): Files => resealed(withFile(auditor, path, () => latin1(text)));
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString();
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const noteAt = (size: number, members: readonly string[] = FORCES): string =>
  cosigned(ledger, checkpointOf(records, size), size, members);
const exported = (options: Partial<ExportOptions>) => exportOf(ledger, { viewer: 'auditor', ...options });

/** The hub rewrote an entry after its checkpoint was seen. */
const rewritten = buildLedger(drafts, { van: { time: TIME + 1 } });
const rewrittenRecords = recordsOf(rewritten);
const seen = noteAt(WITNESSED);
const bare = (note: string): string => parseNote(note).text;

const twoRoots = signed(
  witnessed,
  cosigned(rewritten, checkpointOf(rewrittenRecords, SIZE), SIZE, ['BN', ...FORCES.filter((f) => f !== 'SG')]),
);

/** Checkpoints, cosignatures, what is expected. */
export const noteCases = async (): Promise<Record<string, Case>> => ({
  'good/equal-to-the-expected': {
    says: 'Expected is this very checkpoint.',
    base,
    files: auditor,
    expect: noteAt(SIZE),
    codes: [],
  },
  'good/longer-than-expected': {
    says: 'Expected is an earlier checkpoint.',
    base,
    files: auditor,
    expect: seen,
    codes: [],
  },
  'good/expected-without-signatures': {
    says: 'Expected are the three lines alone.',
    base,
    files: auditor,
    expect: bare(seen),
    codes: [],
  },
  'good/never-witnessed': {
    says: 'No quorum cosigned anything yet: all of it is the word of the hub.',
    base,
    files: await exported({ witnessed: null }),
    codes: [],
  },
  'good/witnessed-to-the-end': {
    says: 'The last checkpoint is cosigned.',
    base,
    files: await exported({ witnessed: SIZE, cosigners: ['BN', 'ID', 'MY', 'PH', 'TH'] }),
    codes: [],
  },
  'good/quorum-of-the-entry-before': {
    says: 'Before BN joined four of five are enough; the checkpoint of size 19 counts the keys as of entry 18.',
    base,
    files: await exported({ witnessed: 19, cosigners: ['ID', 'MY', 'PH', 'TH'] }),
    codes: [],
  },
  'good/checkpoint-cosigned': {
    says: 'The last checkpoint carries a cosignature too.',
    base,
    files: signed(checkpoint, noteAt(SIZE, ['TH'])),
    codes: [],
  },
  'good/theft-recovered': {
    says: 'A thief spoke with a member’s key, until new keys were approved: suspect and void, and in order.',
    base,
    files: await exportOf(buildLedger(theft), { viewer: 'auditor' }),
    codes: [],
  },
  'hub/accepted-from-the-thief': {
    says: 'The hub took one more message from a thief whose key had become void.',
    base,
    files: await exportOf(buildLedger(theftGoesOn), { viewer: 'auditor' }),
    codes: ['key-not-valid-at-position'],
  },
  'checkpoint/altered-in-transit': {
    says: 'A character of the checkpoint’s signature is another.',
    base,
    files: withFile(auditor, checkpoint, (text) => bent(text, -20)),
    codes: ['checkpoint-forged', 'file-altered'],
  },
  'checkpoint/forged': {
    says: 'The checkpoint is signed by another key of the log’s name.',
    base,
    files: signed(checkpoint, checkpointOf(records, SIZE, 'attacker')),
    codes: ['checkpoint-forged'],
  },
  'checkpoint/root-changed': {
    says: 'The root in the checkpoint is another; the signature is that of before.',
    base,
    files: resealed(withFile(auditor, checkpoint, (text) => bent(text, ORIGIN.length + 8))),
    codes: ['checkpoint-forged', 'root-mismatch'],
  },
  'checkpoint/of-other-entries': {
    says: 'The log signed a checkpoint over other entries.',
    base,
    files: signed(checkpoint, checkpointOf(rewrittenRecords, SIZE)),
    codes: ['root-mismatch'],
  },
  'checkpoint/rolled-back': {
    says: 'The checkpoint is that of one entry less.',
    base,
    files: signed(checkpoint, checkpointOf(records, SIZE - 1)),
    codes: ['checkpoint-rolled-back'],
  },
  'checkpoint/of-more-entries': {
    says: 'The last entry was left out, and the checkpoint is that of before.',
    base,
    files: resealed(
      withLines(auditor, (lines) => lines.slice(0, -1)),
      { size: SIZE - 1 },
    ),
    codes: ['truncated'],
  },
  'checkpoint/of-another-run': {
    says: 'The checkpoint is of another run.',
    base,
    files: signed(checkpoint, utf8(auditor.get(checkpoint) as string).replaceAll('practice', 'exercise')),
    codes: ['origin-mismatch'],
  },
  'checkpoint/size-spelled-otherwise': {
    says: 'The size in the checkpoint has a leading zero.',
    base,
    files: signed(checkpoint, utf8(auditor.get(checkpoint) as string).replace(`\n${SIZE}\n`, `\n0${SIZE}\n`)),
    codes: ['checkpoint-malformed'],
  },
  'checkpoint/strange-line': {
    says: 'A stranger signed the checkpoint too.',
    base,
    files: signed(checkpoint, cosigned(ledger, checkpointOf(records, SIZE), SIZE, ['ID'], 'attacker')),
    codes: ['cosignature-bad'],
  },
  'checkpoint/expected-more': {
    says: 'The export is shorter than the expected checkpoint.',
    base,
    files: await exported({ size: SIZE - 1 }),
    expect: checkpointOf(records, SIZE),
    codes: ['checkpoint-rolled-back'],
  },
  'checkpoint/expected-of-another-run': {
    says: 'The expected checkpoint is of another run.',
    base,
    files: auditor,
    expect: seen.replaceAll('practice', 'exercise'),
    codes: ['origin-mismatch'],
  },
  'checkpoint/expected-malformed': {
    says: 'The expected checkpoint is none.',
    base,
    files: auditor,
    expect: 'hello\n',
    codes: ['expect-malformed'],
  },
  'fork/expected-otherwise': {
    says: 'The hub rewrote an entry that the holder of the expected checkpoint had seen; its co-signers signed both.',
    base,
    files: await exportOf(rewritten, { viewer: 'auditor' }),
    expect: seen,
    codes: ['fork'],
  },
  'fork/expected-otherwise-at-this-size': {
    says: 'Expected is another root at the same size.',
    base,
    files: auditor,
    expect: checkpointOf(rewrittenRecords, SIZE),
    codes: ['fork'],
  },
  'fork/rewritten-after-witnessing': {
    says: 'The hub rewrote an entry that its co-signers had vouched for.',
    base,
    files: resealed(withFile(await exportOf(rewritten, { viewer: 'auditor' }), witnessed, () => latin1(seen))),
    codes: ['fork'],
  },
  'fork/two-roots': {
    says: 'The log signed two checkpoints of one size: one for the co-signers.',
    base,
    files: twoRoots,
    codes: ['fork'],
  },
  'fork/two-roots-and-an-entry-missing': {
    says: 'The same, and an entry is missing: the two checkpoints alone show it.',
    base,
    files: resealed(withLines(twoRoots, (lines) => lines.toSpliced(21, 1))),
    codes: ['fork', 'gap'],
  },
  'fork/witnessed-beyond': {
    says: 'The export is shorter than what the co-signers vouched for.',
    base,
    files: resealed(
      withFile(await exported({ size: 22 }), witnessed, () => latin1(noteAt(SIZE, ['BN', 'ID', 'MY', 'PH', 'TH']))),
    ),
    codes: ['checkpoint-rolled-back'],
  },
  'cosignature/too-few': {
    says: 'Four co-signers of six signed; five are needed.',
    base,
    files: await exported({ cosigners: ['ID', 'MY', 'PH', 'TH'] }),
    codes: ['quorum-missing'],
  },
  'cosignature/none': {
    says: 'The witnessed checkpoint carries the log’s signature alone.',
    base,
    files: await exported({ cosigners: [] }),
    codes: ['quorum-missing'],
  },
  'cosignature/by-a-replaced-key': {
    says: 'TH cosigned with a key that it had replaced.',
    base,
    files: signed(
      witnessed,
      noteAt(WITNESSED, ['ID', 'MY', 'PH', 'SG']) + cosign(witnessSigner('true', 'TH'), bare(seen), TIME / 1000),
    ),
    codes: ['cosignature-bad', 'quorum-missing'],
  },
  'cosignature/by-a-stranger': {
    says: 'A stranger cosigned, in the name of a member.',
    base,
    files: signed(witnessed, seen + cosign(witnessSigner('attacker', 'BN'), bare(seen), TIME / 1000)),
    codes: ['cosignature-bad'],
  },
  'cosignature/twice': {
    says: 'A member cosigned twice.',
    base,
    files: signed(witnessed, seen + cosign(witnessSigner('true', 'ID'), bare(seen), TIME / 1000 + 9)),
    codes: ['cosignature-bad'],
  },
  'cosignature/bent': {
    says: 'A character of a cosignature is another.',
    base,
    files: signed(witnessed, bent(seen, -20)),
    codes: ['cosignature-bad', 'quorum-missing'],
  },
  'cosignature/of-the-size-before': {
    says: 'A cosignature is of another checkpoint.',
    base,
    files: signed(
      witnessed,
      noteAt(WITNESSED, ['ID', 'MY', 'PH', 'SG']) +
        cosign(witnessSigner('true', 'TH', 2), bare(checkpointOf(records, WITNESSED - 1)), TIME / 1000),
    ),
    codes: ['cosignature-bad', 'quorum-missing'],
  },
  'cosignature/without-the-log': {
    says: 'The witnessed checkpoint does not carry the log’s signature.',
    base,
    files: signed(
      witnessed,
      seen
        .split('\n')
        .filter((line) => !line.startsWith(`— ${logSigner('true').name} `))
        .join('\n'),
    ),
    codes: ['checkpoint-forged'],
  },
});
