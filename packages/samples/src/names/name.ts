import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';

export type Sex = 'male' | 'female';
export type NamePart = PersonName['parts'][number];
export type Script = PersonName['script'];

/** Whom a name is for. Age in years: fashions and titles go by it. */
export interface NameWish {
  sex: Sex;
  age: number;
}

/**
 * Gives one synthetic person's names. The first is the main one, in Latin letters; the same name in another script
 * follows as a second main one, then aliases and a name at birth.
 */
export type NameMaker = (random: Random, wish: NameWish) => PersonName[];

const maker =
  (type: NamePart['type']) =>
  (text: string): NamePart => ({ type, text });

export const given = maker('given');
export const family = maker('family');
export const patronymic = maker('patronymic');
export const connector = maker('connector');
export const title = maker('title');
export const generation = maker('generation');
export const other = maker('other');

/** A name whose parts, in the order written, make up the whole; `joiner` is what its script puts between them. */
export function nameOf(use: PersonName['use'], script: Script, parts: NamePart[], joiner = ' '): PersonName {
  return { use, full: parts.map(({ text }) => text).join(joiner), script, parts };
}

/** What somebody is called: one part that nobody can type any closer. */
export const nickname = (text: string, script: Script = 'Latn'): PersonName => nameOf('alias', script, [other(text)]);

/** Adds a name unless it reads like one that is there. */
export function addName(names: PersonName[], name: PersonName): void {
  if (names.every(({ full }) => full.toLowerCase() !== name.full.toLowerCase())) names.push(name);
}

/** Latin text without diacritics, as a machine-readable zone or an old teleprinter has it. Other scripts stay as they are. */
export function withoutDiacritics(text: string): string {
  return text
    .replaceAll('Đ', 'D')
    .replaceAll('đ', 'd')
    .replaceAll(/[\u00c0-\u024f\u1e00-\u1eff]/gu, (letter) => letter.normalize('NFD').replaceAll(/\p{Mn}/gu, ''));
}

/** The same name without diacritics. */
export const plainName = (name: PersonName, use: PersonName['use']): PersonName => ({
  use,
  full: withoutDiacritics(name.full),
  script: name.script,
  parts: name.parts.map(({ type, text }) => ({ type, text: withoutDiacritics(text) })),
});
