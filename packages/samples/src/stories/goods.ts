import type { Theme } from '../laws.ts';
import type { Story } from './story.ts';

/** Crimes with goods: what is moved, taken and sold. */
export const GOODS = {
  'drug-trafficking': [
    {
      charges: [
        'Importing methamphetamine hidden in a vehicle',
        'Trafficking in methamphetamine, as a member of a group',
      ],
      happened: [
        (s) => `On ${s.day}, ${s.count} kg of methamphetamine in tea packets were seized at ${s.crossing}.`,
        (s) =>
          `On ${s.day}, a car from ${s.abroad} was searched in ${s.city}. ${s.count} packets of methamphetamine were found in a built-in compartment.`,
      ],
      found: [
        (s) => `Two couriers said that they were to be paid ${s.amount} each on delivery in ${s.abroad}.`,
        () => 'Messages on a seized telephone give the meeting point and the marks of the packets.',
        () => 'The packets bear a stamp that has been seen in three other cases this year.',
      ],
      part: [
        () => 'The subject gave the orders by telephone and paid for the vehicle.',
        (s) => `The subject fled on the day of the seizure and is thought to stay near ${s.abroadTown}.`,
        () => 'The subject hired the couriers and kept the books of the group.',
      ],
    },
    {
      atSea: true,
      charges: ['Conspiracy to traffic in crystalline methamphetamine by sea'],
      happened: [
        (s) =>
          `A fishing vessel inspected off ${s.port} on ${s.day} carried sacks with ${s.count} blocks under the ice.`,
        (s) => `On ${s.day}, sacks with ${s.count} packets were found on a beach near ${s.port}, tied to floats.`,
      ],
      found: [
        () => 'The vessel had switched off its transponder for eleven hours the night before.',
        () => 'The sacks had been passed over at sea from a ship that has not been found.',
      ],
      part: [
        () => 'The subject gave the position for the meeting at sea and paid the crew.',
        (s) => `The subject was to fetch the sacks and take them to ${s.abroad}.`,
      ],
    },
  ],
  wildlife: [
    {
      charges: ['Export of parts of protected animals under a false declaration'],
      happened: [
        (s) =>
          `On ${s.day}, a container declared as dried fish was opened in ${s.city}. It held ${s.count} sacks of pangolin scales.`,
        (s) => `On ${s.day}, parcels sent from ${s.city} to ${s.abroad} as "carvings" were found to hold ivory.`,
      ],
      found: [
        (s) => `The papers name a company in ${s.abroad} that does not exist.`,
        (s) => `The goods were worth about ${s.total} at their destination.`,
      ],
      part: [
        () => 'The subject signed the shipping papers under another name.',
        (s) => `The subject has sent at least four earlier shipments through ${s.abroadTown}.`,
      ],
    },
    {
      charges: ['Possession of and trade in live protected animals without a permit'],
      happened: [
        (s) => `On ${s.day}, ${s.count} live parrots in plastic pipes were found on a bus in ${s.city}.`,
        (s) => `Officers at ${s.crossing} stopped a van on ${s.day} with ${s.count} live turtles under the floor.`,
      ],
      found: [
        () => 'Several of the animals had died. The rest are with a rescue centre.',
        (s) => `The driver was to be paid ${s.amount} on arrival in ${s.abroad}.`,
      ],
      part: [
        () => 'The subject bought from hunters and kept the animals in a cellar.',
        () => 'The subject offered the animals for sale in closed groups, with a price list.',
      ],
    },
  ],
  'maritime-robbery': [
    {
      atSea: true,
      charges: ['Gang robbery of a tug and barge under way'],
      happened: [
        (s) =>
          `In the early hours of ${s.day}, six men armed with long knives boarded a tug towing a barge off ${s.port}.`,
        (s) => `On ${s.day}, a barge under tow to ${s.abroad} was boarded from two small boats without lights.`,
      ],
      found: [
        () => 'The crew was tied up. Scrap metal and mooring ropes were taken.',
        () => 'The mate was hurt at the arm. The boarders left after forty minutes.',
      ],
      part: [
        (s) => `The subject is said to have steered the boat and sold the goods in ${s.abroadTown}.`,
        (s) => `The subject leads a group that works between ${s.port} and the coast of ${s.abroad}.`,
      ],
    },
    {
      atSea: true,
      charges: ['Armed robbery against a ship at anchor', 'Theft of engine spares from a ship, armed with a knife'],
      happened: [
        (s) => `On ${s.day}, a tanker at anchor off ${s.port} was boarded over the stern by five men.`,
        (s) => `On ${s.day}, a bulk carrier waiting off ${s.port} was boarded while the crew slept.`,
      ],
      found: [
        (s) => `Engine spares and cash worth about ${s.total} were taken.`,
        () => 'The alarm was raised and the boarders fled with breathing sets and paint.',
      ],
      part: [
        () => 'The subject worked as a deckhand on the same ship until the month before.',
        () => 'The subject kept watch in the boat and was named by two others.',
      ],
    },
  ],
  'vehicle-theft': [
    {
      charges: [
        'Theft of motor vehicles and their export with altered chassis numbers',
        'Handling stolen motor vehicles as a business',
      ],
      happened: [
        (s) => `From ${s.day} on, ${s.count} pick-up trucks were taken in and around ${s.city} within three months.`,
        (s) => `On ${s.day}, ${s.count} motorcycles without papers were found in a barn near ${s.crossing}.`,
      ],
      found: [
        () => 'Chassis numbers had been ground off and stamped anew.',
        (s) => `They were to be driven over the border at night and sold for about ${s.amount} each.`,
        () => 'False registration papers were ready before the vehicles were taken.',
      ],
      part: [
        () => 'The subject owns the yard in which the numbers were changed.',
        (s) => `The subject meets the buyers at ${s.abroadTown}.`,
      ],
    },
    {
      charges: ['Theft of hired vehicles by giving false particulars'],
      happened: [
        (s) =>
          `Since ${s.day}, ${s.count} vans hired in ${s.city} have not been returned. Some have been offered for sale in ${s.abroad}.`,
      ],
      found: [
        () => 'The driving licences shown were false and had the same photograph.',
        (s) => `The trackers were switched off near ${s.crossing}.`,
      ],
      part: [
        () => 'The subject hired the vehicles under three names and paid in cash.',
        () => 'The subject paid others to hire the vehicles and drove them away the same day.',
      ],
    },
  ],
} as const satisfies Partial<Record<Theme, readonly Story[]>>;
