import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { addName, family, given, type NamePart, type NameWish, nameOf } from './name.ts';

/**
 * Chinese names of Malaysia, Singapore and Brunei: written as the dialect of the family says them, so that one
 * surname has several spellings (陳: Tan, Chan, Chin, Chen) and one spelling several surnames (Ng: 黃 or 吳).
 */
type Dialect = 'hokkien' | 'cantonese' | 'hakka' | 'mandarin';

/** Traditional, simplified, then Hokkien or Teochew, Cantonese, Hakka and pinyin; '' where it is rare. */
type Surname = readonly [hant: string, hans: string, hokkien: string, cantonese: string, hakka: string, pinyin: string];

const SURNAMES: readonly (readonly [weight: number, row: Surname])[] = [
  [12, ['陳', '陈', 'Tan', 'Chan', 'Chin', 'Chen']],
  [9, ['林', '林', 'Lim', 'Lam', 'Lim', 'Lin']],
  [8, ['黃', '黄', 'Ng', 'Wong', 'Wong', 'Huang']],
  [6, ['李', '李', 'Lee', 'Lee', 'Lee', 'Li']],
  [5, ['吳', '吴', 'Goh', 'Ng', 'Ng', 'Wu']],
  [5, ['王', '王', 'Ong', 'Wong', 'Wong', 'Wang']],
  [4, ['張', '张', 'Teo', 'Cheong', 'Chong', 'Zhang']],
  [4, ['蔡', '蔡', 'Chua', 'Choy', '', 'Cai']],
  [4, ['劉', '刘', 'Low', 'Lau', 'Liew', 'Liu']],
  [4, ['楊', '杨', 'Yeo', 'Yeong', 'Yong', 'Yang']],
  [3, ['許', '许', 'Koh', 'Hui', '', 'Xu']],
  [3, ['鄭', '郑', 'Tay', 'Cheng', '', 'Zheng']],
  [3, ['郭', '郭', 'Quek', 'Kwok', '', 'Guo']],
  [3, ['謝', '谢', 'Cheah', 'Tse', 'Chia', 'Xie']],
  [3, ['葉', '叶', 'Yap', 'Yip', 'Yap', 'Ye']],
  [2, ['何', '何', 'Ho', 'Ho', 'Ho', 'He']],
  [2, ['沈', '沈', 'Sim', 'Sum', '', 'Shen']],
  [2, ['洪', '洪', 'Ang', 'Hung', '', 'Hong']],
  [2, ['周', '周', 'Chew', 'Chow', 'Chew', 'Zhou']],
  [2, ['蘇', '苏', 'Soh', 'Soo', '', 'Su']],
  [2, ['梁', '梁', 'Neo', 'Leong', 'Liong', 'Liang']],
  [2, ['羅', '罗', 'Loh', 'Law', 'Lo', 'Luo']],
  [1, ['邱', '邱', 'Khoo', 'Yau', '', 'Qiu']],
  [1, ['曾', '曾', 'Chan', 'Tsang', 'Chin', 'Zeng']],
];

type Character = readonly [hant: string, hans: string, hokkien: string, cantonese: string, pinyin: string];

const MEN: readonly Character[] = [
  ['偉', '伟', 'Wee', 'Wai', 'Wei'],
  ['明', '明', 'Beng', 'Meng', 'Ming'],
  ['成', '成', 'Seng', 'Seng', 'Cheng'],
  ['發', '发', 'Huat', 'Fatt', 'Fa'],
  ['文', '文', 'Boon', 'Mun', 'Wen'],
  ['德', '德', 'Teck', 'Tuck', 'De'],
  ['華', '华', 'Hwa', 'Wah', 'Hua'],
  ['國', '国', 'Kok', 'Kwok', 'Guo'],
  ['福', '福', 'Hock', 'Fook', 'Fu'],
  ['財', '财', 'Chye', 'Choy', 'Cai'],
  ['志', '志', 'Chee', 'Chee', 'Zhi'],
  ['強', '强', 'Kiang', 'Keong', 'Qiang'],
  ['榮', '荣', 'Eng', 'Weng', 'Rong'],
  ['光', '光', 'Kong', 'Kwong', 'Guang'],
  ['平', '平', 'Peng', 'Ping', 'Ping'],
  ['興', '兴', 'Heng', 'Hing', 'Xing'],
  ['安', '安', 'Ann', 'Onn', 'An'],
  ['順', '顺', 'Soon', 'Shun', 'Shun'],
  ['金', '金', 'Kim', 'Kam', 'Jin'],
  ['良', '良', 'Leong', 'Leong', 'Liang'],
  ['家', '家', 'Kah', 'Kar', 'Jia'],
  ['俊', '俊', 'Choon', 'Chun', 'Jun'],
  ['傑', '杰', 'Kiat', 'Kit', 'Jie'],
  ['春', '春', 'Choon', 'Chun', 'Chun'],
  ['清', '清', 'Cheng', 'Ching', 'Qing'],
];

