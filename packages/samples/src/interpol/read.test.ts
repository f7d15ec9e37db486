import { notice } from '@eads/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NoticeDraft, ReadResult, Remark } from './draft.ts';
import { readInterpol } from './read.ts';
import { toNotice } from './to-notice.ts';

const taking = { force: 'ID', year: 2026, serial: 12, on: '2026-11-25' };

/** The least that the API gives for a red notice. */
const red = (more: Record<string, unknown> = {}) => ({
  _exercise: true,
  entity_id: '2026/10847',
  name: 'SAMPLE',
  forename: 'SUPARMAN',
  arrest_warrants: [{ charge: 'Fraud', issuing_country_id: 'ID', charge_translation: null }],
  sex_id: 'M',
  ...more,
});

const resultOf = (record: unknown): ReadResult => {
  const [first] = readInterpol(record).records;
  if (first === undefined) throw new Error('no record');
  return first.result;
};

function imported(record: unknown): { draft: NoticeDraft; remarks: Remark[] } {
  const result = resultOf(record);
  if (!result.ok) throw new Error(`${result.at}: ${result.reason}`);
  return result;
}

const draftOf = (more: Record<string, unknown>) => imported(red(more)).draft;
const remarksOf = (more: Record<string, unknown>) => imported(red(more)).remarks;
const refused = (record: unknown) => {
  const result = resultOf(record);
  if (result.ok) throw new Error('was imported');
  return result;
};

describe('forms of the file', () => {
  it('takes one notice, an array, and a list of the API', () => {
    expect(readInterpol(red()).records).toHaveLength(1);
    expect(readInterpol([red(), red({ entity_id: '2026/2' })]).records.map(({ index }) => index)).toEqual([0, 1]);
    const list = { total: 1, query: {}, _embedded: { notices: [red()] }, _links: {} };
    expect(readInterpol(list).records[0]).toMatchObject({ index: 0, entityId: '2026/10847', result: { ok: true } });
  });

  it('tells where a fault is, in each form', () => {
    const bad = red({ height: 'tall' });
    const at = (file: unknown) => readInterpol(file).records.map(({ result }) => (result.ok ? null : result.at));
    expect(at(bad)).toEqual(['height']);
    expect(at([red(), bad])).toEqual([null, '[1].height']);
    expect(at({ _embedded: { notices: [bad] } })).toEqual(['_embedded.notices[0].height']);
  });

  it('has no record in an empty list, and one refused in anything else', () => {
    expect(readInterpol([])).toEqual({ records: [], synthetic: false, remarks: [] });
    expect(readInterpol({ _embedded: { notices: [] }, _exercise: true }).synthetic).toBe(false);
    for (const rubbish of [null, undefined, 7, 'x', true, {}, { _embedded: {} }, { _embedded: { notices: 4 } }]) {
      expect(readInterpol(rubbish).records).toMatchObject([{ index: 0, result: { ok: false } }]);
    }
  });

  it('says when the API gave only a part (quirk 7: 160 a query)', () => {
    const list = { total: 6432, _embedded: { notices: [red()] } };
    expect(readInterpol(list).remarks).toEqual([{ at: 'total', text: expect.stringContaining('1 of 6432') }]);
    expect(readInterpol({ ...list, total: 1 }).remarks).toEqual([]);
  });

  it('refuses the second record of one id', () => {
    const { records } = readInterpol([red(), red({ entity_id: '2026-10847' }), red({ entity_id: '2026/2' })]);
    expect(records.map(({ result }) => result.ok)).toEqual([true, false, true]);
    expect(records[1]?.result).toMatchObject({ at: '[1].entity_id', reason: expect.stringContaining('Record 0') });
  });
});

