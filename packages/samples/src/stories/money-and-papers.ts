import type { Theme } from '../laws.ts';
import type { Story } from './story.ts';

/** Fraud, money and false papers. */
export const MONEY_AND_PAPERS = {
  'cyber-fraud': [
    {
      charges: ['Computer fraud: false investment platform'],
      happened: [
        (s) =>
          `From ${s.day} on, an internet site offered shares in gold trading to people in ${s.city}. So far ${s.count} of them have reported losses.`,
      ],
      found: [
        (s) => `The losses come to about ${s.total}.`,
        (s) => `The money went through several accounts within an hour and left for ${s.abroad}.`,
      ],
      part: [
        () => 'The subject registered the site and rented the server.',
        () => 'The subject answered the customers under four names.',
      ],
    },
    {
      charges: ['Business e-mail compromise: diversion of supplier payments'],
      happened: [
        (s) =>
          `On ${s.day}, a company in ${s.city} paid an invoice of ${s.total} to an account that had been changed by a false e-mail.`,
      ],
      found: [
        () => 'Somebody had been reading the mail of the bookkeeper for seven weeks.',
        (s) => `Most of the money was drawn in ${s.abroad} on the same day.`,
      ],
      part: [
        () => 'The subject wrote the e-mail from an address with one letter changed.',
        (s) => `The subject opened the account in ${s.abroad} with the papers of another person.`,
      ],
    },
    {
      charges: [
        'Cheating by personation of officials over telephone and video',
        'Unlawful access to bank accounts by means of a remote control application',
      ],
      happened: [
        (s) =>
          `Since ${s.day}, callers posing as officials have told people in ${s.city} that their bank account was under investigation.`,
      ],
      found: [
        () => 'They were asked to install an application, which gave the callers control over their telephones.',
        (s) => `In one case ${s.total} was moved in an afternoon.`,
      ],
      part: [
        () => 'The subject trained the callers and wrote what they were to say.',
        (s) => `The subject recruited account holders and collected their bank cards at ${s.abroadTown}.`,
      ],
    },
  ],
  'money-laundering': [
    {
      charges: [
        'Money laundering through accounts held by third persons',
        'Money laundering: conversion of fraud proceeds into virtual assets',
      ],
      happened: [
        (s) => `From ${s.day} on, ${s.count} accounts opened in ${s.city} received transfers that came from fraud.`,
        (s) =>
          `A money changer in ${s.city} has since ${s.day} moved funds for a group in ${s.abroad} without a licence.`,
      ],
      found: [
        (s) => `Sums just below the reporting limit were drawn at machines in ${s.abroad}.`,
        () => 'Part of the money was turned into virtual assets and moved through eleven wallets.',
        () => 'The account holders are students and drivers who were paid for the use of their names.',
      ],
      part: [
        () => 'The subject controlled the accounts from one telephone.',
        () => 'The subject founded four companies that have no business of their own.',
      ],
    },
    {
      charges: ['Carrying undeclared cash across a border, proceeds of crime'],
      happened: [
        (s) => `On ${s.day}, ${s.total} in cash was found in two suitcases at ${s.crossing}.`,
        (s) => `On ${s.day}, ${s.total} in cash was found behind the seats of a car near ${s.crossing}.`,
      ],
      found: [
        () => 'The notes were bundled by sum and marked with numbers. The driver did not know what he carried.',
        (s) => `A notebook lists earlier journeys to ${s.abroad}.`,
      ],
      part: [
        (s) => `The subject carried cash to ${s.abroadTown} at least seven times.`,
        () => 'The subject gave out the suitcases and telephoned the couriers on the way.',
      ],
    },
  ],
  'document-fraud': [
    {
      charges: [
        'Forging of travel documents and visa stickers',
        'Possession of equipment for making false identity cards',
      ],
      happened: [
        (s) =>
          `On ${s.day}, a workshop in ${s.city} was searched. ${s.count} blank data pages and a laminating press were seized.`,
        (s) => `Since ${s.day}, entry stamps with the wrong shade of ink have been seen at ${s.crossing}.`,
      ],
      found: [
        () => 'The stamps and visa stickers are good copies. The numbers repeat.',
        (s) => `Customers paid about ${s.amount} for a set of papers.`,
      ],
      part: [
        () => 'The subject prints the pages and is said to have learned the trade as a bookbinder.',
        (s) => `The subject takes the orders and delivers in person, mostly in ${s.abroad}.`,
      ],
    },
    {
      charges: ["Use of another person's passport to cross a border"],
      happened: [
        (s) =>
          `On ${s.day}, the subject passed ${s.crossing} towards ${s.abroad} with the passport of a person who looks alike.`,
      ],
      found: [
        () => 'The owner had reported the passport lost three months before.',
        () => 'The exchange was noticed only when the passport was used again, by somebody else.',
      ],
      part: [
        () => 'The subject has used at least three names and may carry papers in any of them.',
        (s) => `The subject has since been seen at ${s.abroadTown}.`,
      ],
    },
  ],
} as const satisfies Partial<Record<Theme, readonly Story[]>>;
