import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeEnvelope } from '@eads/signing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { HANDLERS } from './handlers/register.ts';
import type { NodeOptions } from './node.ts';
import { type Bench, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import type { FakeEntry } from './testing/fake-ledger.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench;

const refOf = (entry: FakeEntry): string => `${entry.from}/${entry.record.split('\n')[4]}`;
const publish = (from = 'MY') => bench.hub.add(from, 'notice.publish', 'all', { notice: sampleNotice() });
const add = (...parameters: Parameters<Bench['hub']['add']>) => bench.hub.add(...parameters);

interface EntryRow {
  readonly state: string;
  readonly attempts: number | null;
  readonly error: string | null;
}
const entryRow = async (seq: number): Promise<EntryRow> =>
  (
    await bench.database.query<EntryRow>(
      `SELECT coalesce(h.state, CASE WHEN e.seq >= p.handled THEN 'pending' ELSE 'done' END) AS state, h.attempts, h.error
       FROM ${bench.schema}.entries e JOIN ${bench.schema}.epochs p USING (epoch)
       LEFT JOIN ${bench.schema}.handling h USING (epoch, seq) WHERE e.seq = $1`,
      [seq],
    )
  ).rows[0] as EntryRow;

/** Has an entry handled once more. */
const again = async (seq: number): Promise<void> => {
  await bench.database.query(
    `INSERT INTO ${bench.schema}.handling (epoch, seq, state, retry_at) VALUES (1, $1, 'failed', now())`,
    [seq],
  );
  await until('it is handled again', async () => (await entryRow(seq)).state === 'done');
};

const versions = async (): Promise<string[]> =>
  (
    await bench.database.query<{ ref: string; version: number; cancels: boolean }>(
      `SELECT ref, version, cancels FROM ${bench.schema}.notice_versions ORDER BY ref, version`,
    )
  ).rows.map(({ ref, version, cancels }) => `${ref} ${version}${cancels ? ' cancelled' : ''}`);

/** What the node sent of a kind: [to, body]. */
const sent = (kind: string) =>
  bench.hub
    .ledger()
    .entries.filter(({ from }) => from === MEMBER)
    .map(({ envelope }) => JSON.parse(Buffer.from(envelope.split('.')[1] as string, 'base64url').toString()))
    .filter((claims) => claims.kind === kind);

describe('handling', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  const begin = async (over: Partial<NodeOptions> = {}): Promise<void> => {
    bench = await startBench(server, over);
    await bench.reaches(1);
  };
  afterEach(() => bench.stop());

  test('keeps every version of a notice, whatever the order and however often', async () => {
    await begin();
    const first = publish();
    const ref = refOf(first);
    add('MY', 'notice.update', 'all', {
      ref,
      version: 2,
      notice: sampleNotice('EX-MY-2026-000001', 'Lain'),
      reason: 'new name',
    });
    add('MY', 'notice.update', 'all', { ref, version: 3, notice: sampleNotice(), reason: 'back' });
    await bench.reaches(4);
    expect(await versions()).toEqual([`${ref} 1`, `${ref} 2`, `${ref} 3`]);
    await bench.database.query(`DELETE FROM ${bench.schema}.notice_versions WHERE version = 2`);
    for (const seq of [3, 2, 1, 2]) {
      await again(seq);
    }
    expect(await versions()).toEqual([`${ref} 1`, `${ref} 2`, `${ref} 3`]);
  });

  test('acknowledges a withdrawal once, and says whether a copy was held', async () => {
    await begin();
    const ref = refOf(publish());
    const unheld = 'MY/01890a5d-ac96-774b-bcce-b302099a8057';
    const cancel = add('MY', 'notice.cancel', 'all', { ref, version: 2, reason: 'found' });
    const other = add('MY', 'notice.cancel', 'all', { ref: unheld, version: 2, reason: 'found' });
    await until('both are acknowledged', () => sent('recall.ack').length === 2);
    for (const { seq } of [cancel, other]) {
      await again(seq);
    }
    await bench.restart();
    await bench.reaches(bench.hub.ledger().size());
    publish();
    await bench.reaches(bench.hub.ledger().size());
    expect(sent('recall.ack').map(({ to, body, inReplyTo }) => ({ to, body, inReplyTo }))).toEqual([
      { to: ['MY'], body: { ref, held: true }, inReplyTo: refOf(cancel) },
      { to: ['MY'], body: { ref: unheld, held: false }, inReplyTo: refOf(other) },
    ]);
    expect(await versions()).toContain(`${ref} 2 cancelled`);
  });

  test('a handler that throws stops nobody, and is tried again', async () => {
    let calls = 0;
    const broken = () => {
      calls += 1;
      if (calls < 2) throw new Error('not today');
      return [];
    };
    await begin({ handlers: new Map([...HANDLERS, ['recall.ack', broken]]) });
    const throws = add('MY', 'recall.ack', ['ID'], {
      ref: `${MEMBER}/01890a5d-ac96-774b-bcce-b302099a8057`,
      held: true,
    });
    const after = publish();
    await until('the one after is handled', async () => (await versions()).includes(`${refOf(after)} 1`));
    await until('it is marked', async () => (await entryRow(throws.seq)).state === 'failed');
    expect(await entryRow(throws.seq)).toMatchObject({ attempts: 1, error: 'not today' });
    expect((await bench.run.status()).amber.map(({ code }) => code)).toEqual(['handling-failed']);
    await until('it is handled at last', async () => (await entryRow(throws.seq)).state === 'done');
    expect((await bench.run.status()).colour).toBe('green');
  });

  test('an effect that cannot be written fails its own entry alone', async () => {
    const impossible = () => [{ do: 'keep-version' as const, version: null as never }];
    const unwritable = () => [
      {
        do: 'keep-returned' as const,
        returned: { ref: 'x', member: 'MY', rule: 'r', why: 'w', epoch: 'no' as never, seq: 1 },
      },
    ];
    await begin({ handlers: new Map([...HANDLERS, ['recall.ack', unwritable], ['returned', impossible]]) });
    const ref = `${MEMBER}/01890a5d-ac96-774b-bcce-b302099a8057`;
    bench.hub.settings.deliver = false;
    const before = publish();
    const bad = add('MY', 'recall.ack', ['ID'], { ref, held: true });
    const worse = add('MY', 'returned', ['ID'], { ref, rule: 'r', why: 'w' });
    const after = publish();
    bench.hub.settings.deliver = true;
    bench.hub.pumpAll();
    await until('both others are handled', async () => (await versions()).length === 2);
    expect(await versions()).toEqual([refOf(before), refOf(after)].sort().map((each) => `${each} 1`));
    for (const { seq } of [bad, worse]) {
      await until('it is marked', async () => (await entryRow(seq)).state === 'failed');
    }
  });

  test('a kind of later is kept, shown as not understood, looked at again after a restart, and stops nobody', async () => {
    await begin();
    const later = add('MY', 'case.open', 'all', { anything: 1 }, { v: 1 });
    publish();
    await bench.reaches(3);
    expect((await entryRow(later.seq)).state).toBe('not-understood');
    expect((await bench.run.status()).amber.map(({ code }) => code)).toEqual(['not-understood']);
    expect(await versions()).toHaveLength(1);
    await bench.restart();
    await until('it was looked at again', async () => (await entryRow(later.seq)).attempts === 2);
    expect((await entryRow(later.seq)).state).toBe('not-understood');
  });

  test('a message that its author did not sign is evidence, and stops nobody', async () => {
    await begin();
    const ledger = bench.hub.ledger();
    const { claims } = ledger.say('MY', 'notice.publish', 'all', { notice: sampleNotice() });
    const forged = ledger.sequence(makeEnvelope(claims, ledger.keysOf('TH').signing).jws);
    const after = publish();
    bench.hub.pumpAll();
    await bench.reaches(3);
    expect(await bench.evidence()).toEqual(['bad-signature']);
    expect((await entryRow(forged.seq)).state).toBe('failed');
    expect(await versions()).toEqual([`${refOf(after)} 1`]);
  });

  test('a change to a notice by another force is evidence', async () => {
    await begin();
    const ref = refOf(publish());
    add('TH', 'notice.update', 'all', { ref, version: 2, notice: sampleNotice(), reason: '' });
    await bench.reaches(3);
    expect(await bench.evidence()).toEqual(['not-owner']);
    expect(await versions()).toEqual([`${ref} 1`]);
  });

  test('opens a confidential message, also one that was sealed to a key of before', async () => {
    await begin();
    const ledger = bench.hub.ledger();
    const body = { subject: 'S', text: 'the planted text' };
    const old = await ledger.seal('MY', 'direct.message', [MEMBER], body);
    await bench.run.rotateKeys('seat-1');
    await until('the rotation stands', () => sent('key.rotate').length === 1 && bench.run.state()?.rotating === false);
    const fresh = await ledger.seal('MY', 'direct.message', [MEMBER], body);
    const seqs = [ledger.sequence(old.jws).seq, ledger.sequence(fresh.jws).seq];
    bench.hub.pumpAll();
    await bench.reaches(ledger.size());
    const opened = await bench.database.query(`SELECT seq, body FROM ${bench.schema}.opened ORDER BY seq`);
    expect(opened.rows).toEqual(seqs.map((seq) => ({ seq, body })));
    expect(sent('returned')).toEqual([]);
  });

  test('gives back what its content rules do not let in, and what is no proper inner message', async () => {
    const rule = {
      id: 'no-names',
      says: 'No names here.',
      allows: ({ inner }: { inner: object }) => !JSON.stringify(inner).includes('Budi'),
    };
    await begin({ contentRules: [rule] });
    const ledger = bench.hub.ledger();
    const bad = await ledger.seal('MY', 'direct.message', [MEMBER], { subject: 'S', text: 'Budi' });
    const good = await ledger.seal('MY', 'direct.message', [MEMBER], { subject: 'S', text: 'hello' });
    const { kind, to, body } = good.claims;
    const copied = ledger.say('TH', kind, to, body);
    for (const { jws } of [bad, good, copied]) ledger.sequence(jws);
    bench.hub.pumpAll();
    await until('two come back', () => sent('returned').length === 2);
    expect(sent('returned').map((claims) => [claims.to, claims.body.rule, claims.body.ref])).toEqual([
      [['MY'], 'no-names', `MY/${bad.claims.id}`],
      [['TH'], 'inner-bad-signature', `TH/${copied.claims.id}`],
    ]);
    const opened = await bench.database.query(`SELECT body FROM ${bench.schema}.opened`);
    expect(opened.rows).toEqual([{ body: { subject: 'S', text: 'hello' } }]);
  });

  test('an erasure takes the bytes from everywhere; one by a stranger takes nothing and is evidence', async () => {
    await begin();
    const plant = 'Nama Rahasia';
    const entry = add('MY', 'notice.publish', 'all', { notice: sampleNotice('EX-MY-2026-000001', plant) });
    const { jws } = await bench.hub.ledger().seal('MY', 'direct.message', [MEMBER], { subject: 'S', text: plant });
    const message = bench.hub.ledger().sequence(jws);
    add('TH', 'erase', 'all', { seqs: [entry.seq], reason: '' });
    await bench.reaches(4);
    expect(await bench.evidence()).toEqual(['erasure-not-allowed']);
    expect(await versions()).toHaveLength(1);
    const erased = add('SEC', 'erase', 'all', { seqs: [entry.seq, message.seq], reason: 'asked' });
    await bench.reaches(5);
    const tables = await bench.database.query<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
      ['run practice'],
    );
    for (const { name } of tables.rows) {
      const { rows } = await bench.database.query(`SELECT * FROM ${bench.schema}."${name}"`);
      const text = JSON.stringify(rows);
      expect(text.includes(plant) || text.includes(jws) || text.includes(entry.envelope), name).toBe(false);
    }
    const { rows } = await bench.database.query(`SELECT erased_by FROM ${bench.schema}.entries WHERE seq = $1`, [
      entry.seq,
    ]);
    expect(rows).toEqual([{ erased_by: refOf(erased) }]);
  });

  test('kill -9 between inbox and handling loses nothing and does nothing twice', async () => {
    await begin();
    await bench.node.stop();
    const child = spawn(process.execPath, [fileURLToPath(new URL('./testing/node-process.ts', import.meta.url))], {
      stdio: 'inherit',
      env: {
        ...process.env,
        EADS_TEST_HANG: 'notice.cancel',
        EADS_TEST_NODE: JSON.stringify({
          ...{ member: MEMBER, ...bench.places, hubUrl: bench.hub.url, token: 'x'.repeat(43) },
          ...{ tickMs: 50, watchMs: 100, statementEveryMs: 1e12 },
        }),
      },
    });
    const before = bench.hub.sessions.length;
    await until('the process links', () => bench.hub.sessions.length > before, 20_000);
    const ref = refOf(publish());
    add('MY', 'notice.cancel', 'all', { ref, version: 2, reason: 'found' });
    await until('it is in the inbox', () =>
      bench.hub.session().frames.some((frame) => frame.t === 'ack' && frame.next === 3),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await entryRow(2)).state).toBe('pending');
    await bench.restart();
    await until('it is acknowledged', () => sent('recall.ack').length === 1);
    await bench.reaches(bench.hub.ledger().size());
    expect(sent('recall.ack')).toHaveLength(1);
    expect(await versions()).toEqual([`${ref} 1`, `${ref} 2 cancelled`]);
    expect(await bench.evidence()).toEqual([]);
  }, 40_000);
});
