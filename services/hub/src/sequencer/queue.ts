import type { Candidate } from './candidate.ts';

/** One envelope in line: its candidate comes when it was read and its signature checked. */
interface Waiting {
  readonly bytes: number;
  candidate: Candidate | null;
}

const BATCH_ITEMS = 512;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Twice the credit of a session: what one leaves behind must not keep out the next, and a third fills no memory. */
const LANE_ITEMS = 4_096;
const LANE_BYTES = 8 * 1024 * 1024;

interface Lane {
  waiting: Waiting[];
  bytes: number;
}

/**
 * The line before the sequencer: one lane a member, first come first served within it, and turn by turn between them, so
 * that a flood from one delays no other. A lane moves only as far as its envelopes are checked: order is kept.
 */
export const createQueue = () => {
  const lanes = new Map<string, Lane>();
  let turn = 0;
  let length = 0;

  return {
    length: (): number => length,
    /** Whether a batch could be taken now. */
    ready: (): boolean => [...lanes.values()].some(({ waiting }) => waiting[0]?.candidate != null),
    /** Whether a member may put more in line. */
    hasRoom: (member: string): boolean => {
      const lane = lanes.get(member);
      return lane === undefined || (lane.waiting.length < LANE_ITEMS && lane.bytes < LANE_BYTES);
    },
    /** Takes a place for an envelope of so many bytes; what is returned fills it. */
    enter: (member: string, bytes: number): ((candidate: Candidate) => void) => {
      const waiting: Waiting = { bytes, candidate: null };
      const lane = lanes.get(member);
      if (lane) {
        lane.waiting.push(waiting);
        lane.bytes += bytes;
      } else lanes.set(member, { waiting: [waiting], bytes });
      length += 1;
      return (candidate) => {
        waiting.candidate = candidate;
      };
    },
    /** Takes the next batch out: what is checked, one of each lane in turn. */
    take: (): Candidate[] => {
      const batch: Candidate[] = [];
      const open = [...lanes.entries()].map(([member, lane]) => ({ member, lane, at: 0, bytes: 0 }));
      let bytes = 0;
      for (let i = turn, idle = 0; idle < open.length && batch.length < BATCH_ITEMS && bytes < BATCH_BYTES; i++) {
        const lane = open[i % open.length] as (typeof open)[number];
        const waiting = lane.lane.waiting[lane.at];
        if (!waiting?.candidate) {
          idle += 1;
          continue;
        }
        idle = 0;
        lane.at += 1;
        lane.bytes += waiting.bytes;
        bytes += waiting.bytes;
        batch.push(waiting.candidate);
      }
      for (const { member, lane, at, bytes: taken } of open) {
        lane.bytes -= taken;
        if (at === lane.waiting.length) lanes.delete(member);
        else if (at > 0) lane.waiting = lane.waiting.slice(at);
      }
      length -= batch.length;
      turn += 1;
      return batch;
    },
  };
};
