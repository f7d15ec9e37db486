import type { Handling } from '@eads/protocol';
import { type Constellation, eventually, plainNotice, startConstellation } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const OTHERS = ['BN', 'KH', 'LA', 'MM', 'MY', 'PH', 'SEC', 'SG', 'TH', 'TL', 'VN'];

describe('hub and eleven nodes', () => {
  let net: Constellation;
  beforeAll(async () => {
    net = await startConstellation();
  });
  afterAll(async () => {
    await net?.end();
  });

  const holds = async (member: string, ref: string): Promise<{ version: number; cancels: boolean }[]> =>
    (await net.desk(member, 'GET', `/notices/${ref}`)).status === 200
      ? (await net.desk(member, 'GET', `/notices/${ref}`)).json()
      : [];

  it('carries a signed notice from one desk to the ten others and the Secretariat, witnessed (promise 2)', async () => {
    const id = await net.send('ID', 'notice.publish', 'all', { notice: plainNotice('ID', 1) });
    await net.reaches('ID', id, 'witnessed');
    const sent = (await net.desk('ID', 'GET', `/messages/${id}`)).json();
    expect(sent.decisions).toEqual(OTHERS.map((member) => [member, 'deliver']));
    for (const member of OTHERS) {
      await eventually(`${member} holds it`, async () => (await holds(member, `ID/${id}`)).length === 1);
    }
    const entry = (await net.feed()).find((each) => each.id === id);
    expect(entry).toMatchObject({ from: 'ID', code: 'accepted', kind: 'notice.publish' });
  });

  it('withdraws a notice from every holder, and the owner sees who acknowledged', async () => {
    const id = await net.send('TH', 'notice.publish', 'all', { notice: plainNotice('TH', 2) });
    await net.reaches('TH', id, 'receipted', 'witnessed');
    await net.send('TH', 'notice.cancel', 'all', { ref: `TH/${id}`, version: 2, reason: 'Found.' });
    const others = [...OTHERS.filter((member) => member !== 'TH'), 'ID'].sort();
    await eventually('everyone acknowledged', async () => {
      const board = (await net.desk('TH', 'GET', `/recalls/TH/${id}`)).json();
      return (
        board.holders.length === others.length &&
        board.holders.every((h: { acknowledged: string | null }) => h.acknowledged)
      );
    });
  });

  it('shows a confidential message to its addressee and to nobody else (promise 4)', async () => {
    const planted = `kata sandi ${Math.PI}`;
    const id = await net.send('MY', 'direct.message', ['SG'], { subject: planted, text: planted });
    await net.reaches('MY', id, 'witnessed');
    await eventually('Singapore reads it', async () =>
      (await net.desk('SG', 'GET', '/entries')).text.includes(planted),
    );
    const encoded = Buffer.from(planted).toString('base64').slice(0, 16);
    for (const member of [...OTHERS, 'ID'].filter((each) => each !== 'SG' && each !== 'MY')) {
      for (const path of ['/entries', '/notices', '/messages', '/evidence', '/export', '/status']) {
        const { text } = await net.desk(member, 'GET', path);
        expect(text, `${member} ${path}`).not.toContain(planted);
        expect(text, `${member} ${path}`).not.toContain(encoded);
      }
    }
    for (const path of ['/feed', '/export'])
      expect((await net.hubCall('auditor', 'GET', path)).text).not.toContain(planted);
  });

  it('opens a desk to its own force alone', async () => {
    for (const role of ['MY', 'SEC', 'trainer', 'evaluator', 'auditor', 'operator']) {
      expect((await net.call(role, 'GET', '/nodes/ID/runs/practice/entries')).status, role).toBe(403);
    }
    expect((await net.call('nobody', 'GET', '/nodes/ID/status')).status).toBe(401);
  });

  it('returns a message to a force that it is not releasable to, and tells nobody else', async () => {
    const handling: Handling = { tlp: 'AMBER', code: 'H0', releasableTo: ['MY', 'SG'], caveat: null };
    const id = await net.send('PH', 'notice.publish', 'all', { notice: plainNotice('PH', 3) }, { handling });
    await net.reaches('PH', id, 'witnessed');
    const { decisions } = (await net.desk('PH', 'GET', `/messages/${id}`)).json();
    const got = decisions
      .filter(([, decision]: [string, string]) => decision === 'deliver')
      .map(([member]: [string]) => member);
    expect(got).toEqual(['MY', 'SG']);
    await eventually('Malaysia holds it', async () => (await holds('MY', `PH/${id}`)).length === 1);
    const entry = (await net.feed()).find((each) => each.id === id);
    await eventually('Timor-Leste is past it', async () => {
      const { runs } = (await net.call('TL', 'GET', '/nodes/TL/status')).json();
      return runs[0].size > (entry?.seq ?? 0);
    });
    expect(await holds('TL', `PH/${id}`)).toEqual([]);
  });
});
