import type { LinkSocket } from '@eads/link';
import { acceptHubSession, envelopeBytes, type HubSession, systemClock } from '@eads/link';
import type { ItemCode, SessionLimits } from '@eads/protocol';
import { ENVELOPE_BYTES, FRAME_BYTES, HEAD_EVERY_MS, HUB } from '@eads/protocol';
import type { Clock, Logger, Timer } from '@eads/runtime';
import { signStatement } from '@eads/signing';
import { type Database, type Hints, readHead, runSchema } from '@eads/store';
import { envelopeHash, prepare } from '../admission/prepare.ts';
import { createCosigning } from '../cosigning/rounds.ts';
import { feedItem } from '../delivery/item.ts';
import { createLiveFeed } from '../delivery/live-feed.ts';
import type { HubMetrics } from '../hub-metrics.ts';
import type { Candidate } from '../sequencer/candidate.ts';
import type { Committed } from '../sequencer/commit.ts';
import { hubEnvelope } from '../sequencer/hub-envelope.ts';
import { createRefusalQuota } from '../sequencer/refusal-quota.ts';
import { createSequencer, type Settled } from '../sequencer/sequencer.ts';
import { admitHello } from '../session/admission.ts';
import { createSessions } from '../session/sessions.ts';
import { loadEpoch } from './epoch.ts';
import { type ReceiptItem, senderOpenings, signReceipts } from './receipts.ts';
import { createRunState } from './state.ts';

export interface RunHost {
  readonly database: Database;
  readonly hints: Hints;
  readonly replica: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: HubMetrics;
}

const LOOK_EVERY_MS = 1_000;
const SUMMARY_EVERY_MS = 60_000;

const SESSION_LIMITS: SessionLimits = {
  frameBytes: FRAME_BYTES,
  envelopeBytes: ENVELOPE_BYTES,
  publishItems: 256,
  pingMs: 5_000,
  pongMs: 5_000,
};

