import type { HubSession } from '@eads/link';
import { type Database, endSession, keepSessions } from '@eads/store';

/** The sessions of one run that this replica holds: one a member, the newest. */
export const createSessions = (database: Database, schema: string) => {
  const held = new Map<string, HubSession>();

  return {
    all: (): IterableIterator<HubSession> => held.values(),
    of: (member: string): HubSession | undefined => held.get(member),
    opened: (session: HubSession): void => {
      const before = held.get(session.member);
      // Two admissions may end in the other order than their generations: the larger one stays.
      if (before && before.generation > session.generation) {
        session.close(4409);
        return;
      }
      held.set(session.member, session);
      before?.close(4409);
    },
    closed: async (session: HubSession): Promise<void> => {
      if (held.get(session.member) === session) held.delete(session.member);
      await endSession(database, schema, session.member, session.generation);
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

export type Sessions = ReturnType<typeof createSessions>;
