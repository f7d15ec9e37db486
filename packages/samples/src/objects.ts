import type { Notice } from '@eads/protocol';
import { type CountryCode, countryOf } from './country.ts';
import { addDays, spelledDay } from './days.ts';
import type { Random } from './random.ts';

type StolenObject = Extract<Notice['subject'], { type: 'object' }>;

/** Every identifier begins EX, as the numbers of documents do. */
interface Kind {
  category: StolenObject['category'];
  descriptions: readonly string[];
  identifiers: (random: Random, country: CountryCode) => StolenObject['identifiers'];
}

const KINDS: readonly Kind[] = [
  {
    category: 'vehicle',
    descriptions: [
      'Pick-up truck, four doors, silver, dent in the left rear door',
      'Pick-up truck, two doors, white, steel rack on the bed',
      'Van, twelve seats, grey, tinted windows',
      'Motorcycle, 150 cc, red and black, no mirrors',
      'Saloon car, dark blue, taxi sign removed',
      'Excavator on tracks, yellow, 20 tonnes',
    ],
    identifiers: (random, country) => [
      { label: 'Registration', value: `EX ${random.digits(4)} ${country}` },
      { label: 'Chassis number', value: `EX${random.digits(15)}` },
      ...(random.chance(0.5) ? [{ label: 'Engine number', value: `EX-${random.digits(8)}` }] : []),
    ],
  },
  {
    category: 'vessel',
    descriptions: [
      'Fishing vessel, wooden, 14 m, blue hull with a white stripe, two lamps on the mast',
      'Tug, steel, 24 m, black hull, orange superstructure',
      'Speedboat, glass fibre, 9 m, three outboard engines',
      'Sailing yacht, 12 m, white, wind vane at the stern',
    ],
    identifiers: (random) => [
      { label: 'Registration', value: `EX-F-${random.digits(5)}` },
      {
        label: 'Name on the bow',
        value: `EX ${random.pick(['MERAPI', 'BINTANG LAUT', 'MEKONG STAR', 'SANTA CLARA'])}`,
      },
      ...(random.chance(0.5) ? [{ label: 'Hull number', value: `EX-${random.digits(7)}` }] : []),
    ],
  },
  {
    category: 'document',
    descriptions: [
      'Blank passports, stolen in transit',
      'Blank visa stickers, one roll',
      'Blank driving licence cards, sealed box of 500',
      'Official seal of a civil registry office, brass handle',
    ],
    identifiers: (random) => {
      const first = random.int(100_000, 899_000);
      return [
        { label: 'First number', value: `EX${first}` },
        { label: 'Last number', value: `EX${first + random.int(20, 900)}` },
      ];
    },
  },
  {
    category: 'firearm',
    descriptions: ['Pistol, 9 mm, grip worn', 'Revolver, .38, four-inch barrel', 'Shotgun, pump action, 12 bore'],
    identifiers: (random) => [{ label: 'Serial number', value: `EX-${random.digits(7)}` }],
  },
  {
    category: 'other',
    descriptions: [
      'Bronze figure of a seated Buddha, 40 cm, left hand restored',
      'Carved wooden panel from a temple door, lotus pattern, 1.2 m',
      'Outboard engines, 40 hp, six pieces, in crates',
      'Radiography source in a yellow transport container. Do not open. Keep away and call the radiation authority',
      'Copper cable, eleven drums, 2 tonnes',
      'Diving and survey gear with a side-scan sonar in a grey case',
    ],
    identifiers: (random) => [
      { label: 'Inventory number', value: `EX-INV-${random.digits(5)}` },
      ...(random.chance(0.4) ? [{ label: 'Serial number', value: `EX${random.digits(8)}` }] : []),
    ],
  },
];

type Told = (city: string, day: string) => string;

const FROM_A_YARD: Told = (city, day) => `Taken from a locked yard in ${city} in the night to ${day}.`;
const IN_TRANSIT: Told = (city, day) => `Lost in transit on the way to ${city}; missed on ${day}.`;
const HIRED: Told = (city, day) => `Hired out in ${city} on ${day} and not returned.`;
const FROM_STOCK: Told = (city, day) => `Found missing when stock was taken in ${city} on ${day}.`;
const AT_NIGHT: Told = (city, day) => `Gone from its mooring or its place near ${city} on the morning of ${day}.`;

const HOW: Record<StolenObject['category'], readonly Told[]> = {
  vehicle: [FROM_A_YARD, HIRED],
  vessel: [AT_NIGHT, HIRED],
  document: [IN_TRANSIT, FROM_STOCK],
  firearm: [FROM_STOCK, IN_TRANSIT],
  other: [FROM_STOCK, IN_TRANSIT, FROM_A_YARD],
};

export interface ObjectSample {
  subject: StolenObject;
  circumstances: string[];
}

/** A stolen object and, a paragraph each, how it went. */
export function sampleObject(random: Random, country: CountryCode, on: string): ObjectSample {
  const kind = random.pick(KINDS);
  const city = random.pick(countryOf(country).cities);
  const day = spelledDay(addDays(on, -random.int(2, 300)));
  return {
    subject: {
      type: 'object',
      category: kind.category,
      description: random.pick(kind.descriptions),
      identifiers: kind.identifiers(random, country),
    },
    circumstances: [
      random.pick(HOW[kind.category])(city, day),
      'It is likely to be taken abroad. Please keep it and tell the issuing force, with a picture of the numbers.',
    ],
  };
}
