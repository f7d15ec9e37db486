import { decideRelease, type NoticeState, noticeOutcome, RELEASE_RULES, reachesNobody } from '@eads/policy';
import { type Claims, ITEM_CODES, type ItemCode, KINDS, type Kind, type Submission } from '@eads/protocol';
import { openEnvelope, SigningError } from '@eads/signing';
import {
  type Connection,
  inTransaction,
  type NewOutboxRow,
  noticeVersions,
  type OutboxRow,
  outboxAbout,
  queueEnvelopes,
} from '@eads/store';
import { createBatcher } from '../batcher.ts';
import { brokenRule, type ContentRule } from '../confidential/content-rules.ts';
import { sealDraft } from '../confidential/seal-draft.ts';
import { ownerOf } from '../handlers/notice-version.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';
import { checkForm } from './check-form.ts';
import { type Draft, rowOf, type Signed, signDraft } from './draft.ts';
import { SubmissionError } from './submission-error.ts';

export interface Submitter {
  readonly core: RunCore;
  readonly state: EpochState;
  readonly contentRules: readonly ContentRule[];
}

/** What only the node itself says, never a desk. */
const BY_ITSELF: ReadonlySet<string> = new Set([
  'genesis',
  'key.rotate',
  'recall.ack',
  'delivery.statement',
  'returned',
]);

/** Where in the body of a submission a refusal points. */
const PLACES: Partial<Record<ItemCode, string>> = {
  'no-recipient': 'body/to',
  'stale-version': 'body/body/version',
  'unknown-notice': 'body/body/ref',
  'not-owner': 'body/body/ref',
  'notice-closed': 'body/body/ref',
};
const RULE_PLACES: Readonly<Record<string, string>> = {
  'not-releasable': 'body/handling/releasableTo',
  'named-recipients-only': 'body/handling/tlp',
};

const FROM_DESKS = KINDS.filter(({ kind, authors }) => authors !== 'hub' && !BY_ITSELF.has(kind)).map(
  ({ kind }) => kind,
);

const refuse = (code: ItemCode, more = ''): SubmissionError =>
  new SubmissionError('rule', code, `${ITEM_CODES[code].says}${more}`, PLACES[code]);

const knownKind = (name: string): Kind => {
  const kind = KINDS.find((each) => each.kind === name);
  if (!kind) {
    const says = `There is no kind of message called "${name}". Use one of ${FROM_DESKS.join(', ')}.`;
    throw new SubmissionError('form', 'kind-unknown', says, 'body/kind');
  }
  if (BY_ITSELF.has(name)) {
    const says = `A ${name} is sent by the node itself, when it is due. Take another kind.`;
    throw new SubmissionError('rule', 'not-allowed', says, 'body/kind');
  }
  return kind;
};

const sign = async ({ core, state, contentRules }: Submitter, kind: Kind, draft: Draft): Promise<Signed> => {
  try {
    const signed = kind.inner === null ? signDraft(core, state, draft) : await sealDraft(core, state, draft);
    const { objection, claims } = signed.envelope;
    if (objection !== null) {
      throw new SubmissionError('rule', objection.code, `${objection.why} Ask the Secretariat.`, 'body/kind');
    }
    const broken = kind.inner === null ? undefined : brokenRule(contentRules, claims, draft.body);
    if (broken !== undefined) throw new SubmissionError('rule', broken.id, broken.says, 'body/body');
    return signed;
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    // Form and addressees were looked at before: what is left is an addressee without a key, or the size.
    const keyless = kind.inner !== null && draft.to !== 'all' && draft.to.some((code) => !state.roster.includes(code));
    const says = keyless ? error.message : `${error.message} Shorten it, or send it in parts.`;
    throw new SubmissionError('form', error.code, says, keyless ? 'body/to' : 'body/body');
  }
};

const checkRelease = (kind: Kind, claims: Claims, roster: readonly string[]): void => {
  const decisions = decideRelease(kind, { claims, roster });
  if (!reachesNobody(decisions)) {
    const strangers = claims.to !== 'all' && claims.to.length > 0 && decisions.every((decision) => decision === 'none');
    if (strangers) throw refuse('no-recipient', ` Nobody of ${claims.to} is a member of this run.`);
    return;
  }
  const ids = new Set(decisions.flatMap((decision) => (decision.startsWith('returned:') ? [decision.slice(9)] : [])));
  const rules = RELEASE_RULES.filter(({ id }) => ids.has(id));
  const says = rules.map(({ says: words, source }) => `${words} (${source})`).join(' ');
  const rule = rules[0]?.id ?? 'no-recipient';
  throw new SubmissionError('rule', rule, `${ITEM_CODES['no-recipient'].says} ${says}`, RULE_PLACES[rule] ?? 'body/to');
};

/** A notice as this node knows it: what the mirror holds, and what of our own is on its way. */
const knownNotice = async (
  connection: Connection,
  { core }: Submitter,
  ref: string,
): Promise<NoticeState | undefined> => {
  const versions = (await noticeVersions(connection, core.schema, ref)).map(({ version, cancels }) => ({
    version,
    cancels,
  }));
  for (const { envelope, state } of await outboxAbout(connection, core.schema, ref)) {
    const opened = envelope === null || state === 'returned' ? null : openEnvelope(envelope);
    if (!opened?.ok) continue;
    const { kind, body } = opened.envelope.claims;
    const { version = 1 } = body as { version?: number };
    if (kind.startsWith('notice.')) versions.push({ version, cancels: kind === 'notice.cancel' });
  }
  const latest = versions.sort((a, b) => a.version - b.version).at(-1);
  if (!latest) return undefined;
  return { ref, owner: ownerOf(ref), version: latest.version, closed: latest.cancels };
};

