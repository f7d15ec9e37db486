import { EXPORT_FILES } from '@eads/protocol';
import { signCompact } from '@eads/signing';
import { bases, drafts, trustText } from './bases.ts';
import { buildLedger, exportOf, type Files, manifestSigner } from './build.ts';
import type { Case } from './case.ts';
import { hubKey, ORIGIN, runKeys } from './cast.ts';
import { type Draft, sign, story } from './story.ts';
import { bent, claimsOf, ENTRIES, resealed, withFile, withLines } from './tamper.ts';

const { auditor } = bases;
const { manifest, witnessed, checkpoint, genesis } = EXPORT_FILES;
const without = (path: string): Files => withFile(auditor, path, () => undefined);
const base = 'auditor' as const;

/** The manifest says something else, and carries the signature of before. */
const manifestClaiming = (files: Files, over: object): Files =>
  withFile(files, manifest, (text) => {
    const [header, , signature] = text.split('.');
    const payload = Buffer.from(JSON.stringify({ ...claimsOf(files), ...over })).toString('base64url');
    return `${header}.${payload}.${signature}`;
  });

/** A genesis of the true keys that says something else. */
const foundedWith = (over: object): string => {
  const body = JSON.parse(Buffer.from((drafts[0] as Draft).text.split('.')[1] as string, 'base64url').toString()).body;
  const key = runKeys('true', 'SEC').signing;
  return sign({ name: 'genesis', from: 'SEC', key, kind: 'genesis', to: 'all', body: { ...body, ...over } });
};

const attacker = await exportOf(buildLedger(story('attacker')), { viewer: 'auditor', set: 'attacker' });

