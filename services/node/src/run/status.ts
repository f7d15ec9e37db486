import type { NodeLinkState } from '@eads/link';
import { HEAD_SILENCE_MS, WITNESS_AMBER_MS } from '@eads/protocol';
import { signerAt } from '@eads/signing';
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

const NOT_LINKED = { code: 'not-linked', says: 'There is no session with the hub. Work goes on; it is sent later.' };
const RED_CLOSES: ReadonlySet<number> = new Set([4412, 4423]);

/** A hub that holds less than this node, or whose ledger is frozen, is no mere outage. */
const redLink = ({ link, lastLoss }: StatusParts): Reason[] => {
  const red = link !== null && link.status !== 'linked' && RED_CLOSES.has(link.lastClose ?? 0);
  return red && lastLoss !== null ? [lastLoss] : [];
};

const KEYS_UNKNOWN = {
  code: 'keys-unknown',
  says: 'The keys in this node’s folder are not those of the ledger. Restore a backup of the folder, or ask the Secretariat for a recovery.',
};
const KEY_REVOKED = {
  code: 'key-revoked',
  says: 'The key of this node was revoked. Ask the Secretariat for a recovery.',
};

/** Whether this node's own keys are those that the ledger has for it. */
const keyReasons = ({ core, state, phase }: StatusParts): Reason[] => {
  if (phase !== 'open' || !state?.roster.includes(core.member)) return [];
  const keys = [core.keys.keysFor(state.origin), core.keys.nextFor(state.origin)];
  const status = keys.map((key) => key && signerAt(state.directory, core.member, key.signing.kid).status);
  if (status.includes('current')) return [];
  return [status[0] === 'revoked' ? KEY_REVOKED : KEYS_UNKNOWN];
};

const linkReasons = (parts: StatusParts, now: number): Reason[] => {
  const { link, lastLoss, phase } = parts;
  if (phase !== 'open' || link === null || redLink(parts).length > 0) return [];
  if (link.status !== 'linked') return [lastLoss ?? NOT_LINKED];
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
  // Taken first: what is counted as pending below is of all these entries.
  const size = state?.next ?? 0;
  const cursor = state === null ? null : await readNodeCursor(database, schema);
  const outbox = state === null ? null : await outboxCounts(database, schema);
  const handling = state === null ? EMPTY : await handlingCounts(database, schema);
  const evidence = await evidenceCodes(database, schema, state?.epoch ?? 0);
  const red: Reason[] = [
    ...evidence.map(({ code }) => ({ code, says: EVIDENCE_CODES[code as EvidenceCode] })),
    ...redLink(parts),
  ];
  const amber = [...linkReasons(parts, now), ...keyReasons(parts)];
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
    size,
    rseq: state?.rseq ?? 0,
    witnessed: cursor?.witnessedSize ?? 0,
    trust: state === null ? null : shortTrust(state),
    members: state?.roster ?? [],
    outbox: outbox?.counts ?? {},
    handling,
  };
};
