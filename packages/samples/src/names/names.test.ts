import { type PersonName, personName } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { oldSpelling } from './indonesia.ts';
import type { NameWish, Sex } from './name.ts';
import { NAME_MAKERS, type NameCountry, namesOf } from './of-country.ts';
import { isSetAside, nameKey } from './set-aside.ts';

interface Drawn extends NameWish {
  names: PersonName[];
  main: PersonName;
}

const DRAWS = 1500;

function drawAll(country: NameCountry): Drawn[] {
  return Array.from({ length: DRAWS }, (_, index) => {
    const random = seeded(`${country}/${index}`);
    const sex: Sex = index % 2 === 0 ? 'male' : 'female';
    const age = random.int(15, 75);
    const names = namesOf(random, country, { sex, age });
    return { sex, age, names, main: names[0] as PersonName };
  });
}

const ALL = Object.fromEntries(
  Object.keys(NAME_MAKERS).map((country) => [country, drawAll(country as NameCountry)]),
) as Record<NameCountry, Drawn[]>;
const COUNTRIES = Object.keys(ALL) as NameCountry[];

const types = ({ parts }: PersonName) => parts.map(({ type }) => type);
const textsOf = ({ parts }: PersonName, type: string) =>
  parts.filter((part) => part.type === type).map(({ text }) => text);
