import { type CountryCode, countryOf, nameInText } from './country.ts';
import { addDays, spelledDay } from './days.ts';
import { THEMES, type Theme } from './laws.ts';
import type { Random } from './random.ts';
import { AGAINST_PERSONS } from './stories/against-persons.ts';
import { GOODS } from './stories/goods.ts';
import { MONEY_AND_PAPERS } from './stories/money-and-papers.ts';
import { BODY, BODY_AT_SEA, LOCATE, MISSING, MISSING_AT_SEA, WARNING } from './stories/plain.ts';
import type { Scene, Sentence, Story } from './stories/story.ts';

/** First and last words of every sample text. */
export const EXERCISE = 'EXERCISE EXERCISE EXERCISE';

const STORIES: Record<Theme, readonly Story[]> = { ...AGAINST_PERSONS, ...GOODS, ...MONEY_AND_PAPERS };

const CAUTIONS = [
  'May be armed. Approach with caution.',
  'May carry papers in another name.',
  'Please report any sighting to the issuing force before taking measures, where your law allows.',
  'Known to travel by bus and to pay in cash.',
  'Take fingerprints on arrest. The issuing force holds a set for comparison.',
];

/** What a thousand dollars or so is in the currency, in thousands. */
const THOUSANDS: Record<string, number> = {
  IDR: 9_000,
  VND: 15_000,
  LAK: 12_000,
  MMK: 2_000,
  PHP: 45,
  THB: 30,
  MYR: 4,
};

const money = (currency: string, units: number): string =>
  `${currency} ${String(units).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}`;

function sceneOf(random: Random, country: CountryCode, on: string): Scene {
  const { cities, ports, crossings, currency, near } = countryOf(country);
  const abroad = random.pick(near);
  const unit = (THOUSANDS[currency] ?? 1) * 1000;
  return {
    day: spelledDay(addDays(on, -random.int(20, 900))),
    city: random.pick(cities),
    port: ports.length === 0 ? '' : random.pick(ports),
    crossing: random.pick(crossings),
    abroad: nameInText(abroad),
    abroadTown: random.pick(countryOf(abroad).crossings),
    count: random.int(6, 48),
    amount: money(currency, random.int(2, 9) * unit),
    total: money(currency, random.int(90, 700) * unit),
  };
}

/** The text between two lines that say that all of it is an exercise. */
export const asExercise = (paragraphs: readonly string[]): string => [EXERCISE, ...paragraphs, EXERCISE].join('\n');

export interface Case {
  theme: Theme;
  /** What the charge sheet says was done. */
  charge: string;
  circumstances: string;
}

/** A crime as the issuing force tells it, with the charge that fits. */
export function sampleCase(random: Random, country: CountryCode, on: string): Case {
  const inland = countryOf(country).ports.length === 0;
  const possible = (story: Story) => !inland || story.atSea === undefined;
  const theme = random.pick(THEMES.filter((name) => STORIES[name].some(possible)));
  const story = random.pick(STORIES[theme].filter(possible));
  const scene = sceneOf(random, country, on);
  const told = [story.happened, story.found, story.part].map((sentences) => random.pick(sentences)(scene));
  if (random.chance(0.5)) told.push(random.pick(CAUTIONS));
  return {
    theme,
    charge: random.pick(story.charges),
    circumstances: asExercise(random.chance(0.5) ? told : [told.join(' ')]),
  };
}

const PLAIN: Record<PlainType, readonly [anywhere: readonly Sentence[], atSea: readonly Sentence[]]> = {
  missing: [MISSING, MISSING_AT_SEA],
  locate: [LOCATE, []],
  warning: [WARNING, []],
  'unidentified-body': [BODY, BODY_AT_SEA],
};

export type PlainType = 'missing' | 'locate' | 'warning' | 'unidentified-body';

/** The circumstances of a notice that accuses nobody of a new crime. */
export function samplePlainCircumstances(random: Random, type: PlainType, country: CountryCode, on: string): string {
  const scene = sceneOf(random, country, on);
  const [anywhere, atSea] = PLAIN[type];
  return asExercise([random.pick(scene.port === '' ? anywhere : [...anywhere, ...atSea])(scene)]);
}
