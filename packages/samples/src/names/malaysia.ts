import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { chineseNames } from './chinese.ts';
import { malayFather, malayGiven, malayNickname, malayParts, type Spelled, together } from './malay.ts';
import { addName, connector, given, type NameMaker, type NameWish, nameOf, nickname, patronymic } from './name.ts';
import { tamilNames } from './tamil.ts';

/** Iban names, with `anak` (child of) before the father's. */
const IBAN_MEN = ['Belayong', 'Bujang', 'Empading', 'Gerasi', 'Jarau', 'Kalong', 'Lanting', 'Ngumbang', 'Sanggau'];
const IBAN_WOMEN = ['Bunsu', 'Endawie', 'Lamu', 'Mengan', 'Senai', 'Suri', 'Tipong'];

function malay(random: Random, wish: NameWish): PersonName[] {
  // Wan, Nik and Che are handed down: where the child has one, the father has it.
  const inherited = random.chance(0.07) ? random.pick(['Wan', 'Nik', 'Che']) : undefined;
  const handedDown = (name: Spelled): Spelled =>
    inherited === undefined ? name : together({ latin: inherited, jawi: '', variant: inherited }, name);
  const own = handedDown(malayGiven(random, wish));
  const father = handedDown(malayFather(random, wish.age));
  const women = wish.sex === 'female';
  const titles = wish.age > 50 && random.chance(0.2) ? [women ? 'Hajah' : 'Haji'] : [];
  const names = [
    nameOf(
      'main',
      'Latn',
      malayParts({ own: own.latin, father: father.latin, between: women ? 'binti' : 'bin', titles }),
    ),
  ];
  if (own.jawi !== '' && father.jawi !== '' && random.chance(0.25)) {
    const parts = malayParts({ own: own.jawi, father: father.jawi, between: women ? 'بنت' : 'بن' });
    names.push(nameOf('main', 'Arab', parts));
  }
  if (random.chance(0.3)) {
    const between = random.pick(women ? ['binti', 'bt', 'bte'] : ['bin', 'b']);
    addName(names, nameOf('alias', 'Latn', malayParts({ own: own.variant, father: father.variant, between })));
  }
  if (random.chance(0.1)) addName(names, nickname(malayNickname(random, wish)));
  return names;
}

function iban(random: Random, { sex }: NameWish): PersonName[] {
  const own = random.pick(sex === 'male' ? IBAN_MEN : IBAN_WOMEN);
  const father = random.pick(IBAN_MEN.filter((name) => name !== own));
  const names = [nameOf('main', 'Latn', [given(own), connector('anak'), patronymic(father)])];
  if (random.chance(0.3)) {
    addName(names, nameOf('alias', 'Latn', [given(own), connector('ak'), patronymic(father)]));
  }
  return names;
}

/** Malaysia: Malay, Chinese, Tamil and Iban names in about the shares of the population. */
export const malaysianNames: NameMaker = (random, wish) =>
  random.weighted([
    [58, () => malay(random, wish)],
    [25, () => chineseNames(random, wish)],
    [10, () => tamilNames(random, wish, wish.sex === 'male' ? 'a/l' : 'a/p')],
    [7, () => iban(random, wish)],
  ] as const)();
