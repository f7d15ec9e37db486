import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@eads/runtime';
import { runSchema } from '@eads/store';
import {
  eventually,
  forkHub,
  type HubChild,
  type HubServer,
  hubCaller,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { createKeepingCast, createTraffic, FEW, type KeepingCast } from './keeping-cast.ts';
import type { KeepingMember } from './keeping-member.ts';
import { latencies, quantile } from './latency.ts';
import { type NodeChild, startNodeChild } from './node-child.ts';
import { openRawSession, type RawSession } from './raw-session.ts';
import { campaignSeed } from './seed.ts';

const RUN = 'frozen';
const { random } = campaignSeed('frozen');

/** Two seconds of PostgreSQL's patience, and time for a busy machine. */
const PATIENCE_MS = 4_500;

describe('a replica that is frozen while it holds the lock', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let replicas: HubChild[];
  let cast: KeepingCast;
  let admin: pg.Client;
  let tokens: Record<string, string>;
  const [AT_A, AT_B] = [FEW.slice(0, 3), FEW.slice(3)];
  const [a, b] = [() => replicas[0] as HubChild, () => replicas[1] as HubChild];
  const receipted = (codes: readonly string[]): number =>
    codes.reduce((sum, code) => sum + cast.member(code).sent() - cast.member(code).waiting(), 0);

  beforeAll(async () => {
    postgres = await startTestPostgres();
    tokens = testTokens();
    const databaseUrl = await postgres.server.ensureDatabase('hub');
    const [first, second] = await Promise.all([forkHub(), forkHub()]);
    replicas = [await first.begin({ databaseUrl, tokens, replica: 'a' })];
    replicas.push(await second.begin({ databaseUrl, tokens, replica: 'b' }));
    await fetch(`${a().url}/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.trainer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ run: RUN, called: FEW }),
    });
    cast = await createKeepingCast(a().url, RUN, tokens);
    for (const code of AT_A) cast.connect(code, { hub: a().url });
    for (const code of AT_B) cast.connect(code, { hub: b().url });
    await eventually('all are linked', () => cast.all.every((member) => member.state()?.status === 'linked'));
    admin = new pg.Client({ connectionString: postgres.server.urlFor('hub') });
    await admin.connect();
  });
  afterAll(async () => {
    for (const replica of replicas) {
      replica.signal('SIGCONT');
      replica.signal('SIGKILL');
      await replica.exited;
    }
    await cast?.stop();
    await admin?.end();
    await postgres?.stop();
  });

  /** Stops replica a at a random moment, again and again until the moment is one in which it holds the lock. */
  const freezeInside = async (): Promise<number> => {
    for (let tries = 1; ; tries++) {
      await new Promise((resolve) => setTimeout(resolve, random.int(1, 40)));
      a().signal('SIGSTOP');
      // A statement that is under way still comes to its end: it is looked at until none is.
      for (let state = 'active'; state === 'active'; ) {
        const { rows } = await admin.query<{ state: string }>(
          `SELECT s.state FROM pg_stat_activity s JOIN pg_locks l USING (pid)
           WHERE s.application_name = 'test hub a' AND l.relation = '${runSchema(RUN)}.head'::regclass
             AND l.mode = 'RowShareLock' AND l.granted`,
        );
        state = rows[0]?.state ?? 'none';
        if (state === 'idle in transaction') return tries;
      }
      a().signal('SIGCONT');
    }
  };

  it('the other replica goes on within seconds, and nothing is lost or doubled when the first one wakes (promises 1, 6)', async () => {
    const traffic = createTraffic(cast, random);
    const timer = setInterval(() => {
      for (const member of cast.all) traffic.topUp(member, 20);
    }, 5);
    const before = receipted(FEW);
    await eventually('there is load', () => receipted(FEW) > before + 200);
    const tries = await freezeInside();
    const [stopped, standing] = [performance.now(), receipted(AT_B)];
    await eventually('the other replica goes on', () => receipted(AT_B) > standing + 50);
    const ms = performance.now() - stopped;
    console.log(`frozen: went on after ${ms.toFixed(0)} ms (caught at try ${tries})`);
    expect(ms).toBeLessThan(PATIENCE_MS);
    a().signal('SIGCONT');
    const woken = receipted(AT_A);
    await eventually('the first one works again', () => receipted(AT_A) > woken + 50);
    clearInterval(timer);
    await cast.settle();
    expect((await cast.verdict()).wrong).toEqual([]);
  });

  it('a stranger who sits on the lock delays what is published and nothing else, and loses nothing', async () => {
    const schema = runSchema(RUN);
    const databaseUrl = postgres.server.urlFor('hub');
    const holder = new pg.Client({ connectionString: databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT 1 FROM ${schema}.head FOR UPDATE`);
    const id = cast.member('ID');
    id.send(id.scripted.envelope('delivery.statement', [], { through: 1, rseq: 0 }));
    await eventually('it is told to come again', () => (id.codes().get('overloaded') ?? 0) > 0);
    const { status } = await fetch(`${b().url}/runs/${RUN}`, {
      headers: { authorization: `Bearer ${tokens.auditor}` },
    });
    expect(status).toBe(200);
    expect(cast.all.map((member) => member.state()?.status)).toEqual(FEW.map(() => 'linked'));
    expect(id.waiting()).toBe(1);
    await holder.query('ROLLBACK');
    await holder.end();
    await cast.settle();
    expect((await cast.verdict()).wrong).toEqual([]);
  });
});

