import type { Theme } from '../laws.ts';
import type { Story } from './story.ts';

/** Crimes against persons and their freedom. */
export const AGAINST_PERSONS = {
  'trafficking-in-persons': [
    {
      charges: [
        'Trafficking in persons: recruiting workers by deception and holding them through debt',
        'Receiving and holding travel documents of other persons in order to control them',
      ],
      happened: [
        (s) =>
          `From ${s.day} on, ${s.count} persons were brought from ${s.city} to ${s.abroad}. They had been promised work in a factory.`,
        (s) => `On ${s.day}, ${s.count} workers were found locked in a house near ${s.crossing}.`,
      ],
      found: [
        () => 'Passports had been taken from them on arrival. A debt was demanded that grew each month.',
        (s) => `The case came to light when one of them reached a police post in ${s.abroad}.`,
        () => 'Their wages were withheld and they were not allowed to leave.',
      ],
      part: [
        () => 'The subject engaged them, bought the tickets and handed them over to a second group.',
        (s) => `The subject rented the house and demanded about ${s.amount} a head.`,
        (s) => `The subject kept the travel documents and was last seen in ${s.abroad}.`,
      ],
    },
    {
      atSea: true,
      charges: ['Trafficking in persons: transporting persons across a border for forced labour on fishing vessels'],
      happened: [
        (s) =>
          `From ${s.day} on, ${s.count} men were recruited in ${s.city} as crew for fishing vessels and put aboard at ${s.port} without contracts.`,
        (s) =>
          `On ${s.day}, a fishing vessel put in at ${s.port} with ${s.count} men who had not been ashore for two years.`,
      ],
      found: [
        () => 'They were passed from vessel to vessel at sea. Nobody was paid.',
        () => 'Their seaman books were with the owner. Several bore false names.',
      ],
      part: [
        (s) => `The subject recruited the crew and was paid about ${s.amount} a man.`,
        () => 'The subject manages the vessels for an owner who is not known.',
      ],
    },
  ],
  'scam-compound': [
    {
      charges: [
        'Recruiting persons by false job offers for forced work in an online scam compound',
        'Arranging the transfer of workers between scam compounds against payment',
      ],
      happened: [
        (s) =>
          `Since ${s.day}, offers of "customer service" work in ${s.abroad} have been placed in social media groups read in ${s.city}.`,
        (s) => `On ${s.day}, ${s.count} persons left ${s.city} for ${s.abroad} after interviews by video.`,
      ],
      found: [
        () =>
          'On arrival they were taken to a guarded building and made to write to strangers for fourteen hours a day.',
        (s) => `Those who wished to leave were told to pay about ${s.amount} or to recruit two others.`,
        () => 'Telephones were taken away. Some workers were sold on to another site.',
      ],
      part: [
        () => 'The subject ran the channel in which the offers appeared and met the recruits at the airport.',
        (s) => `The subject arranged the crossing at ${s.crossing} and was paid for each person.`,
      ],
    },
    {
      charges: ['Managing a scam compound and confining persons in it'],
      happened: [
        (s) =>
          `From ${s.day} on, a building near ${s.crossing} was used to defraud people in ${s.abroad} by telephone and chat.`,
        (s) =>
          `On ${s.day}, a fenced site outside ${s.city} was searched. ${s.count} workstations were found, with scripts in four languages.`,
      ],
      found: [
        () => 'Workers were beaten or fined for missing their targets. Doors were locked from outside.',
        (s) => `Records show receipts of about ${s.total} in one month.`,
      ],
      part: [
        () => 'The subject acted as team leader, set the daily targets and kept the keys.',
        () => 'The subject leased the building and paid the guards.',
      ],
    },
  ],
  'migrant-smuggling': [
    {
      atSea: true,
      charges: ['Smuggling of migrants by sea in an unseaworthy vessel, with danger to life'],
      happened: [
        (s) => `On ${s.day}, a wooden boat with ${s.count} persons aboard was found adrift off ${s.port}.`,
        (s) => `On ${s.day}, ${s.count} persons were put ashore on a beach near ${s.port} and left there.`,
      ],
      found: [
        (s) => `Each had paid about ${s.amount}. Nobody had a life jacket.`,
        () => 'The engine had failed on the second day and the crew had left in a speedboat.',
      ],
      part: [
        () => 'Several passengers named the subject as the one who took the money and chose the landing place.',
        () => 'The subject owned the vessel and had it repainted a week before.',
      ],
    },
    {
      charges: [
        'Smuggling of migrants over a land border, as organiser',
        'Providing lodging and transport for smuggled migrants as a business',
      ],
      happened: [
        (s) => `From ${s.day} on, at least ${s.count} persons were led over the border near ${s.crossing} by night.`,
        (s) =>
          `On ${s.day}, a lorry stopped near ${s.city} was found to carry ${s.count} persons behind sacks of rice.`,
      ],
      found: [
        (s) => `They had been gathered in ${s.abroad} and kept in a plantation for nine days.`,
        (s) => `Each had paid about ${s.amount}, half of it in advance.`,
      ],
      part: [
        (s) => `The subject keeps houses in ${s.city} and at ${s.abroadTown} and travels between them.`,
        () => 'The subject hired the drivers and gave the times by telephone.',
      ],
    },
  ],
} as const satisfies Partial<Record<Theme, readonly Story[]>>;
