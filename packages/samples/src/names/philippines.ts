import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { addName, family, generation, given, type NameMaker, type NameWish, nameOf, nickname, other } from './name.ts';

const MEN = [
  'Alfredo',
  'Angelo',
  'Antonio',
  'Arnel',
  'Christian',
  'Danilo',
  'Edgardo',
  'Eduardo',
  'Ernesto',
  'Jericho',
  'Joel',
  'John Paul',
  'Jomar',
  'Jose',
  'Juan Carlos',
  'Mark Anthony',
  'Noel',
  'Ramil',
  'Renato',
  'Reynaldo',
  'Ricardo',
  'Roberto',
  'Rodel',
  'Rogelio',
  'Wilfredo',
];

const WOMEN = [
  'Analyn',
  'Angelica',
  'Carmelita',
  'Evangeline',
  'Jennifer',
  'Jocelyn',
  'Josefina',
  'Liezl',
  'Lourdes',
  'Maria Cristina',
  'Maria Luisa',
  'Maricel',
  'Marites',
  'Mary Grace',
  'Milagros',
  'Rosalinda',
  'Rosario',
  'Rowena',
  'Teresita',
  'Virginia',
];

const FAMILIES = [
  'Aguilar',
  'Batungbakal',
  'Bautista',
  'Castillo',
  'Catacutan',
  'Cruz',
  'De Guzman',
  'De Leon',
  'Dela Cruz',
  'Del Rosario',
  'Delos Santos',
  'Dimaculangan',
  'Domingo',
  'Dumlao',
  'Flores',
  'Garcia',
  'Lacsamana',
  'Macaraeg',
  'Manalo',
  'Manansala',
  'Mendoza',
  'Mercado',
  'Navarro',
  'Ocampo',
  'Panganiban',
  'Pascual',
  'Ramos',
  'Reyes',
  'Rivera',
  'Salazar',
  'Santiago',
  'Santos',
  'Torres',
  'Tumaliuan',
  'Villanueva',
];

const MORO_MEN = ['Abdul Jabbar', 'Alimudin', 'Jamil', 'Nasrodin', 'Norodin', 'Saidali', 'Samsodin'];
const MORO_WOMEN = ['Fatima', 'Jamela', 'Norhaya', 'Rohaya', 'Saadia', 'Sittie Aisah'];
const MORO_FAMILIES = ['Abdulcarim', 'Disomimba', 'Hadji Salic', 'Macabangon', 'Macarambon', 'Mangondato', 'Usman'];

const NICKNAMES_MEN = ['Boyet', 'Dodong', 'Jojo', 'Jun-jun', 'Nonoy', 'Onyok', 'Totoy'];
const NICKNAMES_WOMEN = ['Baby', 'Girlie', 'Inday', 'Jing-jing', 'Marivic', 'Nene', 'Weng'];

interface Filipino {
  givens: readonly string[];
  /** The mother's maiden surname. */
  middle: string;
  surname: string;
  junior: boolean;
}

const written = (use: PersonName['use'], { givens, middle, surname, junior }: Filipino): PersonName =>
  nameOf(use, 'Latn', [
    ...givens.map(given),
    ...(middle === '' ? [] : [other(middle)]),
    family(surname),
    ...(junior ? [generation('Jr.')] : []),
  ]);

function christian(random: Random, { sex, age }: NameWish): PersonName[] {
  const men = sex === 'male';
  const first = random.pick(men ? MEN : WOMEN);
  const second = random.pick((men ? MEN : WOMEN).filter((name) => name !== first && !name.includes(' ')));
  const givens = !first.includes(' ') && random.chance(0.25) ? [first, second] : [first];
  const [surname, middle, married] = random.several(FAMILIES, 3) as [string, string, string];
  const person: Filipino = { givens, middle, surname, junior: men && random.chance(0.12) };
  const names: PersonName[] = [];
  if (!men && age > 25 && random.chance(0.35)) {
    // A wife takes the husband's surname; her own becomes the middle name.
    names.push(written('main', { ...person, middle: surname, surname: married }));
    names.push(written('birth', person));
  } else {
    names.push(written('main', person));
  }
  const main = names[0] as PersonName;
  if (random.chance(0.3)) {
    const initialled = main.parts.map((part) =>
      part.type === 'other' ? { ...part, text: `${part.text.charAt(0)}.` } : part,
    );
    addName(names, nameOf('alias', 'Latn', initialled));
  }
  if (random.chance(0.3)) addName(names, nickname(random.pick(men ? NICKNAMES_MEN : NICKNAMES_WOMEN)));
  return names;
}

function moro(random: Random, { sex }: NameWish): PersonName[] {
  const givens = [random.pick(sex === 'male' ? MORO_MEN : MORO_WOMEN)];
  const [surname, middle] = random.several(MORO_FAMILIES, 2) as [string, string];
  return [written('main', { givens, middle: random.chance(0.6) ? middle : '', surname, junior: false })];
}

/** The Philippines: given names, the mother's surname as middle name, surname, sometimes Jr.; Moro names in the south. */
export const philippineNames: NameMaker = (random, wish) =>
  random.chance(0.92) ? christian(random, wish) : moro(random, wish);
