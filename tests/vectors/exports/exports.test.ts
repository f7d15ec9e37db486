import { AUDIT_CODES, type AuditCode, type AuditReport, auditExport, auditReportText } from '@eads/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, ledger, trustText } from './bases.ts';
import { type ExportOptions, exportOf, type Files, manifestSigner } from './build.ts';
import { applyEdits, BASES, type Vector } from './case.ts';
import { makeVectors, readVectors } from './make.ts';
import { ENTRIES, resealed, withLines } from './tamper.ts';

const { bases, cases } = readVectors();
const vectors = new Map(
  [...cases].map(([path, text]): [string, Vector] => [path, JSON.parse(Buffer.from(text, 'latin1').toString())]),
);

const audit = (files: Files, trust: string | null = trustText, expected: string | null = null): Promise<AuditReport> =>
  auditExport({
    files: new Map([...files].map(([path, text]) => [path, Buffer.from(text, 'latin1')])),
    ...(trust === null ? {} : { trust }),
    ...(expected === null ? {} : { expect: expected }),
  });

const codesOf = ({ findings }: AuditReport): AuditCode[] => [...new Set(findings.map(({ code }) => code))].sort();

test('the vectors are those that make.ts makes, byte for byte', async () => {
  const made = await makeVectors();
  const lying = new Map<string, string>();
  for (const base of BASES) for (const [path, text] of bases[base]) lying.set(`bases/${base}/${path}`, text);
  for (const [path, text] of cases) lying.set(`cases/${path}`, text);
  expect([...lying.keys()].sort()).toEqual([...made.keys()].sort());
  for (const [path, text] of made) expect([path, lying.get(path)]).toEqual([path, text]);
});

describe('each tampering is found by its name', () => {
  test.each([...vectors].sort())('%s', async (_path, vector) => {
    const { base, edits, trust, expect: expected, codes } = vector;
    const report = await audit(applyEdits(bases[base], edits), trust, expected);
    expect(codesOf(report)).toEqual(codes);
    expect(report.ok).toBe(codes.length === 0);
    const text = auditReportText(report);
    for (const { code, where, what, remedy } of report.findings) {
      expect(text).toContain(`  ${code}: `);
      for (const words of [where.path, what, remedy]) {
        expect(words).not.toBe('');
        expect(text).toContain(words);
      }
    }
    expect(text.endsWith('\n')).toBe(true);
  });

  test('and every name has a vector', () => {
    const seen = new Set([...vectors.values()].flatMap(({ codes }) => codes));
    expect(Object.keys(AUDIT_CODES).filter((code) => !seen.has(code as AuditCode))).toEqual([]);
  });
});

describe('what can be said', () => {
  const attacked = applyEdits(bases.auditor, (vectors.get('attacker/wholly-re-signed.json') as Vector).edits);

  test('with a trust file: in order', async () => {
    const report = await audit(bases.auditor);
    expect(report).toMatchObject({ ok: true, trusted: true, size: 25, witnessedSize: 20, quorum: 5 });
    expect(report.cosigners).toEqual(['ID', 'MY', 'PH', 'SG', 'TH']);
    expect(report.counts).toMatchObject({ entries: 25, readable: 25, accepted: 23, refused: 2, erased: 1 });
    expect(report.counts.byMember.SG).toEqual({ accepted: 3, refused: 1 });
    expect(report.suspects).toMatchObject([{ seq: 11, from: 'PH', void: false }]);
    expect(auditReportText(report)).toContain('In order: the export is complete and unaltered');
    expect(auditReportText(report)).toContain('Suspect: PH revoked the key behind 11.');
  });

  test('without one: self-consistent only, also of a history that somebody made up', async () => {
    for (const files of [bases.auditor, attacked]) {
      const report = await audit(files, null);
      expect(report).toMatchObject({ ok: true, trusted: false });
      expect(auditReportText(report)).toContain('Self-consistent only');
    }
    expect(await audit(attacked)).toMatchObject({ ok: false, trusted: false });
  });

  test('of a theft: what the thief signed is suspect, its change of keys void, what follows is not', async () => {
    const vector = vectors.get('good/theft-recovered.json') as Vector;
    const { suspects } = await audit(applyEdits(bases.auditor, vector.edits));
    expect(suspects.map(({ seq, from, void: without }) => [seq, from, without])).toEqual([
      [11, 'PH', false],
      [25, 'MY', true],
      [26, 'MY', false],
    ]);
  });

  test('of what is not co-signed: the word of the hub', async () => {
    const vector = vectors.get('good/never-witnessed.json') as Vector;
    const report = await audit(applyEdits(bases.auditor, vector.edits));
    expect(report).toMatchObject({ ok: true, witnessedSize: 0, cosigners: [] });
    expect(auditReportText(report)).toContain('Co-signed: nothing. All of it is the word of the hub.');
  });

  test('of altered entries: no co-signer vouches for them', async () => {
    for (const name of [
      'fork/rewritten-after-witnessing',
      'entries/record-time',
      'cosignature/too-few',
      'entries/delivered-one-removed',
    ]) {
      const { edits } = vectors.get(`${name}.json`) as Vector;
      expect([name, (await audit(applyEdits(bases.auditor, edits))).witnessedSize]).toEqual([name, 0]);
    }
  });

  test('of an expected checkpoint', async () => {
    const { edits, expect: expected } = vectors.get('good/longer-than-expected.json') as Vector;
    expect((await audit(applyEdits(bases.auditor, edits), trustText, expected)).extends).toBe(20);
    const fork = vectors.get('fork/expected-otherwise.json') as Vector;
    expect((await audit(applyEdits(bases.auditor, fork.edits), trustText, fork.expect)).extends).toBe(null);
  });

  test('of bytes that were to be erased', async () => {
    const { edits } = vectors.get('good/erase-still-there.json') as Vector;
    const report = await audit(applyEdits(bases.auditor, edits));
    expect(report.counts.heldAfterErase).toBe(1);
    expect(auditReportText(report)).toContain('1 entry was erased and still there.');
  });

  test('of a kind that is not known here', async () => {
    const { edits } = vectors.get('good/kind-of-a-later-version.json') as Vector;
    const report = await audit(applyEdits(bases.auditor, edits));
    expect(report.counts.notUnderstood).toBe(1);
    expect(auditReportText(report)).toContain('1 of kinds not known here');
  });
});