describe('members that stand still or do not read', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let cast: KeepingCast;
  let node: NodeChild;
  let folder: string;
  let deaf: RawSession;
  /** With which code the hub ended a member's session first, by its own log. */
  const endings = new Map<string, number>();
  const note = (line: string): void => {
    const { msg, member, code } = JSON.parse(line);
    if (msg === 'link ended' && !endings.has(member)) endings.set(member, code);
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
    folder = mkdtempSync(join(tmpdir(), 'eads-frozen-'));
    const tokens = testTokens();
    const logger = createLogger({ name: 'hub', level: 'info', sink: { write: note }, terminal: false });
    server = await startHubServer({ databaseUrl: await postgres.server.ensureDatabase('hub'), tokens, logger });
    await server.hub.create(RUN, [...FEW, 'LA'].sort());
    const databaseUrl = await postgres.server.ensureDatabase('node_la');
    node = await startNodeChild({
      ...{ member: 'LA', databaseUrl, dataDir: folder, hubUrl: server.url, token: tokens.LA as string },
    });
    await eventually('LA has enrolled', async () => {
      const { enrolled } = JSON.parse((await hubCaller(server.url, RUN, tokens)('SEC', 'GET', '/enrolments')).text);
      return enrolled.length > 0;
    });
    cast = await createKeepingCast(server.url, RUN, tokens);
    for (const code of FEW) if (code !== 'VN') cast.connect(code);
    const vn = cast.member('VN').scripted;
    const { origin } = cast;
    deaf = await openRawSession({
      ...{ hub: server.url, run: RUN, token: tokens.VN as string, origin, member: 'VN', key: vn.keys.signing },
    });
    await eventually('the node of LA is linked', async () => (await node.status()).runs[0]?.link?.status === 'linked');
  });
  afterAll(async () => {
    deaf?.end();
    node?.signal('SIGCONT');
    await node?.stop();
    await cast?.stop();
    await server?.stop();
    await postgres?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** About 40 KB; the hub cannot look inside. */
  const large = (from: KeepingMember, to: string): void => {
    const epk = { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) };
    const recipients = [{ header: { alg: 'ECDH-ES+A256KW', kid: 'A'.repeat(43), epk }, encrypted_key: 'A'.repeat(54) }];
    const [iv, tag] = ['A'.repeat(16), 'A'.repeat(22)];
    const body = { protected: 'e30', iv, ciphertext: 'A'.repeat(24_000), tag, recipients };
    from.send(from.scripted.envelope('direct.message', [to as 'VN'], body));
  };
  const sessions = async (): Promise<{ member: string; acked: number }[]> =>
    JSON.parse((await cast.call('auditor', 'GET', '/sessions')).text);

  it('delay no other, are closed 4408 or 4429, and catch up when they come back (promise 6)', async () => {
    const [id, my] = [cast.member('ID'), cast.member('MY')];
    const before = await latencies(id, my, 100);
    node.signal('SIGSTOP');
    deaf.send({ t: 'credit', bytes: 1 << 30, count: 1 << 20 });
    deaf.socket.pause();
    for (let i = 0; i < 700; i++) large(cast.member('SG'), 'VN');
    const during: number[] = [];
    await eventually('the hub has given up both', async () => {
      during.push(...(await latencies(id, my, 20)));
      const held = (await sessions()).map(({ member }) => member);
      return !held.includes('LA') && !held.includes('VN');
    });
    during.sort((one, other) => one - other);
    console.log(
      `slow members: p50 ${quantile(before, 0.5).toFixed(1)} ms before, ${quantile(during, 0.5).toFixed(1)} during (${during.length}); p99 ${quantile(before, 0.99).toFixed(1)}, ${quantile(during, 0.99).toFixed(1)}`,
    );
    expect(quantile(during, 0.5)).toBeLessThan(100);
    expect(quantile(during, 0.99)).toBeLessThan(1_000);
    deaf.socket.resume();
    await eventually('the deaf one reads why', () => deaf.closed() !== null);
    node.signal('SIGCONT');
    cast.connect('VN');
    await cast.settle();
    const size = id.next();
    await eventually('the node of LA has caught up', async () => {
      const run = (await node.status()).runs[0];
      return run?.link?.status === 'linked' && run.size >= size;
    });
    const { red } = (await node.status()).runs[0] ?? {};
    expect(red).toEqual([]);
    for (const member of ['LA', 'VN']) expect([4408, 4429], member).toContain(endings.get(member));
    expect((await cast.verdict()).wrong).toEqual([]);
  });
});
