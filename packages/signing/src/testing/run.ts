import { createHash } from 'node:crypto';
import { type Claims, SECRETARIAT } from '@eads/protocol';
import { applyStateEvent, type Directory, emptyDirectory } from '../directory/directory.ts';
import { recoveryEventHash } from '../directory/state-event.ts';
import { signEnrolment } from '../enrolment.ts';
import { type Envelope, makeEnvelope } from '../envelope.ts';
import { generateRunKeys, generateSigningKey, type RunKeys, type SigningKey } from '../keys.ts';
import { signStatement } from '../statements.ts';
import { uuidv7 } from '../uuid.ts';
import { formatVkey, LOG_KEY_TYPE } from '../vkey.ts';

export const ORIGIN = 'test0001/practice/1';

/** A run at the start: its keys, and the envelopes and directories that tests make of them. */
export interface TestRun {
  readonly origin: string;
  readonly keys: Map<string, RunKeys>;
  readonly hub: SigningKey;
  readonly log: SigningKey;
}

let counter = 0;
const bytes = (length: number): Buffer => createHash('sha256').update(`${counter++}`).digest().subarray(0, length);

export const testRun = (forces: readonly string[] = ['ID', 'MY', 'PH', 'SG', 'TH'], origin = ORIGIN): TestRun => ({
  origin,
  keys: new Map([...forces, SECRETARIAT].map((code) => [code, generateRunKeys()])),
  hub: generateSigningKey(),
  log: generateSigningKey(),
});

export const keysOf = (run: TestRun, code: string): RunKeys => {
  const keys = run.keys.get(code);
  if (!keys) throw new Error(`no keys of ${code}`);
  return keys;
};

export const claimsOf = (from: string, kind: string, body: object, more: Partial<Claims> = {}): Claims => ({
  origin: ORIGIN,
  id: uuidv7(1_790_000_000_000, bytes(10)),
  kind,
  v: 1,
  from,
  actor: 'seat-1',
  to: 'all',
  sentAt: '2026-11-25T08:00:00.000Z',
  inReplyTo: null,
  handling: { tlp: 'GREEN', code: 'H0', releasableTo: null, caveat: null },
  nonce: bytes(16).toString('base64url'),
  body: body as Claims['body'],
  ...more,
});

export const envelopeOf = (
  from: string,
  kind: string,
  body: object,
  key: SigningKey,
  more: Partial<Claims> = {},
): Envelope => makeEnvelope(claimsOf(from, kind, body, more), key);

export const genesisBody = (
  run: TestRun,
): Record<string, unknown> & { members: { member: string; block: string }[] } => {
  const codes = [...run.keys.keys()].sort();
  return {
    protocol: 1,
    quorum: Math.floor((2 * (codes.length - 1)) / 3) + 1,
    logKey: formatVkey(run.origin, LOG_KEY_TYPE, run.log),
    hubKey: run.hub.jwk,
    predecessor: null,
    members: codes.map((member) => ({ member, block: signEnrolment(run.origin, member, keysOf(run, member)) })),
  };
};

export const genesisOf = (run: TestRun, body: object = genesisBody(run)): Envelope =>
  envelopeOf(SECRETARIAT, 'genesis', body, keysOf(run, SECRETARIAT).signing, { origin: run.origin });

/** Applies an event that must be taken. */
export const apply = (directory: Directory, seq: number, envelope: Envelope): Directory => {
  const result = applyStateEvent(directory, seq, envelope);
  if (!result.ok) throw new Error(`refused at ${seq}: ${result.code}: ${result.why}`);
  return result.directory;
};

export const founded = (run: TestRun): Directory => apply(emptyDirectory(run.origin), 0, genesisOf(run));

export const rotation = (run: TestRun, member: string, next: RunKeys, by = keysOf(run, member).signing): Envelope =>
  envelopeOf(member, 'key.rotate', { block: signEnrolment(run.origin, member, next) }, by);

export const revocation = (member: string, kid: string, since: number, by: SigningKey): Envelope =>
  envelopeOf(member, 'key.revoke', { kid, since, reason: 'A laptop was lost.' }, by);

export const joining = (run: TestRun, member: string, keys: RunKeys, by = keysOf(run, SECRETARIAT).signing): Envelope =>
  envelopeOf(SECRETARIAT, 'member.join', { member, block: signEnrolment(run.origin, member, keys) }, by);

export const leaving = (run: TestRun, member: string, by = keysOf(run, SECRETARIAT).signing): Envelope =>
  envelopeOf(SECRETARIAT, 'member.leave', { member, reason: 'Called away.' }, by);

export const recovery = (
  run: TestRun,
  member: string,
  next: RunKeys,
  revokes: { kid: string; since: number }[],
  approvers: readonly (string | SigningKey)[],
  by = keysOf(run, SECRETARIAT).signing,
): Envelope => {
  const event = { member, block: signEnrolment(run.origin, member, next), revokes };
  const claims = { origin: run.origin, event: recoveryEventHash(event) };
  const approvals = approvers.map((by) =>
    signStatement('eads-approval+jws', claims, typeof by === 'string' ? keysOf(run, by).signing : by),
  );
  return envelopeOf(SECRETARIAT, 'key.recover', { ...event, approvals }, by);
};
