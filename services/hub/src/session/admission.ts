import { rootAt, verifyCheckpoint } from '@eads/ledger';
import type { Admission } from '@eads/link';
import { type CloseCode, type Hello, VERSIONS } from '@eads/protocol';
import { coSigners, type Directory, quorum, readStatement, verifySession } from '@eads/signing';
import { acceptServer, claimSession, type Database, freeze, type Head, hashReader, readHead, vouch } from '@eads/store';
import type { Epoch } from '../run/epoch.ts';
import type { RunState } from '../run/state.ts';
import type { SessionProof } from './sessions.ts';

export interface AdmissionHost {
  readonly database: Database;
  readonly schema: string;
  readonly replica: string;
  readonly epoch: Epoch;
  readonly state: RunState;
  /** The member whose installation token opened the socket. */
  readonly tokenMember: string;
  /** The server was accepted or the run frozen: look at the head again. */
  headChanged(): void;
  /** The hello is good; this is what its session rests on. */
  admitted(member: string, generation: number, proof: SessionProof): void;
}

const no = (close: CloseCode, code: string, what: string, remedy: string): Admission => ({
  ok: false,
  close,
  code,
  what,
  remedy,
});

/** Decides on a hello: who it is, whether its cursor and its checkpoint go with this ledger, and gives the next generation. */
export const admitHello = async (host: AdmissionHost, hello: Hello, nonce: string): Promise<Admission> => {
  const { database, schema, epoch, state } = host;
  if (!(VERSIONS as readonly number[]).includes(hello.version)) {
    return no(4406, 'version', `This hub speaks versions ${VERSIONS.join(', ')}.`, 'Upgrade the node or the hub.');
  }
  const head = await readHead(database, schema);
  if (!head || head.epoch !== epoch.epoch) {
    return no(4503, 'starting', 'The run begins anew.', 'It is tried again by itself.');
  }
  if (head.size === 0) {
    // Whoever holds a checkpoint of this log has seen more than this: the database was rolled back behind its genesis.
    const history = await checkCheckpoint(host, head, host.tokenMember, hello.checkpoint);
    return history ?? no(4503, 'starting', 'The run has no genesis yet.', 'It is tried again by itself.');
  }
  const directory = await state.at(database, head.stateVersion);
  const challenge = { origin: epoch.origin, hub: host.replica, nonce };
  const proof = await verifySession(hello.session, challenge, directory);
  if (!proof.ok) return no(FAULT_CLOSE[proof.code], proof.code, proof.why, FAULT_REMEDY[proof.code]);
  const { member } = proof;
  if (member !== host.tokenMember) {
    const what = `The token is that of ${host.tokenMember}, and the proof is by ${member}.`;
    return no(4401, 'unauthenticated', what, 'Give the node the token of its own member.');
  }
  const history = await checkHistory(host, head, directory, member, hello);
  if (history) return history;
  const generation = await claimSession(database, schema, member, host.replica);
  host.admitted(member, generation, { kid: readStatement('eads-session+jws', hello.session).kid, server: head.server });
  return { ok: true, member, generation };
};

const FAULT_CLOSE = { unauthenticated: 4401, revoked: 4403, 'other-origin': 4410 } as const;
const FAULT_REMEDY = {
  unauthenticated: 'Look at the keys of the node, and enrol with the Secretariat where they are new.',
  revoked: 'Recover the key with the Secretariat and three other members.',
  'other-origin': 'Fetch the genesis of this log and start at 0.',
} as const;

/** A database that was restored or rolled back shows here: a node holds more, or something else, than the head says. */
const checkCheckpoint = async (
  { database, schema, epoch, headChanged }: AdmissionHost,
  head: Head,
  member: string,
  checkpoint: string | null,
): Promise<Admission | null> => {
  if (checkpoint === null) return null;
  let held: { size: number; root: Uint8Array };
  try {
    held = verifyCheckpoint(checkpoint, epoch.log);
  } catch {
    const what = 'The checkpoint in hello is not one of this log.';
    return no(4400, 'malformed', what, 'Look at the evidence of the node.');
  }
  const extended =
    held.size <= head.size &&
    Buffer.from(await rootAt(hashReader(database, schema, epoch.epoch), held.size)).equals(held.root);
  if (extended) return null;
  const reason = `${member} holds a checkpoint of size ${held.size} that this ledger (size ${head.size}) does not extend.`;
  await freeze(database, schema, reason, checkpoint);
  headChanged();
  return no(4423, 'frozen', reason, 'A person must look at the ledger: eads ledger open, or a new epoch.');
};

const checkHistory = async (
  host: AdmissionHost,
  head: Head,
  directory: Directory,
  member: string,
  hello: Hello,
): Promise<Admission | null> => {
  const { database, schema } = host;
  const fault = await checkCheckpoint(host, head, member, hello.checkpoint);
  if (fault) return fault;
  if (head.frozen !== null) {
    return no(4423, 'frozen', head.frozen, 'A person must look at the ledger: eads ledger open, or a new epoch.');
  }
  if (hello.next > head.size) {
    return no(
      4412,
      'cursor-ahead',
      `The cursor is at ${hello.next}, and this ledger has ${head.size} entries.`,
      'The ledger was rolled back, or the cursor is of another one. A person must look.',
    );
  }
  if (!head.sameServer) {
    const signers = coSigners(directory);
    if (signers.some((signer) => signer.member === member)) {
      const vouched = await vouch(database, schema, member, hello.checkpoint === null ? 0 : head.size);
      if (vouched >= signers.length - quorum(directory) + 1) {
        await acceptServer(database, schema);
        host.headChanged();
      }
    }
  }
  return null;
};
