import type { HubSession } from '@eads/link';
import { type Database, endSession, keepSessions } from '@eads/store';
import type { Ending } from './standing.ts';

/** What a session rests on, from its hello. */
export interface SessionProof {
  /** The signing key that proved its member. */
  readonly kid: string;
  /** The database server whose ledger its cursor and checkpoint were compared with. */
  readonly server: string;
}

/** Hellos of one member that may be on their way to a session at once. */
const KEPT_PROOFS = 8;

/** The sessions of one run that this replica holds: one a member, the newest. */
export const createSessions = (database: Database, schema: string) => {
  const held = new Map<string, HubSession>();
  const proofs = new Map<string, Map<number, SessionProof>>();

  const forget = (member: string, until: number): void => {
    const own = proofs.get(member);
    for (const generation of own?.keys() ?? []) if (generation < until) own?.delete(generation);
  };

  return {
    all: (): IterableIterator<HubSession> => held.values(),
    of: (member: string): HubSession | undefined => held.get(member),
    count: (): number => held.size,
    /** A hello was found good; its session opens next, if its socket is still there. */
    admitted: (member: string, generation: number, proof: SessionProof): void => {
      const own = proofs.get(member) ?? new Map<number, SessionProof>();
      proofs.set(member, own.set(generation, proof));
      // Those whose socket went before they opened are let go.
      const standing = held.get(member)?.generation;
      for (const old of own.keys()) if (old < generation - KEPT_PROOFS && old !== standing) own.delete(old);
    },
    opened: (session: HubSession): void => {
      const before = held.get(session.member);
      // Two admissions may end in the other order than their generations: the larger one stays.
      if (before && before.generation > session.generation) {
        session.close(4409);
        return;
      }
      held.set(session.member, session);
      forget(session.member, session.generation);
      before?.close(4409);
    },
    closed: async (session: HubSession): Promise<void> => {
      if (held.get(session.member) === session) held.delete(session.member);
      await endSession(database, schema, session.member, session.generation);
    },
    /** Ends those of which `ending` says so. */
    end: (ending: (member: string, proof: SessionProof | undefined) => Ending | null): void => {
      for (const session of [...held.values()]) {
        const end = ending(session.member, proofs.get(session.member)?.get(session.generation));
        if (end) session.close(end.code, end.error);
      }
    },
    /** Says which sessions this replica still holds, and drops those that a newer one on another replica replaced. */
    keep: async (): Promise<void> => {
      if (held.size === 0) return;
      const mine = [...held.values()].map(({ member, generation, acked }) => ({ member, generation, acked }));
      const standing = await keepSessions(database, schema, mine);
      for (const { member, generation } of mine) {
        const session = held.get(member);
        if (session?.generation === generation && (standing.get(member) ?? 0) > generation) session.close(4409);
      }
    },
  };
};