describe('the mark of synthetic data', () => {
  it('stands on every record, or at the top of a list for all', () => {
    const bare = { ...red({ entity_id: '2026/2' }), _exercise: undefined };
    expect(readInterpol([red(), bare]).synthetic).toBe(false);
    expect(readInterpol([red(), bare]).records.map(({ synthetic }) => synthetic)).toEqual([true, false]);
    expect(readInterpol([red(), red({ entity_id: '2026/3' })]).synthetic).toBe(true);
    expect(readInterpol({ _exercise: true, _embedded: { notices: [bare] } }).synthetic).toBe(true);
    expect(readInterpol({ _embedded: { notices: [bare] } }).synthetic).toBe(false);
  });

  it('is not taken from anything but true, and a record may say no', () => {
    for (const mark of ['true', 1, {}, null, false])
      expect(readInterpol(red({ _exercise: mark })).synthetic).toBe(false);
    const no = { _exercise: true, _embedded: { notices: [red({ _exercise: false })] } };
    expect(readInterpol(no).synthetic).toBe(false);
  });
});

describe('quirk 1: dates of birth', () => {
  it.each([
    ['1985/03/12', '1985-03-12', null],
    ['1985/3/2', '1985-03-02', '1985/3/2'],
    ['1985/03', '1985-03', null],
    ['1985', '1985', null],
    ['1970/00/00', '1970', '1970/00/00'],
    ['1985/07/00', '1985-07', '1985/07/00'],
    ['1985-03-12', '1985-03-12', '1985-03-12'],
    ['1984/02/29', '1984-02-29', null],
  ])('%s is %s', (written, value, asWritten) => {
    expect(draftOf({ date_of_birth: written }).subject.born).toEqual({ value, approximate: false, asWritten });
  });

  it.each([[null], [undefined], [''], ['0000/00/00']])('%s is unknown', (written) => {
    expect(draftOf({ date_of_birth: written }).subject.born).toBeNull();
  });

  it.each(['1985/02/30', '1985/13', '1985/03/32', '85/03/12', '12.3.1985', '0085/01/01', '1985/03/12/7', 'x'])(
    '%s is refused',
    (written) => {
      expect(refused(red({ date_of_birth: written }))).toMatchObject({ at: 'date_of_birth' });
    },
  );

  it('a year of the Buddhist era is refused with the other year to write', () => {
    expect(refused(red({ date_of_birth: '2528/03/12' })).reason).toContain('write 1985');
  });
});

describe('quirk 2: names', () => {
  it.each([[null], [undefined], ['-'], [' - '], ['']])(
    'with forename %s the name stands alone, in one part',
    (forename) => {
      expect(draftOf({ name: 'SAMSHUDDIN', forename }).subject.names).toEqual([
        { use: 'main', full: 'SAMSHUDDIN', script: 'Latn', parts: [{ type: 'given', text: 'SAMSHUDDIN' }] },
      ]);
    },
  );

  it('has given and family name otherwise', () => {
    expect(draftOf({ name: 'NGUYEN', forename: 'VAN  HUNG' }).subject.names[0]).toEqual({
      use: 'main',
      full: 'VAN HUNG NGUYEN',
      script: 'Latn',
      parts: [
        { type: 'given', text: 'VAN HUNG' },
        { type: 'family', text: 'NGUYEN' },
      ],
    });
  });

  it.each([
    ['BIN ISMAIL', 'AHMAD'],
    ['ISMAIL', 'AHMAD BIN'],
    ['AHMAD BIN ISMAIL', null],
  ])('types the connector in %s, %s', (name, forename) => {
    expect(draftOf({ name, forename }).subject.names[0]?.parts).toEqual([
      { type: 'given', text: 'AHMAD' },
      { type: 'connector', text: 'BIN' },
      { type: 'patronymic', text: 'ISMAIL' },
    ]);
  });

  it.each(['BINTI', 'BTE', 'A/L', 'A/P', 'S/O', 'D/O', 'ANAK'])('knows %s', (between) => {
    expect(draftOf({ name: `${between} X`, forename: 'Y' }).subject.names[0]?.parts[1]).toEqual({
      type: 'connector',
      text: between,
    });
  });

  it('takes a connector for a name where nothing stands before or after it', () => {
    expect(draftOf({ name: 'BIN', forename: null }).subject.names[0]?.parts).toEqual([{ type: 'given', text: 'BIN' }]);
    expect(draftOf({ name: 'BIN LADANG', forename: null }).subject.names[0]?.parts).toHaveLength(1);
  });

  it('keeps a very long name whole and untyped', () => {
    const [name] = draftOf({ name: 'N'.repeat(90), forename: 'A' }).subject.names;
    expect(name).toEqual({ use: 'main', full: `A ${'N'.repeat(90)}`, script: 'Latn', parts: [] });
    expect(refused(red({ name: 'N'.repeat(150), forename: 'A'.repeat(60) })).at).toBe('name');
  });

  it('needs a name', () => {
    expect(refused(red({ name: null, forename: '-' }))).toMatchObject({ at: 'name' });
  });

  it('knows the script', () => {
    expect(draftOf({ name: 'ใจดี', forename: 'สมชาย' }).subject.names[0]?.script).toBe('Thai');
  });
});