const WOMEN: readonly Character[] = [
  ['美', '美', 'Bee', 'Mei', 'Mei'],
  ['玉', '玉', 'Geok', 'Yoke', 'Yu'],
  ['麗', '丽', 'Lay', 'Lai', 'Li'],
  ['蓮', '莲', 'Lian', 'Lin', 'Lian'],
  ['香', '香', 'Hiang', 'Heong', 'Xiang'],
  ['英', '英', 'Eng', 'Ying', 'Ying'],
  ['鳳', '凤', 'Hong', 'Foong', 'Feng'],
  ['月', '月', 'Guat', 'Yuet', 'Yue'],
  ['雲', '云', 'Hoon', 'Wan', 'Yun'],
  ['秀', '秀', 'Siew', 'Sau', 'Xiu'],
  ['蘭', '兰', 'Lan', 'Lan', 'Lan'],
  ['慧', '慧', 'Hui', 'Wai', 'Hui'],
  ['婷', '婷', 'Teng', 'Ting', 'Ting'],
  ['芳', '芳', 'Hong', 'Fong', 'Fang'],
  ['珠', '珠', 'Choo', 'Chu', 'Zhu'],
  ['雪', '雪', 'Suat', 'Suet', 'Xue'],
  ['碧', '碧', 'Peck', 'Pik', 'Bi'],
  ['金', '金', 'Kim', 'Kam', 'Jin'],
];

const WESTERN_MEN = ['Adrian', 'Alvin', 'Benny', 'Desmond', 'Eric', 'Jason', 'Kelvin', 'Melvin', 'Raymond', 'Vincent'];
const WESTERN_WOMEN = ['Angeline', 'Cindy', 'Grace', 'Jenny', 'Joanne', 'Karen', 'Michelle', 'Serene', 'Shirley'];

const SURNAME_COLUMN = { hokkien: 2, cantonese: 3, hakka: 4, mandarin: 5 } as const;
/** Hakka given names are mostly written the Cantonese way in the region. */
const CHARACTER_COLUMN = { hokkien: 2, cantonese: 3, hakka: 3, mandarin: 4 } as const;

interface Reading {
  surname: Surname;
  characters: readonly Character[];
}

const givenIn = ({ characters }: Reading, dialect: Dialect, joiner: string): string => {
  const text = characters.map((row) => row[CHARACTER_COLUMN[dialect]]).join(joiner);
  return joiner === '' ? text.charAt(0) + text.slice(1).toLowerCase() : text;
};

/** A person's names: Latin letters first, then characters (simplified, or traditional for some of the old). */
export function chineseNames(random: Random, wish: NameWish): PersonName[] {
  const surname = random.weighted(SURNAMES);
  const dialects: Dialect[] = ['hokkien', 'hokkien', 'hokkien', 'cantonese', 'cantonese', 'hakka'];
  const spoken = random.pick(dialects.filter((dialect) => surname[SURNAME_COLUMN[dialect]] !== ''));
  const reading: Reading = {
    surname,
    characters: random.several(wish.sex === 'male' ? MEN : WOMEN, random.chance(0.92) ? 2 : 1),
  };
  const asSurname = surname[SURNAME_COLUMN[spoken]];
  const asGiven = givenIn(reading, random.chance(wish.age < 45 ? 0.6 : 0.15) ? 'mandarin' : spoken, ' ');
  const western =
    wish.age < 55 && random.chance(0.3) ? random.pick(wish.sex === 'male' ? WESTERN_MEN : WESTERN_WOMEN) : undefined;
  const parts: NamePart[] = [family(asSurname), given(asGiven)];
  const names = [nameOf('main', 'Latn', western === undefined ? parts : [given(western), ...parts])];
  const old = wish.age > 60 && random.chance(0.5);
  const column = old ? 0 : 1;
  const inCharacters = [family(surname[column]), given(reading.characters.map((row) => row[column]).join(''))];
  names.push(nameOf('main', old ? 'Hant' : 'Hans', inCharacters, ''));
  if (random.chance(0.3)) {
    addName(names, nameOf('alias', 'Latn', [family(surname[5]), given(givenIn(reading, 'mandarin', ''))]));
  } else if (western !== undefined && random.chance(0.5)) {
    addName(names, nameOf('alias', 'Latn', [given(western), family(asSurname)]));
  }
  return names;
}
