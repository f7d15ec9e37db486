import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { FeedEntry } from '@eads/protocol';
import { refusalSummary } from '@eads/protocol';
import { eventually, type HubServer, startHubServer, startTestPostgres, testTokens } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requires } from '../requirements.ts';
import { createKeepingCast, FEW, type KeepingCast } from './keeping-cast.ts';
import { latencies, quantile } from './latency.ts';
import { quickClock } from './quick-clock.ts';
import { openRawSession, type RawSession } from './raw-session.ts';
import { campaignSeed } from './seed.ts';

const RUN = 'flood';
/** The hub's minute, for quotas and summaries, takes three seconds. */
const TIMES = 20;
const REFUSALS_A_MINUTE = 20;
const { random } = campaignSeed('flood');

describe('rubbish', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let tokens: Record<string, string>;
  let server: HubServer;
  let cast: KeepingCast;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    tokens = testTokens();
    const databaseUrl = await postgres.server.ensureDatabase('hub');
    server = await startHubServer({ databaseUrl, tokens, clock: quickClock(TIMES) });
    await server.hub.create(RUN, FEW);
    cast = await createKeepingCast(server.url, RUN, tokens);
    for (const code of FEW) if (code !== 'VN') cast.connect(code);
    await cast.settle(30_000, ['VN']);
  });
  afterAll(async () => {
    await cast?.stop();
    await server?.stop();
    await postgres?.stop();
  });

  const feed = async (): Promise<FeedEntry[]> =>
    (await cast.call('evaluator', 'GET', '/feed')).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const hostile = (): Promise<RawSession> => {
    const { keys } = cast.member('VN').scripted;
    return openRawSession({
      ...{ hub: server.url, run: RUN, token: tokens.VN as string, origin: cast.origin, member: 'VN' },
      key: keys.signing,
    });
  };
  const unharmed = async (before: readonly number[], during: readonly number[]): Promise<void> => {
    console.log(
      `flood: p50 ${quantile(before, 0.5).toFixed(1)} ms before, ${quantile(during, 0.5).toFixed(1)} during; p99 ${quantile(before, 0.99).toFixed(1)}, ${quantile(during, 0.99).toFixed(1)} (${during.length})`,
    );
    expect(quantile(during, 0.5)).toBeLessThan(150);
    expect(quantile(during, 0.99)).toBeLessThan(1_500);
  };

  /** What no hub takes: no envelope at all, a broken signature, another's envelope, another run's. */
  const rubbish = (): string => {
    const vn = cast.member('VN').scripted;
    const good = vn.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws;
    return random.pick([
      () => randomBytes(random.int(1, 2_000)).toString('latin1'),
      () => `${good.slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`,
      () => good.slice(0, random.int(1, good.length - 1)),
      () => cast.member('ID').scripted.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws,
      () => vn.envelope('delivery.statement', [], { through: 1, rseq: 0 }, { origin: 'other/flood/1' }).jws,
      () => 'A'.repeat(60_000),
    ])();
  };

  it('from a member ends in coded refusals under a quota and their sum, and delays nobody (promise 6)', async () => {
    const [id, my] = [cast.member('ID'), cast.member('MY')];
    const before = await latencies(id, my, 100);
    const vn = await hostile();
    const pool = Array.from({ length: 400 }, rubbish);
    let sent = 0;
    let flooding = true;
    const flood = (async () => {
      while (flooding && vn.closed() === null) {
        const texts = random.several(pool, 20);
        const [bytes, count] = [texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0), texts.length];
        await eventually('there is credit', () => vn.spend(bytes, count));
        vn.publish(...texts);
        sent += count;
      }
    })();
    const during: number[] = [];
    for (const until = performance.now() + 2_500; performance.now() < until; ) {
      during.push(...(await latencies(id, my, 10)));
    }
    flooding = false;
    await flood;
    await unharmed(
      before,
      during.sort((one, other) => one - other),
    );
    expect(vn.closed()).toBeNull();
    const answers = (): number =>
      vn.receipts().length + vn.of('retry').reduce((sum, { items }) => sum + items.length, 0);
    await eventually('all of it is answered', () => answers() === sent);
    const sums = async (): Promise<FeedEntry[]> => (await feed()).filter(({ kind }) => kind === refusalSummary.kind);
    const refused = async (): Promise<number> =>
      (await feed()).filter(({ from, code }) => from === 'VN' && code !== 'accepted').length;
    const summed = async (): Promise<number> =>
      (await sums()).reduce((sum, { claims }) => sum + (claims?.body.count as number), 0);
    await eventually('what was not logged is summed up', async () => (await refused()) + (await summed()) === sent);
    for (const { from, claims, openings } of await sums()) {
      expect(from).toBe('HUB');
      expect(claims?.body.member).toBe('VN');
      expect(openings.every(([, decision]) => decision === 'none')).toBe(true);
    }
    const codes = new Set((await feed()).filter(({ from }) => from === 'VN').map(({ code }) => code));
    expect([...codes].sort()).toEqual(['bad-form', 'bad-signature', 'not-yours', 'other-origin', 'too-large']);
    // The flood was 2.5 s of 3 s minutes: it touches two of them.
    expect(await refused()).toBeLessThanOrEqual(3 * REFUSALS_A_MINUTE);
    expect(sent).toBeGreaterThan(10 * REFUSALS_A_MINUTE);
    vn.end();
    await cast.settle(30_000, ['VN']);
  });

  it('in frames ends the session of the one who sent it, with a code, and nothing else', async () => {
    const size = (await feed()).length;
    const kinds: readonly [code: number, say: (session: RawSession) => void][] = [
      [4400, (session) => session.say('{"t":')],
      [4400, (session) => session.say(JSON.stringify({ t: 'publish', envelopes: [] }))],
      [4400, (session) => session.say(JSON.stringify({ t: 'hello' }))],
      [4400, (session) => session.say(JSON.stringify({ t: 'ack', generation: 1, next: 10_000 }))],
      [4400, (session) => session.socket.send(Buffer.from([1, 2, 3]))],
      [4413, (session) => session.say(' '.repeat(1024 * 1024 + 1))],
      [4413, (session) => session.say(' '.repeat(3 * 1024 * 1024))],
      [4400, (session) => void Array.from({ length: 2_100 }, () => session.publish('x'))],
      [4400, (session) => void Array.from({ length: 9_000 }, () => session.send({ t: 'ack', generation: 1, next: 0 }))],
    ];
    for (const [code, say] of kinds) {
      const session = await hostile();
      say(session);
      await eventually('it is closed', () => session.closed() !== null);
      expect(session.closed() === 1009 ? 4413 : session.closed(), String(say)).toBe(code);
    }
    expect(cast.all.filter(({ member }) => member !== 'VN').every((member) => member.lost().length === 0)).toBe(true);
    const more = (await feed()).slice(size).filter(({ from }) => from !== 'VN' && from !== 'HUB');
    expect(more).toEqual([]);
  });

  it('from strangers without a token reaches no ledger, and delays nobody', async () => {
    const [id, my] = [cast.member('ID'), cast.member('MY')];
    const before = await latencies(id, my, 50);
    const link = `${server.url.replace('http', 'ws')}/runs/${RUN}/link`;
    const statuses = new Set<number | string>();
    let knocking = true;
    const dial = (headers: Record<string, string>): Promise<void> =>
      new Promise((resolve) => {
        const socket = new WebSocket(link, { headers });
        socket.on('unexpected-response', (_request, response) => {
          statuses.add(response.statusCode ?? 0);
          response.resume();
          socket.terminate();
        });
        socket.on('open', () => statuses.add('open'));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    const garbage = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.end(randomBytes(random.int(1, 5_000))));
        socket.on('error', () => undefined);
        socket.on('data', () => undefined);
        socket.on('close', () => resolve());
      });
    const knock = async (): Promise<void> => {
      while (knocking) {
        await Promise.all([dial({}), dial({ authorization: `Bearer ${'x'.repeat(43)}` }), garbage()]);
        const { status } = await fetch(`${server.url}/runs/${RUN}/export`, { headers: { authorization: 'Bearer no' } });
        statuses.add(status);
      }
    };
    const knocks = [knock(), knock(), knock()];
    const size = (await feed()).length;
    const during = await latencies(id, my, 150);
    knocking = false;
    await Promise.all(knocks);
    await unharmed(before, during);
    expect([...statuses]).toEqual([401]);
    // The sum of what VN did before may come meanwhile.
    const after = (await feed()).slice(size).filter(({ kind }) => kind !== refusalSummary.kind);
    expect(after.every(({ from }) => from === 'ID')).toBe(true);
    cast.connect('VN');
    await cast.settle();
    const { wrong } = await cast.verdict();
    // What VN sent by hand is not in the books of its keeping self.
    expect(wrong.filter((line) => !line.startsWith('invented: VN'))).toEqual([]);
  });
});
