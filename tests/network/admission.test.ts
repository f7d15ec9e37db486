import { parseRecord } from '@eads/ledger';
import type { FeedEntry } from '@eads/protocol';
import { readStatement } from '@eads/signing';
import {
  type Cast,
  createCast,
  eventually,
  type HubServer,
  plainNotice,
  type ScriptedMember,
  startHubBench,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FEW = ['ID', 'MY', 'SEC', 'TH'];
type Postgres = Awaited<ReturnType<typeof startTestPostgres>>;

const statements = (member: ScriptedMember, count: number): string[] =>
  Array.from({ length: count }, (_, i) => member.envelope('delivery.statement', [], { through: i, rseq: 0 }).jws);
const feedOf = async (call: Cast['call']): Promise<FeedEntry[]> =>
  (await call('evaluator', 'GET', '/feed')).text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('what a member may send', () => {
  let pg: Postgres;
  beforeAll(async () => {
    pg = await startTestPostgres();
  });
  afterAll(async () => {
    await pg?.stop();
  });

  it('answers envelopes over the quota with `quota` and a time, and others as if nothing were (promise 6)', async () => {
    const bench = await startHubBench(await pg.server.ensureDatabase('quota'), {
      members: FEW,
      publishRate: { perSecond: 20, burst: 50 },
    });
    try {
      await bench.found();
      const [id, my] = [bench.connect('ID'), bench.connect('MY')];
      const sent = statements(id, 80);
      id.send(...sent);
      await id.until('an answer to each', () => id.heard.receipts.length + id.heard.retries.length >= 80);
      expect(id.heard.receipts.length).toBeGreaterThanOrEqual(50);
      expect(id.heard.receipts.length).toBeLessThan(80);
      expect(new Set(id.heard.retries.map(([, code]) => code))).toEqual(new Set(['quota']));
      expect(id.heard.waits.every((ms) => ms >= 1_000)).toBe(true);
      my.send(...statements(my, 50));
      await my.until('its receipts', () => my.heard.receipts.length === 50);
      // Each is named by its id, so that it can be sent again; then it is taken, once.
      const names = new Set(id.heard.retries.map(([name]) => name));
      const again = sent.filter((jws) => names.has(idOf(jws)));
      expect(again).toHaveLength(id.heard.retries.length);
      await eventually('all are taken in the end', async () => {
        const held = new Set(id.heard.receipts.map(([text]) => parseRecord(text).id));
        id.send(...again.filter((jws) => !held.has(idOf(jws))).slice(0, 10));
        await new Promise((resolve) => setTimeout(resolve, 500));
        return new Set(id.heard.receipts.map(([text]) => parseRecord(text).id)).size === 80;
      });
      expect((await feedOf(bench.call)).filter((entry) => entry.from === 'ID')).toHaveLength(80);
    } finally {
      await bench.stop();
    }
  });
  const idOf = (jws: string): string => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).id;

  it('logs twenty refusals of a member a minute and sums up the rest in one entry, for nobody to read', async () => {
    let skew = 0;
    const clock = { ...fastClock(), now: () => Date.now() + skew };
    const bench = await startHubBench(await pg.server.ensureDatabase('refusals'), { members: FEW, clock });
    try {
      await bench.found();
      const [id, my] = [bench.connect('ID'), bench.connect('MY')];
      id.send(...Array.from({ length: 50 }, (_, i) => `rubbish ${i}`));
      await id.until('an answer to each', () => id.heard.receipts.length + id.heard.retries.length === 50);
      expect(id.heard.receipts).toHaveLength(20);
      expect(id.heard.retries.every(([, code]) => code === 'quota')).toBe(true);
      my.send('rubbish');
      await my.until('its refusal', () => my.heard.receipts.length === 1);
      clock.fire(60_000);
      await eventually('the summary', async () =>
        (await feedOf(bench.call)).some(({ kind }) => kind === 'refusal-summary'),
      );
      const sums = (await feedOf(bench.call)).filter(({ kind }) => kind === 'refusal-summary');
      expect(sums).toHaveLength(1);
      expect(sums[0]).toMatchObject({ from: 'HUB', code: 'accepted' });
      expect(sums[0]?.claims?.body).toMatchObject({ member: 'ID', code: 'bad-form', count: 30 });
      expect(sums[0]?.openings.every(([, decision]) => decision === 'none')).toBe(true);
      const seq = sums[0]?.seq as number;
      await my.until('it', () => my.next() > seq);
      expect(itemAt(my, seq)).toBe(sums[0]?.leaf);
      // The next minute has its own twenty.
      skew = 61_000;
      id.send('rubbish of the next minute');
      await id.until('its refusal', () => id.heard.receipts.length === 21);
    } finally {
      await bench.stop();
    }
  });

  it('takes the bytes of an erased entry from everywhere, at both replicas, and says who erased them on redelivery', async () => {
    const tokens = testTokens();
    const databaseUrl = await pg.server.ensureDatabase('erase');
    const hubs: HubServer[] = [];
    for (const replica of ['a', 'b']) hubs.push(await startHubServer({ databaseUrl, tokens, replica }));
    const [one, other] = hubs as [HubServer, HubServer];
    await one.hub.create('bench', FEW);
    const cast = await createCast(one.url, 'bench', tokens, FEW);
    try {
      await cast.found();
      await eventually('both serve it', () => other.hub.run('bench') !== undefined);
      const at = (hub: HubServer) => `${hub.url.replace('http', 'ws')}/runs/bench/link`;
      const id = cast.connect('ID');
      const th = cast.member('TH');
      th.connect({ url: at(other), token: tokens.TH as string });
      const planted = 'KALIMAT RAHASIA';
      const notice = id.envelope('notice.publish', 'all', { notice: plainNotice('ID', 7, { circumstances: planted }) });
      const same = id.envelope('notice.publish', 'all', { notice: plainNotice('ID', 8, { circumstances: planted }) });
      id.send(notice.jws);
      await id.until('the receipt', () => id.heard.receipts.length === 1);
      const seq = Number(id.heard.receipts[0]?.[0].split('\n')[1]);
      await th.until('the notice', () => th.next() > seq);
      // A second one goes just before the erasure of both, as a rule in the same batch.
      const erase = id.envelope('erase', 'all', { seqs: [seq, seq + 1], reason: '' });
      id.send(same.jws, erase.jws);
      await id.until('both', () => id.heard.receipts.length === 3);
      expect(id.heard.receipts.map(([text]) => parseRecord(text).code)).toEqual(Array(3).fill('accepted'));
      await th.until('the erasure', () => th.next() > seq + 2);
      const encoded = notice.jws.split('.')[1] as string;
      for (const hub of hubs) {
        const feed = await (
          await fetch(`${hub.url}/runs/bench/feed`, { headers: { authorization: `Bearer ${tokens.evaluator}` } })
        ).text();
        expect(feed).not.toContain(encoded.slice(0, 200));
        expect(feed).not.toContain(planted);
        // A newcomer at either replica is told who took them away.
        const my = cast.member('MY');
        const heard = my.heard.delivered.length;
        my.connect({ url: at(hub), token: tokens.MY as string, next: 0 });
        await my.until('everything', () => my.next() > seq + 2);
        const frames = my.heard.delivered.slice(heard);
        const redelivered = frames.flatMap((frame) => frame.items.map((item, i) => [frame.first + i, item] as const));
        for (const erased of [seq, seq + 1]) {
          expect(new Map(redelivered).get(erased)).toMatchObject({ erasedBy: `ID/${erase.claims.id}` });
        }
        expect(JSON.stringify(frames)).not.toContain(encoded.slice(0, 200));
      }
      const dump = await one.database.query(`SELECT e::text AS row FROM "run bench".entries e
        UNION ALL SELECT c::text FROM "run bench".claimed c UNION ALL SELECT h::text FROM "run bench".head h`);
      expect(dump.rows.some(({ row }) => row.includes(encoded.slice(0, 200)))).toBe(false);
      // The same bytes again get the original receipt, and bring nothing back.
      id.send(notice.jws);
      await id.until('the original', () => id.heard.receipts.length === 4);
      expect(id.heard.receipts[3]?.[0]).toBe(id.heard.receipts[0]?.[0]);
      expect((await feedOf(cast.call)).find((entry) => entry.seq === seq)?.envelope).toBeNull();
      // What says why bytes are gone, stays.
      id.send(id.envelope('erase', 'all', { seqs: [seq + 2], reason: '' }).jws);
      await id.until('the refusal', () => id.heard.receipts.length === 5);
      expect(parseRecord(id.heard.receipts[4]?.[0] as string).code).toBe('not-allowed');
    } finally {
      await cast.stop();
      for (const hub of hubs) await hub.stop();
    }
  });

  it('shows a member nothing of what is not its own: in frames, tiles, proofs, heads and lists (promise 4)', async () => {
    const bench = await startHubBench(await pg.server.ensureDatabase('secrets'), { members: FEW });
    try {
      await bench.found();
      for (const code of FEW) bench.connect(code);
      const [id, my, th] = [bench.member('ID'), bench.member('MY'), bench.member('TH')];
      const planted = 'KALIMAT RAHASIA';
      const secret = id.envelope('notice.publish', ['MY'], {
        notice: plainNotice('ID', 9, { circumstances: planted }),
      });
      id.send(secret.jws, 'rubbish');
      await id.until('the receipts', () => id.heard.receipts.length === 2);
      const [receipt, refusal] = id.heard.receipts.map(([text]) => parseRecord(text));
      const size = (refusal?.seq ?? 0) + 1;
      await th.until('both entries', () => th.next() >= size);
      await my.until('both entries', () => my.next() >= size);
      await th.until('a head', () => th.heard.heads.length > 0);
      const seen = [
        ...[th.heard.delivered, th.heard.heads.map((jws) => readStatement('eads-head+jws', jws).claims)].map((each) =>
          JSON.stringify(each),
        ),
      ];
      for (const path of [
        '',
        '/genesis',
        '/checkpoint',
        '/checkpoint?witnessed=true',
        '/proof/1',
        '/sessions',
        '/feed',
      ]) {
        seen.push((await bench.call('TH', 'GET', path)).text);
      }
      for (const path of [`0/000.p/${size}`, `entries/000.p/${size}`]) {
        seen.push((await bench.call('TH', 'GET', `/tile/${path}`)).text);
      }
      const hidden = [
        ...[planted, secret.claims.id, secret.claims.nonce, secret.jws.split('.')[1], secret.jws.split('.')[2]],
        ...[receipt?.envelopeHash, receipt?.recipientsHash, refusal?.envelopeHash].map((bytes) =>
          Buffer.from(bytes ?? []).toString('base64'),
        ),
        ...[Buffer.from(planted).toString('base64').slice(0, 16), 'bad-form', 'notice.publish'],
      ] as string[];
      for (const text of seen)
        for (const word of hidden) expect(text.includes(word), `${word} in ${text.slice(0, 80)}`).toBe(false);
      // The refusal is no business of the addressee either, nor is its opening of another.
      const mine = JSON.stringify(my.heard.delivered);
      expect(mine).toContain(secret.jws);
      expect(mine).not.toContain('bad-form');
      expect(my.heard.delivered.flatMap(({ openings }) => openings).filter((opening) => opening !== null)).toHaveLength(
        1,
      );
    } finally {
      await bench.stop();
    }
  });

  it('delivers within two seconds at a replica that hears no hint at all', async () => {
    const tokens = testTokens();
    const databaseUrl = await pg.server.ensureDatabase('deaf');
    const one = await startHubServer({ databaseUrl, tokens, replica: 'a', deaf: true });
    const other = await startHubServer({ databaseUrl, tokens, replica: 'b', deaf: true });
    await one.hub.create('bench', FEW);
    const cast = await createCast(one.url, 'bench', tokens, FEW);
    try {
      await cast.found();
      await eventually('both serve it', () => other.hub.run('bench') !== undefined);
      const id = cast.connect('ID');
      const my = cast.member('MY');
      my.connect({ url: `${other.url.replace('http', 'ws')}/runs/bench/link`, token: tokens.MY as string });
      await my.until('the genesis', () => my.next() === 1);
      for (let round = 0; round < 3; round++) {
        const next = my.next();
        id.send(...statements(id, 1));
        const started = performance.now();
        await my.until('the entry', () => my.next() > next, 2_500);
        expect(performance.now() - started).toBeLessThan(2_000);
      }
    } finally {
      await cast.stop();
      await one.stop();
      await other.stop();
    }
  });

  it('sends heads every five seconds, under load too, and none while the run is frozen', async () => {
    const bench = await startHubBench(await pg.server.ensureDatabase('heads'), { members: FEW });
    try {
      await bench.found();
      const [id, my] = [bench.connect('ID'), bench.connect('MY')];
      await my.until('the session', () => my.state()?.status === 'linked');
      const at: number[] = [performance.now()];
      const sizes: number[] = [];
      let sent = 0;
      while (at.length < 3) {
        // About a thousand a second: nothing to the hub, and never a pause for a head.
        id.send(...statements(id, 100));
        sent += 100;
        const heads = my.heard.heads.length;
        if (heads > sizes.length) {
          at.push(performance.now());
          const head = readStatement('eads-head+jws', my.heard.heads.at(-1) as string).claims;
          expect(head).toMatchObject({ origin: bench.origin, member: 'MY', rseq: 0 });
          sizes.push(head.size);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (performance.now() - (at[0] as number) > 20_000) break;
      }
      const gaps = at.slice(1).map((each, i) => each - (at[i] as number));
      expect(gaps).toHaveLength(2);
      for (const gap of gaps) expect(gap).toBeLessThan(7_000);
      expect(sizes[1]).toBeGreaterThan(sizes[0] as number);
      await id.until('the receipts', () => id.heard.receipts.length === sent, 30_000);
      await bench.database.query(`UPDATE "run bench".head SET frozen = 'exercise', evidence = ''`);
      await my.until('the end of the session', () => my.heard.lost.includes(4423));
      const count = my.heard.heads.length;
      expect((await bench.call('operator', 'POST', '/ledger/open', { reason: 'exercise' })).status).toBe(204);
      my.resume();
      await my.until('heads again', () => my.heard.heads.length > count, 15_000);
      expect((await feedOf(bench.call)).at(-1)).toMatchObject({ kind: 'ledger.open', from: 'HUB', code: 'accepted' });
    } finally {
      await bench.stop();
    }
  }, 60_000);
});

const itemAt = (member: ScriptedMember, seq: number) => {
  for (const frame of member.heard.delivered.toReversed()) {
    const item = frame.items[seq - frame.first];
    if (item !== undefined && seq >= frame.first) return item;
  }
  throw new Error(`${member.member} was sent nothing at ${seq}`);
};

/** The machine's clock, but that its timers of a given length can be let go at once. */
const fastClock = () => {
  const held = new Map<number, Set<() => void>>();
  return {
    monotonic: () => performance.now(),
    setTimeout: (run: () => void, ms: number) => {
      const timer = setTimeout(run, ms);
      const again = (): void => {
        clearTimeout(timer);
        run();
      };
      const same = held.get(ms) ?? new Set();
      held.set(ms, same.add(again));
      return {
        cancel: () => {
          same.delete(again);
          clearTimeout(timer);
        },
      };
    },
    setInterval: (run: () => void, ms: number) => {
      const timer = setInterval(run, ms);
      return { cancel: () => clearInterval(timer) };
    },
    fire: (ms: number) => {
      for (const run of [...(held.get(ms) ?? [])]) run();
      held.get(ms)?.clear();
    },
  };
};
