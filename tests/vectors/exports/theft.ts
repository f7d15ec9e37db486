import { recoveryEventHash, signEnrolment, signStatement } from '@eads/signing';
import { drafts } from './bases.ts';
import { ORIGIN, runKeys } from './cast.ts';
import { accepted, type Draft, idOf } from './story.ts';

const key = (member: string, generation = 1) => runKeys('true', member, generation).signing;

const recovery = (since: number): Draft => {
  const event = {
    member: 'MY',
    block: signEnrolment(ORIGIN, 'MY', runKeys('true', 'MY', 3)),
    revokes: [{ kid: key('MY').kid, since }],
  };
  const claims = { origin: ORIGIN, event: recoveryEventHash(event) };
  const approvers = [key('SEC'), key('ID'), key('PH', 2), key('TH', 2)];
  return accepted({
    name: 'recovery',
    from: 'SEC',
    key: key('SEC'),
    kind: 'key.recover',
    to: 'all',
    body: { ...event, approvals: approvers.map((approver) => signStatement('eads-approval+jws', claims, approver)) },
  });
};

const ack = (name: string, generation: number): Draft =>
  accepted({
    name,
    from: 'MY',
    key: key('MY', generation),
    kind: 'recall.ack',
    to: ['ID'],
    body: { ref: `ID/${idOf('van')}`, held: true },
  });

/**
 * A thief takes MY's key, puts its own in its place and speaks with it; the Secretariat and three members give MY new keys.
 * From entry 25 on: what the thief signed is suspect, its change of keys void.
 */
export const theft: readonly Draft[] = [
  ...drafts,
  accepted({
    name: 'MY rotates',
    from: 'MY',
    key: key('MY'),
    kind: 'key.rotate',
    to: 'all',
    body: { block: signEnrolment(ORIGIN, 'MY', runKeys('true', 'MY', 2)) },
  }),
  ack('by the thief', 2),
  recovery(drafts.length),
  ack('by MY', 3),
];

/** The same, and the hub takes one more from the thief. */
export const theftGoesOn: readonly Draft[] = [...theft, ack('by the thief again', 2)];
