import { EXERCISE } from './circumstances.ts';
import { COUNTRY_CODES, countryOf, isCountry, nameInText } from './country.ts';
import { addDays, spelledDay } from './days.ts';
import { noticeNumberOf } from './notices.ts';
import { type Random, seeded } from './random.ts';

/** What a desk writes to another: the inner body of a direct message. */
export interface MessageSample {
  subject: string;
  text: string;
}

export interface MessageWish {
  /** Member codes. */
  from: string;
  to: string;
  /** Today, as YYYY-MM-DD. */
  on: string;
  /** The number of a notice that the message is about; without it, some message name a made-up one of the recipient's. */
  notice?: string;
}

interface Scene {
  to: string;
  from: string;
  notice: string;
  city: string;
  crossing: string;
  foreignCity: string;
  day: string;
  tomorrow: string;
  hour: string;
}

type Draft = (scene: Scene) => readonly [subject: string, text: string];

const ABOUT_A_NOTICE: readonly Draft[] = [
  (s) => [
    `${s.notice}: possible sighting`,
    `A person who looks like the subject of your notice was seen at ${s.crossing} on ${s.day}, about ${s.hour}. We are asking for the camera pictures. Is there a print or a dental chart that we may compare?`,
  ],
  (s) => [
    `${s.notice}: date of birth`,
    `The notice gives the year only. Our register has two persons of that name, born three years apart. Do you hold the day or the month?`,
  ],
  (s) => [
    `${s.notice}: spelling of the name`,
    `Papers shown at ${s.crossing} had the name in another spelling. Would you add it as an alias, so that searches find it?`,
  ],
  (s) => [
    `${s.notice}: is the warrant still good?`,
    `Before we take measures: please confirm that the warrant stands and that your authority would ask for extradition. Our law lets us hold a person for a short time only.`,
  ],
  (s) => [
    `${s.notice}: not identical`,
    `The person checked on ${s.day} in ${s.city} is not the subject. Height and prints differ. Nothing further from us.`,
  ],
  (s) => [
    `${s.notice}: vehicle`,
    `The subject may use a white pick-up hired in ${s.city}. We send the number as soon as the company has found the contract.`,
  ],
  (s) => [
    `${s.notice}: thank you`,
    `Received with thanks. Passed on to our border posts at ${s.hour}. We come back to you if anything turns up.`,
  ],
];

const FREE: readonly Draft[] = [
  (s) => [
    `Group leaving ${s.city} tomorrow`,
    `Twelve persons bound for ${s.foreignCity} are booked for ${s.tomorrow} on tickets that one card paid for. They seem to know little of the work they go to. Could your colleagues speak with them on arrival? We ask for care: they may be victims.`,
  ],
  (s) => [
    `Duty desk this week`,
    `From ${s.tomorrow} the night desk is manned by one officer. For urgent matters please telephone as well as write.`,
  ],
  (s) => [
    `Joint check at ${s.crossing}`,
    `As agreed we start on ${s.tomorrow} at ${s.hour}. Please name your officer on the spot and the channel to be used.`,
  ],
  (s) => [
    `Account used in a fraud`,
    `Money from a case in ${s.city} went to an account in ${s.foreignCity} on ${s.day}. We would like to have it kept from leaving. Which authority decides, and in what form does it want the request?`,
  ],
  (s) => [
    `Lorry with a false wall`,
    `A blue lorry passed ${s.crossing} on ${s.day} and is thought to be on the way to ${s.foreignCity}. The inner length is short by a metre. We do not know whether anybody is inside.`,
  ],
  () => [
    `Stamps with the wrong ink`,
    `We have now seen five passports with the same false entry stamp. Pictures follow by hand. Have you met it at your posts?`,
  ],
  (s) => [
    `Interpreter needed`,
    `We hold a witness who came from ${s.foreignCity} and speaks a language that nobody here does. Could somebody of yours help by telephone at ${s.hour}?`,
  ],
  (s) => [
    `Your question of ${s.day}`,
    `Nothing is known here of the person. Registers searched: wanted, missing, travel documents. The address you gave is a market hall in ${s.city}.`,
  ],
  (s) => [
    `Stolen trucks`,
    `Three pick-ups taken in ${s.city} since ${s.day} may be on the way to ${s.foreignCity}. Papers will look right. Please look at the chassis numbers.`,
  ],
  (s) => [
    `Line check`,
    `Please answer this message with the time at your desk. No other action needed. Regards from ${s.from} to all at ${s.to}.`,
  ],
];

const nameOfMember = (code: string): string =>
  isCountry(code) ? nameInText(code) : code === 'SEC' ? 'the Secretariat' : code;

function sceneOf(random: Random, { from, to, on, notice }: MessageWish): Scene {
  const home = isCountry(from) ? from : random.pick(COUNTRY_CODES);
  const abroad = isCountry(to) ? to : random.pick(COUNTRY_CODES);
  return {
    from: nameOfMember(from),
    to: nameOfMember(to),
    notice: notice ?? noticeNumberOf(abroad, Number(on.slice(0, 4)), random.int(1, 400)),
    city: random.pick(countryOf(home).cities),
    crossing: random.pick(countryOf(home).crossings),
    foreignCity: random.pick(countryOf(abroad).cities),
    day: spelledDay(addDays(on, -random.int(1, 12))),
    tomorrow: spelledDay(addDays(on, 1)),
    hour: `${String(random.int(0, 23)).padStart(2, '0')}${random.pick(['00', '15', '30', '45'])} hrs`,
  };
}

/** A short message from one duty desk to another. The same arguments give the same message. */
export function sampleMessage(seed: string | number, wish: MessageWish): MessageSample {
  const random = seeded(`message/${seed}`);
  const scene = sceneOf(random, wish);
  const about = wish.notice !== undefined || random.chance(0.35);
  const [subject, text] = random.pick(about ? ABOUT_A_NOTICE : FREE)(scene);
  return { subject, text: `${EXERCISE}\n${text}\n${EXERCISE}` };
}