/** One epoch of one run, as this replica serves it: admission, sequencer, feed, sessions, co-signing. */
export const openRun = async (run: string, host: RunHost) => {
  const { database, hints, replica, clock, logger, metrics } = host;
  const schema = runSchema(run);
  const epoch = await loadEpoch(database, schema);
  const state = createRunState(schema, epoch);
  const quota = createRefusalQuota(clock.now);
  const sessions = createSessions(database, schema);
  const topic = `${run}/head`;
  const live = createLiveFeed({ database, schema, epoch: epoch.epoch, hints, topic });
  let stopped = false;

  const committed = (result: Committed): void => {
    const { decided } = result;
    if (!decided) return;
    for (const { code } of decided.entries) metrics.entries.inc({ run, code });
    live.committed(
      result,
      decided.entries.map((entry, i) => feedItem({ ...entry, erasedBy: null }, decided.openings[i])),
    );
    for (const { seqs, by } of decided.erasures) live.feed.erase(seqs, by);
  };
  const measured = (ms: number, items: number): void => {
    metrics.batches.observe({ run }, ms);
    metrics.batchItems.inc({ run }, items);
  };
  const sequencer = createSequencer({ database, schema, epoch, state, quota, logger, committed, measured });

  const cosigning = createCosigning({
    database,
    schema,
    epoch,
    state,
    askable: () => sessions.all(),
    witnessed: (size, note) => {
      for (const session of sessions.all()) session.sendWitnessed(note);
      hints.publish(`${run}/witnessed`, size);
    },
    refusedToSign: (member, round, status, body) =>
      logger.warn({ member, round, status, body: body.slice(0, 200) }, 'a co-signer did not sign'),
  });

  /** Something went wrong on our side: the envelope comes again. */
  const notPrepared = (member: string, text: string): Candidate => ({
    member,
    text,
    hash: envelopeHash(text),
    id: null,
    refused: 'overloaded',
    envelope: null,
    signature: 'unchecked',
  });

  const submit = (member: string, text: string): Promise<Settled & { candidate: Candidate }> => {
    const candidate = prepare(member, text, epoch.origin, state.keyOf).catch((error: unknown) => {
      logger.error({ err: error, member }, 'an envelope could not be looked at');
      return notPrepared(member, text);
    });
    return Promise.all([sequencer.submit(member, text.length, candidate), candidate]).then(([settled, checked]) => ({
      ...settled,
      candidate: checked,
    }));
  };

  const receiptItem = ({ outcome, committed: batch }: Settled): ReceiptItem | null => {
    if (outcome.type === 'retry' || !batch) return null;
    const { decided, originals } = batch;
    const at = decided ? outcome.seq - (decided.entries[0]?.seq ?? 0) : -1;
    const made = decided?.entries[at];
    if (decided && made) {
      return [feedItem({ ...made, erasedBy: null }, []).record, decided.senderOpenings[at] ?? []];
    }
    const original = originals.get(outcome.seq);
    if (!original) return null;
    const item = feedItem(original);
    return [item.record, senderOpenings(item.openings)];
  };

  /** Answers a frame's envelopes together, with one signature. */
  const publish = (session: HubSession, envelopes: readonly string[]): void => {
    void Promise.all(envelopes.map((text) => submit(session.member, text)))
      .then((settled) => {
        const items: ReceiptItem[] = [];
        const retries = new Map<number, [string, ItemCode][]>();
        for (const one of settled) {
          const item = receiptItem(one);
          if (item) {
            items.push(item);
            continue;
          }
          const { code, afterMs } =
            one.outcome.type === 'retry' ? one.outcome : { code: 'overloaded' as const, afterMs: 1_000 };
          const list = retries.get(afterMs) ?? [];
          list.push([one.candidate.id ?? one.candidate.hash, code]);
          retries.set(afterMs, list);
          metrics.notNow.inc({ run, code });
        }
        for (const jws of signReceipts(epoch, session.member, items)) session.sendReceipts(jws);
        for (const [afterMs, list] of retries) session.sendRetry(list, afterMs);
      })
      .catch((error: unknown) => {
        logger.error({ err: error, member: session.member }, 'receipts could not be sent');
        session.close(1011);
      })
      .finally(() => session.done(envelopeBytes(envelopes), envelopes.length));
  };

  const look = async (): Promise<void> => {
    const head = await readHead(database, schema);
    if (!head) return;
    if (head.epoch !== epoch.epoch) {
      for (const session of sessions.all()) session.close(4410);
      return;
    }
    if (head.frozen !== null) {
      const error = { code: 'frozen', what: head.frozen.slice(0, 500), remedy: 'A person must look at the ledger.' };
      for (const session of sessions.all()) session.close(4423, error);
    }
    if (head.stateVersion !== state.version()) await state.reload(database, head.stateVersion);
    await live.look();
    await sessions.keep();
    metrics.size.set({ run }, live.feed.size());
    metrics.witnessed.set({ run }, cosigning.witnessedSize());
    metrics.sessions.set({ run }, [...sessions.all()].length);
    metrics.queue.set({ run }, sequencer.length());
  };

  const sendHeads = async (): Promise<void> => {
    const head = await readHead(database, schema);
    if (!head || head.epoch !== epoch.epoch || head.size === 0) return;
    const time = new Date(head.nowMs).toISOString();
    for (const session of sessions.all()) {
      const rseq = head.rseqs[session.member] ?? 0;
      const member = session.member as 'SEC';
      session.sendHead(
        signStatement('eads-head+jws', { origin: epoch.origin, member, size: head.size, rseq, time }, epoch.hubKey),
      );
    }
  };

  const sumUpRefusals = async (): Promise<void> => {
    for (const { member, code, count, first, last } of quota.drain()) {
      const body = { member, code, count, first: new Date(first).toISOString(), last: new Date(last).toISOString() };
      await sequencer.submit(HUB, 1, Promise.resolve(hubEnvelope(epoch, clock.now(), 'refusal-summary', [], body)));
    }
  };

  const timers: Timer[] = [];
  const every = (ms: number, what: string, work: () => Promise<void>): void => {
    const step = (): void => {
      work()
        .catch((error: unknown) => logger.warn({ err: error, what }, 'will be tried again'))
        .finally(() => {
          if (!stopped) timers[at] = clock.setTimeout(step, ms);
        });
    };
    const at = timers.push(clock.setTimeout(step, ms)) - 1;
  };

  await look();
  const offSize = live.feed.onSize(() => {
    for (const session of sessions.all()) session.wake();
  });
  const offHint = hints.subscribe(topic, (size) => {
    if (size > live.feed.size()) void live.look().catch(() => undefined);
  });
  const offReconnect = hints.onReconnect(() => void live.look().catch(() => undefined));
  every(LOOK_EVERY_MS, 'look at the ledger', look);
  every(HEAD_EVERY_MS, 'heads', sendHeads);
  every(cosigning.everyMs, 'co-signing', cosigning.tick);
  every(SUMMARY_EVERY_MS, 'refusal summaries', sumUpRefusals);

  return {
    run,
    schema,
    epoch,
    state,
    live,
    sessions,
    cosigning,
    queueLength: sequencer.length,
    /** Takes an envelope that a member sent, from its form to its place in the ledger. */
    submit,
    /** Sequences an envelope that came over HTTP or that the hub wrote. */
    sequence: (candidate: Candidate): Promise<Settled> =>
      sequencer.submit(candidate.member, candidate.text.length, Promise.resolve(candidate)),
    look,
    /** Speaks the session on a socket that was just accepted. Called before any await. */
    accept: (socket: LinkSocket, tokenMember: string): void =>
      acceptHubSession(
        socket,
        {
          hub: replica,
          origin: () => epoch.origin,
          size: live.feed.size,
          limits: SESSION_LIMITS,
          admit: (hello, nonce) =>
            admitHello(
              {
                database,
                schema,
                replica,
                epoch,
                state,
                tokenMember,
                headChanged: () => void look().catch(() => undefined),
              },
              hello,
              nonce,
            ),
          opened: (session) => {
            sessions.opened(session);
            const note = cosigning.witnessedNote();
            if (note !== null) session.sendWitnessed(note);
            logger.info({ member: session.member, generation: session.generation }, 'linked');
          },
          closed: (session, code) => {
            logger.info({ member: session.member, generation: session.generation, code }, 'link ended');
            void sessions.closed(session).catch(() => undefined);
          },
          publish,
          read: live.slice,
          acked: () => undefined,
          cosigned: (session, round, status, body) =>
            void cosigning
              .answered(session, round, status, body)
              .catch((error: unknown) => logger.warn({ err: error, member: session.member }, 'cosignature not kept')),
          told: (session, error) => logger.warn({ member: session.member, error }, 'a node reports a fault'),
          fault: (error) => logger.error({ err: error }, 'a session stumbled'),
        },
        systemClock,
      ),
    stop: async (): Promise<void> => {
      stopped = true;
      for (const timer of timers) timer.cancel();
      offSize();
      offHint();
      offReconnect();
      for (const session of sessions.all()) session.close(4503);
      await sequencer.stop();
    },
  };
};

export type Run = Awaited<ReturnType<typeof openRun>>;
