import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import {
  addName,
  family,
  given,
  type NameMaker,
  type NamePart,
  type NameWish,
  nameOf,
  nickname,
  other,
  title,
} from './name.ts';

/** Javanese names that stand alone: no second part exists, and none is to be made up. */
const SINGLE_MEN = [
  'Karsono',
  'Kasiman',
  'Ngatimin',
  'Paijo',
  'Poniman',
  'Saimin',
  'Sarjono',
  'Slamet',
  'Sugiono',
  'Sujono',
  'Sukamto',
  'Sukirman',
  'Sumarno',
  'Suparman',
  'Supriyadi',
  'Sutrisno',
  'Suwarno',
  'Suyono',
  'Tukiman',
  'Wagiman',
  'Warsito',
];
const SINGLE_WOMEN = [
  'Juminten',
  'Lastri',
  'Ngatinah',
  'Ponirah',
  'Sugiyem',
  'Sulastri',
  'Sumiyati',
  'Suminah',
  'Suparti',
  'Sutinah',
  'Tukinem',
  'Waginah',
  'Wagiyem',
];

/** Two words, neither of them a family's. */
const FIRST_MEN = ['Agus', 'Andi', 'Arif', 'Bambang', 'Bayu', 'Budi', 'Dedi', 'Dwi', 'Eko', 'Hendra', 'Rudi', 'Yudi'];
const SECOND_MEN = [
  'Cahyono',
  'Firmansyah',
  'Haryanto',
  'Hermawan',
  'Kurniawan',
  'Nugroho',
  'Prasetyo',
  'Pratama',
  'Purnomo',
  'Saputra',
  'Setiawan',
  'Susanto',
  'Wahyudi',
  'Wicaksono',
];
const FIRST_WOMEN = ['Ayu', 'Dewi', 'Dian', 'Endang', 'Fitri', 'Indah', 'Ratna', 'Rina', 'Rini', 'Sri', 'Tri', 'Yuni'];
const SECOND_WOMEN = [
  'Anggraini',
  'Astuti',
  'Handayani',
  'Kurniasih',
  'Kusumawati',
  'Maharani',
  'Oktaviani',
  'Puspitasari',
  'Rahayu',
  'Rahmawati',
  'Setyowati',
  'Wahyuni',
  'Widiastuti',
  'Wulandari',
];

const SUNDANESE_MEN = ['Asep', 'Cecep', 'Dadang', 'Engkos', 'Iwan', 'Jajang', 'Ujang', 'Yayan'];
const SUNDANESE_SECOND_MEN = ['Hidayat', 'Koswara', 'Permana', 'Ramdani', 'Saepudin', 'Sukandar', 'Suryana'];
const SUNDANESE_WOMEN = ['Eneng', 'Euis', 'Iis', 'Imas', 'Neneng', 'Nyai', 'Tati'];
const SUNDANESE_SECOND_WOMEN = ['Komariah', 'Kurniasih', 'Nurhayati', 'Rohaeti', 'Rostiana', 'Sumiati'];

const BATAK_MEN = ['Binsar', 'Jonggi', 'Mangara', 'Parlindungan', 'Poltak', 'Ramses', 'Saut', 'Tigor', 'Togar'];
const BATAK_WOMEN = ['Duma', 'Hotnida', 'Lamria', 'Nurmala', 'Rosmauli', 'Rotua', 'Tiarma', 'Tiur'];
const BATAK_CLANS = [
  'Ginting',
  'Harahap',
  'Hutabarat',
  'Hutagalung',
  'Lubis',
  'Manurung',
  'Marpaung',
  'Nainggolan',
  'Nasution',
  'Pasaribu',
  'Purba',
  'Sembiring',
  'Siahaan',
  'Sihombing',
  'Simanjuntak',
  'Simbolon',
  'Sinaga',
  'Siregar',
  'Sitompul',
  'Tambunan',
  'Tarigan',
];

/** Second, third and fourth child; the fifth begins anew with the names of the first. */
const BALINESE_LATER = [['Made', 'Kadek', 'Nengah'], ['Nyoman', 'Komang'], ['Ketut']];
const BALINESE_FIRST = { male: ['Wayan', 'Putu', 'Gede'], female: ['Wayan', 'Putu', 'Luh'] };
const BALINESE_MEN = [
  'Ardana',
  'Arnawa',
  'Artawan',
  'Mertayasa',
  'Parwata',
  'Suardana',
  'Suarjana',
  'Sudiarta',
  'Sukerta',
  'Widiana',
];
const BALINESE_WOMEN = ['Ariani', 'Puspawati', 'Rasmini', 'Sukerti', 'Sumariani', 'Suryani', 'Widiasih'];

