import type { Gathering } from '@eads/protocol';
import { applyStateEvent, emptyDirectory, openEnvelope, SigningError, verifyEnrolment } from '@eads/signing';
import { enrol, findRun, listEnrolments, setRunState } from '@eads/store';
import type { Hub } from '../hub.ts';
import type { Run } from './run.ts';

/** Why an enrolment or a genesis is not taken. For a person. */
export class GatheringError extends Error {
  override readonly name = 'GatheringError';
}

/** Takes a member's enrolment block while the run gathers; before genesis a newer block replaces the older. */
export const takeEnrolment = async (hub: Hub, run: Run, member: string, block: string): Promise<void> => {
  const row = await findRun(hub.database, run.run);
  if (!row?.called.includes(member)) throw new GatheringError(`${member} is not called to the run ${run.run}.`);
  try {
    verifyEnrolment(block, { origin: run.epoch.origin, member });
  } catch (error) {
    if (error instanceof SigningError) throw new GatheringError(error.message, { cause: error });
    throw error;
  }
  await enrol(hub.database, run.schema, member, block);
};

/** What the Secretariat needs to found the epoch, or to let a late member in. */
export const gatheringOf = async (hub: Hub, run: Run): Promise<Gathering> => {
  const row = await findRun(hub.database, run.run);
  const { kty, crv, x } = run.epoch.hubKey.jwk;
  return {
    origin: run.epoch.origin,
    called: [...(row?.called ?? [])] as Gathering['called'],
    enrolled: (await listEnrolments(hub.database, run.schema)) as Gathering['enrolled'],
    startNow: row?.startNow ?? false,
    logKey: run.epoch.logVkey,
    hubKey: { kty, crv, x },
    predecessor: run.epoch.predecessor,
  };
};

/** Sequences the genesis that the Secretariat signed, as entry 0. The same bytes again are taken as done. */
export const takeGenesis = async (hub: Hub, run: Run, envelope: string): Promise<void> => {
  const opened = openEnvelope(envelope);
  if (!opened.ok) throw new GatheringError(`The genesis cannot be read: ${opened.refusal.why}`);
  const standing = (await run.live.read(0, 1))[0];
  if (standing?.envelope === envelope) return;
  const applied = applyStateEvent(emptyDirectory(run.epoch.origin), 0, opened.envelope);
  if (opened.envelope.claims.kind !== 'genesis' || !applied.ok) {
    throw new GatheringError(`The genesis does not stand: ${applied.ok ? 'it is of another kind.' : applied.why}`);
  }
  const { founding } = applied.directory;
  if (founding?.hubKey.kid !== run.epoch.hubKey.kid || founding.logKey !== run.epoch.logVkey) {
    throw new GatheringError('The genesis names other hub or log keys than this hub has.');
  }
  const { outcome } = await run.sequence({
    member: opened.envelope.claims.from,
    text: envelope,
    hash: Buffer.from(opened.envelope.hash).toString('base64'),
    id: opened.envelope.claims.id,
    refused: null,
    envelope: opened.envelope,
    signature: 'holds',
  });
  if (outcome.type === 'retry') throw new GatheringError(`The genesis could not be sequenced now (${outcome.code}).`);
  const entry = (await run.live.read(outcome.seq, 1))[0];
  if (outcome.seq !== 0 || entry?.code !== 'accepted') {
    throw new GatheringError('This run has its genesis already.');
  }
  await setRunState(hub.database, run.run, 'open');
};
