import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { chineseNames } from './chinese.ts';
import { malayFather, malayGiven, malayParts } from './malay.ts';
import { addName, connector, given, type NameMaker, type NameWish, nameOf, patronymic } from './name.ts';

/** Fathers' names that are heard in Brunei more than elsewhere. */
const LOCAL_FATHERS = ['Besar', 'Damit', 'Jumat', 'Lamat', 'Matusin', 'Metassan', 'Momin', 'Tengah', 'Timbang', 'Tuah'];
const DUSUN_MEN = ['Gumpil', 'Kilau', 'Lakim', 'Ngalipan', 'Ranggi', 'Sulau', 'Unggul'];
const DUSUN_WOMEN = ['Dulin', 'Ganit', 'Imbun', 'Lunsi', 'Rampayan', 'Saniah'];

/** Awang and Dayang stand before nearly everybody's name; Haji and Hajah before a pilgrim's, the father's too. */
function malay(random: Random, wish: NameWish): PersonName[] {
  const women = wish.sex === 'female';
  const own = malayGiven(random, wish);
  const local = random.chance(0.3) ? random.pick(LOCAL_FATHERS) : undefined;
  const father = local === undefined ? malayFather(random, wish.age) : { latin: local, jawi: '', variant: local };
  const polite = random.chance(0.5) ? [women ? 'Dayang' : 'Awang'] : [];
  const pilgrim = wish.age > 40 && random.chance(0.35) ? [women ? 'Hajah' : 'Haji'] : [];
  const fatherTitles = random.chance(0.45) ? ['Haji'] : [];
  const titles = [...polite, ...pilgrim];
  const between = women ? 'binti' : 'bin';
  const names = [
    nameOf('main', 'Latn', malayParts({ own: own.latin, father: father.latin, between, titles, fatherTitles })),
  ];
  if (own.jawi !== '' && father.jawi !== '') {
    const jawi = malayParts({
      own: own.jawi,
      father: father.jawi,
      between: women ? 'بنت' : 'بن',
      titles: titles.map((word) => JAWI_TITLES[word] ?? word),
      fatherTitles: fatherTitles.map((word) => JAWI_TITLES[word] ?? word),
    });
    names.push(nameOf('main', 'Arab', jawi));
  }
  if (random.chance(0.3)) {
    const short = { own: own.variant, father: father.variant, between: women ? random.pick(['binti', 'bte']) : 'bin' };
    const abbreviated = {
      titles: pilgrim.map(() => (women ? 'Hjh' : 'Hj')),
      fatherTitles: fatherTitles.map(() => 'Hj'),
    };
    addName(names, nameOf('alias', 'Latn', malayParts({ ...short, ...abbreviated })));
  }
  return names;
}

const JAWI_TITLES: Record<string, string> = { Awang: 'اوڠ', Dayang: 'دايڠ', Haji: 'حاج', Hajah: 'حاجه' };

function dusun(random: Random, { sex }: NameWish): PersonName[] {
  const own = random.pick(sex === 'male' ? DUSUN_MEN : DUSUN_WOMEN);
  const father = random.pick(DUSUN_MEN.filter((name) => name !== own));
  return [nameOf('main', 'Latn', [given(own), connector(sex === 'male' ? 'bin' : 'binti'), patronymic(father)])];
}

/** Brunei: Malay names with their honorifics, Chinese and Dusun ones. */
export const bruneianNames: NameMaker = (random, wish) =>
  random.weighted([
    [80, () => malay(random, wish)],
    [12, () => chineseNames(random, wish)],
    [8, () => dusun(random, wish)],
  ] as const)();
