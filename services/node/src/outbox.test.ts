import { senderOpeningOf } from '@eads/ledger';
import type { SenderOpening, Submission } from '@eads/protocol';
import { findOutbox, type OutboxRow } from '@eads/store';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import type { NodeOptions } from './node.ts';
import { stateDelivery } from './outbox/statement.ts';
import type { EpochState } from './run/epoch-state.ts';
import { type Bench, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import type { FakeEntry } from './testing/fake-ledger.ts';
import { HANDLING } from './testing/fake-ledger.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench;

const notice = (over: Partial<Submission> = {}): Submission => ({
  kind: 'notice.publish',
  to: 'all',
  handling: HANDLING,
  body: { notice: sampleNotice('EX-ID-2026-000001') },
  ...over,
});
const row = async (id: string): Promise<OutboxRow> => (await findOutbox(bench.database, bench.schema, id)) as OutboxRow;
const reaches = (id: string, state: string) => until(`${id} is ${state}`, async () => (await row(id)).state === state);
/** Envelopes that the node published, over all sessions. */
const published = (): string[] =>
  bench.hub.sessions.flatMap(({ frames }) => frames.flatMap((frame) => (frame.t === 'publish' ? frame.envelopes : [])));
const claimsOf = (envelope: string) =>
  JSON.parse(Buffer.from(envelope.split('.')[1] as string, 'base64url').toString());
const own = (entry: FakeEntry): [string, SenderOpening[]] => [entry.record, entry.full.map(senderOpeningOf)];

describe('outbox', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  const begin = async (over: Partial<NodeOptions> = {}): Promise<void> => {
    bench = await startBench(server, over);
    await bench.reaches(1);
  };
  afterEach(() => bench.stop());
  const witness = async (): Promise<void> => {
    const checkpoint = await bench.hub.ledger().witnessed(['MY', 'SG', 'TH']);
    bench.hub.session().send({ t: 'witnessed', checkpoint });
  };

  test('a message is receipted, then witnessed, and stands in the own mirror', async () => {
    await begin();
    const id = await bench.run.submit(notice());
    await reaches(id, 'receipted');
    expect(await row(id)).toMatchObject({ code: 'accepted', seq: 1 });
    await bench.reaches(2);
    await witness();
    await reaches(id, 'witnessed');
    const mirror = await bench.database.query(`SELECT ref, version FROM ${bench.schema}.notice_versions`);
    expect(mirror.rows).toEqual([{ ref: `${MEMBER}/${id}`, version: 1 }]);
    expect(await bench.evidence()).toEqual([]);
  });

  test('what has no receipt goes again on the next session: same bytes, same order, nothing else', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await bench.run.submit(notice()));
    await until('they are sent', () => published().length === 5);
    const first = bench.hub.ledger().sequence(published()[0] as string);
    bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [first]) });
    await reaches(ids[0] as string, 'receipted');
    bench.hub.session().cut();
    await until('the four others come again', () => published().length === 9);
    expect(published().slice(5)).toEqual(published().slice(1, 5));
    await bench.restart();
    await until('and again', () => published().length === 13);
    expect(published().slice(9)).toEqual(published().slice(1, 5));
  });

  test('keeps what was handed in while the hub was away', async () => {
    await begin();
    bench.hub.session().cut();
    const id = await bench.run.submit(notice());
    await bench.restart();
    await reaches(id, 'receipted');
    expect(published().map((envelope) => claimsOf(envelope).id)).toEqual([id]);
  });

  const bent = (change: (entry: FakeEntry) => [string, SenderOpening[]]) => change;
  test.each([
    [
      'of other bytes',
      bent((entry) => [entry.record.replace(/\n[^\n]{44}\n([^\n]{44}\n)$/, `\n${'A'.repeat(43)}=\n$1`), own(entry)[1]]),
    ],
    ['of another member', bent((entry) => [entry.record.replace('\nID\n', '\nMY\n'), own(entry)[1]])],
    ['that is no record', bent((entry) => [entry.record.replace('accepted', 'ACCEPTED'), own(entry)[1]])],
    ['with an opening left out', bent((entry) => [entry.record, own(entry)[1].slice(1)])],
    [
      'with an opening that was changed',
      bent((entry) => [entry.record, own(entry)[1].map(([code, , salt, r]) => [code, 'none', salt, r])]),
    ],
  ])('a receipt %s is evidence', async (_name, change) => {
    await begin();
    bench.hub.settings.accept = false;
    bench.hub.settings.deliver = false;
    const id = await bench.run.submit(notice());
    await until('it is sent', () => published().length === 1);
    const ledger = bench.hub.ledger();
    const entry = ledger.sequence(published()[0] as string);
    bench.hub.session().send({ t: 'receipts', receipt: ledger.signReceipt(MEMBER, [change(entry)]) });
    await until('evidence', async () => (await bench.evidence()).includes('receipt-contradicts'));
    expect((await row(id)).seq).toBeNull();
    expect((await bench.run.status()).colour).toBe('red');
  });

  test('a hub that gave it to others than were addressed is caught by the sender', async () => {
    await begin();
    bench.hub.settings.accept = false;
    await bench.run.submit(notice({ to: ['TH'] }));
    await until('it is sent', () => published().length === 1);
    const ledger = bench.hub.ledger();
    const { claims } = { claims: claimsOf(published()[0] as string) };
    const other = ledger.say('MY', claims.kind, ['SG', 'TH'], claims.body);
    const wrong = ledger.sequence(other.jws);
    const record = wrong.record
      .replace('\nMY\n', '\nID\n')
      .replace(other.claims.id, claims.id)
      .replace(Buffer.from(other.hash).toString('base64'), await hashOf(published()[0] as string));
    bench.hub.session().send({ t: 'receipts', receipt: ledger.signReceipt(MEMBER, [[record, own(wrong)[1]]]) });
    await until('evidence', async () => (await bench.evidence()).includes('receipt-contradicts'));
    const { rows } = await bench.database.query(`SELECT details ->> 'why' AS why FROM ${bench.schema}.evidence`);
    expect(rows[0].why).toContain('SG was not to get it');
  });

  test('a receipt by another key is evidence', async () => {
    await begin();
    bench.hub.settings.accept = false;
    await bench.run.submit(notice());
    await until('it is sent', () => published().length === 1);
    const stranger = (await import('./testing/fake-ledger.ts')).createFakeLedger('test/practice/1', ['MY', 'SEC']);
    stranger.found();
    const entry = bench.hub.ledger().sequence(published()[0] as string);
    bench.hub.session().send({ t: 'receipts', receipt: stranger.receipt(MEMBER, [entry]) });
    await until('evidence', async () => (await bench.evidence()).includes('receipt-bad'));
  });

  test.each(['the receipt first', 'the delivery first'])(
    'an entry that is not the receipted one is evidence, %s',
    async (order) => {
      await begin();
      const { hub } = bench;
      hub.settings.accept = false;
      hub.settings.deliver = false;
      hub.settings.tamper = (entry, item, opening) => [entry.seq === 1 ? `${'A'.repeat(43)}=` : item, opening];
      const id = await bench.run.submit(notice());
      await until('it is sent', () => published().length === 1);
      const entry = hub.ledger().sequence(published()[0] as string);
      const receipt = () => hub.session().send({ t: 'receipts', receipt: hub.ledger().receipt(MEMBER, [entry]) });
      const delivery = () => {
        hub.settings.deliver = true;
        hub.pumpAll();
      };
      if (order === 'the receipt first') {
        receipt();
        await reaches(id, 'receipted');
        delivery();
      } else {
        delivery();
        await until('it is delivered', async () => (await bench.run.status()).size === 2);
        receipt();
      }
      await until('evidence', async () => (await bench.evidence()).includes('receipt-contradicts'));
    },
  );

  test('what was refused for good is returned to the desk, with words', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const id = await bench.run.submit(notice());
    await until('it is sent', () => published().length === 1);
    const refused = bench.hub.ledger().sequence(published()[0] as string, 'not-allowed');
    bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [refused]) });
    await reaches(id, 'returned');
    expect(await row(id)).toMatchObject({ code: 'not-allowed', says: expect.stringContaining('may not send') });
    const mirror = await bench.database.query(`SELECT 1 FROM ${bench.schema}.notice_versions`);
    expect(mirror.rowCount).toBe(0);
    expect(await bench.evidence()).toEqual([]);
  });

  test('a kind that the hub does not know yet is held; confirmed, the same bytes go again', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const id = await bench.run.submit(notice());
    await until('it is sent', () => published().length === 1);
    const refused = bench.hub.ledger().sequence(published()[0] as string, 'kind-unknown');
    bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [refused]) });
    await reaches(id, 'held');
    bench.hub.settings.accept = true;
    expect(await bench.run.confirmResend(id)).toBe(id);
    await until('it goes again', () => published().length === 2);
    expect(published()[1]).toBe(published()[0]);
    await expect(bench.run.confirmResend('01890a5d-ac96-774b-bcce-b302099a8057')).rejects.toThrow('does not wait');
  });

  test('what is not taken for now goes again, and nothing overtakes it', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const first = await bench.run.submit(notice());
    await until('it is sent', () => published().length === 1);
    bench.hub.session().send({ t: 'retry', items: [[first, 'overloaded']], afterMs: 400 });
    await until('it waits', async () => (await row(first)).code === 'overloaded');
    const second = await bench.run.submit(notice());
    await until('both are sent', () => published().length === 3, 3_000);
    expect(published().map((envelope) => claimsOf(envelope).id)).toEqual([first, first, second]);
  });

  test('a change to a notice waits for the receipt of what it changes', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const id = await bench.run.submit(notice());
    const ref = `${MEMBER}/${id}`;
    const update = await bench.run.submit(
      notice({
        kind: 'notice.update',
        body: { ref, version: 2, notice: sampleNotice('EX-ID-2026-000001'), reason: '' },
      }),
    );
    await until('the notice is sent', () => published().length === 1);
    const entry = bench.hub.ledger().sequence(published()[0] as string);
    bench.hub.settings.accept = true;
    bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [entry]) });
    await reaches(update, 'receipted');
    expect(published().map((envelope) => claimsOf(envelope).id)).toEqual([id, update]);
  });

  test.each<[string, Submission, string]>([
    ['no such kind', notice({ kind: 'case.open' }), 'kind-unknown'],
    ['a kind of the node itself', notice({ kind: 'recall.ack', to: ['MY'], body: {} }), 'not-allowed'],
    ['a kind of the Secretariat', notice({ kind: 'member.leave', body: { member: 'MY', reason: '' } }), 'not-allowed'],
    ['a body that does not fit', notice({ body: { notice: {} } }), 'bad-form'],
    ['TLP:RED to all', notice({ handling: { ...HANDLING, tlp: 'RED' } }), 'named-recipients-only'],
    ['nobody who is a member', notice({ to: ['VN'] }), 'no-recipient'],
    [
      'an update of nothing',
      notice({
        kind: 'notice.update',
        body: { ref: `${MEMBER}/01890a5d-ac96-774b-bcce-b302099a8057`, version: 2, notice: sampleNotice(), reason: '' },
      }),
      'unknown-notice',
    ],
  ])('%s is returned before it leaves, and leaves no trace', async (_name, submission, rule) => {
    await begin();
    await expect(bench.run.submit(submission)).rejects.toMatchObject({ name: 'SubmissionError', rule });
    const { rowCount } = await bench.database.query(`SELECT 1 FROM ${bench.schema}.outbox`);
    expect(rowCount).toBe(0);
  });

  test('the owner alone changes a notice, version by version, until it is withdrawn from everyone who holds it', async () => {
    await begin();
    const id = await bench.run.submit(notice({ to: ['MY', 'TH'] }));
    await reaches(id, 'receipted');
    const ref = `${MEMBER}/${id}`;
    const update = (version: number) =>
      notice({ kind: 'notice.update', to: ['MY'], body: { ref, version, notice: sampleNotice(), reason: '' } });
    const cancel = (to: Submission['to']) =>
      notice({ kind: 'notice.cancel', to, body: { ref, version: 3, reason: 'x' } });
    await expect(bench.run.submit(update(3))).rejects.toMatchObject({ rule: 'stale-version' });
    await bench.run.submit(update(2));
    await expect(bench.run.submit(update(2))).rejects.toMatchObject({ rule: 'stale-version' });
    await expect(bench.run.submit(cancel(['MY']))).rejects.toMatchObject({ rule: 'recall-incomplete' });
    await bench.run.submit(cancel(['MY', 'TH']));
    await expect(bench.run.submit(update(4))).rejects.toMatchObject({ rule: 'notice-closed' });
  });

  test('states what it holds when its own number moved, once an interval', async () => {
    await begin({ statementEveryMs: 600 });
    const statements = () =>
      published()
        .map(claimsOf)
        .filter((claims) => claims.kind === 'delivery.statement');
    bench.hub.add('MY', 'notice.publish', 'all', { notice: sampleNotice() });
    await until('the first', () => statements().length === 1);
    const since = performance.now();
    for (let i = 0; i < 3; i++) bench.hub.add('MY', 'notice.publish', 'all', { notice: sampleNotice() });
    await until('the second', () => statements().length === 2);
    expect(performance.now() - since).toBeGreaterThan(300);
    await bench.reaches(bench.hub.ledger().size());
    const last = statements()[1];
    expect(last).toMatchObject({ to: [], body: { rseq: 4 } });
    // Its own statements are numbered too, and beget none, however long ago the last was.
    expect(await stateDelivery(bench.run.core, bench.run.state() as EpochState, 0)).toBe(false);
  });

  test('a rotation goes alone; what was queued after it is signed with the new key', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const kid = bench.run.core.keys.keysFor('test/practice/1').signing.kid;
    const before = await bench.run.submit(notice());
    await bench.run.rotateKeys('seat-1');
    const after = await bench.run.submit(notice());
    await expect(bench.run.rotateKeys('seat-1')).rejects.toThrow('under way');
    await until('the first is sent', () => published().length === 1);
    expect(claimsOf(published()[0] as string).id).toBe(before);
    const entry = bench.hub.ledger().sequence(published()[0] as string);
    bench.hub.settings.accept = true;
    bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [entry]) });
    await reaches(after, 'receipted');
    const kids = published().map(
      (envelope) => JSON.parse(Buffer.from(envelope.split('.')[0] as string, 'base64url').toString()).kid,
    );
    expect(kids).toEqual([kid, kid, bench.run.core.keys.keysFor('test/practice/1').signing.kid]);
    expect(kids[2]).not.toBe(kid);
    await bench.restart();
    expect(await bench.evidence()).toEqual([]);
    const session = JSON.parse(
      Buffer.from(bench.hub.session().hello.session.split('.')[0] as string, 'base64url').toString(),
    );
    expect(session.kid).toBe(kids[2]);
  });

  test('a rotation that is refused holds back what was signed with the new key, and the old one goes on', async () => {
    await begin();
    bench.hub.settings.accept = false;
    const kid = bench.run.core.keys.keysFor('test/practice/1').signing.kid;
    await bench.run.rotateKeys('seat-1');
    const after = await bench.run.submit(notice());
    await until('the rotation is sent', () => published().length === 1);
    const refused = bench.hub.ledger().sequence(published()[0] as string, 'bad-state');
    bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [refused]) });
    await reaches(after, 'held');
    bench.hub.settings.accept = true;
    const again = await bench.run.confirmResend(after);
    await reaches(again, 'receipted');
    expect((await row(after)).says).toContain(again);
    expect(
      JSON.parse(Buffer.from((await row(again)).envelope?.split('.')[0] as string, 'base64url').toString()).kid,
    ).toBe(kid);
  });
});

const hashOf = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('base64');
