import type { NodeLinkState } from '@eads/link';
import { HEAD_SILENCE_MS, WITNESS_AMBER_MS } from '@eads/protocol';
import { evidenceCodes, handlingCounts, outboxCounts, readNodeCursor } from '@eads/store';
import { EVIDENCE_CODES, type EvidenceCode } from '../evidence.ts';
import type { RunCore } from './core.ts';
import type { EpochState } from './epoch-state.ts';
import { shortTrust } from './trust.ts';

/** One reason for a colour, in words for a person. */
export interface Reason {
  readonly code: string;
  readonly says: string;
}

/** How one run stands at this node. */
export interface RunStatus {
  readonly run: string;
  readonly origin: string | null;
  readonly phase: RunPhase;
  readonly colour: 'green' | 'amber' | 'red';
  readonly red: readonly Reason[];
  readonly amber: readonly Reason[];
  readonly link: NodeLinkState | null;
  /** Entries held, this member's own number, and how far a quorum covers. */
  readonly size: number;
  readonly rseq: number;
  readonly witnessed: number;
  /** Eight characters of the trust file, for people to compare. */
  readonly trust: string | null;
  readonly members: readonly string[];
  readonly outbox: Readonly<Record<string, number>>;
  readonly handling: { readonly pending: number; readonly failed: number; readonly notUnderstood: number };
}

/** gathering: keys are enrolled, genesis is waited for. left: the run is archived or gone at the hub. */
export type RunPhase = 'gathering' | 'open' | 'left';

export interface StatusParts {
  readonly core: RunCore;
  readonly state: EpochState | null;
  readonly phase: RunPhase;
  readonly link: NodeLinkState | null;
  /** What the last end of a session said. */
  readonly lastLoss: Reason | null;
}

const linkReasons = ({ link, lastLoss, phase }: StatusParts, now: number): Reason[] => {
  if (phase !== 'open' || link === null) return [];
  if (link.status !== 'linked') {
    return [
      lastLoss ?? { code: 'not-linked', says: 'There is no session with the hub. Work goes on; it is sent later.' },
    ];
  }
  const heard = Math.max(link.lastHeadAt ?? 0, link.since);
  return now - heard > HEAD_SILENCE_MS
    ? [{ code: 'head-silent', says: 'The hub has not told how far the ledger stands for over 15 seconds.' }]
    : [];
};

const EMPTY = { pending: 0, failed: 0, notUnderstood: 0 };

export const readStatus = async (parts: StatusParts): Promise<RunStatus> => {
  const { core, state, phase, link } = parts;
  const { database, schema, clock } = core;
  const now = clock.now();
  const cursor = state === null ? null : await readNodeCursor(database, schema);
  const outbox = state === null ? null : await outboxCounts(database, schema);
  const handling = state === null ? EMPTY : await handlingCounts(database, schema);
  const evidence = await evidenceCodes(database, schema, state?.epoch ?? 0);
  const red: Reason[] = evidence.map(({ code }) => ({ code, says: EVIDENCE_CODES[code as EvidenceCode] }));
  const amber = linkReasons(parts, now);
  const since = outbox?.unwitnessedSince ?? null;
  if (since !== null && now - since > WITNESS_AMBER_MS) {
    amber.push({
      code: 'not-witnessed',
      says: 'What was sent has been receipted for over a minute, and no quorum covers it.',
    });
  }
  if (cursor?.cosigningStopped != null) amber.push({ code: 'cosigning-stopped', says: cursor.cosigningStopped });
  if (handling.failed > 0) {
    amber.push({
      code: 'handling-failed',
      says: `${handling.failed} entries could not be handled. They are tried again.`,
    });
  }
  if (handling.notUnderstood > 0) {
    amber.push({
      code: 'not-understood',
      says: `${handling.notUnderstood} entries need a newer version of this node.`,
    });
  }
  return {
    run: core.run,
    origin: state?.origin ?? null,
    phase,
    colour: red.length > 0 ? 'red' : amber.length > 0 ? 'amber' : 'green',
    red,
    amber,
    link,
    size: state?.next ?? 0,
    rseq: state?.rseq ?? 0,
    witnessed: cursor?.witnessedSize ?? 0,
    trust: state === null ? null : shortTrust(state),
    members: state?.roster ?? [],
    outbox: outbox?.counts ?? {},
    handling,
  };
};
