import { addName, family, given, type NameMaker, nameOf, nickname } from './name.ts';

type Row = readonly [lao: string, latin: string];

const MEN: readonly Row[] = [
  ['ກອງແກ້ວ', 'Kongkeo'],
  ['ຄຳພອນ', 'Khamphone'],
  ['ຄຳຫຼ້າ', 'Khamla'],
  ['ໄຊຊະນະ', 'Xaysana'],
  ['ຖາວອນ', 'Thavone'],
  ['ທອງຈັນ', 'Thongchanh'],
  ['ບຸນທັນ', 'Bounthanh'],
  ['ບຸນມີ', 'Bounmy'],
  ['ພູວົງ', 'Phouvong'],
  ['ໂພນສະຫວັນ', 'Phonesavanh'],
  ['ວິໄລ', 'Vilay'],
  ['ວຽງຄຳ', 'Viengkham'],
  ['ສົມພອນ', 'Somphone'],
  ['ສົມສັກ', 'Somsack'],
  ['ສີທອງ', 'Sithong'],
  ['ສີສະຫວາດ', 'Sisavath'],
  ['ສຸກສະຫວັນ', 'Souksavanh'],
  ['ແສງເພັດ', 'Sengphet'],
  ['ອະນຸສອນ', 'Anousone'],
];

const WOMEN: readonly Row[] = [
  ['ແກ້ວມະນີ', 'Keomany'],
  ['ຄຳແກ້ວ', 'Khamkeo'],
  ['ຈັນທະລາ', 'Chanthala'],
  ['ດາລາວັນ', 'Dalavanh'],
  ['ທິບພະຈັນ', 'Thipphachanh'],
  ['ບົວວັນ', 'Bouavanh'],
  ['ບົວໄລ', 'Boualay'],
  ['ເພັດສະໝອນ', 'Phetsamone'],
  ['ມະນີວັນ', 'Manivanh'],
  ['ມາໄລວັນ', 'Malayvanh'],
  ['ລັດສະໝີ', 'Latsamy'],
  ['ວະນິດາ', 'Vanida'],
  ['ວັນນະພາ', 'Vannapha'],
  ['ສຸພາພອນ', 'Souphaphone'],
  ['ສົມຈິດ', 'Somchit'],
  ['ແສງດາວ', 'Sengdao'],
];

const FAMILIES: readonly Row[] = [
  ['ແກ້ວບຸນພັນ', 'Keobounphanh'],
  ['ຂຸນສະຫວັນ', 'Khounsavanh'],
  ['ຄຳວົງສາ', 'Khamvongsa'],
  ['ຈັນທະວົງ', 'Chanthavong'],
  ['ໄຊຍະວົງ', 'Xayavong'],
  ['ດວງຈັນ', 'Douangchanh'],
  ['ດວງມາລາ', 'Douangmala'],
  ['ເທບວົງສາ', 'Thepvongsa'],
  ['ບຸນຍະວົງ', 'Bounyavong'],
  ['ພັນທະວົງ', 'Phanthavong'],
  ['ພິມມະສອນ', 'Phimmasone'],
  ['ພົມມະຈັນ', 'Phommachanh'],
  ['ເພັດສະວົງ', 'Phetsavong'],
  ['ມະນີວົງ', 'Manivong'],
  ['ລັດຕະນະວົງ', 'Rattanavong'],
  ['ວິໄລສັກ', 'Vilaysack'],
  ['ວົງສາ', 'Vongsa'],
  ['ສີສຸພັນ', 'Sisouphanh'],
  ['ສີຫາລາດ', 'Sihalath'],
  ['ສຸລິວົງ', 'Soulivong'],
  ['ແສງດາລາ', 'Sengdara'],
  ['ແສງສຸວັນ', 'Sengsouvanh'],
  ['ອິນທະວົງ', 'Inthavong'],
];

const NICKNAMES: readonly Row[] = [
  ['ນ້ອຍ', 'Noy'],
  ['ຕຸ້ຍ', 'Touy'],
  ['ແດງ', 'Deng'],
  ['ດຳ', 'Dam'],
  ['ນົກ', 'Nok'],
  ['ຕູ່', 'Tou'],
];

/** The English way beside the French one: no silent h, u for ou, s for x. */
const plainer = (latin: string): string =>
  latin
    .replaceAll(/nh\b/g, 'n')
    .replaceAll(/one\b/g, 'on')
    .replaceAll('ou', 'u')
    .replaceAll('ack', 'ak')
    .replace(/^X/, 'S');

/** Laos: given name, which is what people go by, then the family's; in Lao and in French or English spelling. */
export const laoNames: NameMaker = (random, { sex }) => {
  const name = random.pick(sex === 'male' ? MEN : WOMEN);
  const surname = random.pick(FAMILIES);
  const names = [
    nameOf('main', 'Latn', [given(name[1]), family(surname[1])]),
    nameOf('main', 'Laoo', [given(name[0]), family(surname[0])]),
  ];
  if (random.chance(0.3)) {
    addName(names, nameOf('alias', 'Latn', [given(plainer(name[1])), family(plainer(surname[1]))]));
  }
  if (random.chance(0.15)) {
    const [lao, latin] = random.pick(NICKNAMES);
    addName(names, nickname(latin));
    names.push(nickname(lao, 'Laoo'));
  }
  return names;
};