/** Files that are missing, added, signed by others. */
export const fileCases = (): Record<string, Case> => ({
  'good/auditor': { says: 'An auditor’s export as the hub wrote it.', base, files: auditor, codes: [] },
  'good/without-trust': {
    says: 'Nothing to trust by: self-consistent only.',
    base,
    files: auditor,
    trust: null,
    codes: [],
  },
  'files/manifest-missing': {
    says: 'The manifest is gone.',
    base,
    files: without(manifest),
    codes: ['manifest-missing'],
  },
  'files/manifest-cut': {
    says: 'The last character of the manifest is gone.',
    base,
    files: withFile(auditor, manifest, (text) => text.slice(0, -1)),
    codes: ['manifest-form'],
  },
  'files/manifest-line-feed': {
    says: 'A line feed was added to the manifest.',
    base,
    files: withFile(auditor, manifest, (text) => `${text}\n`),
    codes: ['manifest-form'],
  },
  'files/manifest-signature-bent': {
    says: 'A character of the manifest’s signature is another.',
    base,
    files: withFile(auditor, manifest, (text) => bent(text, -40)),
    codes: ['manifest-signature'],
  },
  'files/manifest-claims-changed': {
    says: 'The witnessed checkpoint was taken out of the manifest and the export; the signature is that of before.',
    base,
    files: manifestClaiming(without(witnessed), {
      files: claimsOf(auditor).files.filter(([path]) => path !== witnessed),
    }),
    codes: ['manifest-signature'],
  },
  'files/manifest-signed-by-a-member': {
    says: 'The manifest of the auditor’s export is signed by a member.',
    base,
    files: resealed(auditor, {}, manifestSigner('ID')),
    codes: ['manifest-signature'],
  },
  'files/manifest-signed-as-an-envelope': {
    says: 'The manifest is signed by the hub key, for another purpose.',
    base,
    files: withFile(auditor, manifest, () => signCompact('eads+jws', claimsOf(auditor), hubKey('true'))),
    codes: ['manifest-form'],
  },
  'files/manifest-unsorted': {
    says: 'The paths in the manifest are not sorted.',
    base,
    files: resealed(auditor, { files: claimsOf(auditor).files.toReversed() }),
    codes: ['manifest-form'],
  },
  'files/manifest-twice': {
    says: 'The manifest names a file twice.',
    base,
    files: resealed(auditor, { files: claimsOf(auditor).files.flatMap((file) => [file, file]) }),
    codes: ['manifest-form'],
  },
  'files/manifest-of-a-strange-file': {
    says: 'The manifest lists a file that no export has.',
    base,
    files: resealed(withFile(auditor, 'notes.txt', () => 'hello\n')),
    codes: ['manifest-form'],
  },
  'files/manifest-of-another-run': {
    says: 'The manifest names another run.',
    base,
    files: resealed(auditor, { origin: 'vectors/practice/e2' }),
    trust: null,
    codes: ['origin-mismatch'],
  },
  'files/size-beyond-measure': {
    says: 'The manifest names a size that nobody could count through.',
    base,
    files: resealed(auditor, { size: Number.MAX_SAFE_INTEGER }),
    codes: ['checkpoint-rolled-back', 'truncated'],
  },
  'files/unlisted': {
    says: 'A file lies there that nobody signed for.',
    base,
    files: withFile(auditor, 'notes.txt', () => 'hello\n'),
    codes: ['unlisted-file'],
  },
  'files/unlisted-empty-entries': {
    says: 'A second file of entries, empty, that nobody signed for.',
    base,
    files: withFile(auditor, 'entries/000001.ndjson', () => ''),
    codes: ['unlisted-file'],
  },
  'files/surplus-entries-file': {
    says: 'The hub signed for a second file of entries, and the size has room for one.',
    base,
    files: resealed(withFile(auditor, 'entries/000001.ndjson', () => '')),
    codes: ['surplus'],
  },
  'files/witnessed-missing': {
    says: 'The witnessed checkpoint is gone.',
    base,
    files: without(witnessed),
    codes: ['missing-file'],
  },
  'files/checkpoint-missing': {
    says: 'The checkpoint is gone.',
    base,
    files: without(checkpoint),
    codes: ['missing-file'],
  },
  'files/checkpoint-never-there': {
    says: 'The hub signed an export without a checkpoint.',
    base,
    files: resealed(without(checkpoint)),
    codes: ['missing-file'],
  },
  'files/genesis-missing': { says: 'The genesis is gone.', base, files: without(genesis), codes: ['missing-file'] },
  'files/genesis-line-feed': {
    says: 'A line feed was added to the genesis.',
    base,
    files: withFile(auditor, genesis, (text) => `${text}\n`),
    codes: ['file-altered', 'state-event-invalid'],
  },
  'files/genesis-with-a-bad-signature': {
    says: 'The signature of the genesis does not hold.',
    base,
    files: resealed(withFile(auditor, genesis, (text) => bent(text, -40))),
    trust: null,
    codes: ['bad-signature'],
  },
  'files/genesis-of-another-quorum': {
    says: 'The genesis says that one co-signer is enough.',
    base,
    files: resealed(withFile(auditor, genesis, () => foundedWith({ quorum: 1 }))),
    trust: null,
    codes: ['state-event-invalid'],
  },
  'files/entries-missing': {
    says: 'The entries are gone.',
    base,
    files: without(ENTRIES),
    codes: ['missing-file', 'truncated'],
  },
  'files/entries-never-there': {
    says: 'The hub signed an export without entries.',
    base,
    files: resealed(without(ENTRIES)),
    codes: ['truncated'],
  },
  'files/emptied': {
    says: 'The hub signed an export of size 0.',
    base,
    files: resealed(without(ENTRIES), { size: 0 }),
    codes: ['checkpoint-rolled-back', 'genesis-mismatch', 'truncated'],
  },
  'text/one-byte': {
    says: 'One byte of the last line is another.',
    base,
    files: withLines(auditor, (lines) => lines.with(-1, (lines.at(-1) as string).replace('"openings"', '"Openings"'))),
    codes: ['file-altered', 'not-canonical'],
  },
  'text/byte-order-mark': {
    says: 'A byte order mark stands before the entries.',
    base,
    files: resealed(withFile(auditor, ENTRIES, (text) => `\u00ef\u00bb\u00bf${text}`)),
    codes: ['not-canonical'],
  },
  'text/crlf': {
    says: 'Lines end in CR LF.',
    base,
    files: resealed(withFile(auditor, ENTRIES, (text) => text.replaceAll('\n', '\r\n'))),
    codes: ['not-canonical'],
  },
  'text/no-final-line-feed': {
    says: 'The last line is not ended.',
    base,
    files: resealed(withFile(auditor, ENTRIES, (text) => text.slice(0, -1))),
    codes: ['not-canonical', 'truncated'],
  },
  'text/blank-line': {
    says: 'An empty line follows the last.',
    base,
    files: resealed(withFile(auditor, ENTRIES, (text) => `${text}\n`)),
    codes: ['not-canonical'],
  },
  'text/space': {
    says: 'A space stands in a line where JSON allows one.',
    base,
    files: resealed(withLines(auditor, (lines) => lines.with(20, (lines[20] as string).replace('":', '": ')))),
    codes: ['not-canonical'],
  },
  'text/number-spelled-otherwise': {
    says: 'A seq is written 2e1.',
    base,
    files: resealed(
      withLines(auditor, (lines) => lines.with(20, (lines[20] as string).replace('"seq":20', '"seq":2e1'))),
    ),
    codes: ['not-canonical'],
  },
  'text/escape': {
    says: 'A letter is written as an escape.',
    base,
    files: resealed(withLines(auditor, (lines) => lines.with(20, (lines[20] as string).replace('SG', '\\u0053G')))),
    codes: ['not-canonical'],
  },
  'text/member-order': {
    says: 'The members of a line stand in another order.',
    base,
    files: resealed(
      withLines(auditor, (lines) => {
        const { seq, ...rest } = JSON.parse(lines[20] as string) as Record<string, unknown>;
        return lines.with(20, JSON.stringify({ ...rest, seq }));
      }),
    ),
    codes: ['not-canonical'],
  },
  'text/extra-member': {
    says: 'A line says something that no line says.',
    base,
    files: resealed(
      withLines(auditor, (lines) => lines.with(20, JSON.stringify({ ...JSON.parse(lines[20] as string), note: 'x' }))),
    ),
    codes: ['not-canonical'],
  },
  'text/leaf-in-an-auditors': {
    says: 'An auditor’s export hides an entry behind its hash, as a member’s would.',
    base,
    files: resealed(
      withLines(auditor, (lines) =>
        lines.with(20, JSON.stringify({ seq: 20, leaf: Buffer.alloc(32).toString('base64') })),
      ),
    ),
    codes: ['not-canonical'],
  },
  'text/checkpoint-crlf': {
    says: 'The lines of the checkpoint end in CR LF.',
    base,
    files: withFile(auditor, checkpoint, (text) => text.replaceAll('\n', '\r\n')),
    codes: ['checkpoint-malformed', 'file-altered'],
  },
  'trust/other-genesis': {
    says: 'The trust file names another genesis.',
    base,
    files: auditor,
    trust: `${ORIGIN}\n${Buffer.alloc(32).toString('base64')}\n`,
    codes: ['genesis-mismatch'],
  },
  'trust/other-run': {
    says: 'The trust file is of another run.',
    base,
    files: auditor,
    trust: trustText.replace('practice', 'exercise'),
    codes: ['origin-mismatch'],
  },
  'trust/malformed': {
    says: 'The trust file holds one line.',
    base,
    files: auditor,
    trust: `${ORIGIN}\n`,
    codes: ['trust-malformed'],
  },
  'attacker/wholly-re-signed': {
    says: 'Somebody made all keys anew and the whole history with them. The trust file tells.',
    base,
    files: attacker,
    codes: ['genesis-mismatch'],
  },
  'attacker/wholly-re-signed-without-trust': {
    says: 'The same, without a trust file: it is consistent with itself, and that is all that can be said.',
    base,
    files: attacker,
    trust: null,
    codes: [],
  },
  'attacker/the-true-genesis-beside': {
    says: 'Somebody made the history anew and laid the true genesis beside it.',
    base,
    files: resealed(
      withFile(attacker, genesis, () => auditor.get(genesis)),
      {},
      manifestSigner('auditor', 'attacker'),
    ),
    codes: [
      'checkpoint-forged',
      'genesis-mismatch',
      'key-not-valid-at-position',
      'manifest-signature',
      'quorum-missing',
      'roster-mismatch',
    ],
  },
});
