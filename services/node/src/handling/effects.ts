import type { Claims, Handling } from '@eads/protocol';
import { KINDS } from '@eads/protocol';
import {
  answerErasureClaims,
  authorsOf,
  type Connection,
  eraseHeld,
  holdsNotice,
  keepEvidence,
  keepOpened,
  keepRecallAck,
  keepReturned,
  keepVersions,
  type NoticeVersion,
  type OpenedEntry,
  type RecallAck,
  type ReturnedRow,
} from '@eads/store';
import { EvidenceError, evidenceRow } from '../evidence.ts';
import { queueDraft } from '../outbox/draft.ts';
import type { RunCore } from '../run/core.ts';
import type { EpochState } from '../run/epoch-state.ts';

/** A version for the mirror; `words` is what a search looks in. */
export type NewVersion = Omit<NoticeVersion, 'erasedBy'> & { readonly words: string | null };

/** Everything that a handled message can change at a node. Closed. */
export type Effect =
  | { readonly do: 'keep-version'; readonly version: NewVersion }
  /** The owner withdrew a notice: acknowledged once, by this node itself. */
  | { readonly do: 'acknowledge-recall'; readonly ref: string; readonly cancel: string; readonly owner: string }
  | { readonly do: 'keep-recall-ack'; readonly ack: RecallAck }
  | { readonly do: 'keep-opened'; readonly opened: OpenedEntry }
  | { readonly do: 'keep-returned'; readonly returned: ReturnedRow }
  /** Sends something of the node's own, once for each cause. */
  | {
      readonly do: 'send';
      readonly cause: string;
      readonly kind: string;
      readonly to: Claims['to'];
      readonly inReplyTo: string | null;
      readonly body: Record<string, unknown>;
    }
  | {
      readonly do: 'erase';
      readonly epoch: number;
      readonly seqs: readonly number[];
      readonly by: string;
      readonly author: string;
    };

/** What a node says by itself carries no content: everyone whom it reaches may use it. */
export const NODE_HANDLING: Handling = { tlp: 'GREEN', code: 'H0', releasableTo: null, caveat: null };
/** Who acts when no seat does. */
export const NODE_ACTOR = 'node';

const STATE_KINDS: ReadonlySet<string> = new Set(KINDS.filter((kind) => kind.state).map((kind) => kind.kind));

type Of<Name extends Effect['do']> = Extract<Effect, { do: Name }>;

const acknowledgeRecall = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  { ref, cancel, owner }: Of<'acknowledge-recall'>,
): Promise<void> => {
  const held = await holdsNotice(connection, core.schema, ref);
  await send(connection, core, state, {
    do: 'send',
    cause: `recall.ack ${ref}`,
    kind: 'recall.ack',
    to: [owner],
    inReplyTo: cancel,
    body: { ref, held },
  });
};

const send = async (connection: Connection, core: RunCore, state: EpochState, effect: Of<'send'>): Promise<void> => {
  const { kind, to, inReplyTo, body, cause } = effect;
  const handling = NODE_HANDLING;
  await queueDraft(connection, core, state, {
    kind,
    to,
    inReplyTo,
    body,
    handling,
    actor: NODE_ACTOR,
    ref: null,
    cause,
  });
};

/** Only the author or the Secretariat erases, and never a state event. What the ledger holds against that stays, as evidence. */
const erase = async (
  connection: Connection,
  core: RunCore,
  { epoch, seqs, by, author }: Of<'erase'>,
): Promise<void> => {
  const held = await authorsOf(connection, core.schema, epoch, seqs, core.member);
  const wrong = held.filter(
    ({ sender, kind }) => (sender !== author && author !== 'SEC') || (kind !== null && STATE_KINDS.has(kind)),
  );
  if (wrong.length > 0) {
    const error = new EvidenceError('erasure-not-allowed', wrong[0]?.seq ?? null, { erasedBy: by, entries: wrong });
    await keepEvidence(connection, core.schema, evidenceRow(epoch, error));
  }
  const not = new Set(wrong.map(({ seq }) => seq));
  const allowed = seqs.filter((seq) => !not.has(seq));
  await eraseHeld(connection, core.schema, epoch, allowed, by);
  await answerErasureClaims(connection, core.schema, epoch, by, allowed);
};

/** Applies effects in their order, inside the transaction that also marks the entries they come from. */
export const applyEffects = async (
  connection: Connection,
  core: RunCore,
  state: EpochState,
  effects: readonly Effect[],
): Promise<void> => {
  const { schema } = core;
  // Versions first and together: they are the many, and an erase must find what came before it.
  const versions = effects.flatMap((effect) => (effect.do === 'keep-version' ? [effect.version] : []));
  await keepVersions(connection, schema, versions);
  for (const effect of effects) {
    switch (effect.do) {
      case 'keep-version':
        break;
      case 'acknowledge-recall':
        await acknowledgeRecall(connection, core, state, effect);
        break;
      case 'keep-recall-ack':
        await keepRecallAck(connection, schema, effect.ack);
        break;
      case 'keep-opened':
        await keepOpened(connection, schema, effect.opened);
        break;
      case 'keep-returned':
        await keepReturned(connection, schema, effect.returned);
        break;
      case 'send':
        await send(connection, core, state, effect);
        break;
      case 'erase':
        await erase(connection, core, effect);
        break;
    }
  }
};

/** Whether these effects put something into the outbox. */
export const sends = (effects: readonly Effect[]): boolean =>
  effects.some((effect) => effect.do === 'send' || effect.do === 'acknowledge-recall');
