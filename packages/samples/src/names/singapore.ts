import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { chineseNames } from './chinese.ts';
import { malayFather, malayGiven, malayParts } from './malay.ts';
import { addName, family, given, type NameMaker, type NameWish, nameOf } from './name.ts';
import { tamilNames } from './tamil.ts';

const EURASIAN_FAMILIES = ['Aeria', 'De Cotta', 'De Souza', 'Hendricks', 'Monteiro', 'Pereira', 'Rozario', 'Sequeira'];
const EURASIAN_MEN = ['Alan', 'Brian', 'Clement', 'Gerard', 'Julian', 'Mervyn', 'Russell', 'Terence'];
const EURASIAN_WOMEN = ['Agnes', 'Beverly', 'Denise', 'Geraldine', 'Noreen', 'Pamela', 'Stella', 'Theresa'];

function malay(random: Random, wish: NameWish): PersonName[] {
  const women = wish.sex === 'female';
  const own = malayGiven(random, wish);
  const father = malayFather(random, wish.age);
  const between = women ? random.pick(['binte', 'binte', 'bte', 'binti']) : 'bin';
  const names = [nameOf('main', 'Latn', malayParts({ own: own.latin, father: father.latin, between }))];
  if (random.chance(0.3)) {
    const parts = malayParts({ own: own.variant, father: father.variant, between: women ? 'binti' : 'bin' });
    addName(names, nameOf('alias', 'Latn', parts));
  }
  return names;
}

function eurasian(random: Random, { sex }: NameWish): PersonName[] {
  const givens = random.several(sex === 'male' ? EURASIAN_MEN : EURASIAN_WOMEN, random.int(1, 2));
  return [nameOf('main', 'Latn', [...givens.map(given), family(random.pick(EURASIAN_FAMILIES))])];
}

/** Singapore: Chinese, Malay, Tamil and Eurasian names in about the shares of the population. */
export const singaporeanNames: NameMaker = (random, wish) =>
  random.weighted([
    [72, () => chineseNames(random, wish)],
    [15, () => malay(random, wish)],
    [10, () => tamilNames(random, wish, wish.sex === 'male' ? 's/o' : 'd/o')],
    [3, () => eurasian(random, wish)],
  ] as const)();
