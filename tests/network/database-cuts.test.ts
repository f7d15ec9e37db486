import { parseRecord } from '@eads/ledger';
import type { FeedEntry } from '@eads/protocol';
import { openDatabase } from '@eads/store';
import {
  type CommitFate,
  createWitness,
  type DatabaseProxy,
  eventually,
  type HubBench,
  type ScriptedMember,
  startDatabaseProxy,
  startHubBench,
  startTestPostgres,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FEW = ['ID', 'MY', 'SEC', 'TH'];
const SCHEMA = '"run bench"';

describe('the hub when its database is cut, slow, or gone', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  let proxy: DatabaseProxy;
  let bench: HubBench;
  let direct: ReturnType<typeof openDatabase>;
  let logKey = '';

  /** Connects as nodes do that co-sign, and that say what they hold. */
  const connectAll = (): void => {
    for (const code of FEW) {
      const witness = createWitness(bench.origin, code, bench.member(code).keys, logKey);
      bench.connect(code, { next: bench.member(code).next(), cosign: witness.answer });
    }
  };

  beforeAll(async () => {
    pg = await startTestPostgres();
    const url = await pg.server.ensureDatabase('hub');
    proxy = await startDatabaseProxy(url);
    direct = openDatabase(url, { max: 2, applicationName: 'test' });
    bench = await startHubBench(proxy.url, { members: FEW });
    logKey = JSON.parse((await bench.call('SEC', 'GET', '/enrolments')).text).logKey;
    await bench.found();
    connectAll();
  });
  afterAll(async () => {
    await bench?.stop();
    await direct?.end();
    await proxy?.close();
    await pg?.stop();
  });

  const feed = async (): Promise<FeedEntry[]> =>
    (await bench.call('evaluator', 'GET', '/feed')).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const receipts = (member: ScriptedMember) => member.heard.receipts.map(([text]) => parseRecord(text));

  it.each<[CommitFate, string]>([
    ['lost', 'is decided again'],
    ['unanswered', 'is found in the ledger'],
  ])(
    'a batch whose COMMIT is %s %s: each envelope and each refusal stands once, and is receipted (promise 1)',
    async (fate) => {
      const id = bench.member('ID');
      await id.until('the session', () => id.state()?.status === 'linked');
      const before = (await feed()).length;
      const good = Array.from({ length: 5 }, (_, i) => id.envelope('delivery.statement', [], { through: i, rseq: 0 }));
      const count = id.heard.receipts.length;
      proxy.nextCommit(fate);
      id.send(good[0]?.jws as string, `rubbish ${fate}`, ...good.slice(1).map(({ jws }) => jws));
      await id.until('the receipts', () => id.heard.receipts.length === count + 6, 20_000);
      expect(
        receipts(id)
          .slice(count)
          .map(({ code }) => code),
      ).toEqual(['accepted', 'bad-form', ...Array(4).fill('accepted')]);
      const entries = (await feed()).slice(before);
      expect(entries.map(({ code }) => code).sort()).toEqual([...Array(5).fill('accepted'), 'bad-form']);
      expect(
        receipts(id)
          .slice(count)
          .map(({ seq }) => seq),
      ).toEqual(entries.map(({ seq }) => seq));
      expect(id.heard.retries).toEqual([]);
    },
  );

  it('keeps, once, what is sent while any message to the database is cut (promise 1)', async () => {
    const id = bench.member('ID');
    const sent = new Set<string>();
    for (let n = 1; n <= 24; n++) {
      const one = id.envelope('delivery.statement', [], { through: n, rseq: 0 });
      sent.add(one.claims.id);
      const done = (): boolean => receipts(id).some((record) => record.id === one.claims.id);
      const cut = proxy.cutAt(n);
      id.send(one.jws);
      await cut;
      // Sent again as an outbox does: when the hub says so, and on a new session.
      let [asked, lost] = [id.heard.retries.length, id.heard.lost.length];
      await eventually(`a receipt after a cut at message ${n}`, () => {
        const again = id.heard.retries.length > asked || id.heard.lost.length > lost;
        if (!done() && again && id.state()?.status === 'linked') {
          [asked, lost] = [id.heard.retries.length, id.heard.lost.length];
          id.send(one.jws);
        }
        return done();
      });
    }
    const entries = await feed();
    for (const each of sent) expect(entries.filter((entry) => entry.id === each)).toHaveLength(1);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i));
  }, 120_000);

  it('answers "storage" while the database is away, goes on by itself after it, and loses nobody’s session for long', async () => {
    const my = bench.member('MY');
    await my.until('the session', () => my.state()?.status === 'linked');
    proxy.down();
    const one = my.envelope('delivery.statement', [], { through: 1, rseq: 0 });
    my.send(one.jws);
    await my.until('a retry', () => my.heard.retries.some(([name]) => name === one.claims.id), 20_000);
    expect(my.heard.retries.at(-1)).toEqual([one.claims.id, 'storage']);
    proxy.up();
    const count = my.heard.receipts.length;
    await eventually('the receipt', () => {
      if (my.state()?.status === 'linked' && my.heard.receipts.length === count) my.send(one.jws);
      return my.heard.receipts.length > count;
    });
    expect(receipts(my).at(-1)).toMatchObject({ id: one.claims.id, code: 'accepted' });
  });

  it('never writes a time below that of the entry before, whatever the clock of the server says', async () => {
    const th = bench.member('TH');
    await th.until('the session', () => th.state()?.status === 'linked');
    const ahead = Date.now() + 3_600_000;
    await direct.query(`UPDATE ${SCHEMA}.head SET time_ms = $1`, [ahead]);
    const count = th.heard.receipts.length;
    th.send(th.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws);
    await th.until('the receipt', () => th.heard.receipts.length > count);
    expect(receipts(th).at(-1)?.time).toBe(ahead);
  });

  it('keeps what the database refuses to take from holding up anybody else (promise 6)', async () => {
    await direct.query(`
      CREATE FUNCTION refuse_th() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF new.sender = 'TH' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN new; END $$;
      CREATE TRIGGER refuse_th BEFORE INSERT ON ${SCHEMA}.entries FOR EACH ROW EXECUTE FUNCTION refuse_th()`);
    try {
      const [th, my] = [bench.member('TH'), bench.member('MY')];
      const count = my.heard.receipts.length;
      const asked = th.heard.retries.length;
      const many = (member: ScriptedMember) =>
        Array.from({ length: 20 }, (_, i) => member.envelope('delivery.statement', [], { through: i, rseq: 0 }).jws);
      th.send(...many(th));
      my.send(...many(my));
      await my.until('all its receipts', () => my.heard.receipts.length === count + 20);
      await th.until('its retries', () => th.heard.retries.length === asked + 20);
      expect(th.heard.retries.slice(asked).every(([, code]) => code === 'storage')).toBe(true);
    } finally {
      await direct.query(`DROP TRIGGER refuse_th ON ${SCHEMA}.entries; DROP FUNCTION refuse_th`);
    }
  });

  it('asks the nodes again what they hold after the server was restarted, and goes on once n - k + 1 of them were heard', async () => {
    const lostBefore = FEW.map((code) => bench.member(code).heard.lost.length);
    await pg.server.restart();
    await eventually('every session was ended for a new hello', () =>
      FEW.every((code, i) => bench.member(code).heard.lost.length > (lostBefore[i] as number)),
    );
    const id = bench.member('ID');
    const count = id.heard.receipts.length;
    await eventually('the ledger goes on', () => {
      if (id.state()?.status === 'linked' && id.heard.receipts.length === count) {
        id.send(id.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws);
      }
      return id.heard.receipts.length > count;
    });
    const { rows } = await direct.query(
      `SELECT server_started = pg_postmaster_start_time() AS same FROM ${SCHEMA}.head`,
    );
    expect(rows).toEqual([{ same: true }]);
  });
});
