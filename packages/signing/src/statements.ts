import {
  approvalClaims,
  headClaims,
  manifestClaims,
  receiptClaims,
  type SignedType,
  sessionClaims,
} from '@eads/protocol';
import type * as z from 'zod';
import { readPayload } from './canonical.ts';
import { SigningError } from './errors.ts';
import { type ParsedJws, parseCompact, signCompact, verifyCompact, verifyCompactSync } from './jws.ts';
import type { SigningKey } from './keys.ts';
import type { VerifyKey } from './public-key.ts';

const KIB = 1024;

/** What is signed beside envelopes: its schema, and how long its text may be, in characters. */
const STATEMENTS = {
  'eads-session+jws': { claims: sessionClaims, maxChars: 4 * KIB },
  'eads-approval+jws': { claims: approvalClaims, maxChars: 4 * KIB },
  'eads-receipt+jws': { claims: receiptClaims, maxChars: 1024 * KIB },
  'eads-head+jws': { claims: headClaims, maxChars: 4 * KIB },
  'eads-manifest+jws': { claims: manifestClaims, maxChars: 32 * 1024 * KIB },
} as const satisfies Partial<Record<SignedType, { claims: z.ZodType; maxChars: number }>>;

export type StatementType = keyof typeof STATEMENTS;
export type StatementClaims<T extends StatementType> = z.infer<(typeof STATEMENTS)[T]['claims']>;

/** A statement, read and checked against its schema, its signature not yet checked. */
export interface Statement<T extends StatementType> {
  readonly claims: StatementClaims<T>;
  readonly kid: string;
  readonly parsed: ParsedJws;
}

/** Signs a statement. Throws `bad-form` for claims that nobody would take. */
export const signStatement = <T extends StatementType>(typ: T, claims: StatementClaims<T>, key: SigningKey): string => {
  const { claims: schema, maxChars } = STATEMENTS[typ];
  const read = schema.safeParse(claims);
  if (!read.success) {
    throw new SigningError('bad-form', `The ${typ} is malformed at ${read.error.issues[0]?.path.join('.')}.`);
  }
  return signCompact(typ, claims, key, maxChars);
};

/** Reads a statement of this type. Throws `bad-form` and `wrong-type`. Nothing in it is true before it is verified. */
export const readStatement = <T extends StatementType>(typ: T, text: string): Statement<T> => {
  const { claims: schema, maxChars } = STATEMENTS[typ];
  const parsed = parseCompact(text, typ, maxChars);
  const read = schema.safeParse(readPayload(parsed.payloadBytes, maxChars).value);
  if (!read.success) {
    throw new SigningError('bad-form', `The ${typ} is malformed at ${read.error.issues[0]?.path.join('.')}.`);
  }
  return { claims: read.data as StatementClaims<T>, kid: parsed.header.kid, parsed };
};

const unsigned = (typ: string, kid: string): SigningError =>
  new SigningError('bad-signature', `The ${typ} is not signed by the key ${kid}.`);

/** Reads and verifies a statement by the one key that may make it. Rejects with `bad-form`, `wrong-type`, `bad-signature`. */
export const verifyStatement = async <T extends StatementType>(
  typ: T,
  text: string,
  key: VerifyKey,
): Promise<StatementClaims<T>> => {
  const { claims, parsed } = readStatement(typ, text);
  if (!(await verifyCompact(parsed, key))) throw unsigned(typ, key.kid);
  return claims;
};

/** `verifyStatement` on the calling thread. */
export const verifyStatementSync = <T extends StatementType>(
  typ: T,
  text: string,
  key: VerifyKey,
): StatementClaims<T> => {
  const { claims, parsed } = readStatement(typ, text);
  if (!verifyCompactSync(parsed, key)) throw unsigned(typ, key.kid);
  return claims;
};
