import { auditExport } from '@eads/ledger';
import type { FeedEntry } from '@eads/protocol';
import { type Constellation, eventually, plainNotice, startConstellation } from '@eads/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, entriesOf, reaches, send, settled } from './desk.ts';
import { filesOf } from './export-files.ts';
import { entriesOwed, mirrorOwed } from './owed.ts';
import { type OwnNode, ownNode } from './own-node.ts';
import { databaseBytes, folderBytes } from './visible-bytes.ts';

const MEMBERS = ['ID', 'MY', 'SEC', 'TH'];
const DRILL = 'drill';
/** Called to the drill; TH is not. */
const THERE = ['ID', 'MY', 'SEC'];
/** Called to the drill, and late. */
const LATE = 'VN';

describe('runs side by side, late members, epochs, archives', requires('postgres'), () => {
  let net: Constellation;
  let vn: OwnNode | null = null;
  let serial = 0;
  const desk = (code: string, run = DRILL): Desk =>
    code === LATE && vn !== null ? vn.desk(run) : deskOf(net, code, run);
  const drillDesks = (): Desk[] => [...THERE, ...(vn === null ? [] : [LATE])].map((code) => desk(code));
  const practice = (): Desk[] => MEMBERS.map((code) => desk(code, net.run));
  const feedOf = async (run: string): Promise<FeedEntry[]> =>
    (await net.call('evaluator', 'GET', `/hub/runs/${run}/feed`)).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const info = async (run = DRILL) => (await net.call('trainer', 'GET', `/hub/runs/${run}`)).json();
  const publish = (each: Desk): Promise<string> =>
    send(each, 'notice.publish', 'all', { notice: plainNotice(each.member, ++serial) });
  /** The hub's list of runs is looked at every few seconds: now. */
  const look = (): void => {
    for (const code of MEMBERS) net.node(code).watch();
  };
  const status = async (code: string, run = DRILL) => (await desk(code, run).call('GET', '/status')).json();
  const linkedIn = (code: string, origin: string): Promise<void> =>
    eventually(`${code} is linked in ${origin}`, async () => {
      look();
      const now = await status(code);
      return now.origin === origin && now.link?.status === 'linked';
    });
  const expectHoldings = async (run: string, desks: readonly Desk[]): Promise<void> => {
    await settled(net, desks, run);
    const feed = await feedOf(run);
    const { origin } = await info(run);
    for (const each of desks) {
      const held = await entriesOf(each);
      expect(held.filter((entry) => entry.origin !== origin)).toEqual([]);
      const brief = held.map(({ seq, rseq, envelope, erasedBy }) => ({ seq, rseq, envelope, erasedBy }));
      expect(brief, each.member).toEqual(entriesOwed(feed, each.member));
    }
  };
  const expectExports = async (run: string, desks: readonly Desk[]): Promise<void> => {
    const trust = (await (desks[0] as Desk).call('GET', '/trust')).json().file;
    const exports = [(await net.call('auditor', 'GET', `/hub/runs/${run}/export`)).text];
    for (const each of desks) exports.push((await each.call('GET', '/export')).text);
    for (const text of exports) {
      const report = await auditExport({ files: filesOf(text), trust });
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ ok: true, trusted: true });
    }
  };

  beforeAll(async () => {
    net = await startConstellation({ members: MEMBERS });
  });
  afterAll(async () => {
    await vn?.end();
    await net?.end();
  });

  it('keeps a second run apart from the practice run: keys, members, messages, and envelopes', async () => {
    const called = [...THERE, LATE].sort();
    expect((await net.call('trainer', 'POST', '/hub/runs', { run: DRILL, called })).status).toBe(201);
    look();
    await eventually('all but one have enrolled', async () => {
      const gathering = await net.call('trainer', 'GET', `/hub/runs/${DRILL}/enrolments`);
      return gathering.json().enrolled.length === THERE.length;
    });
    expect((await desk('ID').call('POST', '/messages', { kind: 'x', to: 'all', handling: {}, body: {} })).status).toBe(
      400,
    );
    expect((await net.call('trainer', 'POST', `/hub/runs/${DRILL}/start`)).status).toBe(200);
    const { origin } = await info();
    for (const code of THERE) await linkedIn(code, origin);
    for (let i = 0; i < 3; i++) {
      await Promise.all([publish(desk('ID')), publish(desk('ID', net.run)), publish(desk('TH', net.run))]);
      await send(desk('MY'), 'direct.message', ['ID'], { subject: 'drill', text: `di drill ${i}` });
      await send(desk('MY', net.run), 'direct.message', ['ID'], { subject: 'practice', text: `di practice ${i}` });
    }
    await expectHoldings(DRILL, drillDesks());
    await expectHoldings(net.run, practice());
    const texts = async (run: string) =>
      (await entriesOf(desk('ID', run))).flatMap(({ inner }) => (inner === null ? [] : [inner.text]));
    expect(await texts(DRILL)).toEqual(['di drill 0', 'di drill 1', 'di drill 2']);
    expect(await texts(net.run)).toEqual(['di practice 0', 'di practice 1', 'di practice 2']);
    const keys = await Promise.all(
      [DRILL, net.run].map(async (run) => (await desk('ID', run).call('GET', '/keys')).json()),
    );
    for (const use of ['signing', 'encryption', 'witness']) expect(keys[0][use]).not.toBe(keys[1][use]);
    for (const path of ['/entries', '/notices', '/status', '/export', '/keys', '/messages']) {
      expect((await desk('TH').call('GET', path)).status, path).toBe(404);
    }
    const foreign = (await feedOf(net.run)).find(({ from, kind }) => from === 'ID' && kind === 'notice.publish');
    await net.hub.run(DRILL)?.submit('ID', foreign?.envelope as string);
    expect((await feedOf(DRILL)).at(-1)).toMatchObject({ from: 'ID', code: 'other-origin', envelope: null });
    expect((await net.call('TH', 'POST', `/hub/runs/${DRILL}/enrolments`, { block: 'a.b.c' })).status).toBe(409);
  });

  it('lets a late member in: it gets the state events and what comes after, nothing that was addressed before (promise 2)', async () => {
    const before = await feedOf(DRILL);
    vn = await ownNode(net, LATE);
    await linkedIn(LATE, (await info()).origin);
    await eventually('everybody knows it', async () => {
      const rosters = await Promise.all([...THERE, LATE].map(async (code) => (await status(code)).members));
      return rosters.every((members) => members.includes(LATE));
    });
    const after = await publish(desk('ID'));
    await send(desk('ID'), 'direct.message', [LATE], { subject: 'x', text: 'selamat datang' });
    await reaches(desk(LATE), await publish(desk(LATE)), 'witnessed');
    await expectHoldings(DRILL, drillDesks());
    const feed = await feedOf(DRILL);
    const join = feed.findIndex(({ kind }) => kind === 'member.join');
    expect(join).toBeGreaterThanOrEqual(before.length);
    const held = await entriesOf(desk(LATE));
    const early = held.filter(({ seq }) => seq <= join);
    expect(early.map(({ claims }) => claims?.kind)).toEqual(['genesis', 'member.join']);
    expect(held.filter(({ seq, rseq }) => seq > join && rseq === null)).toEqual([]);
    expect(held.some(({ inner }) => inner?.text === 'selamat datang')).toBe(true);
    const mirror = (await desk(LATE).call('GET', '/notices?limit=200')).json();
    expect(mirror.map(({ ref }: { ref: string }) => ref).sort()).toEqual(mirrorOwed(feed, LATE).map(({ ref }) => ref));
    expect(mirror.some(({ ref }: { ref: string }) => ref === `ID/${after}`)).toBe(true);
    await expectExports(DRILL, drillDesks());
  });

  it('tells a node whose cursor is ahead of the ledger so, in red, and changes nothing (promise 2)', async () => {
    const node = vn as OwnNode;
    await node.stop();
    const client = new pg.Client({ connectionString: node.databaseUrl });
    await client.connect();
    try {
      await client.query(`UPDATE "run ${DRILL}".cursor SET next = next + 3`);
      await node.start();
      await eventually('the hub turned it away', async () => (await status(LATE)).link?.lastClose === 4412);
      const now = await status(LATE);
      expect(now.colour).toBe('red');
      expect(now.red).toEqual([{ code: 'closed-4412', says: expect.stringContaining('entries') }]);
      expect(now.link.status).toBe('waiting');
      const late = await publish(desk(LATE));
      expect((await desk(LATE).call('GET', `/messages/${late}`)).json().state).toBe('queued');
      await node.stop();
      await client.query(`UPDATE "run ${DRILL}".cursor SET next = next - 3`);
      await node.start();
      await reaches(desk(LATE), late, 'witnessed');
    } finally {
      await client.end();
    }
    await expectHoldings(DRILL, drillDesks());
    expect((await status(LATE)).red).toEqual([]);
  });

  it('is followed into a new epoch by every node that checks its predecessor; what was not witnessed goes at a word (promises 1, 5)', async () => {
    const node = vn as OwnNode;
    await settled(net, drillDesks(), DRILL);
    const trustBefore = (await desk('ID').call('GET', '/trust')).json();
    node.gate.shut();
    const stranded = await publish(desk(LATE));
    // Three forces need all three to cosign: this one has a receipt, and no quorum.
    const receipted = await publish(desk('ID'));
    await reaches(desk('ID'), receipted, 'receipted');
    const old = await info();
    const begun = await net.call('operator', 'POST', `/hub/runs/${DRILL}/ledger/new-epoch`, { reason: 'EXERCISE' });
    const { origin } = begun.json();
    expect(origin).toBe(`${old.origin.slice(0, -1)}2`);
    for (const code of THERE) await linkedIn(code, origin);
    const genesis = (await feedOf(DRILL))[0]?.claims?.body as { predecessor: string };
    expect(genesis.predecessor.split('\n').slice(0, 2)).toEqual([old.origin, String(old.witnessed)]);
    node.gate.release();
    await linkedIn(LATE, origin);
    const held = await reaches(desk(LATE), stranded, 'held');
    expect(held).toMatchObject({ code: 'other-origin', says: expect.stringContaining('Confirm') });
    expect(await reaches(desk('ID'), receipted, 'held')).toMatchObject({ code: 'other-origin' });
    const again = (await desk('ID').call('POST', `/messages/${receipted}/confirm`)).json().id;
    await reaches(desk('ID'), again, 'witnessed');
    const sentAs = (await desk(LATE).call('POST', `/messages/${stranded}/confirm`)).json().id;
    expect(sentAs).not.toBe(stranded);
    await reaches(desk(LATE), sentAs, 'witnessed');
    expect((await desk(LATE).call('GET', `/messages/${stranded}`)).json()).toMatchObject({
      state: 'returned',
      says: `Sent again as ${sentAs}.`,
    });
    await expectHoldings(DRILL, drillDesks());
    await expectExports(DRILL, drillDesks());
    for (const each of drillDesks()) {
      expect((await each.call('GET', '/trust')).json()).toMatchObject({ origin });
      expect((await each.call('GET', '/status')).json()).toMatchObject({ red: [], amber: [] });
      if (each.member !== LATE) expect((await each.call('GET', `/notices/${LATE}/${sentAs}`)).status).toBe(200);
    }
    expect((await desk('ID').call('GET', '/trust')).json().genesisHash).not.toBe(trustBefore.genesisHash);
    // What came in before is still at the desks.
    const page = await desk('ID').call('GET', `/entries?limit=500&origin=${old.origin}`);
    expect(page.json().flatMap(({ inner }: { inner: { text: string } | null }) => inner?.text ?? [])).toContain(
      'di drill 0',
    );
    expect((await info(net.run)).origin).toMatch(/\/practice\/1$/);
    await expectHoldings(net.run, practice());
  });

  it('leaves every node readable and quiet when a run is archived, deleted, and made anew', async () => {
    const notices = (await desk('ID').call('GET', '/notices?limit=200')).json().length;
    expect((await net.call('trainer', 'POST', `/hub/runs/${DRILL}/archive`)).status).toBe(200);
    const gone = (code: string) =>
      eventually(`${code} left`, async () => {
        look();
        return (await status(code)).phase === 'left';
      });
    for (const code of [...THERE, LATE]) await gone(code);
    const body = { notice: plainNotice('ID', 1) };
    const over = await desk('ID').call('POST', '/messages', {
      kind: 'notice.publish',
      to: 'all',
      handling: { tlp: 'GREEN', code: 'H0', releasableTo: null, caveat: null },
      body,
    });
    expect(over.status).toBe(409);
    expect(over.json().detail).toMatch(/over/);
    expect((await desk('ID').call('GET', '/notices?limit=200')).json()).toHaveLength(notices);
    await expectExports(DRILL, drillDesks());

    expect((await net.call('trainer', 'DELETE', `/hub/runs/${DRILL}`)).status).toBe(204);
    expect((await net.call('auditor', 'GET', `/hub/runs/${DRILL}/export`)).status).toBe(404);
    expect((await desk('ID').call('GET', '/notices?limit=200')).json()).toHaveLength(notices);
    expect(await status('ID')).toMatchObject({ phase: 'left', red: [], amber: [] });

    expect((await net.call('trainer', 'POST', '/hub/runs', { run: DRILL, called: THERE })).status).toBe(201);
    const { origin } = await info();
    for (const code of THERE) await linkedIn(code, origin);
    expect((await desk('ID').call('GET', '/notices?limit=200')).json()).toEqual([]);
    await reaches(desk('ID'), await publish(desk('ID')), 'witnessed');
    const there = THERE.map((code) => desk(code));
    await expectHoldings(DRILL, there);
    expect((await status(LATE)).phase).toBe('left');
    const node = vn as OwnNode;
    expect((await desk('ID', net.run).call('DELETE', '')).status).toBe(409);
    expect((await desk(LATE).call('DELETE', '')).status).toBe(204);
    expect((await desk(LATE).call('GET', '/notices')).status).toBe(404);
    expect(await databaseBytes(node.databaseUrl)).not.toContain(`run ${DRILL}`);
    expect(folderBytes(node.dataDir)).toBe('');
    expect(await net.health()).toMatchObject({ status: 'ok', nodes: { online: 3, expected: 3 } });
    await expectHoldings(net.run, practice());
  });
});
