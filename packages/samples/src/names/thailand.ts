import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { addName, family, given, type NameMaker, nameOf, nickname } from './name.ts';

/** Thai script, the Royal Institute's romanisation, and the one that people choose themselves, where it differs. */
type Row = readonly [thai: string, royal: string, own?: string];

const MEN: readonly Row[] = [
  ['กิตติ', 'Kitti'],
  ['จักรพันธ์', 'Chakkraphan', 'Jakkrapan'],
  ['ชัยวัฒน์', 'Chaiwat'],
  ['ชาญณรงค์', 'Channarong', 'Charnnarong'],
  ['ณัฐพล', 'Natthaphon', 'Nattapol'],
  ['ธนพล', 'Thanaphon', 'Tanapol'],
  ['ธีรพงษ์', 'Thiraphong', 'Teerapong'],
  ['นพดล', 'Nopphadon', 'Noppadol'],
  ['ประเสริฐ', 'Prasoet', 'Prasert'],
  ['ปรีชา', 'Pricha', 'Preecha'],
  ['พงศกร', 'Phongsakon', 'Pongsakorn'],
  ['ภาณุพงศ์', 'Phanuphong', 'Panupong'],
  ['มานพ', 'Manop'],
  ['รุ่งโรจน์', 'Rungrot', 'Rungroj'],
  ['วรพจน์', 'Woraphot', 'Worapoj'],
  ['วิชัย', 'Wichai', 'Vichai'],
  ['วีระ', 'Wira', 'Weera'],
  ['ศุภชัย', 'Supphachai', 'Supachai'],
  ['สมชาย', 'Somchai'],
  ['สมบัติ', 'Sombat'],
  ['สมศักดิ์', 'Somsak'],
  ['สุเมธ', 'Sumet', 'Sumeth'],
  ['สุรชัย', 'Surachai'],
  ['อดิศักดิ์', 'Adisak'],
  ['อนุชา', 'Anucha'],
];

const WOMEN: readonly Row[] = [
  ['กนกวรรณ', 'Kanokwan'],
  ['กัญญา', 'Kanya'],
  ['จันทร์เพ็ญ', 'Chanphen', 'Janpen'],
  ['ชลธิชา', 'Chonthicha', 'Chonticha'],
  ['ณัฐธิดา', 'Natthida', 'Nattida'],
  ['ดวงใจ', 'Duangchai', 'Duangjai'],
  ['ธิดารัตน์', 'Thidarat', 'Tidarat'],
  ['นงลักษณ์', 'Nonglak', 'Nonglux'],
  ['นภา', 'Napha', 'Napa'],
  ['เบญจมาศ', 'Benchamat', 'Benjamas'],
  ['ปวีณา', 'Pawina', 'Paweena'],
  ['พรทิพย์', 'Phonthip', 'Porntip'],
  ['พิมพ์ใจ', 'Phimchai', 'Pimjai'],
  ['มาลี', 'Mali', 'Malee'],
  ['รัตนา', 'Rattana', 'Ratana'],
  ['วรรณา', 'Wanna'],
  ['วิไลวรรณ', 'Wilaiwan'],
  ['ศิริพร', 'Siriphon', 'Siriporn'],
  ['สมหญิง', 'Somying'],
  ['สายฝน', 'Saifon'],
  ['สุดารัตน์', 'Sudarat'],
  ['สุนีย์', 'Suni', 'Sunee'],
  ['อรุณี', 'Aruni', 'Arunee'],
  ['อัญชลี', 'Anchali', 'Anchalee'],
];

/** By law a surname is one family's own, so these are put together from usual elements instead of taken from anyone. */
const FIRST: readonly Row[] = [
  ['แก้ว', 'Kaeo', 'Kaew'],
  ['คำ', 'Kham', 'Kam'],
  ['จันทร์', 'Chan', 'Jan'],
  ['เจริญ', 'Charoen', 'Jaroen'],
  ['ใจ', 'Chai', 'Jai'],
  ['ทอง', 'Thong', 'Tong'],
  ['บุญ', 'Bun', 'Boon'],
  ['พูน', 'Phun', 'Poon'],
  ['เพชร', 'Phet', 'Petch'],
  ['รุ่ง', 'Rung', 'Roong'],
  ['ศรี', 'Si', 'Sri'],
  ['สุข', 'Suk', 'Sook'],
  ['แสง', 'Saeng', 'Sang'],
];
const SECOND: readonly Row[] = [
  ['กุล', 'kun', 'kul'],
  ['แก้ว', 'kaeo', 'kaew'],
  ['งาม', 'ngam'],
  ['เจริญ', 'charoen', 'jaroen'],
  ['ดี', 'di', 'dee'],
  ['ทรัพย์', 'sap', 'sub'],
  ['พันธ์', 'phan', 'pan'],
  ['ไพศาล', 'phaisan', 'paisarn'],
  ['มณี', 'mani', 'manee'],
  ['มา', 'ma'],
  ['มี', 'mi', 'mee'],
  ['รักษ์', 'rak', 'rak'],
  ['รัตน์', 'rat'],
  ['วงศ์', 'wong'],
  ['วิเศษ', 'wiset', 'vises'],
  ['สมบูรณ์', 'sombun', 'somboon'],
  ['สว่าง', 'sawang'],
  ['สุข', 'suk', 'sook'],
];

const NICKNAMES: readonly (readonly [thai: string, latin: string])[] = [
  ['ต้อม', 'Tom'],
  ['ตุ๊ก', 'Tuk'],
  ['แดง', 'Daeng'],
  ['นก', 'Nok'],
  ['น้อย', 'Noi'],
  ['หน่อย', 'Noi'],
  ['หนึ่ง', 'Nueng'],
  ['เล็ก', 'Lek'],
  ['อ้วน', 'Uan'],
  ['เอก', 'Ek'],
];

const royal = ([, latin]: Row): string => latin;
const own = ([, latin, chosen]: Row): string => chosen ?? latin;

function latinName(use: PersonName['use'], name: Row, surname: readonly [Row, Row], spell: (row: Row) => string) {
  return nameOf(use, 'Latn', [given(spell(name)), family(surname.map(spell).join(''))]);
}

function surnameOf(random: Random): readonly [Row, Row] {
  const first = random.pick(FIRST);
  return [first, random.pick(SECOND.filter(([thai]) => thai !== first[0]))];
}

/** Thailand: given name and surname, in Thai and in one romanisation or another; everybody has a short nickname. */
export const thaiNames: NameMaker = (random, { sex }) => {
  const name = random.pick(sex === 'male' ? MEN : WOMEN);
  const surname = surnameOf(random);
  const spellings = random.chance(0.5) ? [royal, own] : [own, royal];
  const [main, second] = spellings as [typeof royal, typeof royal];
  const names = [
    latinName('main', name, surname, main),
    nameOf('main', 'Thai', [given(name[0]), family(surname.map(([thai]) => thai).join(''))]),
  ];
  if (random.chance(0.35)) addName(names, latinName('alias', name, surname, second));
  if (random.chance(0.3)) {
    const [thai, latin] = random.pick(NICKNAMES);
    addName(names, nickname(latin));
    names.push(nickname(thai, 'Thai'));
  }
  if (random.chance(0.06)) {
    const before = surnameOf(random);
    names.push(nameOf('birth', 'Thai', [given(name[0]), family(before.map(([thai]) => thai).join(''))]));
  }
  return names;
};
