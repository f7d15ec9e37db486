import { acceptHubSession, type HubSession, type LinkSocket, systemClock } from '@eads/link';
import type { CloseCode, SessionLimits } from '@eads/protocol';
import { ENVELOPE_BYTES, FRAME_BYTES, HEAD_EVERY_MS, refusalSummary } from '@eads/protocol';
import type { Clock, Logger, Timer } from '@eads/runtime';
import { type Directory, signStatement } from '@eads/signing';
import {
  type Connection,
  type Database,
  distrustServer,
  type Hints,
  readEntries,
  readHead,
  readStateEntries,
  runSchema,
} from '@eads/store';
import { createPublishQuota, type PublishRate } from '../admission/publish-quota.ts';
import { createCosigning } from '../cosigning/rounds.ts';
import { feedItem, isStateKind } from '../delivery/item.ts';
import { createLiveFeed } from '../delivery/live-feed.ts';
import type { HubMetrics } from '../hub-metrics.ts';
import type { Candidate } from '../sequencer/candidate.ts';
import type { Committed } from '../sequencer/commit.ts';
import { hubEnvelope } from '../sequencer/hub-envelope.ts';
import { createRefusalQuota } from '../sequencer/refusal-quota.ts';
import { createSequencer, type Settled } from '../sequencer/sequencer.ts';
import { admitHello } from '../session/admission.ts';
import { createSessions } from '../session/sessions.ts';
import { createSocketCount } from '../session/socket-count.ts';
import { endingForAll, endingForKey, restarted } from '../session/standing.ts';
import { loadEpoch } from './epoch.ts';
import { createPublishing } from './publishing.ts';
import { createRunState } from './state.ts';

export interface RunHost {
  readonly database: Database;
  readonly hints: Hints;
  readonly replica: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: HubMetrics;
  readonly publishRate: PublishRate;
}

