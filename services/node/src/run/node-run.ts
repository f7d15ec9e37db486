import { type LinkClock, type LinkTimer, type NodeLink, type NodeLinkState, startNodeLink } from '@eads/link';
import { type RunInfo, SECRETARIAT, type Submission } from '@eads/protocol';
import type { Clock, Timer } from '@eads/runtime';
import { signEnrolment } from '@eads/signing';
import { listNodeEpochs, readNodeCursor, reopenNotUnderstood, upgradeNodeRun } from '@eads/store';
import type { ContentRule } from '../confidential/content-rules.ts';
import { EvidenceError } from '../evidence.ts';
import type { Handler } from '../handling/handler.ts';
import { checkErasures, sweep, sweepFailed } from '../handling/sweep.ts';
import type { HubClient } from '../hub-client.ts';
import { RotationError, rotateKeys } from '../keys/rotate.ts';
import { waitForRetry } from '../outbox/outgoing.ts';
import { confirmResend } from '../outbox/resend.ts';
import { stateDelivery } from '../outbox/statement.ts';
import { createSubmissions, type Submitter } from '../outbox/submit.ts';
import { WITNESS_LOST } from '../witness/cosign.ts';
import { type RunCore, recordEvidence } from './core.ts';
import { type EpochState, loadEpochState, settleKeys } from './epoch-state.ts';
import { admitLate, foundEpoch } from './found.ts';
import { adoptGenesis, followGenesis } from './genesis.ts';
import { createLinkHost } from './link-host.ts';
import { type Reason, type RunPhase, type RunStatus, readStatus } from './status.ts';
import { createTicker } from './ticker.ts';
import { readTrust, repin, trustOf } from './trust.ts';

export interface NodeRunOptions {
  readonly core: RunCore;
  readonly hub: HubClient;
  readonly token: string;
  /** 0 <= x < 1; spreads reconnects. */
  readonly random: () => number;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly contentRules: readonly ContentRule[];
  /** Least time between delivery statements, ms. */
  readonly statementEveryMs: number;
  /** How often the node looks for work that nobody announced, ms. */
  readonly tickMs: number;
  /** Given the status every few seconds. */
  readonly measure: ((status: RunStatus) => void) | null;
}

/** One run at one node: from enrolment to its archive. */
export interface NodeRun {
  readonly core: RunCore;
  /** Null before genesis. */
  state(): EpochState | null;
  /** What the hub says of the run: enrols, adopts genesis, links, follows a new epoch. */
  follow(info: RunInfo): Promise<void>;
  /** The run is archived or gone at the hub: it stays readable. */
  leave(): Promise<void>;
  status(): Promise<RunStatus>;
  /** `left` where nothing is to be linked. */
  linkStatus(): NodeLinkState['status'] | 'left';
  /** Throws `SubmissionError`; `NotOpenError` before genesis. */
  submit(submission: Submission): Promise<string>;
  confirmResend(id: string): Promise<string>;
  rotateKeys(actor: string): Promise<string>;
  /** A person says: try the link now. */
  resume(): void;
  stop(): Promise<void>;
}

/** The run has no genesis yet, or is over. */
export class NotOpenError extends Error {
  override readonly name = 'NotOpenError';
}

const MEASURE_MS = 5_000;
const REJOIN_MS = 2_000;
const NEW_KEY_MS = 1_000;

const linkClock = (clock: Clock): LinkClock => ({
  now: () => clock.now(),
  setTimeout: (run, ms) => clock.setTimeout(run, ms) as unknown as LinkTimer,
  clearTimeout: (timer) => (timer as unknown as Timer | undefined)?.cancel(),
});

/** The trust file names the epoch that the database is in; a crash between the two is mended here. */
const alignTrust = async (core: RunCore, { origin, genesis }: EpochState): Promise<void> => {
  const pinned = readTrust(core.folder);
  if (pinned?.origin === origin) return;
  const known = await listNodeEpochs(core.database, core.schema);
  if (
    pinned === null ||
    known.some((epoch) => epoch.origin === pinned.origin && epoch.genesisHash === pinned.genesisHash)
  ) {
    repin(core.folder, trustOf(origin, genesis));
  }
};