describe('quirks 3 and 4: measures and codes', () => {
  it.each([
    [1.825, 183],
    [1.7, 170],
    [1.005, 101],
    [0, null],
    [null, null],
    [undefined, null],
  ])('height %s m is %s cm', (height, heightCm) => expect(draftOf({ height }).subject.heightCm).toBe(heightCm));

  it('reads centimetres with a remark', () => {
    expect(draftOf({ height: 182 }).subject.heightCm).toBe(182);
    expect(remarksOf({ height: 182 })).toEqual([{ at: 'height', text: expect.stringContaining('centimetres') }]);
  });

  it.each([
    [63, 63],
    [63.4, 63],
    [0, null],
    [null, null],
  ])('weight %s is %s', (weight, weightKg) => expect(draftOf({ weight }).subject.weightKg).toBe(weightKg));

  it.each([
    ['height', 5.7],
    ['height', -1.7],
    ['height', '1.70'],
    ['weight', 0.2],
    ['weight', 900],
    ['weight', [63]],
  ])('refuses %s %s', (key, value) => expect(refused(red({ [key]: value })).at).toBe(key));

  it('turns colour codes into words and keeps those that it does not know', () => {
    const { subject } = draftOf({ eyes_colors_id: ['BROH', 'OTHX'], hairs_id: ['BLA', 'GRY'] });
    expect(subject.eyes).toEqual(['hazel', 'OTHX']);
    expect(subject.hair).toEqual(['black', 'grey']);
    expect(remarksOf({ eyes_colors_id: ['OTHX'] })).toEqual([
      { at: 'eyes_colors_id', text: expect.stringContaining('OTHX') },
    ]);
    expect(draftOf({ eyes_colors_id: ['OTHD'], hairs_id: null }).subject).toMatchObject({ eyes: ['dark'], hair: [] });
    expect(draftOf({ eyes_colors_id: ['constructor', '__proto__'] }).subject.eyes).toEqual(['CONSTRUCTOR']);
  });

  it.each([
    ['M', 'male'],
    ['F', 'female'],
    ['U', 'unknown'],
    [null, 'unknown'],
    ['X', 'unknown'],
  ])('sex %s is %s', (sex_id, sex) => expect(draftOf({ sex_id }).subject.sex).toBe(sex));

  it('keeps languages and nationalities that are codes, and says what it left out', () => {
    const more = { languages_spoken_ids: ['ENG', 'FRE', 'GER', 'english'], nationalities: ['ID', 'id', '914'] };
    expect(draftOf(more).subject).toMatchObject({ languages: ['ENG', 'FRE', 'GER'], nationalities: ['ID'] });
    expect(remarksOf(more).map(({ at }) => at)).toEqual(['nationalities', 'languages_spoken_ids']);
    expect(draftOf({ nationalities: null, languages_spoken_ids: null }).subject.nationalities).toEqual([]);
  });
});

describe('quirk 6: ids', () => {
  it.each([
    ['2026/10847', '2026/10847'],
    ['2026-10847', '2026/10847'],
    [' 1993/27493 ', '1993/27493'],
  ])('%s is %s', (written, id) => expect(draftOf({ entity_id: written }).entityId).toBe(id));

  it.each([null, undefined, '', '10847', '2026/', 202610847, '2026/10847/1', {}])('%s is refused', (written) => {
    expect(refused(red({ entity_id: written })).at).toBe('entity_id');
  });
});

