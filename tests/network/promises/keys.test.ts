import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditReport, auditExport } from '@eads/ledger';
import type { Claims, FeedEntry, JweGeneral } from '@eads/protocol';
import { importRunKeys, type RunKeys } from '@eads/signing';
import { type Constellation, createScriptedMember, eventually, plainNotice, startConstellation } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, entriesOf, reaches, send, settled } from './desk.ts';
import { filesOf } from './export-files.ts';
import { entriesOwed } from './owed.ts';
import { type OwnNode, ownNode } from './own-node.ts';

const MEMBERS = ['ID', 'MY', 'SEC', 'SG', 'TH', 'VN'];

const kidOf = ({ envelope }: Pick<FeedEntry, 'envelope'>): string =>
  JSON.parse(Buffer.from(envelope?.split('.')[0] ?? '', 'base64url').toString()).kid;

describe('keys that change, fall into other hands, and are lost', requires('postgres'), () => {
  let net: Constellation;
  let id: OwnNode;
  let my: OwnNode;
  let serial = 0;
  const desk = (code: string): Desk =>
    (code === 'ID' ? id : code === 'MY' ? my : null)?.desk(net.run) ?? deskOf(net, code);
  const desks = (): Desk[] => MEMBERS.map(desk);
  const keysFile = (code: string): string =>
    join(net.folder, 'nodes', code, `${net.hub.instance}-${net.run}`, 'keys.json');
  const keysOf = (code: string): RunKeys =>
    importRunKeys(JSON.stringify(JSON.parse(readFileSync(keysFile(code), 'utf8')).epochs[0].current));
  const publish = (code: string): Promise<string> =>
    send(desk(code), 'notice.publish', 'all', { notice: plainNotice(code, ++serial) });
  const whisper = (from: string, to: string, text: string): Promise<string> =>
    send(desk(from), 'direct.message', [to], { subject: 'kunci', text });
  const heard = async (code: string, text: string): Promise<void> =>
    eventually(`${code} reads "${text}"`, async () => {
      return (await entriesOf(desk(code))).some(({ inner }) => inner?.text === text);
    });
  /** Audits what every member and the auditor can take away; returns the auditor's report. */
  const audits = async (): Promise<AuditReport> => {
    await settled(net, desks());
    const trust = (await desk('SG').call('GET', '/trust')).json().file;
    for (const each of desks()) {
      const report = await auditExport({ files: filesOf((await each.call('GET', '/export')).text), trust });
      expect(report.findings, each.member).toEqual([]);
      expect((await each.call('GET', '/status')).json()).toMatchObject({ red: [], amber: [] });
    }
    const report = await auditExport({ files: filesOf((await net.hubCall('auditor', 'GET', '/export')).text), trust });
    expect(report.findings).toEqual([]);
    return report;
  };

  beforeAll(async () => {
    net = await startConstellation({ members: MEMBERS });
    await net.node('ID').stop();
    await net.node('MY').stop();
    id = await ownNode(net, 'ID');
    my = await ownNode(net, 'MY');
    await Promise.all([id.linked(net.run), my.linked(net.run)]);
  });
  afterAll(async () => {
    await id?.end();
    await my?.end();
    await net?.end();
  });

  let first: RunKeys;
  let rotatedAt = 0;

  it('rotates while messages flow: each is signed with the key of its place, and what was signed before stays valid', async () => {
    first = keysOf('ID');
    await reaches(desk('MY'), await whisper('MY', 'ID', 'sebelum'), 'witnessed');
    const sent: string[] = [];
    let rotation = '';
    for (let i = 0; i < 12; i++) {
      const others = [publish('SG'), whisper('TH', 'ID', `pesan ${i}`)];
      sent.push(await publish('ID'));
      if (i === 5) rotation = (await desk('ID').call('POST', '/keys/rotate')).json().id;
      await Promise.all(others);
    }
    const { seq } = await reaches(desk('ID'), rotation, 'witnessed');
    rotatedAt = seq;
    await settled(net, desks());
    const feed = await net.feed();
    const keys = (await desk('ID').call('GET', '/keys')).json();
    expect(keys.signing).not.toBe(first.signing.kid);
    expect(keys.rotating).toBe(false);
    for (const message of sent) {
      const entry = feed.find((each) => each.id === message) as FeedEntry;
      expect(entry.code).toBe('accepted');
      expect(kidOf(entry)).toBe(entry.seq < rotatedAt ? first.signing.kid : keys.signing);
    }
    expect(new Set(sent.map((message) => kidOf(feed.find((each) => each.id === message) as FeedEntry))).size).toBe(2);
    for (const each of desks()) {
      const held = await entriesOf(each);
      expect(held.filter(({ state }) => state !== 'done')).toEqual([]);
      expect(held.map(({ seq: at }) => at)).toEqual(entriesOwed(feed, each.member).map(({ seq: at }) => at));
    }
    const read = (await entriesOf(desk('ID'))).flatMap(({ inner }) => (inner === null ? [] : [inner.text]));
    expect(read).toEqual(['sebelum', ...Array.from({ length: 12 }, (_, i) => `pesan ${i}`)]);
    expect((await audits()).suspects).toEqual([]);
  });

  it('finds its keys again where the receipt of a rotation was lost', async () => {
    const before = (await desk('ID').call('GET', '/keys')).json();
    id.gate.hold('down');
    const rotation = (await desk('ID').call('POST', '/keys/rotate')).json().id;
    const queued = await publish('ID');
    await eventually('the ledger has it', async () => (await net.feed()).some((entry) => entry.id === rotation));
    id.gate.shut();
    await id.stop();
    id.gate.release();
    await id.start();
    await reaches(desk('ID'), queued, 'witnessed');
    const after = (await desk('ID').call('GET', '/keys')).json();
    expect(after.signing).not.toBe(before.signing);
    expect(after.rotating).toBe(false);
    const feed = await net.feed();
    expect(feed.filter((entry) => entry.id === rotation).map(({ code }) => code)).toEqual(['accepted']);
    expect(kidOf(feed.find((entry) => entry.id === queued) as FeedEntry)).toBe(after.signing);
  });

  it('opens with an old decryption key what was sealed before the sender knew of the new one', async () => {
    const before = (await desk('ID').call('GET', '/keys')).json();
    my.gate.hold('down');
    const rotation = (await desk('ID').call('POST', '/keys/rotate')).json().id;
    await reaches(desk('ID'), rotation, 'receipted', 'witnessed');
    const after = (await desk('ID').call('GET', '/keys')).json();
    expect(after.encryption).not.toBe(before.encryption);
    const late = await whisper('MY', 'ID', 'terlambat');
    await heard('ID', 'terlambat');
    const { claims } = (await net.feed()).find((each) => each.id === late) as FeedEntry;
    const { recipients } = (claims as Claims).body as JweGeneral;
    expect(recipients.map(({ header }) => header.kid)).toEqual([before.encryption]);
    my.gate.release();
    await reaches(desk('MY'), late, 'witnessed');
    await whisper('MY', 'ID', 'kunci baru');
    await heard('ID', 'kunci baru');
  });

  it('refuses a revoked key from its revocation on, and shows what it signed since as suspect until it is confirmed', async () => {
    const feed = await net.feed();
    const own = feed.filter((entry) => entry.from === 'ID' && kidOf(entry) === first.signing.kid);
    const since = own[2]?.seq as number;
    const body = { kid: first.signing.kid, since, reason: 'EXERCISE: laptop lost' };
    const revocation = (await desk('ID').call('POST', '/keys/revoke', body)).json().id;
    await reaches(desk('ID'), revocation, 'witnessed');
    // The key that revokes stands by the rotation that brought it.
    const signed = own.filter(({ seq, kind }) => seq >= since && kind !== 'key.rotate');
    const suspects = signed.map(({ seq }) => seq);
    expect((await audits()).suspects.map(({ seq }) => seq)).toEqual(suspects);
    const shown: { seq: number; suspect: boolean }[] = (await desk('SG').call('GET', '/notices?owner=ID')).json();
    const notices = new Set(signed.filter(({ kind }) => kind === 'notice.publish').map(({ seq }) => seq));
    expect(notices.size).toBeGreaterThan(1);
    for (const { seq, suspect } of shown) expect(suspect, `entry ${seq}`).toBe(notices.has(seq));

    const stolen = createScriptedMember('ID', first);
    stolen.enrolment(feed[0]?.origin as string);
    const forged = stolen.envelope('notice.publish', 'all', { notice: plainNotice('ID', 999) });
    const settledAs = await net.hub.run(net.run)?.submit('ID', forged.jws);
    expect(settledAs?.outcome.type).toBe('entry');
    const refused = (await net.feed()).find((entry) => entry.id === forged.claims.id);
    expect(refused).toMatchObject({ from: 'ID', code: 'key-revoked', envelope: null });
    const token = net.access.tokens.ID as string;
    stolen.connect({ url: `${net.url.replace('http', 'ws')}/hub/runs/${net.run}/link`, token });
    await stolen.until('it is turned away', () => stolen.heard.lost.length > 0);
    expect(stolen.heard.lost).toEqual([4403]);
    await stolen.stop();

    await reaches(desk('ID'), await send(desk('ID'), 'key.confirm', 'all', { seqs: suspects.slice(1) }), 'witnessed');
    expect((await audits()).suspects.map(({ seq }) => seq)).toEqual(suspects.slice(0, 1));
  });

  it('gives a member that lost its keys new ones, by approval of the Secretariat and three members', async () => {
    const lost = keysOf('ID');
    await id.stop();
    rmSync(keysFile('ID'));
    const unread = await whisper('SG', 'ID', 'untuk kunci yang hilang');
    await id.start();
    await eventually('the hub turns its new keys away', async () => {
      const { link } = (await desk('ID').call('GET', '/status')).json();
      return link?.status === 'stopped' && link.lastClose === 4401;
    });
    expect((await desk('ID').call('GET', '/status')).json().amber).toContainEqual(
      expect.objectContaining({ code: 'keys-unknown' }),
    );
    const { block } = (await desk('ID').call('GET', '/keys')).json();
    const { size } = (await net.call('SEC', 'GET', `/hub/runs/${net.run}`)).json();
    const event = { member: 'ID', block, revokes: [{ kid: lost.signing.kid, since: size }] };
    const approval = async (code: string): Promise<string> =>
      (await desk(code).call('POST', '/keys/approvals', event)).json().approval;
    const [sec, my1, sg, th] = (await Promise.all(['SEC', 'MY', 'SG', 'TH'].map(approval))) as [
      string,
      string,
      string,
      string,
    ];

    const few = await send(desk('SEC'), 'key.recover', 'all', { ...event, approvals: [sec, my1, sg, sg] });
    expect(await reaches(desk('SEC'), few, 'returned')).toMatchObject({ code: 'not-allowed' });
    const enough = await send(desk('SEC'), 'key.recover', 'all', { ...event, approvals: [sec, my1, sg, th] });
    await reaches(desk('SEC'), enough, 'witnessed');
    expect((await desk('ID').call('POST', '/resume')).status).toBe(204);
    await id.linked(net.run);
    await reaches(desk('ID'), await publish('ID'), 'witnessed');
    await whisper('SG', 'ID', 'setelah pemulihan');
    await heard('ID', 'setelah pemulihan');
    // What was sealed for the lost key is lost: its sender hears of it, and nothing else suffers.
    await eventually('SG hears that ID could not open it', async () => {
      const { says } = (await desk('SG').call('GET', `/messages/${unread}`)).json();
      return says?.startsWith('Returned by ID: It is encrypted for none of our keys.') === true;
    });
    await audits();
    expect((await entriesOf(desk('ID'))).filter(({ state }) => state !== 'done')).toEqual([]);
  });
});