describe('every member’s own export', () => {
  const { directory } = ledger;
  const exportFor = (viewer: string, over: Partial<ExportOptions> = {}) =>
    exportOf(ledger, { viewer: viewer as 'ID', ...over });

  test.each([...directory.members.keys()].sort())('%s: in order, of one that left too', async (viewer) => {
    const report = await audit(await exportFor(viewer));
    expect([report.viewer, report.findings, report.ok]).toEqual([viewer, [], true]);
  });

  test('signed with a key that was replaced: not the member’s any more', async () => {
    const old = resealed(await exportFor('PH'), {}, manifestSigner('PH'));
    expect(codesOf(await audit(old))).toEqual(['manifest-signature']);
  });

  test('signed with the new key before it was taken into use', async () => {
    const early = await exportFor('TH', { size: 7, witnessed: null });
    expect(codesOf(await audit(early))).toEqual([]);
    expect(codesOf(await audit(resealed(early, {}, manifestSigner('TH', 'true', 2))))).toEqual(['manifest-signature']);
  });

  test('where the entry that brought the key is missing, the key is not held against it', async () => {
    const files = withLines(await exportFor('PH'), (lines) => lines.toSpliced(at('PH rotates'), 1));
    const codes = codesOf(await audit(resealed(files, {}, manifestSigner('PH', 'true', 2))));
    expect(codes).toContain('gap');
    expect(codes).not.toContain('manifest-signature');
  });
});

test.each([
  ['nothing', ''],
  ['the origin alone', `${trustText.split('\n')[0]}\n`],
  ['a third line', `${trustText}x\n`],
  ['the lines the other way round', trustText.trim().split('\n').reverse().join('\n')],
  ['no origin', trustText.replace('vectors/', '')],
  ['a short hash', trustText.replace('=\n', '\n')],
])('a trust file of %s is called so', async (_name, text) => {
  expect(codesOf(await audit(bases.auditor, text))).toEqual(['trust-malformed']);
});

test('a trust file may end its lines as Windows does', async () => {
  expect(await audit(bases.auditor, trustText.replaceAll('\n', '\r\n'))).toMatchObject({ ok: true, trusted: true });
});

const flipped = (files: Files, path: string, at: number, mask: number): Files => {
  const text = files.get(path) as string;
  const byte = String.fromCharCode(text.charCodeAt(at) ^ mask);
  return new Map(files).set(path, text.slice(0, at) + byte + text.slice(at + 1));
};

/** What no single changed byte may be called, however it is sealed: only the one who exported can seal. */
const sound = async (files: Files, label: unknown): Promise<void> => {
  const report = await audit(files);
  expect([label, report.ok, report.findings.length > 0]).toEqual([label, false, true]);
};

