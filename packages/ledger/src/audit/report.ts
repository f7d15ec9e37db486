import { AUDIT_CODES } from './codes.ts';
import type { Finding, Place } from './findings.ts';

/** How often something occurs in an export. */
export interface AuditCounts {
  /** Lines, leaf hashes among them. */
  entries: number;
  /** Entries that are there in full. */
  readable: number;
  accepted: number;
  /** Refusals: the hub's word, since their bytes are not kept. */
  refused: number;
  /** Entries whose bytes an `erase` took out. */
  erased: number;
  /** Entries that an `erase` names and whose bytes are there all the same. */
  heldAfterErase: number;
  /** Messages of a kind that this version does not know: signed, and not understood. */
  notUnderstood: number;
  /** By author; of a refusal, the session's member. */
  byMember: Record<string, { accepted: number; refused: number }>;
}

/**
 * An entry signed by a key that was revoked since, "compromised since" an entry not after this one, or by a key that such
 * a key brought.
 */
export interface Suspect {
  readonly seq: number;
  readonly from: string;
  readonly kid: string;
  /** A state event that has no effect any more. */
  readonly void: boolean;
}

/** What an audit found. */
export interface AuditReport {
  /** Nothing is wrong. Without `trusted` it says only that the export agrees with itself. */
  readonly ok: boolean;
  /** A trust file was given, and the export is of the run that it names. */
  readonly trusted: boolean;
  /** Null where the manifest could not be read. */
  readonly origin: string | null;
  readonly viewer: string | null;
  /** Entries that the export says it holds. */
  readonly size: number;
  /** base64 root over the entries, or null where they do not make one. */
  readonly root: string | null;
  /** Through which size a quorum of co-signers vouches; 0 for not at all. */
  readonly witnessedSize: number;
  /** Members whose cosignature holds, in code order. */
  readonly cosigners: readonly string[];
  /** Co-signers that are needed there. */
  readonly quorum: number;
  /** Size of the expected checkpoint that was found extended, or null. */
  readonly extends: number | null;
  readonly counts: AuditCounts;
  readonly suspects: readonly Suspect[];
  readonly findings: readonly Finding[];
  /** How many findings are left out of the list, which keeps a hundred of each code. */
  readonly omitted: number;
}

const placeText = ({ path, line, seq }: Place): string =>
  `${path}${line === undefined ? '' : `:${line}`}${seq === undefined ? '' : ` (entry ${seq})`}`;

const findingText = ({ code, where, what, remedy }: Finding): string =>
  `${placeText(where)}\n  ${code}: ${AUDIT_CODES[code].says}. ${what}\n  To do: ${remedy}\n`;

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const MAX_SHOWN = 20;

const runs = (seqs: readonly number[]): string => {
  const parts: [number, number][] = [];
  for (const seq of seqs) {
    const last = parts.at(-1);
    if (last && last[1] === seq - 1) last[1] = seq;
    else parts.push([seq, seq]);
  }
  const shown = parts.slice(0, MAX_SHOWN).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return shown.join(', ') + (parts.length > MAX_SHOWN ? ', …' : '');
};

const suspectLines = (suspects: readonly Suspect[]): string[] => {
  const members = [...new Set(suspects.map(({ from }) => from))].sort();
  return members.map((member) => {
    const own = suspects.filter(({ from }) => from === member);
    const voids = own.filter((suspect) => suspect.void).map(({ seq }) => seq);
    const without = voids.length > 0 ? `; without effect: ${runs(voids)}` : '';
    return `Suspect: ${member} revoked the key behind ${runs(own.map(({ seq }) => seq))}${without}.`;
  });
};

const verdict = ({ ok, trusted, findings, omitted }: AuditReport): string => {
  if (!ok) return `NOT IN ORDER: ${plural(findings.length + omitted, 'finding')}.`;
  return trusted
    ? 'In order: the export is complete and unaltered, and of the run that the trust file names.'
    : 'Self-consistent only: nothing contradicts itself, but without a trust file anyone could have made this whole export.';
};

const witnessText = ({ witnessedSize, size, cosigners, quorum }: AuditReport): string => {
  if (witnessedSize === 0) return 'Co-signed: nothing. All of it is the word of the hub.';
  const rest = size > witnessedSize ? `; the last ${size - witnessedSize} are the word of the hub` : '';
  return `Co-signed: ${witnessedSize} of ${size} entries, by ${cosigners.join(', ')} (${quorum} needed)${rest}.`;
};

const countText = ({ counts }: AuditReport): string => {
  const parts = [
    plural(counts.entries, 'entry', 'entries'),
    ...(counts.readable < counts.entries ? [`${counts.readable} in full`] : []),
    `${counts.accepted} accepted`,
    `${counts.refused} refused`,
    `${counts.erased} erased`,
    ...(counts.notUnderstood > 0 ? [`${counts.notUnderstood} of kinds not known here`] : []),
  ];
  return `Counted: ${parts.join(', ')}.`;
};

/** The report in plain words: what, where, how to mend it. Ends with a line feed. */
export const auditReportText = (report: AuditReport): string => {
  const { origin, viewer, size, counts, suspects, findings, omitted } = report;
  const lines = [verdict(report)];
  if (origin !== null) {
    lines.push(`Export of ${origin} for ${viewer}, ${plural(size, 'entry', 'entries')}.`);
    lines.push(witnessText(report), countText(report));
  }
  if (report.extends !== null) lines.push(`Extends the expected checkpoint of size ${report.extends}.`);
  if (counts.heldAfterErase > 0) {
    const are = counts.heldAfterErase === 1 ? 'entry was' : 'entries were';
    lines.push(
      `Note: ${counts.heldAfterErase} ${are} erased and still there. Delete the export once it is not needed.`,
    );
  }
  lines.push(...suspectLines(suspects));
  const rest = omitted > 0 ? `\nAnd ${omitted} more of the same kinds.\n` : '';
  return `${lines.join('\n')}\n${findings.map((finding) => `\n${findingText(finding)}`).join('')}${rest}`;
};
