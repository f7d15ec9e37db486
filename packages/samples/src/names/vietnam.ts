import { addName, family, given, type NameMaker, nameOf, nickname, other, plainName } from './name.ts';

/** Two in five are Nguyễn, so the given name is what tells people apart. */
const FAMILIES: readonly (readonly [weight: number, name: string])[] = [
  [38, 'Nguyễn'],
  [11, 'Trần'],
  [9, 'Lê'],
  [7, 'Phạm'],
  [4, 'Hoàng'],
  [3, 'Huỳnh'],
  [4, 'Phan'],
  [3, 'Vũ'],
  [3, 'Võ'],
  [3, 'Đặng'],
  [3, 'Bùi'],
  [2, 'Đỗ'],
  [2, 'Ngô'],
  [2, 'Dương'],
  [2, 'Lý'],
  [1, 'Đinh'],
  [1, 'Đoàn'],
  [1, 'Lương'],
  [1, 'Mai'],
  [1, 'Trịnh'],
];

const MIDDLE_MEN = ['Anh', 'Công', 'Đình', 'Đức', 'Gia', 'Hữu', 'Minh', 'Ngọc', 'Quang', 'Quốc', 'Thanh', 'Xuân'];
const MEN = [
  'Bình',
  'Cường',
  'Dũng',
  'Đạt',
  'Hải',
  'Hiếu',
  'Hùng',
  'Huy',
  'Khánh',
  'Khoa',
  'Kiên',
  'Long',
  'Nam',
  'Nghĩa',
  'Phong',
  'Phúc',
  'Quân',
  'Sơn',
  'Tài',
  'Tâm',
  'Thành',
  'Thắng',
  'Toàn',
  'Trung',
  'Tuấn',
  'Tùng',
  'Việt',
  'Vinh',
];

const MIDDLE_WOMEN = ['Bích', 'Cẩm', 'Diệu', 'Hồng', 'Kim', 'Minh', 'Mỹ', 'Ngọc', 'Phương', 'Thanh', 'Thu', 'Thùy'];
const WOMEN = [
  'Diễm',
  'Hà',
  'Hạnh',
  'Hằng',
  'Hiền',
  'Hoa',
  'Huệ',
  'Hương',
  'Lan',
  'Liên',
  'Linh',
  'Loan',
  'Nga',
  'Ngân',
  'Nhung',
  'Oanh',
  'Phượng',
  'Quyên',
  'Thảo',
  'Thủy',
  'Trang',
  'Trinh',
  'Tuyết',
  'Uyên',
  'Vân',
  'Vy',
  'Yến',
];

/** A nickname says where somebody stands among brothers and sisters (in the south), or what is remarked. */
const BY_RANK = ['Hai', 'Ba', 'Tư', 'Năm', 'Sáu', 'Bảy', 'Út'];

/** Vietnam: family name, middle name, given name, with diacritics; passports often drop them. */
export const vietnameseNames: NameMaker = (random, { sex, age }) => {
  const men = sex === 'male';
  const traditional = random.chance(age > 35 ? 0.6 : 0.25);
  const middle = traditional ? (men ? 'Văn' : 'Thị') : random.pick(men ? MIDDLE_MEN : MIDDLE_WOMEN);
  const name = random.pick((men ? MEN : WOMEN).filter((text) => text !== middle));
  const withMiddle = !men && traditional && random.chance(0.4) ? [middle, random.pick(MIDDLE_WOMEN)] : [middle];
  const middles = withMiddle.filter((text) => text !== name);
  const surname = random.weighted(FAMILIES);
  const main = nameOf('main', 'Latn', [family(surname), ...middles.map(other), given(name)]);
  const names = [main];
  if (random.chance(0.4)) addName(names, plainName(main, 'alias'));
  if (random.chance(0.12)) {
    const western = nameOf('alias', 'Latn', [given(name), ...middles.map(other), family(surname)]);
    addName(names, plainName(western, 'alias'));
  }
  if (random.chance(0.12)) addName(names, nickname(`${random.pick(BY_RANK)} ${name}`));
  return names;
};
