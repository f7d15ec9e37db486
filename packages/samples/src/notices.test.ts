import { ENVELOPE_BYTES, FORCES, type Notice, notice, noticeType } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { addDays, addYears } from './days.ts';
import { sampleNotice, sampleNotices } from './notices.ts';

const ON = '2026-11-25';
const wish = { year: 2026, serial: 1, on: ON };
const PER_FORCE = 250;
const ALL: Notice[] = [...FORCES, 'XA', 'SEC'].flatMap((force) => [
  ...sampleNotices(`all/${force}`, { ...wish, force, count: PER_FORCE }),
]);
const people = ALL.flatMap(({ subject }) => (subject.type === 'person' ? [subject] : []));
const textIn = (value: unknown): string => JSON.stringify(value);

describe('sampleNotice', () => {
  it('is valid by the schema for thousands of seeds, all forces and any force outside the eleven', () => {
    for (const made of ALL) expect(notice.safeParse(made).error?.issues ?? []).toEqual([]);
  });

  it('is valid for every type of every force', () => {
    for (const type of noticeType.options) {
      for (const force of FORCES) {
        for (let seed = 0; seed < 20; seed++) {
          const made = sampleNotice(seed, { ...wish, force, type });
          expect(notice.safeParse(made).success).toBe(true);
          expect(made.type).toBe(type);
        }
      }
    }
  });

  it('is valid on the days that calendars stumble over', () => {
    for (const on of ['2024-02-29', '2027-12-31', '2027-01-01', '2100-03-01']) {
      for (let seed = 0; seed < 60; seed++) {
        const made = sampleNotice(seed, { force: 'TH', year: 2027, serial: 3, on });
        expect(notice.safeParse(made).success).toBe(true);
        expect(made.validity.from).toBe(on);
      }
    }
  });

  it('is the same for the same arguments, and another for another seed', () => {
    for (let seed = 0; seed < 100; seed++) {
      expect(sampleNotice(seed, { ...wish, force: 'MY' })).toEqual(sampleNotice(seed, { ...wish, force: 'MY' }));
    }
    expect(sampleNotice('a', { ...wish, force: 'MY' })).not.toEqual(sampleNotice('b', { ...wish, force: 'MY' }));
  });

  it('has all types, most of them wanted', () => {
    const types = new Set(ALL.map(({ type }) => type));
    expect([...types].sort()).toEqual([...noticeType.options].sort());
    expect(ALL.filter(({ type }) => type === 'wanted').length).toBeGreaterThan(ALL.length * 0.45);
  });

  it('says in every text that it is an exercise', () => {
    for (const { circumstances, number } of ALL) {
      expect(circumstances.startsWith('EXERCISE ')).toBe(true);
      expect(circumstances.endsWith(' EXERCISE')).toBe(true);
      expect(number).toMatch(/^EX-/);
    }
  });

  it('has only numbers that begin EX: documents, warrants, sections, identifiers', () => {
    for (const { subject, legalBasis } of ALL) {
      if (subject.type === 'person') for (const { number } of subject.documents) expect(number).toMatch(/^EX/);
      if (subject.type === 'object') for (const { value } of subject.identifiers) expect(value).toMatch(/^EX/);
      for (const { reference, issuedBy } of legalBasis.warrants) {
        expect(reference).toMatch(/^EX-/);
        expect(issuedBy).toContain('(exercise)');
      }
      for (const { text, translation } of legalBasis.charges) expect(`${text}${translation}`).toMatch(/EX-\d+/);
    }
  });

  it('names a charge of two years or more, a warrant and a status for everybody who is wanted', () => {
    for (const { type, legalBasis, subject, validity } of ALL) {
      if (type !== 'wanted' || subject.type !== 'person') continue;
      expect(legalBasis.charges.length).toBeGreaterThan(0);
      for (const { maxPenaltyYears } of legalBasis.charges) expect(maxPenaltyYears).toBeGreaterThanOrEqual(2);
      expect(legalBasis.warrants.length).toBeGreaterThan(0);
      for (const { issuedOn } of legalBasis.warrants) expect(issuedOn === null || issuedOn < ON).toBe(true);
      expect(['suspect', 'accused', 'convicted']).toContain(subject.status);
      expect(validity.until).toBe(addDays(addYears(ON, 5), -1));
    }
  });

  it('accuses nobody who is missing, sought as a witness or dead, and calls nobody a victim', () => {
    for (const { type, legalBasis, subject } of ALL) {
      if (type !== 'wanted') expect(legalBasis).toEqual({ charges: [], warrants: [] });
      if (subject.type === 'person') expect(subject.status).not.toBe('victim');
    }
  });

  it('has no name, nationality or paper for an unidentified body', () => {
    const bodies = ALL.filter(({ type }) => type === 'unidentified-body');
    expect(bodies.length).toBeGreaterThan(20);
    for (const { subject } of bodies) {
      expect(subject).toMatchObject({ names: [], nationalities: [], documents: [], languages: [] });
    }
  });

  it('never happens at sea in a country without a coast', () => {
    const told = [...sampleNotices('laos', { ...wish, force: 'LA', count: 800 })].filter(
      ({ subject }) => subject.type === 'person',
    );
    for (const { circumstances, legalBasis } of told) {
      expect(circumstances).not.toMatch(/undefined| off [,.]|near [,.]/);
      expect(circumstances + textIn(legalBasis)).not.toMatch(
        /\b(boat|tanker|barge|beach|fishermen|by sea|ship at anchor)\b/,
      );
    }
  });

  it('leaves no hole in a text', () => {
    for (const made of ALL) expect(textIn(made)).not.toMatch(/undefined|NaN|\[object|%| {2}/);
  });

  it('fits an envelope with room to spare', () => {
    for (const made of ALL) expect(Buffer.byteLength(textIn(made))).toBeLessThan(ENVELOPE_BYTES / 4);
  });

  it('has charges in the country’s own language, with a translation', () => {
    const own = ALL.flatMap(({ legalBasis }) => legalBasis.charges).filter(({ translation }) => translation !== null);
    expect(new Set(own.map(({ country }) => country)).size).toBeGreaterThanOrEqual(8);
    const counts = ALL.flatMap(({ legalBasis }) => legalBasis.charges).filter(({ text }) => text.includes('\n'));
    expect(counts.length).toBeGreaterThan(50);
  });
});

describe('the people in it', () => {
  it('have dates of birth of every precision, some approximate, some none', () => {
    const lengths = new Set(people.map(({ born }) => born?.value.length ?? 0));
    expect(lengths).toEqual(new Set([0, 4, 7, 10]));
    expect(people.some(({ born }) => born?.approximate)).toBe(true);
  });

  it('have Buddhist-era dates as written, which agree with the value', () => {
    const digits = (text: string) =>
      text.replaceAll(/[\u17e0-\u17e9]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x17e0));
    const written = people.filter(({ born }) => born?.asWritten != null);
    expect(written.length).toBeGreaterThan(100);
    const countries = new Set<string>();
    for (const { born, nationalities } of written) {
      const [year, month] = (born?.value ?? '').split('-').map(Number);
      const era = Number(/\d{4}/.exec(digits(born?.asWritten ?? ''))?.[0]);
      const ahead = era - (year ?? 0);
      const khmer = /[\u1780-\u17ff]/.test(born?.asWritten ?? '');
      expect(ahead).toBe(khmer && (month ?? 0) > 5 ? 544 : 543);
      for (const country of nationalities.slice(0, 1)) countries.add(country);
    }
    expect([...countries].sort()).toEqual(['KH', 'LA', 'TH']);
  });

  it('are of an age and a size that can be', () => {
    for (const { born, heightCm, weightKg } of people) {
      if (born !== null) {
        const age = 2026 - Number(born.value.slice(0, 4));
        expect(age).toBeGreaterThanOrEqual(10);
        expect(age).toBeLessThanOrEqual(81);
      }
      if (heightCm !== null) expect(heightCm).toBeGreaterThan(100);
      if (heightCm !== null) expect(heightCm).toBeLessThan(190);
      if (weightKg !== null) expect(weightKg).toBeLessThan(115);
    }
  });

  it('are drawn as they are described: no beard on a woman, grey is grey', () => {
    for (const { sex, portrait, hair } of people) {
      if (portrait === null) continue;
      if (sex === 'female') expect(portrait.beard).toBe(0);
      if (portrait.hair === 0 && hair.length > 0) expect(hair).toEqual(['bald']);
      if (portrait.hair === 8) expect(hair).toEqual([]);
    }
  });

  it('speak the language that their name tells', () => {
    for (const { names, languages } of people) {
      if (names.some(({ script }) => script === 'Hans' || script === 'Hant')) expect(languages).toContain('CHI');
      if (names.some(({ script }) => script === 'Taml')) expect(languages).toContain('TAM');
    }
  });
});

describe('sampleNotices', () => {
  it('numbers on, and ends at its count', () => {
    const made = [...sampleNotices('run', { force: 'PH', year: 2026, serial: 41, on: ON, count: 3 })];
    expect(made.map(({ number }) => number)).toEqual(['EX-PH-2026-000041', 'EX-PH-2026-000042', 'EX-PH-2026-000043']);
    expect(new Set(made.map(textIn)).size).toBe(3);
  });

  it('goes on without a count', () => {
    const endless = sampleNotices('run', { force: 'PH', year: 2026, serial: 0, on: ON });
    for (let i = 0; i < 300; i++) expect(endless.next().done).toBe(false);
  });
});
