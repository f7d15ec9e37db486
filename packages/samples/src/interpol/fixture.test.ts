import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Notice, notice } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import type { NoticeDraft } from './draft.ts';
import { readInterpol } from './read.ts';
import { sampleFileText } from './sample-file.ts';
import { toNotice } from './to-notice.ts';
import { type InterpolRecord, writeInterpol } from './write.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', '..', 'tests', 'fixtures');
const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');
const taking = { force: 'ID', year: 2026, on: '2026-11-25' };

type Loose = Partial<InterpolRecord> & Record<string, unknown>;
const text = fixture('interpol-sample.json');
const json = JSON.parse(text) as { _embedded: { notices: Loose[] } };
const records = json._embedded.notices;
const file = readInterpol(json);
const drafts = file.records.flatMap(({ result }) => (result.ok ? [result.draft] : []));

describe('interpol-sample.json', () => {
  it('is what the generator gives, byte for byte', () => {
    expect(sampleFileText() === text).toBe(true);
  });

  it('is 500 records, all of them marked and importable', () => {
    expect(records).toHaveLength(500);
    expect(drafts).toHaveLength(500);
    expect(file.synthetic).toBe(true);
    expect(file.remarks).toEqual([]);
    for (const record of records) expect(record._exercise).toBe(true);
  });

  it('makes 500 valid notices of any force, all different', () => {
    const made = drafts.map((draft, serial) => toNotice(draft, { ...taking, serial }));
    for (const one of made) expect(notice.safeParse(one).error?.issues ?? []).toEqual([]);
    expect(new Set(made.map(({ source }) => source?.reference)).size).toBe(500);
  });

  it('links to no real host', () => {
    const hosts = [...text.matchAll(/https?:\/\/([^/"]+)/g)].map(([, host]) => host);
    expect(new Set(hosts)).toEqual(new Set(['ws-public.example']));
  });

  const has = (count: (record: Loose) => boolean) => records.filter(count).length;
  const date = (form: RegExp) => has(({ date_of_birth }) => form.test(date_of_birth ?? ''));
  const warrants = (test: (charge: InterpolRecord['arrest_warrants']) => boolean) =>
    has(({ arrest_warrants }) => arrest_warrants !== undefined && test(arrest_warrants));

  it.each([
    ['1: day known', 200, date(/^\d{4}\/(?!00)\d\d\/(?!00)\d\d$/)],
    ['1: month known', 20, date(/^\d{4}\/\d\d$/)],
    ['1: year known', 40, date(/^\d{4}$/)],
    ['1: null', 15, has(({ date_of_birth }) => date_of_birth === null)],
    ['1: zeros', 5, date(/\/00\/00$/)],
    ['1: 1970/00/00', 2, date(/^1970\/00\/00$/)],
    ['2: forename null', 30, has(({ forename }) => forename === null)],
    ['2: forename dash', 15, has(({ forename }) => forename === '-')],
    ['3: height to the millimetre', 20, has(({ height }) => /\.\d{3}$/.test(String(height)))],
    ['3: height 0', 40, has(({ height }) => height === 0)],
    ['3: weight 0', 100, has(({ weight }) => weight === 0)],
    ['3: never null', 0, has(({ height, weight }) => height === null || weight === null)],
    ['4: hazel eyes, BROH', 5, has(({ eyes_colors_id }) => eyes_colors_id?.includes('BROH') === true)],
    ['4: OTHD', 20, has(({ eyes_colors_id }) => eyes_colors_id?.includes('OTHD') === true)],
    ['4: GRY', 10, has(({ hairs_id }) => hairs_id?.includes('GRY') === true)],
    ['4: two colours', 5, has(({ hairs_id }) => hairs_id?.length === 2)],
    [
      '4: codes that nobody knows',
      5,
      has(({ eyes_colors_id, hairs_id }) => /OTHX|STRP/.test(`${eyes_colors_id}${hairs_id}`)),
    ],
    ['4: colours null', 10, has(({ eyes_colors_id }) => eyes_colors_id === null)],
    ['4: M', 200, has(({ sex_id }) => sex_id === 'M')],
    ['4: F', 80, has(({ sex_id }) => sex_id === 'F')],
    ['4: U', 5, has(({ sex_id }) => sex_id === 'U')],
    ['4: ENG, FRE, GER', 10, has(({ languages_spoken_ids }) => languages_spoken_ids?.join() === 'ENG,FRE,GER')],
    ['4: languages null', 20, has(({ languages_spoken_ids }) => languages_spoken_ids === null)],
    [
      '6: slash in the id, dash in the link',
      500,
      has(
        ({ entity_id, _links }) =>
          /^\d{4}\/\d+$/.test(entity_id ?? '') &&
          _links?.self?.href.endsWith(`/${entity_id?.replace('/', '-')}`) === true,
      ),
    ],
    ['8: charge with CRLF', 30, warrants((list) => list?.some(({ charge }) => charge.includes('\r\n')) === true)],
    ['8: no lone LF in a charge', 0, warrants((list) => list?.some(({ charge }) => /(?<!\r)\n/.test(charge)) === true)],
    [
      '8: translation null',
      300,
      warrants((list) => list?.every(({ charge_translation }) => charge_translation === null) === true),
    ],
    ['8: more than one warrant', 15, warrants((list) => (list?.length ?? 0) > 1)],
    ['8: no thumbnail', 40, has(({ _links }) => _links?.thumbnail === undefined)],
    ['8: unknown field', 8, has((record) => 'publication_note' in record)],
    ['entries of a list', 20, has((record) => !('sex_id' in record))],
    ['yellow notices', 60, has((record) => 'date_of_event' in record)],
    ['names at birth', 3, has(({ birth_name }) => typeof birth_name === 'string')],
    ['nationalities null', 10, has(({ nationalities }) => nationalities === null)],
    ['several nationalities', 5, has(({ nationalities }) => (nationalities?.length ?? 0) > 1)],
    ['connectors in the name', 60, has(({ name }) => /^(BIN|BINTI|BINTE|BTE|A\/[LP]|[SD]\/O|ANAK) /.test(name ?? ''))],
  ] as const)('has quirk %s', (_, least, found) => {
    if (least === 0) expect(found).toBe(0);
    else expect(found).toBeGreaterThanOrEqual(least);
  });

  it('covers all eleven countries', () => {
    expect(new Set(records.flatMap(({ nationalities }) => nationalities ?? [])).size).toBe(11);
  });
});

describe('the way back', () => {
  const back = (draft: NoticeDraft): InterpolRecord => {
    const written = writeInterpol(toNotice(draft, { ...taking, serial: 1 }));
    if (!written.ok) throw new Error(written.reason);
    return written.record;
  };

  it('reads again as the same draft', () => {
    for (const draft of drafts) {
      const [again] = readInterpol(JSON.parse(JSON.stringify(back(draft)))).records;
      expect(again?.synthetic).toBe(true);
      expect(again?.result).toMatchObject({ ok: true, draft });
    }
  });

  it('is the record that came, but for what a notice does not hold', () => {
    records.forEach((came, index) => {
      const draft = drafts[index];
      if (draft === undefined || !('sex_id' in came)) return;
      const { publication_note: _, _links, forename, height, ...rest } = came;
      const written = back(draft);
      expect(written).toMatchObject(rest);
      // A dash says the same as null; a height is kept in whole centimetres.
      expect(written.forename).toBe(forename === '-' ? null : forename);
      expect(Math.abs(written.height - (height ?? 0))).toBeLessThanOrEqual(0.0051);
      expect(written._links.self?.href).toBe(came._links?.self?.href);
    });
  });
});

describe('interpol-defective.json', () => {
  interface Expected {
    index: number;
    entityId: string | null;
    imported?: true;
    faults?: { at: string; text: string }[];
  }
  const expected = JSON.parse(fixture('interpol-defective.expected.json')) as Expected[];
  const read = readInterpol(JSON.parse(fixture('interpol-defective.json')));

  it('is refused record by record, with the place and the reason that stand beside it', () => {
    expect(read.records).toHaveLength(expected.length);
    read.records.forEach(({ index, entityId, result }, position) => {
      const wanted = expected[position];
      expect({ index, entityId }).toEqual({ index: wanted?.index, entityId: wanted?.entityId });
      if (result.ok) expect(wanted?.imported).toBe(true);
      else expect(result.faults).toEqual(wanted?.faults);
    });
  });

  it('says in every reason how to mend it', () => {
    for (const { result } of read.records) {
      if (result.ok) continue;
      expect(result.faults[0]).toEqual({ at: result.at, text: result.reason });
      for (const { text: reason } of result.faults) {
        expect(reason).toMatch(/(Correct|Add|add|Take|Put|Join|Shorten|write) ?/);
      }
    }
  });
});

describe('types that INTERPOL does not publish', () => {
  it('are refused with the reason', () => {
    const [draft] = drafts;
    if (draft === undefined) throw new Error('no draft');
    const made: Notice = { ...toNotice(draft, { ...taking, serial: 1 }), type: 'warning' };
    expect(writeInterpol(made)).toMatchObject({ ok: false, reason: expect.stringContaining('warning') });
  });
});
