import { FORCES, type Notice, notice, type PersonName } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { sampleNotice } from '../notices.ts';
import { readInterpol } from './read.ts';
import { toNotice } from './to-notice.ts';
import { type InterpolRecord, writeInterpol } from './write.ts';

const wish = { year: 2026, serial: 7, on: '2026-11-25', type: 'wanted' as const };
const base = sampleNotice('base', { ...wish, force: 'ID' });

function written(from: Notice): { record: InterpolRecord; lost: string[] } {
  const result = writeInterpol(from);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

function named(parts: PersonName['parts'], full = parts.map(({ text }) => text).join(' ')): Notice {
  if (base.subject.type !== 'person') throw new Error('no person');
  return { ...base, subject: { ...base.subject, names: [{ use: 'main', script: 'Latn', full, parts }] } };
}

type Row = [string, PersonName['parts'], string, string | null];
const rows: Row[] = [
  ['Suparman', [{ type: 'given', text: 'Suparman' }], 'SUPARMAN', null],
  [
    'Vietnamese order',
    [
      { type: 'family', text: 'Đặng' },
      { type: 'other', text: 'Thị' },
      { type: 'given', text: 'Hằng' },
    ],
    'DANG',
    'THI HANG',
  ],
  [
    'a pilgrim and his father',
    [
      { type: 'title', text: 'Haji' },
      { type: 'given', text: 'Ali' },
      { type: 'connector', text: 'bin' },
      { type: 'title', text: 'Haji' },
      { type: 'patronymic', text: 'Tuah' },
    ],
    'BIN HAJI TUAH',
    'HAJI ALI',
  ],
  [
    'Portuguese particles',
    [
      { type: 'given', text: 'João' },
      { type: 'connector', text: 'da' },
      { type: 'family', text: 'Cruz' },
      { type: 'connector', text: 'dos' },
      { type: 'family', text: 'Santos' },
    ],
    'DA CRUZ DOS SANTOS',
    'JOAO',
  ],
  [
    'a western name before the surname',
    [
      { type: 'given', text: 'Jason' },
      { type: 'family', text: 'Tan' },
      { type: 'given', text: 'Wei Ming' },
    ],
    'TAN',
    'JASON WEI MING',
  ],
  [
    'Jr.',
    [
      { type: 'given', text: 'Joel' },
      { type: 'other', text: 'Cruz' },
      { type: 'family', text: 'Reyes' },
      { type: 'generation', text: 'Jr.' },
    ],
    'REYES JR.',
    'JOEL CRUZ',
  ],
  ['a name without parts', [], 'KYAW ZAW', null],
];

describe('writeInterpol', () => {
  it.each(rows)('splits a name as INTERPOL does: %s', (_, parts, name, forename) => {
    const made = parts.length === 0 ? named([], 'Kyaw Zaw') : named(parts);
    expect(written(made).record).toMatchObject({ name, forename });
  });

  it('writes every wanted and missing person of every force so that it can be read again', () => {
    const ids = new Set<string>();
    let count = 0;
    for (const force of FORCES) {
      for (const type of ['wanted', 'missing'] as const) {
        for (let seed = 0; seed < 60; seed++) {
          const made = sampleNotice(`${force}${seed}`, {
            ...wish,
            force,
            type,
            serial: seed + (type === 'wanted' ? 0 : 100),
          });
          const { record } = written(made);
          const [again] = readInterpol(JSON.parse(JSON.stringify(record))).records;
          if (again?.result.ok !== true) throw new Error(JSON.stringify(again?.result));
          expect(again.result.remarks).toEqual([]);
          expect(again.result.draft).toMatchObject({
            type,
            subject: { sex: made.subject.type === 'person' ? made.subject.sex : '' },
          });
          expect(notice.safeParse(toNotice(again.result.draft, { ...wish, force })).success).toBe(true);
          ids.add(record.entity_id);
          count++;
        }
      }
    }
    expect(ids.size).toBe(count);
  });

  it('says what it could not carry', () => {
    const { lost } = written(base);
    expect(lost).toEqual(expect.arrayContaining(['grading', 'validity', 'circumstances', 'legalBasis.warrants']));
    const [again] = readInterpol(written(base).record).records;
    if (again?.result.ok !== true) throw new Error('not read');
    expect(written(toNotice(again.result.draft, { ...wish, force: 'ID' })).lost).toEqual([
      'number',
      'action',
      'grading',
      'validity',
    ]);
  });

  it('tells of a colour that has no code, and of an approximate date', () => {
    if (base.subject.type !== 'person') throw new Error('no person');
    const { lost, record } = written({
      ...base,
      subject: {
        ...base.subject,
        eyes: ['brown', 'reddish when tired'],
        born: { value: '1985', approximate: true, asWritten: 'พ.ศ. 2528' },
      },
    });
    expect(record).toMatchObject({ eyes_colors_id: ['BRO'], date_of_birth: '1985' });
    expect(lost).toEqual(
      expect.arrayContaining(['subject.eyes', 'subject.born.approximate', 'subject.born.asWritten']),
    );
  });

  it('writes 0 for a measure that is not known, and null for an empty list', () => {
    if (base.subject.type !== 'person') throw new Error('no person');
    const subject = { ...base.subject, heightCm: null, weightKg: null, eyes: [], languages: [], nationalities: [] };
    expect(written({ ...base, subject }).record).toMatchObject({
      height: 0,
      weight: 0,
      eyes_colors_id: null,
      languages_spoken_ids: null,
      nationalities: null,
    });
  });
});