/** Opens a run at this node: its tables, and where it left off. The hub need not be there. */
export const openNodeRun = async (options: NodeRunOptions): Promise<NodeRun> => {
  const { core, hub, token, random, contentRules, handlers } = options;
  await upgradeNodeRun(core.database, core.run);
  // After an upgrade, what was not understood is looked at again.
  await reopenNotUnderstood(core.database, core.schema);
  let state = await loadEpochState(core);
  let phase: RunPhase = state === null ? 'gathering' : 'open';
  let link: NodeLink | null = null;
  let lastLoss: Reason | null = null;
  let enrolledFor: string | null = null;
  let stopped = false;
  const timers = new Set<Timer>();
  const submit = createSubmissions(core);

  if (state !== null) {
    await alignTrust(core, state);
    settleKeys(core, state);
  }

  const open = (): EpochState => {
    if (state === null)
      throw new NotOpenError(`The run ${core.run} has no genesis yet: it waits for members to enrol.`);
    return state;
  };
  const submitter = (): Submitter => {
    if (phase === 'left') throw new NotOpenError(`The run ${core.run} is over: it can be read and not written to.`);
    return { core, state: open(), contentRules };
  };
  const later = (ms: number, run: () => void): void => {
    const timer = core.clock.setTimeout(() => {
      timers.delete(timer);
      if (!stopped) run();
    }, ms);
    timers.add(timer);
  };

  const handle = async (): Promise<void> => {
    if (state !== null) await sweep({ core, state, handlers, contentRules });
  };
  /** What comes due by time alone. */
  const chores = async (): Promise<void> => {
    if (state === null) return;
    await sweepFailed({ core, state, handlers, contentRules });
    await checkErasures({ core, state });
    if (link?.state().status !== 'linked') return;
    await stateDelivery(core, state, options.statementEveryMs);
    await renewWitness(state);
  };
  const status = (): Promise<RunStatus> => readStatus({ core, state, phase, link: link?.state() ?? null, lastLoss });
  const { measure } = options;
  const measuring = createTicker('measuring', async () => measure?.(await status()), {
    ...{ clock: core.clock, log: core.log },
    everyMs: MEASURE_MS,
  });
  const pace = { clock: core.clock, log: core.log, everyMs: options.tickMs };
  const handling = createTicker('handling', handle, pace);
  const choring = createTicker('chores', chores, pace);
  const offInbox = core.inboxGrew.listen(() => handling.ask());
  const offOutbox = core.outboxChanged.listen(() => link?.nudge());

  /** A lost witness record mends itself: new keys, which have cosigned nothing yet. */
  const renewWitness = async (now: EpochState): Promise<void> => {
    const cursor = await readNodeCursor(core.database, core.schema);
    if (cursor?.cosigningStopped !== WITNESS_LOST || now.rotating || !now.roster.includes(core.member)) return;
    const key = core.keys.keysFor(now.origin).witness.kid;
    if (now.renewedFrom === key) return;
    now.renewedFrom = key;
    await rotateKeys(core, now, 'node').catch((error: unknown) => {
      if (!(error instanceof RotationError)) throw error;
    });
  };

  const enrol = async (origin: string): Promise<void> => {
    if (enrolledFor === origin) return;
    await hub.enrol(core.run, signEnrolment(origin, core.member, core.keys.keysFor(origin)));
    enrolledFor = origin;
  };

  const evidently = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof EvidenceError) await recordEvidence(core, state?.epoch ?? 0, error);
      throw error;
    }
  };

  const takeGenesis = async (origin: string): Promise<void> => {
    const genesis = await hub.genesis(core.run);
    if (genesis === null || genesis.origin !== origin || genesis.origin === state?.origin) return;
    await evidently(() => (state === null ? adoptGenesis(core, genesis) : followGenesis(core, state, genesis)));
    state = await loadEpochState(core);
    phase = 'open';
    core.inboxGrew.fire();
  };

  /** Not yet in this epoch: keys, then genesis, which the Secretariat makes when all are there. */
  const enter = async (origin: string): Promise<void> => {
    const genesis = await hub.genesis(core.run);
    if (genesis === null || genesis.origin !== origin) {
      await enrol(origin);
      if (core.member === SECRETARIAT) await foundEpoch(core, hub);
    }
    await core.ledger.run(() => takeGenesis(origin));
  };

  const lost = (code: number, reason: string, remedy: string): void => {
    lastLoss = { code: `closed-${code}`, says: `${reason} ${remedy}` };
    core.log.info({ run: core.run, code }, reason);
    if (code !== 4401 || state === null) return;
    if (core.keys.nextFor(state.origin) !== null) {
      // The rotation may stand in the ledger without our knowing.
      state.proveWithNext = !state.proveWithNext;
      later(NEW_KEY_MS, () => link?.resumeByPerson());
    } else if (!state.roster.includes(core.member)) later(REJOIN_MS, () => link?.resumeByPerson());
  };

  const startLink = (): void => {
    if (link !== null || stopped) return;
    link = startNodeLink({
      url: hub.linkUrl(core.run),
      token,
      random,
      clock: linkClock(core.clock),
      host: createLinkHost({
        core,
        state: open,
        newOrigin: (origin) => core.ledger.run(() => takeGenesis(origin)),
        lost: (code, _after, reason, remedy) => lost(code, reason, remedy),
        retryIn: (ms) => later(ms + 5, () => link?.nudge()),
        linked: () => {
          lastLoss = null;
          choring.ask();
          void waitForRetry(core).then(
            (ms) => ms !== null && later(Math.max(ms, 0) + 5, () => link?.nudge()),
            () => undefined,
          );
        },
      }),
    });
  };

  const endLink = async (): Promise<void> => {
    const ending = link;
    link = null;
    await ending?.stop();
  };

  const leave = async (): Promise<void> => {
    phase = 'left';
    await endLink();
  };

  return {
    core,
    state: () => state,
    async follow(info) {
      if (stopped) return;
      if (info.state === 'archived') return leave();
      if (phase === 'left') phase = state === null ? 'gathering' : 'open';
      if (state?.origin !== info.origin) await enter(info.origin);
      if (state === null) return;
      startLink();
      // Late: the Secretariat lets in who has enrolled.
      const members = state.next === 0 ? state.founders : state.roster;
      if (!members.includes(core.member)) await enrol(info.origin);
      if (core.member === SECRETARIAT && state.origin === info.origin) await admitLate(core, state, hub);
    },
    leave,
    status,
    linkStatus: () => (phase === 'left' ? 'left' : (link?.state().status ?? 'connecting')),
    submit: async (submission) => submit(submitter(), submission),
    confirmResend: async (id) => confirmResend(submitter(), id),
    rotateKeys: async (actor) => rotateKeys(core, submitter().state, actor),
    resume: () => link?.resumeByPerson(),
    async stop() {
      stopped = true;
      offInbox();
      offOutbox();
      for (const timer of timers) timer.cancel();
      await endLink();
      await Promise.all([handling.stop(), choring.stop(), measuring.stop()]);
    },
  };
};