describe('quirk 8: charges, pictures, new fields', () => {
  it('breaks lines with LF', () => {
    const charge = 'Count 1\r\nCount 2\rCount 3\u0000\u202e';
    const warrants = [{ charge, issuing_country_id: 'TH', charge_translation: null }];
    const { draft, remarks } = imported(red({ arrest_warrants: warrants }));
    expect(draft.legalBasis.charges).toEqual([
      { text: 'Count 1\nCount 2\nCount 3', translation: null, country: 'TH', maxPenaltyYears: null },
    ]);
    expect(remarks).toEqual([{ at: 'arrest_warrants[0].charge', text: 'Control characters were taken out.' }]);
  });

  it('makes of each warrant with a country one that names the source and invents nothing', () => {
    const { legalBasis } = draftOf({
      arrest_warrants: [
        { charge: 'A', issuing_country_id: 'TH', charge_translation: 'a' },
        { charge: 'B', issuing_country_id: null },
        { charge: null, issuing_country_id: 'LA' },
      ],
    });
    expect(legalBasis.charges.map(({ text, translation, country }) => [text, translation, country])).toEqual([
      ['A', 'a', 'TH'],
      ['B', null, null],
    ]);
    expect(legalBasis.warrants).toEqual(
      ['1', '3'].map((number, index) => ({
        reference: `EX-INTERPOL-2026/10847-${number}`,
        issuedBy: 'not named in the public record',
        issuedOn: null,
        country: index === 0 ? 'TH' : 'LA',
      })),
    );
  });

  it('never takes a picture over, and does not miss the thumbnail', () => {
    const self = { href: 'https://ws-public.example/notices/v1/red/2026-10847' };
    const images = { href: `${self.href}/images` };
    for (const _links of [{ self, images }, { self, images, thumbnail: { href: `${images.href}/1` } }, {}]) {
      const made = toNotice(draftOf({ _links, _embedded: { links: [] } }), taking);
      expect(made.attachments).toEqual([]);
      expect(made.subject).toMatchObject({ portrait: null });
      expect(JSON.stringify(made)).not.toContain('images');
      expect(remarksOf({ _links })).toEqual([]);
    }
  });

  it('reports a field that it does not know, and imports', () => {
    expect(remarksOf({ reward: { amount: 5 } })).toEqual([
      { at: 'reward', text: expect.stringContaining('not known') },
    ]);
  });

  it('imports an entry of a list with what it has', () => {
    const item = {
      forename: 'A',
      date_of_birth: '1985',
      entity_id: '2026/3',
      nationalities: ['LA'],
      name: 'B',
      _links: { self: { href: 'https://ws-public.example/notices/v1/yellow/2026-3' } },
    };
    const { draft, remarks } = imported(item);
    expect(draft).toMatchObject({
      type: 'missing',
      subject: { sex: 'unknown', heightCm: null, nationalities: ['LA'] },
    });
    expect(remarks).toEqual([{ at: '', text: expect.stringContaining('entry of a list') }]);
  });
});

describe('red or yellow', () => {
  const bare = { entity_id: '2026/4', name: 'A', forename: 'B' };

  it('is told by the link, by the fields, or by the list', () => {
    const typeOf = (more: Record<string, unknown>, wrap = (record: unknown) => record) =>
      imported(wrap({ ...bare, ...more })).draft.type;
    const self = (kind: string) => ({ _links: { self: { href: `https://h.example/notices/v1/${kind}/2026-4` } } });
    expect(typeOf(self('red'))).toBe('wanted');
    expect(typeOf(self('yellow'))).toBe('missing');
    expect(typeOf({ arrest_warrants: [] })).toBe('wanted');
    expect(typeOf({ date_of_event: null })).toBe('missing');
    const listed = (record: unknown) => ({
      _embedded: { notices: [record] },
      _links: { self: { href: 'https://h.example/notices/v1/yellow?page=1' } },
    });
    expect(typeOf({}, listed)).toBe('missing');
  });

  it('is asked for where nothing tells', () => {
    expect(refused(bare).reason).toContain('_links.self.href');
    expect(refused({ ...bare, un_reference: 'QDi.1' }).reason).toContain('United Nations');
  });

  it('keeps what a yellow notice tells of the event and the parents', () => {
    const { draft } = imported({
      ...bare,
      birth_name: 'C',
      date_of_event: '2025/03/01',
      place: 'BATAM',
      country: 'ID',
      father_forename: 'D',
      mother_forename: 'E',
      mother_name: 'F\r\nG',
    });
    expect(draft.subject.status).toBe('missing');
    expect(draft.subject.names[1]).toMatchObject({ use: 'birth', full: 'C' });
    expect(draft.circumstances.split('\n').slice(2, -1)).toEqual([
      'Date of event: 2025/03/01',
      'Place of event: BATAM',
      'Country of event: ID',
      "Father's forename: D",
      "Mother's forename: E",
      "Mother's name: F G",
    ]);
  });
});

