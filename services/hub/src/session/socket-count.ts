import type { LinkSocket } from '@eads/link';

/** A node needs one, and one more for a moment while it connects again. */
const SOCKETS_A_MEMBER = 8;

/** Bounds what a member can hold open: a socket before its hello costs nothing but memory, and there is no end of them. */
export const createSocketCount = (most = SOCKETS_A_MEMBER) => {
  const open = new Map<string, number>();
  const add = (member: string, count: number): void => {
    open.set(member, (open.get(member) ?? 0) + count);
  };
  return {
    /** Counts a socket until it closes. False where it is one too many: then it is cut. */
    take: (socket: LinkSocket, member: string): boolean => {
      if ((open.get(member) ?? 0) >= most) {
        socket.terminate();
        return false;
      }
      add(member, 1);
      socket.on('close', () => add(member, -1));
      return true;
    },
  };
};
