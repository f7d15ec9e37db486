import type { PersonName } from '@eads/protocol';
import {
  addName,
  connector,
  family,
  given,
  type NameMaker,
  type NamePart,
  nameOf,
  nickname,
  plainName,
} from './name.ts';

/** Given name and the short form that friends use. */
type Row = readonly [name: string, short: string];

const MEN: readonly Row[] = [
  ['Abílio', 'Bílio'],
  ['Agostinho', 'Tinho'],
  ['António', 'Tó'],
  ['Armindo', 'Mindo'],
  ['Caetano', 'Tano'],
  ['Celestino', 'Tino'],
  ['Domingos', 'Mingo'],
  ['Duarte', 'Dudu'],
  ['Francisco', 'Chico'],
  ['Gregório', 'Gório'],
  ['Jacinto', 'Cinto'],
  ['Januário', 'Janu'],
  ['João', 'Joãozinho'],
  ['Joaquim', 'Quim'],
  ['José', 'Zeca'],
  ['Lourenço', 'Lou'],
  ['Manuel', 'Nelo'],
  ['Marcelino', 'Lino'],
  ['Mateus', 'Teu'],
];

const WOMEN: readonly Row[] = [
  ['Ana', 'Anita'],
  ['Cesaltina', 'Tina'],
  ['Domingas', 'Minga'],
  ['Filomena', 'Mena'],
  ['Imaculada', 'Imá'],
  ['Isabel', 'Bela'],
  ['Joana', 'Joaninha'],
  ['Juliana', 'Lina'],
  ['Lúcia', 'Luci'],
  ['Madalena', 'Lena'],
  ['Natália', 'Tália'],
  ['Olandina', 'Dina'],
  ['Rosa', 'Rosinha'],
  ['Saturnina', 'Nina'],
  ['Teresa', 'Teté'],
];

const FAMILIES: readonly (readonly [particle: string, name: string])[] = [
  ['', 'Alves'],
  ['', 'Amaral'],
  ['de', 'Araújo'],
  ['', 'Babo'],
  ['', 'Barreto'],
  ['', 'Boavida'],
  ['', 'Cabral'],
  ['de', 'Carvalho'],
  ['', 'Correia'],
  ['da', 'Costa'],
  ['da', 'Cruz'],
  ['', 'Fernandes'],
  ['', 'Freitas'],
  ['', 'Gonçalves'],
  ['de', 'Jesus'],
  ['', 'Magno'],
  ['', 'Martins'],
  ['', 'Mendonça'],
  ['', 'Moniz'],
  ['', 'Monteiro'],
  ['', 'Nunes'],
  ['de', 'Oliveira'],
  ['', 'Pereira'],
  ['', 'Pinto'],
  ['', 'Quintão'],
  ['', 'Ribeiro'],
  ['do', 'Rosário'],
  ['', 'Salsinha'],
  ['dos', 'Santos'],
  ['', 'Sarmento'],
  ['', 'Sequeira'],
  ['da', 'Silva'],
  ['', 'Soares'],
  ['', 'Tilman'],
  ['', 'Viegas'],
  ['', 'Ximenes'],
];

const surnameParts = ([particle, name]: readonly [string, string]): NamePart[] =>
  particle === '' ? [family(name)] : [connector(particle), family(name)];

/** Timor-Leste: one or two given names, the mother's surname, then the father's, with their particles. */
export const timoreseNames: NameMaker = (random, { sex }) => {
  const [first, second] = random.several(sex === 'male' ? MEN : WOMEN, 2) as [Row, Row];
  const givens: NamePart[] = [given(first[0])];
  if (sex === 'female' && random.chance(0.2)) givens.unshift(given('Maria'));
  else if (random.chance(0.2)) givens.push(given(second[0]));
  const surnames = random.several(FAMILIES, random.chance(0.7) ? 2 : 1);
  const main = nameOf('main', 'Latn', [...givens, ...surnames.flatMap(surnameParts)]);
  const names: PersonName[] = [main];
  if (random.chance(0.25)) addName(names, plainName(main, 'alias'));
  const last = surnames.at(-1);
  if (surnames.length > 1 && last !== undefined && random.chance(0.25)) {
    addName(names, nameOf('alias', 'Latn', [given(first[0]), ...surnameParts(last)]));
  }
  if (random.chance(0.25)) addName(names, nickname(first[1]));
  return names;
};
