import { auditExport, type ExportReader } from '@eads/ledger';
import { exportEntriesPath } from '@eads/protocol';
import { describe, expect, test } from 'vitest';
import { drafts, trustText } from './bases.ts';
import { buildLedger, exportOf, type Files } from './build.ts';
import { runKeys } from './cast.ts';
import { accepted, idOf } from './story.ts';
import { bent, resealed, withFile } from './tamper.ts';

/** A run long enough for three files of entries. */
const LENGTH = 2_040;
const key = runKeys('true', 'MY').signing;
const ack = (n: number) =>
  accepted({
    name: `ack ${n}`,
    from: 'MY',
    key,
    kind: 'recall.ack',
    to: ['ID'],
    body: { ref: `ID/${idOf('van')}`, held: true },
  });
const ledger = buildLedger([...drafts, ...Array.from({ length: LENGTH - drafts.length }, (_, n) => ack(n))]);
const auditor = await exportOf(ledger, { viewer: 'auditor' });
const [first, second, third] = [0, 1, 2].map(exportEntriesPath) as [string, string, string];

const bytesOf = (files: Files) => new Map([...files].map(([path, text]) => [path, Buffer.from(text, 'latin1')]));
const audit = (files: Files) => auditExport({ files: bytesOf(files), trust: trustText });
const found = async (files: Files): Promise<string[]> => [
  ...new Set((await audit(files)).findings.map(({ code, where }) => `${code} ${where.path}`)),
];
const linesOf = (path: string): string[] => (auditor.get(path) as string).split('\n').slice(0, -1);
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('an export of several files', () => {
  test('is in order, for an auditor and for a member', async () => {
    expect(await audit(auditor)).toMatchObject({ ok: true, size: LENGTH, counts: { entries: LENGTH } });
    const member = await exportOf(ledger, { viewer: 'ID' });
    expect(await audit(member)).toMatchObject({ ok: true, counts: { entries: LENGTH } });
  });

  test('is read a file at a time, in order, each once', async () => {
    const files = bytesOf(auditor);
    const reads: string[] = [];
    let open = 0;
    const reader: ExportReader = {
      list: async () => [...files.keys()],
      read: async (path) => {
        open += 1;
        expect(open).toBe(1);
        reads.push(path);
        await Promise.resolve();
        open -= 1;
        return files.get(path) as Uint8Array;
      },
    };
    expect((await auditExport({ files: reader, trust: trustText })).ok).toBe(true);
    expect(reads.filter((path) => path.startsWith('entries/'))).toEqual([first, second, third]);
    expect(new Set(reads).size).toBe(reads.length);
    expect(reads).toHaveLength(files.size);
  });

  test('a file in the middle is missing', async () => {
    const files = withFile(auditor, second, () => undefined);
    expect(await found(files)).toEqual([`missing-file ${second}`, `gap ${third}`, `rseq-gap ${third}`]);
  });

  test('the hub never exported a file in the middle', async () => {
    const files = resealed(withFile(auditor, second, () => undefined));
    expect(await found(files)).toEqual([`truncated ${second}`, `gap ${third}`, `rseq-gap ${third}`]);
  });

  test('two files stand in each other’s place', async () => {
    const files = new Map(auditor).set(second, auditor.get(third) as string).set(third, auditor.get(second) as string);
    expect(await found(resealed(files))).toEqual([
      `out-of-order ${third}`,
      `truncated ${second}`,
      `out-of-order ${second}`,
    ]);
  });

  test('a line stands at the end of the file before its own', async () => {
    const moved = new Map(auditor)
      .set(first, textOf([...linesOf(first), linesOf(second)[0] as string]))
      .set(second, textOf(linesOf(second).slice(1)));
    expect(await found(resealed(moved))).toEqual([`out-of-order ${first}`, `gap ${second}`, `rseq-gap ${second}`]);
  });

  test('signatures of all of it are verified: the last one too', async () => {
    const last = ledger.entries.at(-1)?.draft;
    if (!last) throw new Error('no entries');
    const forged = buildLedger([
      ...ledger.entries.slice(0, -1).map(({ draft }) => draft),
      { ...last, text: bent(last.text, -40) },
    ]);
    const { findings } = await audit(await exportOf(forged, { viewer: 'auditor' }));
    expect(findings.map(({ code, where }) => [code, where])).toEqual([
      ['bad-signature', { path: third, line: LENGTH - 2_000, seq: LENGTH - 1 }],
    ]);
  });

  test('findings are told in the order of the ledger, and not without end', async () => {
    const bad = resealed(
      withFile(auditor, second, () =>
        textOf(linesOf(second).map((line) => line.replace('"envelope":"eyJ', '"envelope":"eyK'))),
      ),
    );
    const { findings, omitted } = await audit(bad);
    expect(findings).toHaveLength(100);
    expect(omitted).toBe(900);
    expect(findings.map(({ where }) => where.seq)).toEqual(Array.from({ length: 100 }, (_, i) => 1_000 + i));
    expect(findings[0]).toMatchObject({ code: 'entry-altered', where: { path: second, line: 1, seq: 1_000 } });
  });
});
