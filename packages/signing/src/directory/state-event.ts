import { hash } from 'node:crypto';
import type { genesis, keyConfirm, keyRecover, keyRevoke, keyRotate, memberJoin, memberLeave } from '@eads/protocol';
import type * as z from 'zod';
import { type Enrolment, verifyEnrolment } from '../enrolment.ts';
import type { Envelope } from '../envelope.ts';
import { SigningError } from '../errors.ts';
import { verifyCompactSync } from '../jws.ts';
import { importVerifyKey, type VerifyKey } from '../public-key.ts';
import { readStatement } from '../statements.ts';
import { LOG_KEY_TYPE, parseVkey } from '../vkey.ts';
import { type Registry, refuse, type StateRefusal, signingKeyOf } from './registry.ts';

/** One current key each approved with; whether it was current is a matter of the position. */
export interface Approver {
  readonly member: string;
  readonly kid: string;
}

export type Revocation = { readonly kid: string; readonly since: number };

/** What a state event does, its blocks and approvals verified. */
export type Change =
  | {
      readonly kind: 'genesis';
      readonly hash: string;
      readonly quorum: number;
      readonly hubKey: VerifyKey;
      readonly logKey: string;
      readonly logKid: string;
      readonly predecessor: string | null;
      readonly members: readonly Enrolment[];
    }
  | { readonly kind: 'member.join'; readonly enrolment: Enrolment }
  | { readonly kind: 'member.leave'; readonly member: string }
  | { readonly kind: 'key.rotate'; readonly enrolment: Enrolment }
  | { readonly kind: 'key.revoke'; readonly revokes: readonly [Revocation] }
  | {
      readonly kind: 'key.recover';
      readonly enrolment: Enrolment;
      readonly revokes: readonly Revocation[];
      readonly approvers: readonly Approver[];
    }
  | { readonly kind: 'key.confirm'; readonly seqs: readonly number[] };

export interface StateEvent {
  readonly seq: number;
  readonly from: string;
  /** The key that signed it; the signature was found to hold. */
  readonly kid: string;
  readonly change: Change;
}

type Body<Kind extends { body: z.ZodType }> = z.infer<Kind['body']>;
type RecoverBody = Body<typeof keyRecover>;

/** What the approvals of a recovery are signed over: base64 SHA-256 of {member, block, revokes: [{kid, since}]} as JSON. */
export const recoveryEventHash = ({ member, block, revokes }: Pick<RecoverBody, 'member' | 'block' | 'revokes'>) =>
  hash(
    'sha256',
    JSON.stringify({ member, block, revokes: revokes.map(({ kid, since }) => ({ kid, since })) }),
    'base64',
  );

const readGenesis = (body: Body<typeof genesis>, origin: string, digest: Uint8Array): Change => {
  const logKey = parseVkey(body.logKey, LOG_KEY_TYPE);
  if (logKey.name !== origin) throw new SigningError('bad-form', `The log key must be named ${origin}.`);
  return {
    kind: 'genesis',
    hash: Buffer.from(digest).toString('base64'),
    quorum: body.quorum,
    hubKey: importVerifyKey(body.hubKey),
    logKey: body.logKey,
    logKid: logKey.key.kid,
    predecessor: body.predecessor,
    members: body.members.map(({ member, block }) => verifyEnrolment(block, { origin, member })),
  };
};

const readApproval = (text: string, registry: Registry, event: string): Approver => {
  const { claims, kid, parsed } = readStatement('eads-approval+jws', text);
  if (claims.origin !== registry.origin || claims.event !== event) {
    throw new SigningError('bad-form', 'An approval is of another recovery. Collect the approvals for this one.');
  }
  for (const member of registry.members.values()) {
    const record = signingKeyOf(member, kid);
    if (record === undefined) continue;
    if (verifyCompactSync(parsed, record.key)) return { member: member.code, kid };
    break;
  }
  throw new SigningError('bad-signature', `The signature of an approval by the key ${kid} does not hold.`);
};

const readRecover = (body: RecoverBody, registry: Registry): Change => {
  const event = recoveryEventHash(body);
  return {
    kind: 'key.recover',
    enrolment: verifyEnrolment(body.block, { origin: registry.origin, member: body.member }),
    revokes: body.revokes,
    approvers: body.approvals.map((approval) => readApproval(approval, registry, event)),
  };
};

const readChange = (envelope: Envelope, registry: Registry): Change | undefined => {
  const { kind, body, origin, from } = envelope.claims;
  switch (kind) {
    case 'genesis':
      return readGenesis(body as Body<typeof genesis>, origin, envelope.hash);
    case 'member.join': {
      const { member, block } = body as Body<typeof memberJoin>;
      return { kind, enrolment: verifyEnrolment(block, { origin, member }) };
    }
    case 'member.leave':
      return { kind, member: (body as Body<typeof memberLeave>).member };
    case 'key.rotate':
      return { kind, enrolment: verifyEnrolment((body as Body<typeof keyRotate>).block, { origin, member: from }) };
    case 'key.revoke': {
      const { kid, since } = body as Body<typeof keyRevoke>;
      return { kind, revokes: [{ kid, since }] };
    }
    case 'key.recover':
      return readRecover(body as RecoverBody, registry);
    case 'key.confirm':
      return { kind, seqs: (body as Body<typeof keyConfirm>).seqs };
    default:
      return undefined;
  }
};

/** The change that an envelope asks for, with every signature inside it verified; its own signature is the caller's. */
export const readStateChange = (
  envelope: Envelope,
  registry: Registry,
): { ok: true; change: Change } | StateRefusal => {
  try {
    const change = readChange(envelope, registry);
    return change
      ? { ok: true, change }
      : refuse('bad-state', `A ${envelope.claims.kind} changes no member and no key; it is no state event.`);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const code = error.code === 'bad-form' || error.code === 'bad-key' ? 'bad-form' : 'bad-signature';
    return refuse(code, error.message);
  }
};
