import { errorOf, type LinkError } from '@eads/link';
import type { CloseCode } from '@eads/protocol';
import { type Directory, type SignerStatus, signerAt } from '@eads/signing';
import type { Head } from '@eads/store';

/** Why an open session ends now. */
export interface Ending {
  readonly code: CloseCode;
  readonly error: LinkError;
}

const ending = (code: CloseCode, what: string, remedy: string): Ending => ({
  code,
  error: { ...errorOf(code), what: what.slice(0, 480), remedy },
});

/** What the head says to every session: another epoch, or a ledger that a person must look at. */
export const endingForAll = (head: Pick<Head, 'epoch' | 'frozen'>, epoch: number): Ending | null => {
  if (head.epoch !== epoch) return { code: 4410, error: errorOf(4410) };
  if (head.frozen === null) return null;
  return ending(4423, head.frozen, 'A person must look at the ledger: eads ledger open, or a new epoch.');
};

/** The database server was restarted, or a copy put in its place: what each node holds is asked again, in its next hello. */
export const restarted: Ending = ending(
  4503,
  'The database was restarted or put back. The nodes are asked what they hold before anything is written.',
  'The node connects again by itself.',
);

const byStatus: Partial<Record<SignerStatus, (member: string) => Ending>> = {
  revoked: (member) =>
    ending(
      4403,
      `The key with which ${member} opened this session was revoked.`,
      'Recover the key with the Secretariat and three other members.',
    ),
  left: (member) =>
    ending(4401, `${member} takes no part any more.`, 'The Secretariat lets a member in again (member.join).'),
  unknown: (member) =>
    ending(
      4401,
      `The key with which ${member} opened this session is none of its keys.`,
      'Enrol with the Secretariat.',
    ),
};

/** The key of the session was revoked, and the member has another: whoever holds that one connects with it, nobody else can. */
const superseded = (member: string): Ending =>
  ending(
    4503,
    `The key with which ${member} opened this session was revoked, and ${member} has another.`,
    'The node connects again by itself, with its current key.',
  );

const hasCurrentKey = (directory: Directory, member: string): boolean =>
  directory.members
    .get(member)
    ?.keys.some(({ use, key }) => use === 'signing' && signerAt(directory, member, key.kid).status === 'current') ===
  true;

/**
 * Whether a session may go on, by the key that opened it. One that was rotated away stays good for its own session: the node itself
 * replaced it. One that fell with a void event does not: whoever has it was never to have it.
 */
export const endingForKey = (directory: Directory, member: string, kid: string): Ending | null => {
  const { status } = signerAt(directory, member, kid);
  if (status === 'revoked' && hasCurrentKey(directory, member)) return superseded(member);
  const record = directory.members.get(member)?.keys.find(({ key }) => key.kid === kid);
  const of = status === 'replaced' && record?.fallen ? byStatus.unknown : byStatus[status];
  return of?.(member) ?? null;
};
