import type { Sentence } from './story.ts';

export const MISSING: readonly Sentence[] = [
  (s) =>
    `Last seen on ${s.day} at the bus station in ${s.city}. Had spoken of a job in ${s.abroad}. No contact with the family since.`,
  (s) =>
    `Left home in ${s.city} on ${s.day} with a small blue bag. The telephone was last on near ${s.crossing} two days later.`,
  (s) =>
    `Took leave in ${s.city} on ${s.day} and crossed into ${s.abroad} the next morning. The family has had one short message and fears that the person is held.`,
  (s) =>
    `Has trouble remembering. Walked away from a market in ${s.city} on ${s.day} and may not be able to give a name.`,
];

export const MISSING_AT_SEA: readonly Sentence[] = [
  (s) =>
    `Did not return from a fishing trip off ${s.port} on ${s.day}. The boat was found empty. Drift towards the coast of another country is possible.`,
];

export const LOCATE: readonly Sentence[] = [
  (s) =>
    `Believed to know who hired the lorry found near ${s.crossing} on ${s.day}. Not accused of anything. Present address wanted; please do not tell the reason.`,
  (s) =>
    `Held one of ${s.count} bank accounts used in a fraud in ${s.city}, perhaps without knowing. Last known address is in ${s.abroad}.`,
  (s) => `Travelled with a person wanted in ${s.city} on ${s.day}. Movements and company since then are of interest.`,
  (s) =>
    `Drove the van stopped at ${s.crossing} on ${s.day} and was allowed to go. Whereabouts needed for a statement.`,
];

export const WARNING: readonly Sentence[] = [
  (s) =>
    `Convicted in ${s.city} of recruiting workers by false promises, released on ${s.day}. Has since booked travel to ${s.abroad} twice. Likely to begin again.`,
  (s) =>
    `Travels between ${s.city} and ${s.abroad} with several telephones and other people's bank cards. Convicted of fraud. Likely to look for new account holders.`,
  (s) =>
    `Convicted of smuggling persons through ${s.crossing}. Offers "work permits" to travellers at bus stations. Released on ${s.day}.`,
];

export const BODY: readonly Sentence[] = [
  (s) =>
    `Found beside the road near ${s.crossing} on ${s.day}. No sign of violence. A bus ticket from ${s.abroad} was in the pocket.`,
  (s) =>
    `Died in hospital in ${s.city} on ${s.day} without having been able to speak. Clothing bought in ${s.abroad}. No papers.`,
];

export const BODY_AT_SEA: readonly Sentence[] = [
  (s) =>
    `Found by fishermen off ${s.port} on ${s.day}, in the water for about a week. No papers. Dental chart and prints with the issuing force.`,
];
