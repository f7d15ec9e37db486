import { auditExport } from '@eads/ledger';
import { type HubBench, startHubBench, startTestPostgres } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const filesOf = (text: string): Map<string, Uint8Array> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .map(({ path, text: content }: { path: string; text: string }) => [path, Buffer.from(content)]),
  );

describe('a run from its last entry to its restoration', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  let bench: HubBench;
  let before = '';
  beforeAll(async () => {
    pg = await startTestPostgres();
    bench = await startHubBench(await pg.server.ensureDatabase('hub'), {
      members: ['ID', 'MY', 'SEC', 'TH'],
      run: 'drill',
    });
    await bench.found();
    const id = bench.connect('ID');
    const statements = Array.from(
      { length: 300 },
      (_, i) => id.envelope('delivery.statement', [], { through: i, rseq: 0 }).jws,
    );
    id.send(...statements);
    await id.until('its receipts', () => id.heard.receipts.length === 300);
  });
  afterAll(async () => {
    await bench?.stop();
    await pg?.stop();
  });

  it('exports what an auditor finds sound', async () => {
    before = (await bench.call('auditor', 'GET', '/export')).text;
    const report = await auditExport({ files: filesOf(before) });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ ok: true, viewer: 'auditor', size: 301 });
  });

  it('is archived: read-only, without private keys, exported byte for byte as it was', async () => {
    expect((await bench.call('ID', 'POST', '/archive')).status).toBe(403);
    expect((await bench.call('trainer', 'POST', '/archive')).status).toBe(200);
    const { rows } = await bench.database.query('SELECT log_key, hub_key FROM "run drill".epochs');
    expect(rows).toEqual([{ log_key: {}, hub_key: {} }]);
    expect(bench.hub.run('drill')).toBeUndefined();
    const after = (await bench.call('auditor', 'GET', '/export')).text;
    expect(filesOf(after)).toEqual(filesOf(before));
    expect((await bench.call('evaluator', 'GET', '/feed?from=299')).text.trim().split('\n')).toHaveLength(2);
    expect((await bench.call('auditor', 'GET', '/tile/0/000')).status).toBe(200);
  });

  it('is deleted, and restored from its export; a tampered export is refused', async () => {
    expect((await bench.call('trainer', 'DELETE', '')).status).toBe(204);
    expect((await bench.call('auditor', 'GET', '/export')).status).toBe(404);
    const restore = (body: string) =>
      fetch(`${bench.url}/runs/restore`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bench.tokens.trainer}`, 'content-type': 'application/x-ndjson' },
        body,
      });
    expect((await restore(before.replace('accepted', 'acceptee'))).status).toBe(409);
    expect((await restore('{"path":1}\n')).status).toBe(400);
    expect((await restore(before)).status).toBe(201);
    expect(filesOf((await bench.call('auditor', 'GET', '/export')).text)).toEqual(filesOf(before));
    const tile = await bench.call('auditor', 'GET', '/tile/1/000.p/1');
    expect(tile.status).toBe(200);
    expect((await restore(before)).status).toBe(409);
  });
});
