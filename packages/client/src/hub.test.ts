import { hash } from 'node:crypto';
import type { ExportLine, FeedEntry } from '@eads/protocol';
import { sampleNotice } from '@eads/samples';
import { type HubBench, startHubBench, startTestPostgres } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { createClient, type HubClient } from './client.ts';
import { createEntryVerifier } from './verify-entry.ts';

const RUN = 'bench';
const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const out: Item[] = [];
  for await (const item of items) out.push(item);
  return out;
};
const FEW = ['ID', 'MY', 'SEC', 'TH'];

describe('against a hub', requires('postgres'), () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  let bench: HubBench;
  let genesis: string;
  const client = (role: string): HubClient =>
    createClient({ url: bench.url.replace(/\/hub$/, ''), token: bench.tokens[role] ?? null, run: RUN });
  const notice = (serial: number) => ({
    notice: sampleNotice('client', { force: 'ID', year: 2026, serial, on: '2026-03-01' }),
  });

  beforeAll(async () => {
    pg = await startTestPostgres();
    bench = await startHubBench(await pg.server.ensureDatabase('hub'), { members: FEW, run: RUN });
    ({ envelope: genesis } = await bench.found());
    for (const code of FEW) bench.connect(code);
    const own = bench.member('ID');
    const first = own.envelope('notice.publish', 'all', notice(1));
    own.send(first.jws, own.envelope('notice.publish', ['MY'], notice(2)).jws, first.jws.replace(/.{4}$/, 'AAAA'));
    await own.until('three receipts', () => own.heard.receipts.length === 3);
  }, 40_000);
  afterAll(async () => {
    await bench?.stop();
    await pg?.stop();
  });

  const entries = async (from = 0): Promise<FeedEntry[]> => all(client('evaluator').subscribe({ from, follow: false }));

  it('reads the feed to its end, from any entry', async () => {
    const read = await entries();
    expect(read.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(read.map(({ code }) => code)).toEqual(['accepted', 'accepted', 'accepted', 'bad-signature']);
    expect((await entries(2)).map(({ seq }) => seq)).toEqual([2, 3]);
    await expect(entries(9)).rejects.toMatchObject({ code: 'cursor-ahead' });
  });

  it('stays, and is sent what comes', async () => {
    const stop = new AbortController();
    const seqs: number[] = [];
    for await (const { seq } of client('evaluator').subscribe({ from: 3, signal: stop.signal })) {
      seqs.push(seq);
      if (seqs.length === 1) {
        const own = bench.member('ID');
        own.send(own.envelope('notice.publish', 'all', notice(3)).jws);
      } else stop.abort();
    }
    expect(seqs).toEqual([3, 4]);
  });

  it('is kept out by role, in the words of the problem', async () => {
    await expect(all(client('ID').subscribe({ follow: false }))).rejects.toMatchObject({
      code: 'forbidden',
      retry: false,
    });
    await expect(client('evaluator').runs.archive(RUN)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(client('nobody').runs.list()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('reads runs, genesis and checkpoints', async () => {
    expect((await client('ID').runs.list()).map(({ run }) => run)).toEqual([RUN]);
    expect((await client('ID').ledger.genesis()).envelope).toBe(genesis);
    expect(await client('ID').ledger.checkpoint()).toContain(bench.origin);
    await expect(client('ID').ledger.proof(0)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is handed an export, the manifest last', async () => {
    const paths: string[] = [];
    await client('auditor').exportTo(({ path }) => void paths.push(path));
    expect(paths).toEqual(['checkpoint', 'entries/000000.ndjson', 'genesis.jws', 'manifest.jws']);
  });

  describe('checking entries', () => {
    const verifier = () =>
      createEntryVerifier({ origin: bench.origin, genesisHash: hash('sha256', genesis, 'base64') });
    const checked = async (change: (entry: FeedEntry) => FeedEntry) => {
      const { check } = verifier();
      return (await entries()).map((entry) => check(change(entry)));
    };
    const at = async (seq: number, change: Partial<FeedEntry>) =>
      (await checked((entry) => (entry.seq === seq ? { ...entry, ...change } : entry)))[seq];

    it('finds nothing wrong with what a hub sends; a refusal has no bytes to check', async () => {
      expect((await checked((entry) => entry)).slice(0, 4)).toEqual([
        { ok: true, signed: true },
        { ok: true, signed: true },
        { ok: true, signed: true },
        { ok: true, signed: false },
      ]);
    });

    it('names what was changed', async () => {
      const [, one, two] = await entries();
      if (!one || !two) throw new Error('no entries');
      const code = async (seq: number, change: Partial<FeedEntry>) => {
        const result = await at(seq, change);
        return result?.ok === false ? result.code : 'ok';
      };
      expect(await code(1, { leaf: two.leaf })).toBe('leaf-mismatch');
      expect(await code(1, { record: 'eads-entry/v1\n' })).toBe('record-form');
      expect(await code(1, { from: 'MY' })).toBe('record-mismatch');
      expect(await code(1, { code: 'not-owner' })).toBe('record-mismatch');
      expect(await code(2, { record: one.record, leaf: one.leaf })).toBe('record-mismatch');
      expect(await code(2, { envelope: one.envelope })).toBe('envelope-mismatch');
      expect(await code(2, { envelope: null })).toBe('envelope-missing');
      expect(await code(2, { envelope: null, erasedBy: 'SEC/01890a5d-ac96-774b-bcce-b302099a8057' })).toBe('ok');
      expect(await code(2, { origin: 'x/y/1' })).toBe('other-origin');
      expect(await code(2, { seq: 1 })).toBe('out-of-order');
    });

    it('takes no other genesis, and then no other signature', async () => {
      const { check } = createEntryVerifier({ origin: bench.origin, genesisHash: `${'A'.repeat(43)}=` });
      const results = (await entries()).map(check);
      expect(results.slice(0, 2)).toMatchObject([
        { ok: false, code: 'genesis-mismatch' },
        { ok: false, code: 'unknown-key' },
      ]);
    });
  });

  it('brings a run back from its export, and only from a sound one', async () => {
    const trainer = client('trainer');
    const files: ExportLine[] = [];
    await client('auditor').exportTo((file) => void files.push(file));
    async function* lines(change = (file: ExportLine) => file) {
      for (const file of files) yield change(file);
    }
    await expect(trainer.runs.restore(lines())).rejects.toMatchObject({ code: 'conflict' });
    const bent = (file: ExportLine) => ({ ...file, text: file.text.replace('accepted', 'acceptee') });
    await expect(trainer.runs.restore(lines(bent))).rejects.toThrow('does not hold');
    await trainer.runs.remove(RUN);
    await expect(trainer.runs.get(RUN)).rejects.toMatchObject({ code: 'not-found' });
    expect(await trainer.runs.restore(lines())).toBe(RUN);
    expect(await trainer.runs.get(RUN)).toMatchObject({ state: 'archived' });
    const again: ExportLine[] = [];
    await client('auditor').exportTo((file) => void again.push(file));
    expect(again).toEqual(files);
  });
});