const LETTERS: Record<PersonName['script'], RegExp> = {
  Latn: /^[\p{Script=Latin}\p{Mn} .,'/@-]+$/u,
  Thai: /^[\p{Script=Thai} ]+$/u,
  Khmr: /^[\p{Script=Khmer} ]+$/u,
  Laoo: /^[\p{Script=Lao} ]+$/u,
  Mymr: /^[\p{Script=Myanmar} ]+$/u,
  Hans: /^\p{Script=Han}+$/u,
  Hant: /^\p{Script=Han}+$/u,
  Arab: /^[\p{Script=Arabic} ]+$/u,
  Taml: /^[\p{Script=Tamil} /]+$/u,
};

describe.each(COUNTRIES)('names of %s', (country) => {
  const drawn = ALL[country];

  it('are valid, whole, and in the letters of their script', () => {
    for (const { names } of drawn) {
      for (const name of names) {
        expect(personName.safeParse(name).success).toBe(true);
        const spaced = name.parts.map(({ text }) => text).join(' ');
        const closed = name.parts.map(({ text }) => text).join('');
        expect([spaced, closed]).toContain(name.full);
        expect(name.full).toMatch(LETTERS[name.script]);
        expect(name.full).toBe(name.full.normalize('NFC'));
        expect(name.full).not.toMatch(/ {2}|^ | $/);
      }
    }
  });

  it('have one main name first, in Latin letters, and no name twice', () => {
    for (const { names, main } of drawn) {
      expect(main).toMatchObject({ use: 'main', script: 'Latn' });
      expect(names.filter(({ use, script }) => use === 'main' && script === 'Latn')).toHaveLength(1);
      const fulls = names.map(({ full }) => full.toLowerCase());
      expect(new Set(fulls).size).toBe(fulls.length);
    }
  });

  it('are the same for the same seed', () => {
    expect(drawAll(country).slice(0, 50)).toEqual(drawn.slice(0, 50));
  });

  it('differ: hardly any main name comes up often', () => {
    const counts = new Map<string, number>();
    for (const { main } of drawn) counts.set(main.full, (counts.get(main.full) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(DRAWS * 0.3);
    expect(Math.max(...counts.values())).toBeLessThan(DRAWS * 0.03);
  });
});

describe('second scripts', () => {
  it.each([
    ['TH', 'Thai'],
    ['KH', 'Khmr'],
    ['LA', 'Laoo'],
    ['MM', 'Mymr'],
  ] as const)('%s always has the name in %s too', (country, script) => {
    for (const { names } of ALL[country]) expect(names[1]).toMatchObject({ use: 'main', script });
  });

  it('Chinese, Tamil and Jawi stand beside the Latin name in Malaysia, Singapore and Brunei', () => {
    const scripts = (country: NameCountry) =>
      new Set(ALL[country].flatMap(({ names }) => names.map(({ script }) => script)));
    expect(scripts('MY')).toEqual(new Set(['Latn', 'Hans', 'Hant', 'Taml', 'Arab']));
    expect(scripts('SG')).toEqual(new Set(['Latn', 'Hans', 'Hant', 'Taml']));
    expect(scripts('BN')).toEqual(new Set(['Latn', 'Hans', 'Hant', 'Arab']));
  });
});

describe('Malay names', () => {
  const CONNECTOR = /^(bin|binti|binte|bte|bt|b|anak|ak|a\/l|a\/p|s\/o|d\/o)$/;

  it.each(['MY', 'BN', 'SG'] as const)(
    '%s: a connector is typed as one, stands before a patronymic, and names no surname',
    (country) => {
      let seen = 0;
      for (const { names } of ALL[country]) {
        for (const name of names.filter(({ script }) => script === 'Latn')) {
          name.parts.forEach((part, index) => {
            const isConnector = part.text.split(' ').some((word) => CONNECTOR.test(word));
            expect(isConnector).toBe(part.type === 'connector');
            if (part.type !== 'connector') return;
            seen++;
            const after = name.parts.slice(index + 1).filter(({ type }) => type !== 'title');
            expect(after.map(({ type }) => type)).toEqual(['patronymic']);
            expect(types(name)).not.toContain('family');
          });
        }
      }
      expect(seen).toBeGreaterThan(DRAWS * 0.2);
    },
  );

  it('a son has bin, a/l or s/o, a daughter binti, a/p or d/o', () => {
    for (const country of ['MY', 'BN', 'SG'] as const) {
      for (const { sex, names } of ALL[country]) {
        for (const between of names
          .filter(({ script }) => script === 'Latn')
          .flatMap((name) => textsOf(name, 'connector'))) {
          if (between === 'anak' || between === 'ak') continue;
          expect(sex === 'male' ? ['bin', 'b', 'a/l', 's/o'] : ['binti', 'binte', 'bte', 'bt', 'a/p', 'd/o']).toContain(
            between,
          );
        }
      }
    }
  });

  it('Tamil connectors are those of the country', () => {
    const connectors = (country: NameCountry) =>
      new Set(ALL[country].flatMap(({ main }) => textsOf(main, 'connector')).filter((text) => text.includes('/')));
    expect(connectors('MY')).toEqual(new Set(['a/l', 'a/p']));
    expect(connectors('SG')).toEqual(new Set(['s/o', 'd/o']));
  });

  it('Wan, Nik and Che are handed down from the father', () => {
    let seen = 0;
    for (const { main } of ALL.MY.filter((drawn) => types(drawn.main).includes('patronymic'))) {
      const inherited = /^(Wan|Nik|Che) /.exec(textsOf(main, 'given')[0] ?? '')?.[1];
      const fathers = /^(Wan|Nik|Che) /.exec(textsOf(main, 'patronymic')[0] ?? '')?.[1];
      expect(inherited).toBe(fathers);
      if (inherited !== undefined) seen++;
    }
    expect(seen).toBeGreaterThan(10);
  });
});

describe('Chinese names', () => {
  it('have one surname, read one way or another, and as many syllables as characters', () => {
    const spellings = new Map<string, Set<string>>();
    for (const { names, main } of [...ALL.MY, ...ALL.SG]) {
      const characters = names.find(({ script }) => script === 'Hans' || script === 'Hant');
      if (characters === undefined) continue;
      const surname = textsOf(characters, 'family')[0] ?? '';
      spellings.set(surname, (spellings.get(surname) ?? new Set()).add(textsOf(main, 'family')[0] ?? ''));
      const syllables = textsOf(main, 'given').at(-1)?.split(' ') ?? [];
      expect(syllables).toHaveLength([...(textsOf(characters, 'given')[0] ?? '')].length);
    }
    expect([...(spellings.get('陈') ?? [])].sort()).toEqual(['Chan', 'Chin', 'Tan']);
    const ng = [...spellings].filter(([, latin]) => latin.has('Ng')).map(([surname]) => surname);
    expect(ng).toEqual(expect.arrayContaining(['黄', '吴']));
  });
});

describe('Indonesian names', () => {
  it('have mononyms, which are one given part and nothing else', () => {
    const single = ALL.ID.filter(({ main }) => !main.full.includes(' '));
    expect(single.length).toBeGreaterThan(DRAWS * 0.1);
    for (const { main } of single) {
      expect(main.parts).toEqual([{ type: 'given', text: main.full }]);
    }
  });

  it('have no patronymics and no connectors, and a surname only as a Batak clan', () => {
    for (const { main } of ALL.ID) {
      expect(types(main)).not.toContain('patronymic');
      expect(types(main)).not.toContain('connector');
      if (types(main).includes('family')) expect(types(main)).toEqual(['given', 'family']);
    }
    expect(ALL.ID.filter(({ main }) => types(main).includes('family')).length).toBeGreaterThan(50);
  });

  it('have Balinese birth-order names with I for men and Ni for women', () => {
    const balinese = ALL.ID.filter(({ main }) => types(main)[0] === 'title');
    expect(balinese.length).toBeGreaterThan(50);
    for (const { main, sex } of balinese) {
      expect(main.parts[0]?.text).toBe(sex === 'male' ? 'I' : 'Ni');
      expect(textsOf(main, 'other')[0]).toMatch(/^(Wayan|Putu|Gede|Luh|Made|Kadek|Nengah|Nyoman|Komang|Ketut)$/);
    }
  });

  it.each([
    ['Sujono', 'Soedjono'],
    ['Sukamto', 'Soekamto'],
    ['Yudi Wicaksono', 'Joedi Witjaksono'],
    ['Cahyono', 'Tjahjono'],
    ['Khotimah', 'Chotimah'],
    ['Syahputra', 'Sjahpoetra'],
    ['Achmad', 'Achmad'],
    ['Jajang', 'Djadjang'],
  ])('%s was spelled %s before the reform', (now, before) => expect(oldSpelling(now)).toBe(before));
});

describe('Burmese names', () => {
  it('have no surname: a title or none, then one given part', () => {
    for (const { names } of ALL.MM) {
      for (const name of names) expect([['given'], ['title', 'given']]).toContainEqual(types(name));
    }
  });

  it('have the honorific of sex and age', () => {
    const seen = new Set<string>();
    for (const { main, sex, age } of ALL.MM) {
      const [honorific] = textsOf(main, 'title');
      if (honorific === undefined) continue;
      seen.add(honorific);
      const men = ['U', 'Ko', 'Maung', 'Sai', 'Saw'];
      const women = ['Daw', 'Ma', 'Nang', 'Naw'];
      expect(sex === 'male' ? men : women).toContain(honorific);
      if (honorific === 'U' || honorific === 'Daw') expect(age).toBeGreaterThanOrEqual(38);
      if (honorific === 'Ko' || honorific === 'Ma') expect(age).toBeLessThan(38);
    }
    expect([...seen].sort()).toEqual(['Daw', 'Ko', 'Ma', 'Maung', 'Nang', 'Naw', 'Sai', 'Saw', 'U']);
  });

  it('have two words or more', () => {
    for (const { main } of ALL.MM)
      expect((textsOf(main, 'given')[0] ?? '').split(' ').length).toBeGreaterThanOrEqual(2);
  });
});

describe('Vietnamese names', () => {
  it('have the family name first, the given name last, middle names between', () => {
    for (const { main } of ALL.VN) {
      expect(types(main)[0]).toBe('family');
      expect(types(main).at(-1)).toBe('given');
      expect(
        types(main)
          .slice(1, -1)
          .every((type) => type === 'other'),
      ).toBe(true);
      expect(main.parts.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('are Nguyễn for about two in five, and are met without diacritics as well', () => {
    const share = ALL.VN.filter(({ main }) => main.full.startsWith('Nguyễn ')).length / DRAWS;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.46);
    const plain = ALL.VN.flatMap(({ names }) => names).filter(
      ({ use, full }) => use === 'alias' && full.startsWith('Dang '),
    );
    expect(plain.length).toBeGreaterThan(0);
  });

  it('have Văn for men and Thị for women only', () => {
    for (const { main, sex } of ALL.VN) {
      expect(textsOf(main, 'other')).not.toContain(sex === 'male' ? 'Thị' : 'Văn');
    }
  });
});

describe('Thai, Lao and Khmer names', () => {
  it('have the given name first in Thailand and Laos, the family name in Cambodia', () => {
    for (const { main } of [...ALL.TH, ...ALL.LA]) expect(types(main)).toEqual(['given', 'family']);
    for (const { main } of ALL.KH) expect(types(main)).toEqual(['family', 'given']);
  });

  it('come in more than one romanisation of the same letters', () => {
    for (const country of ['TH', 'LA', 'KH'] as const) {
      const respelled = ALL[country].filter(({ names, main }) =>
        names.some(
          ({ use, script, parts, full }) =>
            use === 'alias' && script === 'Latn' && parts.length === 2 && full !== main.full,
        ),
      );
      expect(respelled.length).toBeGreaterThan(DRAWS * 0.2);
    }
  });
});

describe('Philippine and Timorese names', () => {
  it('have the mother’s surname in the middle, Jr. for men only, and a birth name for married women', () => {
    for (const { main, sex, names } of ALL.PH) {
      const order = types(main).join(' ');
      expect(order).toMatch(/^given( given)?( other)? family( generation)?$/);
      if (sex === 'female') expect(types(main)).not.toContain('generation');
      if (sex === 'male') expect(names.some(({ use }) => use === 'birth')).toBe(false);
    }
    expect(ALL.PH.filter(({ main }) => types(main).includes('generation')).length).toBeGreaterThan(30);
    expect(ALL.PH.filter(({ names }) => names.some(({ use }) => use === 'birth')).length).toBeGreaterThan(100);
  });

  it('have Portuguese particles typed as connectors', () => {
    for (const { main } of ALL.TL) {
      for (const { type, text } of main.parts) expect(/^(da|de|do|dos)$/.test(text)).toBe(type === 'connector');
      expect(types(main).at(-1)).toBe('family');
    }
  });
});

describe('names of people in public life', () => {
  it('come up in draws, and are drawn again', () => {
    const drawn = Array.from({ length: 4000 }, (_, index) =>
      NAME_MAKERS.VN(seeded(`public/${index}`), { sex: 'male', age: 50 }),
    );
    expect(drawn.some(([main]) => main !== undefined && isSetAside(main))).toBe(true);
    for (let index = 0; index < 4000; index++) {
      const [main] = namesOf(seeded(`public/${index}`), 'VN', { sex: 'male', age: 50 });
      expect(main !== undefined && isSetAside(main)).toBe(false);
    }
  });

  it('draws until no name is set aside', () => {
    let refused = 0;
    const names = namesOf(seeded('again'), 'TH', { sex: 'male', age: 40 }, () => ++refused < 4);
    expect(names.length).toBeGreaterThan(0);
    expect(refused).toBeGreaterThanOrEqual(4);
  });

  it('are known in any order, with or without honorific and diacritics', () => {
    const named = (parts: PersonName['parts']): PersonName => ({ use: 'main', script: 'Latn', full: 'x', parts });
    const key = nameKey(
      named([
        { type: 'family', text: 'Đỗ' },
        { type: 'given', text: 'Thảo Vy' },
      ]),
    );
    expect(
      nameKey(
        named([
          { type: 'title', text: 'Daw' },
          { type: 'given', text: 'Vy Thao' },
          { type: 'family', text: 'Do' },
        ]),
      ),
    ).toBe(key);
    expect(
      nameKey(
        named([
          { type: 'given', text: 'Vy' },
          { type: 'family', text: 'Do' },
        ]),
      ),
    ).not.toBe(key);
  });
});
