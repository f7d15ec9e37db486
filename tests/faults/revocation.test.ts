import { auditExport } from '@eads/ledger';
import type { FeedEntry } from '@eads/protocol';
import { generateRunKeys, signEnrolment } from '@eads/signing';
import {
  type Cast,
  createCast,
  createScriptedMember,
  eventually,
  type HubServer,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CODES = ['ID', 'MY', 'SEC', 'TH'];
const STATEMENT = { through: 0, rseq: 0 };

describe('a revocation that races what the key still signs', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  const replicas: HubServer[] = [];
  const tokens = testTokens();
  let cast: Cast;
  beforeAll(async () => {
    pg = await startTestPostgres();
    const databaseUrl = await pg.server.ensureDatabase('hub');
    for (const replica of ['a', 'b']) replicas.push(await startHubServer({ databaseUrl, tokens, replica }));
    await replicas[0]?.hub.create('race', CODES);
    cast = await createCast((replicas[0] as HubServer).url, 'race', tokens, CODES);
    expect((await cast.found()).status).toBe(204);
    await eventually('both replicas serve the run', () => replicas.every(({ hub }) => hub.run('race') !== undefined));
  });
  afterAll(async () => {
    await cast?.stop();
    for (const replica of replicas) await replica.stop();
    await pg?.stop();
  });

  const at = (i: number, jws: string) => {
    const run = replicas[i % 2]?.hub.run('race');
    if (!run) throw new Error('the run is not served');
    return run.submit('MY', jws);
  };
  const feed = async (): Promise<FeedEntry[]> =>
    (await cast.call('auditor', 'GET', '/export')).text
      .split('\n')
      .filter((line) => line.includes('"entries/'))
      .flatMap((line) => JSON.parse(line).text.trim().split('\n'))
      .map((line) => JSON.parse(line));

  it('is decided by the order of the ledger alone, and the auditor names what is suspect', async () => {
    const old = cast.member('MY');
    const freshKeys = generateRunKeys();
    const fresh = createScriptedMember('MY', freshKeys);
    fresh.enrolment(cast.origin);
    const before = Array.from({ length: 20 }, () => old.envelope('delivery.statement', [], STATEMENT).jws);
    for (const [i, jws] of before.entries()) await at(i, jws);

    const rotation = old.envelope('key.rotate', 'all', { block: signEnrolment(cast.origin, 'MY', freshKeys) });
    const racing = Array.from({ length: 60 }, () => old.envelope('delivery.statement', [], STATEMENT).jws);
    const since = 15;
    const order = racing.toSpliced(30, 0, rotation.jws);
    await Promise.all(order.map((jws, i) => at(i, jws)));
    const revocation = fresh.envelope('key.revoke', 'all', {
      kid: old.keys.signing.kid,
      since,
      reason: 'EXERCISE: the key was seen in other hands.',
    });
    const late = Array.from({ length: 10 }, () => old.envelope('delivery.statement', [], STATEMENT).jws);
    await Promise.all([at(1, revocation.jws), ...late.map((jws, i) => at(i, jws))]);

    const entries = (await feed()).map(({ record }) => record.split('\n'));
    const place = (id: string): number => entries.findIndex((record) => record[4] === id);
    const rotated = place(rotation.claims.id);
    const revoked = place(revocation.claims.id);
    expect(rotated).toBeGreaterThan(0);
    expect(revoked).toBeGreaterThan(rotated);
    expect(entries[revoked]?.[5]).toBe('accepted');
    entries.forEach((record, seq) => {
      if (record[3] !== 'MY' || seq === rotated || seq === revoked) return;
      const expected = seq < rotated ? ['accepted'] : seq < revoked ? ['bad-signature'] : ['key-revoked'];
      expect(expected, `entry ${seq}, rotated at ${rotated}, revoked at ${revoked}`).toContain(record[5]);
    });

    const files = new Map<string, Uint8Array>(
      (await cast.call('auditor', 'GET', '/export')).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .map(({ path, text }: { path: string; text: string }) => [path, Buffer.from(text)]),
    );
    const report = await auditExport({ files });
    expect(report.findings).toEqual([]);
    const expected = entries.flatMap((record, seq) =>
      record[3] === 'MY' && record[5] === 'accepted' && seq >= since && seq < rotated ? [seq] : [],
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(report.suspects.map(({ seq }) => seq).filter((seq) => seq !== rotated)).toEqual(expected);
  });

  it('takes a member whose clock is hours off as it takes any other (clock skew)', async () => {
    const th = cast.connect('TH');
    const count = th.heard.receipts.length;
    const ahead = new Date(Date.now() + 9 * 3_600_000).toISOString();
    const behind = new Date(Date.now() - 72 * 3_600_000).toISOString();
    for (const sentAt of [ahead, behind]) th.send(th.envelope('delivery.statement', [], STATEMENT, { sentAt }).jws);
    await th.until('both receipts', () => th.heard.receipts.length === count + 2);
    const records = th.heard.receipts.slice(count).map(([record]) => record.split('\n'));
    expect(records.map((record) => record[5])).toEqual(['accepted', 'accepted']);
    expect(Number(records[1]?.[2])).toBeGreaterThanOrEqual(Number(records[0]?.[2]));
  });
});
