import { randomBytes } from 'node:crypto';
import { FORCES, type Handling, type Notice, type Submission } from '@eads/protocol';
import type { Clock, Logger, Timer } from '@eads/runtime';
import { type Random, sampleMessage, sampleNotice, seeded } from '@eads/samples';

/** A run at a node, as far as the practice needs it. */
interface NodeRun {
  /** Null before genesis. */
  state(): object | null;
  submit(submission: Submission): Promise<string>;
}

export interface AmbientHost {
  /** The practice run: ambient traffic belongs there and nowhere else. */
  readonly run: string;
  readonly nodes: ReadonlyMap<string, { run(name: string): NodeRun | undefined }>;
}

export interface AmbientOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Same seed, same acts in the same order. */
  readonly seed?: string;
  /** Between two acts on average, ms. */
  readonly everyMs?: number;
}

const EVERY_MS = 6_000;
const FIRST_MS = 500;
/** A newcomer sees life at once: the first acts follow each other quickly. */
const QUICK_ACTS = 8;
const QUICK_MS = 1_200;
/** Numbers of simulated notices lie above those that people give. */
const FIRST_SERIAL = 500_000;
const YEAR_MS = 366 * 86_400_000;

const OPEN: Handling = { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null };

interface Issued {
  readonly force: string;
  readonly ref: string;
  notice: Notice;
  version: number;
}

/** Simulated forces at work in the practice run: notices, changes, withdrawals, messages. Returns how to stop them. */
export const startAmbient = (host: AmbientHost, options: AmbientOptions): (() => void) => {
  const { clock, logger, everyMs = EVERY_MS } = options;
  const random: Random = seeded(options.seed ?? randomBytes(8).toString('hex'));
  const issued: Issued[] = [];
  const serials = new Map<string, number>();
  let acts = 0;
  let timer: Timer | undefined;
  let stopped = false;

  const runOf = (force: string): NodeRun | undefined => {
    const run = host.nodes.get(force)?.run(host.run);
    return run?.state() ? run : undefined;
  };

  /** Grows with the time of year, so that a restart does not give a number twice. */
  const nextSerial = (force: string, year: number): number => {
    const share = (clock.now() - Date.UTC(year, 0, 1)) / YEAR_MS;
    const byTime = FIRST_SERIAL + Math.floor(share * (999_999 - FIRST_SERIAL));
    const serial = Math.min(999_999, Math.max(byTime, (serials.get(force) ?? 0) + 1));
    serials.set(force, serial);
    return serial;
  };

  const today = (): string => new Date(clock.now()).toISOString().slice(0, 10);

  const publish = async (force: string, run: NodeRun): Promise<void> => {
    const on = today();
    const year = Number(on.slice(0, 4));
    const notice = sampleNotice(`${random.int(0, 2 ** 31)}`, { force, year, serial: nextSerial(force, year), on });
    const limited = random.chance(0.15);
    const id = await run.submit({
      kind: 'notice.publish',
      to: 'all',
      actor: 'practice',
      handling: limited
        ? { ...OPEN, releasableTo: FORCES.filter((other) => other !== force && random.chance(0.7)) }
        : OPEN,
      body: { notice },
    });
    issued.push({ force, ref: `${force}/${id}`, notice, version: 1 });
    if (issued.length > 200) issued.shift();
  };

  const update = async (one: Issued, run: NodeRun): Promise<void> => {
    const notice: Notice = { ...one.notice, grading: { source: 'A', information: '1' } };
    await run.submit({
      kind: 'notice.update',
      to: 'all',
      actor: 'practice',
      handling: OPEN,
      body: { ref: one.ref, version: one.version + 1, notice, reason: 'EXERCISE: the source was checked.' },
    });
    one.notice = notice;
    one.version += 1;
  };

  const cancel = async (one: Issued, run: NodeRun): Promise<void> => {
    await run.submit({
      kind: 'notice.cancel',
      to: 'all',
      actor: 'practice',
      handling: OPEN,
      body: { ref: one.ref, version: one.version + 1, reason: 'EXERCISE: the person was found.' },
    });
    issued.splice(issued.indexOf(one), 1);
  };

  const message = async (force: string, run: NodeRun): Promise<void> => {
    const to = random.pick(FORCES.filter((other) => other !== force));
    const { subject, text } = sampleMessage(`${random.int(0, 2 ** 31)}`, { from: force, to, on: today() });
    await run.submit({
      kind: 'direct.message',
      to: [to],
      actor: 'practice',
      handling: { ...OPEN, tlp: 'RED' },
      body: { subject, text },
    });
  };

  const act = async (): Promise<void> => {
    const force = random.pick(FORCES);
    const run = runOf(force);
    if (!run) return;
    const own = issued.filter((one) => one.force === force);
    const what = random.int(0, 100);
    if (what < 12 && own.length > 0) return update(random.pick(own), run);
    if (what < 20 && own.length > 0) return cancel(random.pick(own), run);
    if (what < 60) return message(force, run);
    return publish(force, run);
  };

  const step = (): void => {
    act()
      .catch((error: unknown) => logger.warn({ err: error }, 'an act of the practice run did not come off'))
      .finally(() => {
        if (stopped) return;
        acts += 1;
        const mean = acts < QUICK_ACTS ? QUICK_MS : everyMs;
        timer = clock.setTimeout(step, mean * (0.5 + random.int(0, 1000) / 1000));
      });
  };
  timer = clock.setTimeout(step, FIRST_MS);

  return () => {
    stopped = true;
    timer?.cancel();
  };
};