describe('what would not fit', () => {
  it('refuses a text that is too long, and tells the limit', () => {
    const long = refused(red({ arrest_warrants: [{ charge: 'x'.repeat(2001), issuing_country_id: 'ID' }] }));
    expect(long.at).toBe('arrest_warrants[0].charge');
    expect(long.reason).toContain('at most 2000');
    expect(refused(red({ distinguishing_marks: 'x'.repeat(1001) })).at).toBe('distinguishing_marks');
  });

  it('refuses a notice that no envelope could carry', () => {
    const charge = 'ก'.repeat(2000);
    const arrest_warrants = Array.from({ length: 10 }, () => ({
      charge,
      issuing_country_id: 'TH',
      charge_translation: charge,
    }));
    expect(refused(red({ arrest_warrants })).reason).toMatch(/bytes/);
  });

  it('finds all faults of a record at once', () => {
    const { faults, at } = refused(red({ height: 'x', weight: 'y', date_of_birth: 'z' }));
    expect(faults.map((fault) => fault.at)).toEqual(['date_of_birth', 'height', 'weight']);
    expect(at).toBe('date_of_birth');
  });
});

describe('toNotice', () => {
  it('gives a valid notice of the force, with its source', () => {
    const made = toNotice(draftOf({}), taking);
    expect(notice.safeParse(made).error?.issues ?? []).toEqual([]);
    expect(made).toMatchObject({
      number: 'EX-ID-2026-000012',
      type: 'wanted',
      source: { format: 'interpol-public', reference: '2026/10847' },
      grading: { source: 'X', information: '4' },
      validity: { from: '2026-11-25', until: '2031-11-24' },
    });
    expect(made.circumstances).toMatch(/^EXERCISE/);
  });
});

describe('rubbish', () => {
  const keys = fc.constantFrom(
    'entity_id',
    'name',
    'forename',
    'date_of_birth',
    'nationalities',
    'height',
    'weight',
    'sex_id',
    'eyes_colors_id',
    'hairs_id',
    'languages_spoken_ids',
    'arrest_warrants',
    'distinguishing_marks',
    'place_of_birth',
    'country_of_birth_id',
    'birth_name',
    'date_of_event',
    '_links',
    '_embedded',
    '_exercise',
    'total',
    'charge',
    'self',
    'href',
    'notices',
  );
  const anything = fc.anything({
    key: fc.oneof(keys, fc.string()),
    withBigInt: true,
    withDate: true,
    withSparseArray: true,
  });

  it('never throws, and answers for every record', () => {
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.array(anything), fc.record({ _embedded: fc.record({ notices: fc.array(anything) }) })),
        (file) => {
          const { records } = readInterpol(file);
          for (const { result } of records) {
            if (result.ok) expect(notice.safeParse(toNotice(result.draft, taking)).success).toBe(true);
            else expect(result.reason.length).toBeGreaterThan(10);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('whatever stands in one field of a good record, it is imported as a valid notice or refused with a reason', () => {
    const value = fc.oneof(anything, fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.string()), fc.double());
    fc.assert(
      fc.property(keys, value, (key, put) => {
        const result = resultOf({ ...red(), [key]: put });
        if (!result.ok) return result.faults.every(({ text }) => /[.]$/.test(text));
        return notice.safeParse(toNotice(result.draft, taking)).success;
      }),
      { numRuns: 3000 },
    );
  });
});
