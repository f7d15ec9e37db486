import { quorumSize } from '@eads/ledger';
import { byCode, type Gathering, SECRETARIAT } from '@eads/protocol';
import { makeEnvelope, signEnrolment, uuidv7, verifyEnrolment } from '@eads/signing';
import { causeExists, inTransaction, readNodeCursor } from '@eads/store';
import { NODE_ACTOR, NODE_HANDLING } from '../handling/effects.ts';
import type { HubClient } from '../hub-client.ts';
import { queueDraft } from '../outbox/draft.ts';
import type { RunCore } from './core.ts';
import type { EpochState } from './epoch-state.ts';

type Block = Gathering['enrolled'][number];

const sound = (core: RunCore, origin: string, { member, block }: Block): boolean => {
  try {
    verifyEnrolment(block, { origin, member });
    return true;
  } catch (error) {
    core.log.warn({ run: core.run, member, err: error }, 'An enrolment is not sound and was left out.');
    return false;
  }
};

/** The larger of the checkpoint that the hub names and the one that the Secretariat's own node holds. */
const predecessorOf = async (core: RunCore, named: string | null): Promise<string | null> => {
  const own = await readNodeCursor(core.database, core.schema);
  const sizeOf = (note: string): number => Number(note.split('\n')[1]);
  if (own?.witnessedNote == null) return named;
  return named !== null && sizeOf(named) >= own.witnessedSize ? named : own.witnessedNote;
};

/**
 * The Secretariat founds the epoch when everyone who was called has enrolled, or the trainer starts without the rest.
 * @returns whether a genesis was handed in
 */
export const foundEpoch = async (core: RunCore, hub: HubClient): Promise<boolean> => {
  const gathering = await hub.gathering(core.run);
  const { origin, called, logKey, hubKey, startNow } = gathering;
  const enrolled = gathering.enrolled.filter((block) => called.includes(block.member) && sound(core, origin, block));
  const missing = called.filter((member) => !enrolled.some((block) => block.member === member));
  const own = enrolled.find(({ member }) => member === SECRETARIAT);
  if (own?.block !== signEnrolment(origin, SECRETARIAT, core.keys.keysFor(origin))) return false;
  if (missing.length > 0 && !startNow) return false;
  const members = enrolled.sort((a, b) => byCode(a.member, b.member));
  const now = core.clock.now();
  const { jws } = makeEnvelope(
    {
      origin,
      id: uuidv7(now, core.randomBytes(10)),
      kind: 'genesis',
      from: SECRETARIAT,
      actor: NODE_ACTOR,
      to: 'all',
      sentAt: new Date(now).toISOString(),
      inReplyTo: null,
      handling: NODE_HANDLING,
      nonce: Buffer.from(core.randomBytes(16)).toString('base64url'),
      body: {
        protocol: 1,
        quorum: quorumSize(members.length - 1),
        logKey,
        hubKey,
        predecessor: await predecessorOf(core, gathering.predecessor),
        members,
      },
    },
    core.keys.keysFor(origin).signing,
  );
  await hub.found(core.run, { origin, envelope: jws });
  core.log.info({ run: core.run, origin, members: members.length }, 'The epoch is founded.');
  return true;
};

/** Lets those in who enrolled after genesis: a `member.join` each, once an epoch. Who left comes back by a person's act only. */
export const admitLate = async (core: RunCore, state: EpochState, hub: HubClient): Promise<void> => {
  if (state.next === 0) return;
  const { origin, called, enrolled } = await hub.gathering(core.run);
  if (origin !== state.origin) return;
  const late = enrolled.filter(
    (each) => called.includes(each.member) && !state.directory.members.has(each.member) && sound(core, origin, each),
  );
  if (late.length === 0) return;
  await core.outbox.run(() =>
    inTransaction(core.database, async (connection) => {
      for (const { member, block } of late) {
        const cause = `member.join ${origin} ${member}`;
        if (await causeExists(connection, core.schema, cause)) continue;
        await queueDraft(connection, core, state, {
          kind: 'member.join',
          to: 'all',
          inReplyTo: null,
          handling: NODE_HANDLING,
          actor: NODE_ACTOR,
          body: { member, block },
          ref: null,
          cause,
        });
      }
    }),
  );
  core.outboxChanged.fire();
};
