import type { Random } from '../random.ts';
import { addName, given, type NameMaker, type NamePart, type NameWish, nameOf, title } from './name.ts';

/** Burmese script, Latin, and another Latin spelling. */
type Row = readonly [burmese: string, latin: string, variant?: string];

const MEN: readonly Row[] = [
  ['အောင်', 'Aung'],
  ['ကျော်', 'Kyaw'],
  ['ကြည်', 'Kyi'],
  ['ဇော်', 'Zaw'],
  ['ဇေယျာ', 'Zeya', 'Zayar'],
  ['တင်', 'Tin'],
  ['ထွန်း', 'Tun', 'Htun'],
  ['ထက်', 'Htet'],
  ['နိုင်', 'Naing'],
  ['ဖြိုး', 'Phyo', 'Pyo'],
  ['မင်း', 'Min'],
  ['မိုး', 'Moe'],
  ['မောင်', 'Maung'],
  ['မြင့်', 'Myint'],
  ['မျိုး', 'Myo'],
  ['ရန်', 'Yan'],
  ['ရဲ', 'Ye'],
  ['လင်း', 'Lin', 'Linn'],
  ['လွင်', 'Lwin'],
  ['လှ', 'Hla'],
  ['ဝင်း', 'Win'],
  ['ဝေ', 'Wai'],
  ['သန့်', 'Thant'],
  ['သန်း', 'Than'],
  ['သိန်း', 'Thein'],
  ['သူရ', 'Thura', 'Thuya'],
  ['စိုး', 'Soe'],
  ['ဌေး', 'Htay', 'Tay'],
  ['ဦး', 'Oo'],
];

const WOMEN: readonly Row[] = [
  ['ခင်', 'Khin'],
  ['ချို', 'Cho'],
  ['စန္ဒာ', 'Sandar', 'Sanda'],
  ['စန်း', 'San'],
  ['ဇင်', 'Zin'],
  ['ညို', 'Nyo'],
  ['နု', 'Nu'],
  ['နွယ်', 'Nwe'],
  ['နှင်း', 'Hnin'],
  ['ဖြူ', 'Phyu', 'Pyu'],
  ['မွန်', 'Mon'],
  ['မေ', 'May'],
  ['မာ', 'Mar'],
  ['မြ', 'Mya'],
  ['မြတ်', 'Myat'],
  ['ယဉ်', 'Yin'],
  ['လှိုင်', 'Hlaing'],
  ['ဝါ', 'Wah', 'Wa'],
  ['သန္တာ', 'Thandar', 'Thanda'],
  ['သီတာ', 'Thida', 'Thidar'],
  ['အိ', 'Ei'],
  ['အေး', 'Aye'],
  ['ဥမ္မာ', 'Ohnmar', 'Ohnma'],
];

/** Names of the Shan and the Karen have their own honorifics. */
const SHAN: readonly Row[] = [
  ['ခမ်း', 'Kham'],
  ['အောင်', 'Aung'],
  ['လှ', 'Hla'],
  ['ထွန်း', 'Tun', 'Htun'],
  ['ဝင်း', 'Win'],
];
const KAREN: readonly Row[] = [
  ['ထူး', 'Htoo'],
  ['ဖော', 'Paw'],
  ['မြ', 'Mya'],
  ['အောင်', 'Aung'],
  ['ဝါး', 'War'],
];

interface Made {
  honorific: Row | undefined;
  words: readonly Row[];
}

/** U and Daw for the older, Ko and Ma among equals, Maung for boys; often left away. */
function bamarHonorific(random: Random, { sex, age }: NameWish): Row | undefined {
  if (random.chance(0.3)) return undefined;
  if (sex === 'female') return age >= 38 ? ['ဒေါ်', 'Daw'] : ['မ', 'Ma'];
  if (age >= 38) return ['ဦး', 'U'];
  return age < 20 ? ['မောင်', 'Maung'] : ['ကို', 'Ko'];
}

function bamar(random: Random, wish: NameWish): Made {
  const pool = wish.sex === 'male' ? MEN : WOMEN;
  const honorific = bamarHonorific(random, wish);
  const count = random.weighted([
    [35, 2],
    [55, 3],
    [10, 4],
  ]);
  const words = random.several(pool, count);
  const first = words[0] as Row;
  // Two like syllables make a name of their own: Aung Aung, Hla Hla.
  if (count === 2 && random.chance(0.2) && first[1] !== 'Oo') return { honorific, words: [first, first] };
  // Maung stands first or not at all, Oo last.
  const placed = [...words].sort((a, b) => place(a) - place(b));
  if (honorific !== undefined && placed[0]?.[1] === honorific[1]) return { honorific: undefined, words: placed };
  return { honorific, words: placed };
}

const place = ([, latin]: Row): number => (latin === 'Maung' ? 0 : latin === 'Oo' ? 2 : 1);

function withPeople(random: Random, { sex }: NameWish): Made {
  const women = sex === 'female';
  if (random.chance(0.5)) {
    const honorific: Row = women ? ['နန်း', 'Nang', 'Nan'] : ['စိုင်း', 'Sai'];
    return { honorific, words: random.several(SHAN, 2) };
  }
  const honorific: Row = women ? ['နော်', 'Naw'] : ['စော', 'Saw'];
  return { honorific, words: random.several(KAREN, random.int(2, 3)) };
}

/** The name is one whole, however many words it has: no part of it is a surname. */
const latinParts = ({ honorific, words }: Made, spell: (row: Row) => string): NamePart[] => [
  ...(honorific === undefined ? [] : [title(spell(honorific))]),
  given(words.map(spell).join(' ')),
];

/** Myanmar: an honorific and a name of two to four syllables; nobody has a surname. */
export const burmeseNames: NameMaker = (random, wish) => {
  const made = random.chance(0.85) ? bamar(random, wish) : withPeople(random, wish);
  const { honorific, words } = made;
  const burmese = [
    ...(honorific === undefined ? [] : [title(honorific[0])]),
    given(words.map(([letters]) => letters).join('')),
  ];
  const names = [
    nameOf(
      'main',
      'Latn',
      latinParts(made, ([, latin]) => latin),
    ),
    nameOf('main', 'Mymr', burmese, ''),
  ];
  if (random.chance(0.25)) {
    const parts = latinParts({ honorific: undefined, words }, ([, latin, variant]) => variant ?? latin);
    addName(names, nameOf('alias', 'Latn', parts));
  }
  return names;
};
