import type { Random } from '../random.ts';
import { connector, given, type NamePart, type NameWish, patronymic, title } from './name.ts';

/**
 * Names of the Malay world: a given name, often of two words, then `bin` or `binti` and the father's name. No surname.
 * Rows: Rumi (Latin) spelling, Jawi spelling or '' where it is not settled, other Rumi spellings.
 */
type Row = readonly [rumi: string, jawi: string, ...variants: string[]];

const MEN: readonly Row[] = [
  ['Abdul Aziz', 'عبدالعزيز', 'Abd Aziz'],
  ['Abdul Ghani', 'عبدالغني', 'Abd Ghani'],
  ['Abdul Hamid', 'عبدالحميد', 'Abd Hamid'],
  ['Abdul Karim', 'عبدالکريم', 'Abd Karim'],
  ['Abdul Rahim', 'عبدالرحيم', 'Abd Rahim'],
  ['Abdul Rahman', 'عبدالرحمن', 'Abd Rahman', 'Abdul Rahaman'],
  ['Abdullah', 'عبدالله'],
  ['Adnan', 'عدنان'],
  ['Ali', 'علي'],
  ['Amir', 'امير', 'Ameer'],
  ['Ariffin', 'عارفين', 'Arifin'],
  ['Azhar', 'ازهر'],
  ['Azlan', ''],
  ['Azman', ''],
  ['Fauzi', 'فوزي', 'Fawzi'],
  ['Faisal', 'فيصل', 'Faizal'],
  ['Ghazali', 'غزالي', 'Ghazaly'],
  ['Hakim', 'حکيم'],
  ['Halim', 'حليم'],
  ['Harun', 'هارون', 'Haron'],
  ['Hassan', 'حسن', 'Hasan'],
  ['Hussein', 'حسين', 'Hussin', 'Husin'],
  ['Idris', 'ادريس'],
  ['Ismail', 'اسماعيل', 'Ismael'],
  ['Jamaludin', 'جمال الدين', 'Jamaluddin'],
  ['Kamal', 'کمال'],
  ['Kamarudin', 'قمرالدين', 'Kamaruddin'],
  ['Latif', 'لطيف', 'Latiff'],
  ['Mahmud', 'محمود', 'Mahmood'],
  ['Mansor', 'منصور', 'Mansur'],
  ['Musa', 'موسى'],
  ['Mustafa', 'مصطفى', 'Mustapha'],
  ['Nasir', 'ناصر', 'Nasser'],
  ['Nordin', 'نورالدين', 'Noordin', 'Nurdin'],
  ['Omar', 'عمر', 'Umar'],
  ['Osman', 'عثمان', 'Othman', 'Usman'],
  ['Ramli', 'رملي'],
  ['Rashid', 'رشيد', 'Rasyid'],
  ['Razak', 'رزاق', 'Razaq'],
  ['Rosli', '', 'Rusli'],
  ['Sabri', 'صبري'],
  ['Salleh', 'صالح', 'Saleh'],
  ['Shamsudin', 'شمس الدين', 'Samsudin', 'Shamsuddin'],
  ['Sulaiman', 'سليمان', 'Sulaeman'],
  ['Taib', 'طيب', 'Tayib'],
  ['Yahya', 'يحيى'],
  ['Yaakob', 'يعقوب', 'Yakub', 'Yaacob'],
  ['Yusof', 'يوسف', 'Yusoff', 'Yusuf'],
  ['Zainal Abidin', 'زين العابدين'],
  ['Zakaria', 'زکريا'],
  ['Zulkifli', 'ذوالکفلي', 'Zulkifly', 'Dzulkifli'],
];

const YOUNGER_MEN: readonly Row[] = [
  ['Aiman', 'ايمن', 'Ayman'],
  ['Danial', 'دانيال', 'Daniyal'],
  ['Farhan', 'فرحان'],
  ['Firdaus', 'فردوس'],
  ['Hafiz', 'حافظ', 'Hafidz'],
  ['Haikal', 'هيکل'],
  ['Hazwan', ''],
  ['Irfan', 'عرفان'],
  ['Izzat', 'عزت'],
  ['Luqman', 'لقمان', 'Lukman'],
  ['Nazmi', 'نظمي'],
  ['Ridzuan', 'رضوان', 'Ridhwan', 'Rizwan'],
  ['Rizal', ''],
  ['Shahrul', ''],
  ['Syafiq', 'شفيق', 'Shafiq'],
  ['Syahmi', 'شهمي', 'Shahmi'],
  ['Zaki', 'زکي'],
];

