import type { NoticeVersion } from '@eads/client';
import { readInterpol, sampleNotice } from '@eads/samples';
import { describe, expect, it } from 'vitest';
import { knownFrom, NOTHING_KNOWN, pathOf, planImport } from './plan.ts';

const version = (
  ref: string,
  over: Partial<NoticeVersion> & { reference?: string; serial?: number; year?: number },
): NoticeVersion => {
  const { reference, serial = 1, year = 2026, ...rest } = over;
  const notice = {
    ...sampleNotice('plan', { force: 'ID', year, serial, on: '2026-03-01' }),
    source: reference === undefined ? null : { format: 'interpol-public' as const, reference },
  };
  return { ref, version: 1, cancels: false, number: notice.number, notice, ...rest } as NoticeVersion;
};
const record = (n: number, over: object = {}) => ({
  entity_id: `2026/${n}`,
  name: 'X',
  arrest_warrants: [{ charge: 'Theft', issuing_country_id: 'ID', charge_translation: null }],
  ...over,
});
const terms = { force: 'ID', on: '2026-03-01', confirmed: true };
const steps = (known = NOTHING_KNOWN, confirmed = true, ...records: object[]) =>
  planImport(readInterpol(records), known, { ...terms, confirmed }).map(({ planned }) =>
    planned.step === 'publish' ? planned.notice.number : planned.step,
  );

describe('planning an import', () => {
  it('goes on with the numbers of the year, whatever other years and forces had', () => {
    const known = knownFrom('ID', [
      version('ID/1', { serial: 41 }),
      version('ID/2', { serial: 900, year: 2025 }),
      version('ID/3', { number: 'EX-MY-2026-000999', notice: null }),
    ]);
    expect(steps(known, true, record(1), record(2))).toEqual(['EX-ID-2026-000042', 'EX-ID-2026-000043']);
  });

  it('knows what was imported, and what was withdrawn since', () => {
    const known = knownFrom('ID', [
      version('ID/1', { reference: '2026/1' }),
      version('ID/2', { cancels: true, notice: null, number: null, version: 2 }),
      version('ID/2', { reference: '2026/2', serial: 5 }),
    ]);
    const plan = planImport(readInterpol([record(1), record(2), record(3)]), known, terms);
    expect(plan.map(({ planned }) => planned)).toMatchObject([
      { step: 'there', ref: 'ID/1', withdrawn: false },
      { step: 'there', ref: 'ID/2', withdrawn: true },
      { step: 'publish', notice: { number: 'EX-ID-2026-000006' } },
    ]);
  });

  it('uses no number for what it does not publish', () => {
    expect(steps(NOTHING_KNOWN, true, record(1, { name: 5 }), record(2))).toEqual(['refuse', 'EX-ID-2026-000001']);
  });

  it('refuses what does not say that it is synthetic, unless a person does', () => {
    expect(steps(NOTHING_KNOWN, false, record(1), record(2, { _exercise: true }))).toEqual([
      'refuse',
      'EX-ID-2026-000001',
    ]);
  });

  it('takes free numbers below where those above end', () => {
    const known = knownFrom('ID', [version('ID/1', { serial: 999_998 }), version('ID/2', { serial: 2 })]);
    expect(steps(known, true, record(1), record(2), record(3))).toEqual([
      'EX-ID-2026-999999',
      'EX-ID-2026-000001',
      'EX-ID-2026-000003',
    ]);
  });

  it('refuses where no number is left', () => {
    const used = new Set(Array.from({ length: 999_999 }, (_, i) => i + 1));
    expect(steps({ sources: new Map(), serials: new Map([[2026, used]]) }, true, record(1))).toEqual(['refuse']);
  });

  it.each([
    ['_embedded.notices[3].height', ['_embedded', 'notices', 3, 'height']],
    ['[0].arrest_warrants[12].charge', [0, 'arrest_warrants', 12, 'charge']],
    ['entity_id', ['entity_id']],
    ['', []],
  ])('reads the path %j', (path, keys) => {
    expect(pathOf(path)).toEqual(keys);
  });
});