describe('any one byte changed is noticed', () => {
  test.each(BASES)('%s: everywhere in a seeded sample; named file-altered, or after its manifest', async (base) => {
    const places = [...bases[base]].flatMap(([path, text]) => {
      const step = path === ENTRIES ? 331 : 13;
      return Array.from({ length: Math.ceil(text.length / step) }, (_, i) => [path, i * step] as const);
    });
    for (const [i, [path, at]] of places.entries()) {
      const report = await audit(flipped(bases[base], path, at, 1 << (i % 8)));
      const codes = codesOf(report);
      const name = path === 'manifest.jws' ? /^manifest-/ : /^file-altered$/;
      expect([path, at, report.ok, codes.some((code) => name.test(code))]).toEqual([path, at, false, true]);
    }
  });

  test.each(BASES)('%s: also where the exporter signs for it', async (base) => {
    const places = [...bases[base]].flatMap(([path, text]) => {
      if (path === 'manifest.jws') return [];
      const step = path === ENTRIES ? 293 : 17;
      return Array.from({ length: Math.ceil(text.length / step) }, (_, i) => [path, i * step] as const);
    });
    for (const [i, [path, at]] of places.entries()) {
      await sound(resealed(flipped(bases[base], path, at, 1 << (i % 8))), [path, at]);
    }
  });

  test.each(BASES)('%s: every structural byte of a line, signed for', async (base) => {
    const text = bases[base].get(ENTRIES) as string;
    const start = text.split('\n').slice(0, 17).join('\n').length + 1;
    const end = text.indexOf('\n', start) + 1;
    for (let at = start; at < end; at++) {
      if (!/[^A-Za-z0-9+/=_-]/.test(text[at] as string)) continue;
      await sound(resealed(flipped(bases[base], ENTRIES, at, at % 2 === 0 ? 1 : 4)), at);
    }
  });
});

describe('random tampering never passes', () => {
  const lineCount = 25;
  const somewhere = fc.nat(lineCount - 1);
  const tampering = fc.oneof(
    fc.record({ type: fc.constant('drop'), a: somewhere, b: somewhere }),
    fc.record({ type: fc.constant('repeat'), a: somewhere, b: somewhere }),
    fc.record({ type: fc.constant('swap'), a: somewhere, b: somewhere }),
    fc.record({ type: fc.constant('member'), a: somewhere, b: somewhere, member: fc.nat(6) }),
    fc.record({ type: fc.constant('without'), a: somewhere, b: somewhere, member: fc.nat(6) }),
    fc.record({ type: fc.constant('cut'), a: fc.nat(4000), b: somewhere }),
  );
  type Tampering = typeof tampering extends fc.Arbitrary<infer Value> ? Value : never;

  const tampered = (lines: string[], { type, a, b, ...more }: Tampering): string[] => {
    const line = (place: number): Record<string, unknown> => {
      try {
        return JSON.parse(lines[place % lines.length] as string);
      } catch {
        // Cut through before.
        return { line: place };
      }
    };
    const at = a % lines.length;
    const name = (record: object): string | undefined =>
      Object.keys(record)[('member' in more ? (more.member as number) : 0) % Object.keys(record).length];
    switch (type) {
      case 'drop':
        return lines.toSpliced(at, 1);
      case 'repeat':
        return lines.toSpliced(b % lines.length, 0, lines[at] as string);
      case 'swap':
        return lines.with(at, lines[b % lines.length] as string).with(b % lines.length, lines[at] as string);
      case 'member': {
        const from = line(b);
        const which = name(from) as string;
        return lines.with(at, JSON.stringify({ ...line(at), [which]: from[which] }));
      }
      case 'without': {
        const { [name(line(at)) as string]: _gone, ...rest } = line(at);
        return lines.with(at, JSON.stringify(rest));
      }
      default:
        return lines
          .join('\n')
          .slice(0, -1 - a)
          .split('\n');
    }
  };

  test.each(BASES)('%s', async (base) => {
    const text = bases[base].get(ENTRIES) as string;
    await fc.assert(
      fc.asyncProperty(fc.array(tampering, { minLength: 1, maxLength: 3 }), fc.boolean(), async (steps, seal) => {
        const lines = steps.reduce(
          (left, step) => (left.length > 1 ? tampered(left, step) : left),
          text.split('\n').slice(0, -1),
        );
        const changed = lines.map((line) => `${line}\n`).join('');
        fc.pre(changed !== text);
        const files = new Map(bases[base]).set(ENTRIES, changed);
        const report = await audit(seal ? resealed(files) : files);
        expect(report.ok).toBe(false);
        if (!seal) expect(codesOf(report)).toContain('file-altered');
      }),
      { numRuns: 80 },
    );
  });
});
