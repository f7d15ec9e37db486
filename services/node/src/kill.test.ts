import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { type Bench, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench;

const ROUNDS = 8;
const SEED = Number(process.env.EADS_TEST_SEED ?? 20_261_125);

/** A small generator with a printed seed (mulberry32): a failure can be run again. */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

const claimsOf = (envelope: string) =>
  JSON.parse(Buffer.from(envelope.split('.')[1] as string, 'base64url').toString());

describe('kill -9 of a node at any point', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
    bench = await startBench(server);
    await bench.reaches(1);
  });
  afterAll(async () => {
    await bench.stop();
    await server.stop();
  });

  const startChild = (): ChildProcess =>
    spawn(process.execPath, [fileURLToPath(new URL('./testing/node-process.ts', import.meta.url))], {
      stdio: 'inherit',
      env: {
        ...process.env,
        EADS_TEST_SUBMIT: 'yes',
        EADS_TEST_NODE: JSON.stringify({
          ...{ member: MEMBER, ...bench.places, hubUrl: bench.hub.url, token: 'x'.repeat(43) },
          ...{ tickMs: 20, watchMs: 50, statementEveryMs: 50 },
        }),
      },
    });

  test(`nothing that was taken is lost, nothing is done twice (seed ${SEED})`, async () => {
    const random = seeded(SEED);
    const { hub } = bench;
    await bench.node.stop();
    let feeding = true;
    const refs: string[] = [];
    const feed = (async () => {
      while (feeding) {
        const entry = hub.add('MY', 'notice.publish', random() < 0.7 ? 'all' : ['TH'], { notice: sampleNotice() });
        const { id, to } = claimsOf(entry.envelope);
        if (to === 'all') refs.push(`MY/${id}`);
        if (refs.length > 3 && random() < 0.3) {
          hub.add('MY', 'notice.cancel', 'all', { ref: refs.shift(), version: 2, reason: 'found' });
        }
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    })();
    for (let round = 0; round < ROUNDS; round++) {
      const before = hub.sessions.length;
      const child = startChild();
      await until('the process links', () => hub.sessions.length > before, 20_000);
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 300));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    feeding = false;
    await feed;
    await bench.restart();
    await until('everything is sent and receipted', async () => {
      const { outbox, size, handling } = await bench.run.status();
      return !outbox.queued && !outbox.sent && size === hub.ledger().size() && handling.pending === 0;
    });

    expect(await bench.evidence()).toEqual([]);
    const entries = hub.ledger().entries.map(({ envelope, from }) => ({ from, ...claimsOf(envelope) }));
    const own = entries.filter(({ from }) => from === MEMBER);
    expect(own.length).toBeGreaterThan(ROUNDS);
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    const rows = await bench.database.query(`SELECT id, state FROM ${bench.schema}.outbox`);
    expect(rows.rows.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
    expect(new Set(rows.rows.map(({ state }) => state))).toEqual(new Set(['receipted']));

    const cancelled = entries.filter(({ kind }) => kind === 'notice.cancel').map(({ body }) => body.ref);
    const acked = own.filter(({ kind }) => kind === 'recall.ack').map(({ body }) => body.ref);
    expect(acked.sort()).toEqual(cancelled.sort());
    const received = entries.filter(
      ({ from, kind, to }) => from === 'MY' && kind.startsWith('notice.') && to === 'all',
    );
    const mirror = await bench.database.query(
      `SELECT count(*) AS n FROM ${bench.schema}.notice_versions WHERE owner = 'MY'`,
    );
    expect(mirror.rows[0].n).toBe(received.length);
    const held = await bench.database.query(`SELECT count(*) AS n, max(rseq) AS rseq FROM ${bench.schema}.entries`);
    expect(held.rows[0]).toEqual({ n: hub.ledger().size(), rseq: hub.ledger().rseq(MEMBER) });
  }, 90_000);
});