const MUSLIM_MEN = ['Abdul Rohman', 'Achmad Fauzi', 'Ahmad Rifai', 'Moh. Ilham', 'Muhammad Ridwan', 'Nur Kholis'];
const MUSLIM_WOMEN = ['Khoirunnisa', 'Nur Azizah', 'Nurul Hidayah', 'Siti Aminah', 'Siti Khotimah', 'Umi Kalsum'];
const MUSLIM_SECOND = ['Hakim', 'Maulana', 'Ramadhan', 'Syahputra'];

const NICKNAMES = {
  male: ['Abah', 'Bang Jago', 'Cak Kus', 'Gondrong', 'Kancil', 'Pakde', 'Tole', 'Ucok'],
  female: ['Bude', 'Butet', 'Mak Cik', 'Mbak Yun', 'Nona', 'Teteh', 'Upik'],
};

/** Spelling before the reform of 1972, and before 1947 for oe: Sujono was Soedjono. */
export function oldSpelling(text: string): string {
  const step = (from: RegExp, to: string) => (now: string) =>
    now.replaceAll(from, (letters) => (/^\p{Lu}/u.test(letters) ? to.charAt(0).toUpperCase() + to.slice(1) : to));
  return [
    step(/j/gi, 'dj'),
    step(/(?<![sn])y/gi, 'j'),
    step(/sy/gi, 'sj'),
    step(/ny/gi, 'nj'),
    step(/c(?!h)/gi, 'tj'),
    step(/kh/gi, 'ch'),
    step(/u/gi, 'oe'),
  ].reduce((now, change) => change(now), text);
}

const inOldSpelling = (name: PersonName): PersonName =>
  nameOf(
    'alias',
    name.script,
    name.parts.map(({ type, text }) => ({ type, text: oldSpelling(text) })),
  );

type Maker = (random: Random, wish: NameWish) => NamePart[];

const single: Maker = (random, { sex }) => [given(random.pick(sex === 'male' ? SINGLE_MEN : SINGLE_WOMEN))];

const twoWords: Maker = (random, { sex }) => [
  given(random.pick(sex === 'male' ? FIRST_MEN : FIRST_WOMEN)),
  given(random.pick(sex === 'male' ? SECOND_MEN : SECOND_WOMEN)),
];

const sundanese: Maker = (random, { sex }) => [
  given(random.pick(sex === 'male' ? SUNDANESE_MEN : SUNDANESE_WOMEN)),
  given(random.pick(sex === 'male' ? SUNDANESE_SECOND_MEN : SUNDANESE_SECOND_WOMEN)),
];

const batak: Maker = (random, { sex }) => [
  given(random.pick(sex === 'male' ? BATAK_MEN : BATAK_WOMEN)),
  family(random.pick(BATAK_CLANS)),
];

const balinese: Maker = (random, { sex }) => [
  title(sex === 'male' ? 'I' : 'Ni'),
  other(random.pick(random.pick([BALINESE_FIRST[sex], ...BALINESE_LATER]))),
  given(random.pick(sex === 'male' ? BALINESE_MEN : BALINESE_WOMEN)),
];

const muslim: Maker = (random, { sex }) => {
  const words = [given(random.pick(sex === 'male' ? MUSLIM_MEN : MUSLIM_WOMEN))];
  if (sex === 'male' && random.chance(0.5)) words.push(given(random.pick(MUSLIM_SECOND)));
  return words;
};

/** Indonesia: single names, two words without a surname, Batak clans, Balinese birth order. */
export const indonesianNames: NameMaker = (random, wish) => {
  const make = random.weighted<Maker>([
    [wish.age > 40 ? 30 : 12, single],
    [38, twoWords],
    [14, sundanese],
    [12, batak],
    [8, balinese],
    [14, muslim],
  ]);
  const main = nameOf('main', 'Latn', make(random, wish));
  const names = [main];
  if (random.chance(wish.age > 45 ? 0.4 : 0.1)) addName(names, inOldSpelling(main));
  if (random.chance(0.15)) addName(names, nickname(random.pick(NICKNAMES[wish.sex])));
  return names;
};
