import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditExport } from '@eads/ledger';
import type { FeedEntry } from '@eads/protocol';
import { sampleNotice } from '@eads/samples';
import { importRunKeys } from '@eads/signing';
import { type Constellation, createScriptedMember, eventually, plainNotice, startConstellation } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, entriesOf, reaches, send, settled } from './desk.ts';
import { filesOf } from './export-files.ts';
import { entriesOwed, mirrorOwed, type OwedVersion } from './owed.ts';
import { type OwnNode, ownNode } from './own-node.ts';

const FORCES = ['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH', 'VN'];
/** Its node is in this test's own hands. */
const AWAY = 'TL';
const EVERYONE = [...FORCES, 'SEC', AWAY];

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;

describe('order, durability and independence, over eleven nodes', requires('postgres'), () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'eads-net-'));
  let net: Constellation;
  let away: OwnNode;
  const desks = (): Desk[] => EVERYONE.map((code) => (code === AWAY ? away.desk(net.run) : deskOf(net, code)));
  const desk = (code: string): Desk => (code === AWAY ? away.desk(net.run) : deskOf(net, code));

  beforeAll(async () => {
    net = await startConstellation({ dataDir });
    await net.node(AWAY).stop();
    away = await ownNode(net, AWAY);
    await away.linked(net.run);
  });
  afterAll(async () => {
    await away?.end();
    await net?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** ms from the desk of ID to that of MY, one message after the other. */
  const latencies = async (count: number): Promise<number[]> => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const begun = performance.now();
      const id = await send(desk('ID'), 'notice.publish', 'all', { notice: plainNotice('ID', 800_000 + i) });
      await eventually('it is at the desk of MY', async () => {
        return (await desk('MY').call('GET', `/notices/ID/${id}`)).status === 200;
      });
      times.push(performance.now() - begun);
    }
    return times;
  };

  it('goes on as fast for all others while one node is frozen, and once it is dead (promise 6)', async () => {
    const before = median(await latencies(8));
    away.gate.hold('both');
    const frozen = await latencies(12);
    away.gate.shut();
    const dead = await latencies(8);
    // The desk of the dead one goes on by itself, and says how things are.
    const alone = await desk(AWAY).call('GET', '/status');
    expect(alone.json().colour).toBe('amber');
    expect(alone.json().amber[0].says.length).toBeGreaterThan(20);
    expect((await desk(AWAY).call('GET', '/notices?limit=5')).json().length).toBeGreaterThan(0);
    const written = await send(desk(AWAY), 'notice.publish', 'all', { notice: plainNotice(AWAY, 1) });
    expect((await desk(AWAY).call('GET', `/messages/${written}`)).json().state).toBe('queued');
    for (const [what, times] of Object.entries({ frozen, dead })) {
      expect(median(times), `${what}: ${times}, before: ${before}`).toBeLessThan(2 * before + 500);
      // Nobody waits until the frozen session is given up, which takes over five seconds.
      expect(Math.max(...times), what).toBeLessThan(5_000);
    }
    // What was witnessed meanwhile reaches it although nobody writes any more.
    const { size } = (await net.call('auditor', 'GET', `/hub/runs/${net.run}`)).json();
    await eventually('all is witnessed without it', async () => (await net.health()).ledger.witnessed >= size);
    away.gate.release();
    await away.linked(net.run);
    await reaches(desk(AWAY), written, 'witnessed');
    await settled(net, desks());
  });

  it('goes on as fast for all others while a member floods the hub, whose rubbish ends in a few refusals (promise 6)', async () => {
    const before = median(await latencies(8));
    await away.stop();
    const folder = join(dataDir, 'nodes', AWAY, `${net.hub.instance}-${net.run}`, 'keys.json');
    const keys = importRunKeys(JSON.stringify(JSON.parse(readFileSync(folder, 'utf8')).epochs[0].current));
    const flood = createScriptedMember(AWAY, keys);
    const start = await net.feed();
    flood.enrolment(start[0]?.origin as string);
    const url = `${net.url.replace('http', 'ws')}/hub/runs/${net.run}/link`;
    flood.connect({ url, token: net.access.tokens[AWAY] as string, next: start.length });
    const statement = (i: number) => flood.envelope('delivery.statement', [], { through: i, rseq: 0 }).jws;
    flood.send(...Array.from({ length: 3_000 }, (_, i) => (i % 2 === 0 ? `rubbish ${i}` : statement(i))));
    const times = await latencies(8);
    const answered = () => flood.heard.receipts.length + flood.heard.retries.length;
    await flood.until('an answer to each', () => answered() === 3_000, 30_000);
    await flood.stop();
    expect(median(times), `${times}, before: ${before}`).toBeLessThan(2 * before + 500);
    const refused = (await net.feed()).slice(start.length).filter(({ code }) => code !== 'accepted');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(60);
    expect(new Set(refused.map(({ from, code }) => `${from} ${code}`))).toEqual(new Set([`${AWAY} bad-form`]));
    await away.start();
    await settled(net, desks());
  });

  it('lets a node that was away catch up in order and without a hole, and nobody holds more or less than was decided (promise 2)', async () => {
    await away.stop();
    // As large as an envelope may be, in a script of three bytes a letter.
    const charges = Array.from({ length: 10 }, () => ({
      text: 'ក'.repeat(1_100),
      translation: null,
      country: null,
      maxPenaltyYears: null,
    }));
    const large = plainNotice('KH', 7, { legalBasis: { charges, warrants: [] } });
    await send(desk('KH'), 'notice.publish', 'all', { notice: large });
    for (let i = 0; i < 30; i++) {
      await Promise.all(
        FORCES.map((code, at) => {
          const serial = i * 100 + at;
          const other = FORCES[(at + 1 + (i % 9)) % FORCES.length] as string;
          const to = [...new Set([other, i % 3 === 0 ? AWAY : 'SEC'])].sort();
          if (i % 5 === 0)
            return send(desk(code), 'direct.message', to, { subject: `EXERCISE ${serial}`, text: 'kabar' });
          const releasableTo =
            i % 4 === 0 ? [...FORCES, AWAY].filter((other, n) => other === AWAY || (n + i) % 3 !== 0).sort() : null;
          const handling = { tlp: 'AMBER' as const, code: 'H0' as const, releasableTo, caveat: null };
          return send(
            desk(code),
            'notice.publish',
            i % 2 === 0 ? 'all' : to,
            { notice: sampleNotice(`${serial}`, { force: code, year: 2026, serial, on: '2026-11-25' }) },
            { handling },
          );
        }),
      );
    }
    await away.start();
    await settled(net, desks());
    const feed = await net.feed();
    expect(feed.map(({ seq }) => seq)).toEqual(feed.map((_, i) => i));
    for (const each of desks()) {
      const held = await entriesOf(each);
      const owed = entriesOwed(feed, each.member);
      expect(held.map(({ seq, rseq, envelope, erasedBy }) => ({ seq, rseq, envelope, erasedBy }))).toEqual(owed);
      expect(held.filter(({ state }) => state !== 'done')).toEqual([]);
      const numbers = owed.flatMap(({ rseq }) => (rseq === null ? [] : [rseq]));
      expect(numbers, `${each.member}'s own numbers`).toEqual(numbers.map((_, i) => i + 1));
      expect(new Set(held.map(({ envelope }) => envelope)).size).toBe(held.length);
      const confidential = held.filter(({ claims }) => claims?.kind === 'direct.message');
      expect(confidential.every(({ inner }) => inner?.text === 'kabar')).toBe(true);
      expect((await each.call('GET', '/evidence')).json()).toEqual([]);
      await expectMirror(each, feed);
    }
  });

  /** The newest version of every notice, page by page. */
  const expectMirror = async (each: Desk, feed: readonly FeedEntry[]): Promise<void> => {
    const owed = mirrorOwed(feed, each.member);
    const held: OwedVersion[] = [];
    for (let offset = 0; ; offset += 200) {
      const page = (await each.call('GET', `/notices?limit=200&offset=${offset}`)).json();
      if (page.length === 0) break;
      held.push(...page);
    }
    const brief = (versions: readonly Pick<OwedVersion, 'ref' | 'seq' | 'owner' | 'notice'>[]) =>
      versions
        .map(({ ref, seq, owner, notice }) => ({ ref, seq, owner, notice }))
        .sort((a, b) => (a.ref < b.ref ? -1 : 1));
    expect(brief(held)).toEqual(brief(owed));
  };

  it('gives every member and the auditor an export that verifies against the trust file (promise 5)', async () => {
    const { witnessed } = (await net.call('auditor', 'GET', `/hub/runs/${net.run}`)).json();
    const trust = (await desk('KH').call('GET', '/trust')).json().file;
    for (const each of desks()) {
      expect((await each.call('GET', '/trust')).json().file).toBe(trust);
      const report = await auditExport({ files: filesOf((await each.call('GET', '/export')).text), trust });
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ ok: true, trusted: true, viewer: each.member });
      expect(report.witnessedSize).toBeGreaterThanOrEqual(witnessed);
      expect(report.cosigners.length).toBeGreaterThanOrEqual(8);
    }
    const report = await auditExport({ files: filesOf((await net.hubCall('auditor', 'GET', '/export')).text), trust });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ ok: true, trusted: true, quorum: 8 });
    expect(report.witnessedSize).toBeGreaterThanOrEqual(witnessed);
  });

  it('keeps what was receipted over a stop, and sends again what lost its receipt, which is in the ledger once (promises 1 and 3)', async () => {
    away.gate.hold('down');
    const lost = await send(desk(AWAY), 'notice.publish', 'all', { notice: plainNotice(AWAY, 900_001) });
    await eventually('the hub has it', async () => (await net.feed()).some(({ id }) => id === lost));
    expect((await desk(AWAY).call('GET', `/messages/${lost}`)).json()).toMatchObject({ state: 'sent', seq: null });
    away.gate.shut();
    await away.end();

    const receipted = await Promise.all(
      FORCES.map(async (code) => {
        const id = await send(desk(code), 'notice.publish', 'all', { notice: plainNotice(code, 900_000) });
        const { seq } = await reaches(desk(code), id, 'receipted', 'witnessed');
        return { from: code, id, seq };
      }),
    );
    const checkpoint = (await net.hubCall('auditor', 'GET', '/checkpoint')).text;
    await net.stop();

    const began = performance.now();
    net = await startConstellation({ dataDir });
    expect((await net.health()).nodes).toEqual({ online: 11, expected: 11 });
    expect(performance.now() - began).toBeLessThan(30_000);
    const all = EVERYONE.map((code) => deskOf(net, code));
    await settled(net, all);
    const feed = await net.feed();
    for (const { from, id, seq } of receipted) {
      expect(feed[seq]).toMatchObject({ from, id, code: 'accepted' });
      expect((await deskOf(net, from).call('GET', `/messages/${id}`)).json().state).toBe('witnessed');
    }
    const again = (await deskOf(net, AWAY).call('GET', `/messages/${lost}`)).json();
    expect(again.state).toBe('witnessed');
    expect(feed.filter(({ id }) => id === lost).map(({ seq }) => seq)).toEqual([again.seq]);

    const trust = (await deskOf(net, 'KH').call('GET', '/trust')).json().file;
    const files = filesOf((await net.hubCall('auditor', 'GET', '/export')).text);
    const report = await auditExport({ files, trust, expect: checkpoint });
    expect(report.findings).toEqual([]);
    expect(report.extends).toBe(Number(checkpoint.split('\n')[1]));
  });
});