const WOMEN: readonly Row[] = [
  ['Aishah', 'عائشه', 'Aisyah'],
  ['Aminah', 'امينه', 'Amina'],
  ['Asmah', 'اسماء', 'Asma'],
  ['Azizah', 'عزيزه'],
  ['Faridah', 'فريده'],
  ['Fatimah', 'فاطمه', 'Patimah'],
  ['Habibah', 'حبيبه'],
  ['Halimah', 'حليمه', 'Halima'],
  ['Hamidah', 'حميده'],
  ['Hasnah', 'حسنه'],
  ['Jamilah', 'جميله', 'Jamila'],
  ['Khadijah', 'خديجه', 'Kadijah'],
  ['Mariam', 'مريم', 'Maryam'],
  ['Maimunah', 'ميمونه', 'Maimon'],
  ['Norhayati', '', 'Noor Hayati', 'Nurhayati'],
  ['Rahmah', 'رحمه'],
  ['Rohani', 'روحاني'],
  ['Rokiah', 'رقيه', 'Rukiah', 'Ruqayyah'],
  ['Salmah', 'سلمى'],
  ['Saadiah', 'سعديه'],
  ['Sharifah', 'شريفه', 'Sarifah'],
  ['Zaharah', 'زهره', 'Zahara'],
  ['Zainab', 'زينب'],
  ['Zaleha', 'زليخا', 'Zulaikha'],
];

const YOUNGER_WOMEN: readonly Row[] = [
  ['Adibah', 'اديبه', 'Adiba'],
  ['Athirah', 'اثيره', 'Atirah'],
  ['Balqis', 'بلقيس', 'Balkis'],
  ['Farhana', 'فرحانه', 'Farhanah'],
  ['Hafizah', 'حافظه'],
  ['Humaira', 'حميراء', 'Humairah'],
  ['Izzati', 'عزتي', 'Izati'],
  ['Liyana', '', 'Liyanah'],
  ['Nabilah', 'نبيله', 'Nabila'],
  ['Najwa', 'نجوى'],
  ['Sakinah', 'سکينه'],
  ['Shahira', 'شهيره', 'Syahirah'],
  ['Syuhada', 'شهداء', 'Shuhada'],
  ['Yasmin', 'ياسمين', 'Yasmeen'],
];

const BEFORE_MEN: readonly Row[] = [
  ['Muhammad', 'محمد', 'Mohd', 'Mohamad', 'Muhd'],
  ['Mohd', 'محمد', 'Muhammad', 'Md'],
  ['Mohamad', 'محمد', 'Mohd'],
  ['Ahmad', 'احمد'],
];
const BEFORE_WOMEN: readonly Row[] = [
  ['Nur', 'نور', 'Nor', 'Noor'],
  ['Siti', 'سيتي'],
  ['Nor', 'نور', 'Nur'],
  ['Nurul', '', 'Nurol'],
];

/** One word or more of a name in its spellings. */
export interface Spelled {
  latin: string;
  jawi: string;
  variant: string;
}

const ofRow = (random: Random, [latin, jawi, ...variants]: Row): Spelled => ({
  latin,
  jawi,
  variant: variants.length === 0 ? latin : random.pick(variants),
});

export const together = (first: Spelled, second: Spelled): Spelled => ({
  latin: `${first.latin} ${second.latin}`,
  jawi: first.jawi === '' || second.jawi === '' ? '' : `${first.jawi} ${second.jawi}`,
  variant: `${first.variant} ${second.variant}`,
});

/** A given name for this person. */
export function malayGiven(random: Random, { sex, age }: NameWish): Spelled {
  const women = sex === 'female';
  const younger = random.chance(age < 40 ? 0.65 : age < 65 ? 0.1 : 0);
  const own = ofRow(random, random.pick(women ? (younger ? YOUNGER_WOMEN : WOMEN) : younger ? YOUNGER_MEN : MEN));
  const compound = own.latin.includes(' ');
  if (compound || !random.chance(age < 40 ? 0.8 : 0.45)) return own;
  const before = ofRow(random, random.pick(women ? BEFORE_WOMEN : BEFORE_MEN));
  return own.latin.startsWith(before.latin) ? own : together(before, own);
}

/** A father's name: a man's, of the generation before. */
export const malayFather = (random: Random, age: number): Spelled =>
  malayGiven(random, { sex: 'male', age: Math.max(age + 28, 45) });

/** Both names, and what stands between and before them, as one way of writing has them. */
export interface MalayForm {
  own: string;
  father: string;
  between: string;
  /** Honorifics before the name, and before the father's. */
  titles?: readonly string[];
  fatherTitles?: readonly string[];
}

export const malayParts = ({ own, father, between, titles = [], fatherTitles = [] }: MalayForm): NamePart[] => [
  ...titles.map(title),
  given(own),
  connector(between),
  ...fatherTitles.map(title),
  patronymic(father),
];

const NICKNAMES = {
  male: ['Abang Long', 'Bob Kapal', 'Din Lori', 'Man Botak', 'Mat Kilang', 'Pak Ngah', 'Pak Su', 'Wak Jeti'],
  female: ['Kak Long', 'Kak Yah', 'Mak Ngah', 'Mak Su', 'Wan Kedai'],
};

/** What somebody is called at the jetty or the market. */
export const malayNickname = (random: Random, { sex }: NameWish): string => random.pick(NICKNAMES[sex]);
