import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { bruneianNames } from './brunei.ts';
import { cambodianNames } from './cambodia.ts';
import { indonesianNames } from './indonesia.ts';
import { laoNames } from './laos.ts';
import { malaysianNames } from './malaysia.ts';
import { burmeseNames } from './myanmar.ts';
import type { NameMaker, NameWish } from './name.ts';
import { philippineNames } from './philippines.ts';
import { isSetAside } from './set-aside.ts';
import { singaporeanNames } from './singapore.ts';
import { thaiNames } from './thailand.ts';
import { timoreseNames } from './timor-leste.ts';
import { vietnameseNames } from './vietnam.ts';

export const NAME_MAKERS = {
  BN: bruneianNames,
  ID: indonesianNames,
  KH: cambodianNames,
  LA: laoNames,
  MM: burmeseNames,
  MY: malaysianNames,
  PH: philippineNames,
  SG: singaporeanNames,
  TH: thaiNames,
  TL: timoreseNames,
  VN: vietnameseNames,
} as const satisfies Record<string, NameMaker>;

export type NameCountry = keyof typeof NAME_MAKERS;

/** One synthetic person's names, as the country writes them; never the name of somebody in public life that is set aside. */
export function namesOf(
  random: Random,
  country: NameCountry,
  wish: NameWish,
  setAside: (name: PersonName) => boolean = isSetAside,
): PersonName[] {
  for (;;) {
    const names = NAME_MAKERS[country](random, wish);
    if (!names.some(setAside)) return names;
  }
}