const LOOK_EVERY_MS = 1_000;
const SUMMARY_EVERY_MS = 60_000;
/** Faults that a node may report in one session until they are not written down any more. */
const TOLD_A_SESSION = 10;

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
  const state = createRunState(epoch.origin, (source: Database | Connection, from) =>
    readStateEntries(source, schema, epoch.epoch, from),
  );
  const quota = createRefusalQuota(clock.now);
  const sessions = createSessions(database, schema);
  const topic = `${run}/head`;
  const live = createLiveFeed({
    size: async () => {
      const head = await readHead(database, schema);
      return head?.epoch === epoch.epoch ? head.size : null;
    },
    entries: (from, limit, maxBytes) => readEntries(database, schema, epoch.epoch, from, limit, maxBytes),
    grown: (size) => hints.publish(topic, size),
    shrunk: async (seen) => {
      logger.error({ seen }, 'the ledger is shorter than it was: a copy was put in place of the database');
      await distrustServer(database, schema, seen);
      state.invalidate();
      sessions.end(() => restarted);
    },
  });
  const closing = new AbortController();
  let server = '';

  const committed = (result: Committed): void => {
    const { decided } = result;
    if (decided.entries.length === 0) return;
    for (const { code } of decided.entries) metrics.entries.inc({ run, code });
    live.committed(
      result,
      decided.entries.map((entry, i) => feedItem({ ...entry, erasedBy: null }, decided.openings[i])),
    );
    if (decided.entries.some(({ kind }) => isStateKind(kind))) endByKey(decided.directory);
  };
  const measured = (ms: number, items: number): void => {
    metrics.batches.observe({ run }, ms);
    metrics.batchItems.inc({ run }, items);
  };
  const sequencer = createSequencer({
    ...{ database, schema, epoch, state, quota, logger, committed, measured },
    seen: live.feed.size,
  });
  const { submit, publish } = createPublishing({
    epoch,
    state,
    sequencer,
    quota: createPublishQuota(host.publishRate, clock.monotonic),
    logger,
    notNow: (code) => metrics.notNow.inc({ run, code }),
  });

  /** A key that is revoked, or a member that leaves, ends the sessions that rest on it. */
  const endByKey = (directory: Directory): void =>
    sessions.end((member, proof) => (proof ? endingForKey(directory, member, proof.kid) : null));

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

  const look = async (): Promise<void> => {
    const head = await readHead(database, schema);
    if (!head) return;
    const ending = endingForAll(head, epoch.epoch);
    if (ending) sessions.end(() => ending);
    if (head.epoch !== epoch.epoch) return;
    if (server !== head.server) {
      // What was read of another start of the server may not be in this one's ledger.
      server = head.server;
      state.invalidate();
    }
    sessions.end((_member, proof) => (proof?.server === head.server ? null : restarted));
    endByKey(await state.at(database, head.stateVersion));
    metrics.size.set({ run }, live.feed.size());
    metrics.witnessed.set({ run }, cosigning.witnessedSize());
    metrics.sessions.set({ run }, sessions.count());
    metrics.queue.set({ run }, sequencer.length());
  };

  const sendHeads = async (): Promise<void> => {
    const head = await readHead(database, schema);
    if (!head || head.epoch !== epoch.epoch || head.size === 0 || head.frozen !== null) return;
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
    for (const sum of quota.drain()) {
      const { member, code, count, first, last } = sum;
      const body = { member, code, count, first: new Date(first).toISOString(), last: new Date(last).toISOString() };
      const { outcome } = await sequence(hubEnvelope(epoch, clock.now(), refusalSummary.kind, [], body));
      if (outcome.type === 'retry') quota.add(sum);
    }
  };

  /** Sequences an envelope that came over HTTP or that the hub wrote. */
  const sequence = (candidate: Candidate): Promise<Settled> =>
    sequencer.submit(candidate.member, candidate.text.length, Promise.resolve(candidate));

  const timers: Timer[] = [];
  const every = (ms: number, what: string, work: () => Promise<void>): void => {
    const step = (): void => {
      work()
        .catch((error: unknown) => logger.warn({ err: error, what }, 'will be tried again'))
        .finally(() => {
          if (!closing.signal.aborted) timers[at] = clock.setTimeout(step, ms);
        });
    };
    const at = timers.push(clock.setTimeout(step, ms)) - 1;
  };

  const sockets = createSocketCount();
  const told = new WeakMap<HubSession, number>();
  const admission = {
    ...{ database, schema, replica, epoch, state, admitted: sessions.admitted },
    headChanged: () => void look().catch(() => undefined),
  };

  await look();
  await live.look();
  const offSize = live.feed.onSize(() => {
    for (const session of sessions.all()) session.wake();
  });
  const offHint = hints.subscribe(topic, (size) => {
    if (size > live.feed.size()) void live.look().catch(() => undefined);
  });
  const offWitnessed = hints.subscribe(`${run}/witnessed`, (size) => {
    if (size > cosigning.witnessedSize()) void cosigning.announce().catch(() => undefined);
  });
  const offReconnect = hints.onReconnect(() => void live.look().catch(() => undefined));
  // Apart: while others write without a pause the feed has no end of looking, and the head must be watched all the same.
  every(LOOK_EVERY_MS, 'look at the head', look);
  every(LOOK_EVERY_MS, 'feed', live.look);
  every(LOOK_EVERY_MS, 'sessions', sessions.keep);
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
    /** Aborted when this epoch is served here no longer. */
    closing: closing.signal,
    /** Takes an envelope that a member sent, from its form to its place in the ledger. */
    submit,
    sequence,
    look,
    /** Speaks the session on a socket that was just accepted. Called before any await. */
    accept: (socket: LinkSocket, tokenMember: string): void => {
      if (!sockets.take(socket, tokenMember)) return;
      acceptHubSession(
        socket,
        {
          hub: replica,
          origin: () => epoch.origin,
          size: live.feed.size,
          limits: SESSION_LIMITS,
          admit: (hello, nonce) => admitHello({ ...admission, tokenMember }, hello, nonce),
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
          told: (session, error) => {
            const before = told.get(session) ?? 0;
            told.set(session, before + 1);
            if (before < TOLD_A_SESSION) logger.warn({ member: session.member, error }, 'a node reports a fault');
          },
          fault: (error) => logger.error({ err: error }, 'a session stumbled'),
        },
        systemClock,
      );
    },
    /** Ends all of it here; sessions are told `code`. */
    stop: async (code: CloseCode = 4503): Promise<void> => {
      closing.abort();
      for (const timer of timers) timer.cancel();
      offSize();
      offHint();
      offWitnessed();
      offReconnect();
      for (const session of sessions.all()) session.close(code);
      await sequencer.stop();
    },
  };
};

export type Run = Awaited<ReturnType<typeof openRun>>;
