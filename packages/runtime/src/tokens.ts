import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PersonError } from './person-error.ts';

/** The role that a bearer token stands for, or null. */
export type Authenticate = (token: string) => string | null | Promise<string | null>;

const SHORTEST = 32;
const LONGEST = 512;

const digestOf = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/** 256 random bits, base64url: 43 characters. */
export const generateToken = (): string => randomBytes(32).toString('base64url');

/**
 * A table that knows tokens by their SHA-256 only and compares in constant time: every entry is looked at, whichever fits.
 * Throws `PersonError` for a token under 32 characters, and for one that stands for two roles.
 */
export const createTokenTable = (tokens: Readonly<Record<string, string>>): ((token: string) => string | null) => {
  const entries = Object.entries(tokens).map(([role, token]) => {
    if (token.length < SHORTEST || token.length > LONGEST) {
      throw new PersonError({
        what: `The token of "${role}" has ${token.length} characters`,
        remedy: `Give it ${SHORTEST} to ${LONGEST} characters of random text`,
      });
    }
    return { role, digest: digestOf(token) };
  });
  for (const [i, { role, digest }] of entries.entries()) {
    const other = entries.slice(0, i).find((earlier) => earlier.digest.equals(digest));
    if (other) {
      throw new PersonError({
        what: `"${other.role}" and "${role}" have the same token`,
        remedy: 'Give each role a token of its own',
      });
    }
  }
  return (token) => {
    if (token.length > LONGEST) return null;
    const digest = digestOf(token);
    let found: string | null = null;
    for (const entry of entries) {
      if (timingSafeEqual(entry.digest, digest)) found = entry.role;
    }
    return found;
  };
};
