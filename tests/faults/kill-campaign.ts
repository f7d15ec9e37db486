import type { Random } from '@eads/samples';
import { eventually, forkHub, type HubChild, startTestPostgres, testTokens, type WaitingHub } from '@eads/testkit';
import { freePort } from './free-port.ts';
import { createKeepingCast, createTraffic, FEW, type KeepingCast, type Verdict } from './keeping-cast.ts';
import type { Moment } from './keeping-member.ts';

export interface KillCampaign {
  readonly random: Random;
  /** Whether another round follows after so many. */
  readonly goesOn: (rounds: number) => boolean;
  readonly say?: (line: string) => void;
}

export interface KillResult extends Verdict {
  readonly rounds: number;
  /** How often the hub was killed before it listened, and in how many rounds something was receipted. */
  readonly early: number;
  readonly busy: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly ms: number;
}

/** When the hub is killed: so long after it was told to begin, or at a moment that comes for the n-th time in this round. */
type Strike = { readonly at: 'ms'; readonly n: number } | { readonly at: Moment; readonly n: number };

const RUN = 'kill';
/** Envelopes that each member has waiting, at most: enough that a batch is always forming. */
const WAITING = 20;
const TOP_UP_MS = 10;
/** A round ends by then even where its moment does not come. */
const ROUND_MS = 5_000;

const drawStrike = (random: Random): Strike =>
  random.weighted([
    [1, { at: 'ms', n: random.int(0, 150) }],
    [2, { at: 'ms', n: random.int(250, 500) }],
    [1, { at: 'linked', n: random.int(1, FEW.length) }],
    [3, { at: 'published', n: random.int(1, 30) }],
    [3, { at: 'receipts', n: random.int(1, 30) }],
    [3, { at: 'delivered', n: random.int(1, 60) }],
    [1, { at: 'cosigned', n: random.int(1, 5) }],
  ] as const);

/**
 * A hub that is killed (SIGKILL) again and again at points that the seed chooses, under load from members that keep an outbox and
 * a cursor, and that starts again on the same database and port; then all comes to rest, and the evidence is read.
 */
export const runKillCampaign = async ({ random, goesOn, say = () => undefined }: KillCampaign): Promise<KillResult> => {
  const began = performance.now();
  const pg = await startTestPostgres();
  const tokens = testTokens();
  const options = { databaseUrl: await pg.server.ensureDatabase('hub'), tokens, port: await freePort(random) };
  let spare: Promise<WaitingHub> = forkHub();
  let cast: KeepingCast | undefined;
  let hub: HubChild | undefined;
  let topUp: NodeJS.Timeout | undefined;
  let moment: (moment: Moment) => void = () => undefined;

  /** The next process is loading while this one works. */
  const nextHub = async (): Promise<WaitingHub> => {
    const waiting = await spare;
    spare = forkHub();
    return waiting;
  };

  /** Begins a hub and kills it. Returns whether it had come so far as to listen. Throws where it ended by itself. */
  const round = async (strike: Strike): Promise<boolean> => {
    const waiting = await nextHub();
    const struck = Promise.withResolvers<void>();
    let killed = false;
    const kill = (): void => {
      killed = true;
      waiting.signal('SIGKILL');
      struck.resolve();
    };
    let count = 0;
    moment = (now) => {
      count += now === strike.at ? 1 : 0;
      if (count === strike.n) kill();
    };
    const timer = setTimeout(kill, strike.at === 'ms' ? strike.n : ROUND_MS);
    const listened = await waiting.begin(options).then(
      () => true,
      (error: unknown) => {
        if (!killed) throw error;
        return false;
      },
    );
    await struck.promise;
    clearTimeout(timer);
    await waiting.exited;
    return listened;
  };

  try {
    hub = await (await nextHub()).begin(options);
    await fetch(`${hub.url}/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.trainer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ run: RUN, called: FEW }),
    });
    const keeping = await createKeepingCast(hub.url, RUN, tokens);
    cast = keeping;
    const traffic = createTraffic(keeping, random.fork('traffic'));
    keeping.connectAll({ moment: (now) => moment(now) });
    topUp = setInterval(() => {
      for (const member of keeping.all) traffic.topUp(member, WAITING);
    }, TOP_UP_MS);
    hub.signal('SIGKILL');
    await hub.exited;

    const strikes = random.fork('strikes');
    const receipts = (): number => keeping.all.reduce((sum, each) => sum + each.sent() - each.waiting(), 0);
    let [rounds, early, busy] = [0, 0, 0];
    for (; goesOn(rounds); rounds++) {
      const before = receipts();
      if (!(await round(drawStrike(strikes)))) early += 1;
      if (receipts() > before) busy += 1;
      if ((rounds + 1) % 25 === 0)
        say(`  ${rounds + 1} rounds, ${receipts()} receipts, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }

    moment = () => undefined;
    clearInterval(topUp);
    hub = await (await nextHub()).begin(options);
    await keeping.settle(90_000);
    await eventually('a quorum covers the ledger', async () => {
      const { size, witnessed } = JSON.parse((await keeping.call('auditor', 'GET', '')).text);
      return witnessed === size;
    });
    const verdict = await keeping.verdict();
    const codes: Record<string, number> = {};
    for (const each of keeping.all) {
      for (const [code, count] of each.codes()) codes[code] = (codes[code] ?? 0) + count;
    }
    return { ...verdict, rounds, early, busy, codes, ms: performance.now() - began };
  } finally {
    clearInterval(topUp);
    await cast?.stop();
    for (const process of [hub, await spare]) {
      process?.signal('SIGKILL');
      await process?.exited;
    }
    await pg.stop();
  }
};