/** To whom a message of ours went, by its receipt; to whom it will go, while there is none. */
const reachOf = ({ openings, envelope, state }: OutboxRow, roster: readonly string[]): readonly string[] => {
  if (openings !== null) return openings.flatMap(([member, decision]) => (decision === 'deliver' ? [member] : []));
  const opened = envelope === null || state === 'returned' ? null : openEnvelope(envelope);
  if (!opened?.ok || opened.envelope.kind === null) return [];
  return reachedBy(opened.envelope.kind, opened.envelope.claims, roster);
};

const reachedBy = (kind: Kind, claims: Claims, roster: readonly string[]): string[] =>
  decideRelease(kind, { claims, roster }).flatMap((decision, i) =>
    decision === 'deliver' ? [roster[i] as string] : [],
  );

/** Whoever was sent a version of a notice must be sent its withdrawal too, whatever it says of its own addressees and handling. */
const checkReach = async (
  connection: Connection,
  { core, state }: Submitter,
  kind: Kind,
  claims: Claims,
  ref: string,
) => {
  const { roster } = state;
  const rows = await outboxAbout(connection, core.schema, ref);
  const holders = new Set(rows.flatMap((row) => reachOf(row, roster)));
  const reached = new Set(reachedBy(kind, claims, roster));
  const missing = [...holders].filter((member) => roster.includes(member) && !reached.has(member)).sort();
  if (missing.length === 0) return;
  const { to } = claims;
  const addressed = to === 'all' || missing.every((member) => to.includes(member));
  throw new SubmissionError(
    'rule',
    'recall-incomplete',
    `A withdrawal goes to everyone who holds the notice. Send it to these too: ${missing.join(', ')}.`,
    addressed ? 'body/handling/releasableTo' : 'body/to',
  );
};

const checkNotice = async (
  connection: Connection,
  submitter: Submitter,
  kind: Kind,
  claims: Claims,
  ref: string | null,
) => {
  if (ref === null) return;
  const outcome = noticeOutcome(claims, await knownNotice(connection, submitter, ref));
  if (outcome !== null && 'refused' in outcome) throw refuse(outcome.refused);
  if (claims.kind === 'notice.cancel') await checkReach(connection, submitter, kind, claims, ref);
};

const refOf = (kind: string, body: Record<string, unknown>): string | null =>
  (kind === 'notice.update' || kind === 'notice.cancel') && typeof body.ref === 'string' ? body.ref : null;

interface Waiting {
  readonly submitter: Submitter;
  readonly kind: Kind;
  readonly draft: Draft;
}

/** What became of one: signed and within the rules, or why not. */
type Prepared = (Waiting & { readonly signed: Signed }) | { readonly returned: unknown };

const prepare = async (waiting: Waiting): Promise<Prepared> => {
  try {
    const signed = await sign(waiting.submitter, waiting.kind, waiting.draft);
    checkRelease(waiting.kind, signed.envelope.claims, waiting.submitter.state.roster);
    return { ...waiting, signed };
  } catch (returned) {
    return { returned };
  }
};

/** Queues what is within the rules, in order. A message about a notice is judged by what stands before it. */
const queueAll = async (
  connection: Connection,
  { schema }: RunCore,
  prepared: readonly Prepared[],
): Promise<readonly Prepared[]> => {
  const after: Prepared[] = [];
  let rows: NewOutboxRow[] = [];
  for (const one of prepared) {
    if ('returned' in one) {
      after.push(one);
      continue;
    }
    const { submitter, kind, signed, draft } = one;
    try {
      if (draft.ref !== null) {
        await queueEnvelopes(connection, schema, rows);
        rows = [];
        await checkNotice(connection, submitter, kind, signed.envelope.claims, draft.ref);
      }
      rows.push(rowOf(submitter.core, submitter.state, signed, draft));
      after.push(one);
    } catch (returned) {
      if (!(returned instanceof SubmissionError)) throw returned;
      after.push({ returned });
    }
  }
  await queueEnvelopes(connection, schema, rows);
  return after;
};

/** Messages that are signed and queued in one transaction, at most. */
const TOGETHER = 64;

/**
 * Takes messages from desks: rules, signature, outbox, in that order; what was returned left no trace. What is handed in while the last
 * ones are being written is written together.
 */
export const createSubmissions = (core: RunCore) => {
  const together = createBatcher(TOGETHER, (waiting: readonly Waiting[]) =>
    core.outbox.run(async () => {
      const prepared: Prepared[] = [];
      for (const one of waiting) prepared.push(await prepare(one));
      if (prepared.every((one) => 'returned' in one)) return prepared;
      return inTransaction(core.database, (connection) => queueAll(connection, core, prepared));
    }),
  );
  /**
   * @returns the message's id
   * @throws SubmissionError
   */
  return async (submitter: Submitter, submission: Submission): Promise<string> => {
    const { to, handling, body, inReplyTo = null, actor = 'desk' } = submission;
    const kind = knownKind(submission.kind);
    checkForm(kind, core.member, { to, handling, body });
    const ref = refOf(kind.kind, body);
    const draft: Draft = { kind: kind.kind, to, handling, body, inReplyTo, actor, ref, cause: null };
    const done = await together({ submitter, kind, draft });
    if ('returned' in done) throw done.returned;
    core.outboxChanged.fire();
    return done.signed.envelope.claims.id;
  };
};
