import type { Deliver, ReadableEntry, RecipientOpening } from '@eads/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { deliver } from './inbox/deliver.ts';
import type { EpochState } from './run/epoch-state.ts';
import { type Bench, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import type { Tamper } from './testing/fake-hub.ts';
import type { FakeEntry } from './testing/fake-ledger.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench;

const publish = (to: 'all' | string[] = 'all') => bench.hub.add('MY', 'notice.publish', to, { notice: sampleNotice() });

/** Tampers with one entry alone. */
const at =
  (
    seq: number,
    bend: (item: ReadableEntry, opening: RecipientOpening | null, entry: FakeEntry) => ReturnType<Tamper>,
  ): Tamper =>
  (entry, item, opening) =>
    entry.seq === seq && typeof item !== 'string' ? bend(item, opening ?? null, entry) : [item, opening];

/** The node is red for this reason and holds nothing from `size` on, also after it came back and was told the same again. */
const staysRed = async (code: string, size: number): Promise<void> => {
  await until(`evidence of ${code}`, async () => (await bench.evidence()).includes(code));
  const { colour, red, size: held } = await bench.run.status();
  expect({ colour, held, codes: red.map((reason) => reason.code) }).toEqual({
    colour: 'red',
    held: size,
    codes: [code],
  });
  await bench.restart();
  await until('it was told again', async () => (await times(code)) > 1);
  expect((await bench.run.status()).size).toBe(size);
  expect(await bench.evidence()).toEqual([code]);
};

const times = async (code: string): Promise<number> =>
  (await bench.database.query<{ times: number }>(`SELECT times FROM ${bench.schema}.evidence WHERE code = $1`, [code]))
    .rows[0]?.times ?? 0;

describe('inbox', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  const begin = async (): Promise<void> => {
    bench = await startBench(server);
    await bench.reaches(1);
  };
  afterEach(() => bench.stop());

  test('pins genesis, links, and holds what an honest hub delivers, densely', async () => {
    await begin();
    for (let i = 0; i < 20; i++) publish(i % 2 === 0 ? 'all' : ['TH']);
    await bench.reaches(21);
    const status = await bench.run.status();
    expect(status).toMatchObject({ colour: 'green', size: 21, rseq: 10, red: [] });
    expect(status.trust).toHaveLength(8);
    const acked = await until('an ack', () => bench.hub.session().frames.findLast((frame) => frame.t === 'ack'));
    expect(acked).toMatchObject({ next: 21 });
  });

  test('goes on from its cursor after a restart', async () => {
    await begin();
    publish();
    await bench.reaches(2);
    await bench.restart();
    expect(bench.hub.session().hello).toMatchObject({ next: 2, rseq: 1 });
    publish();
    await bench.reaches(3);
    expect(await bench.evidence()).toEqual([]);
  });

  test('a change of the roster counts for the next entry of the same frame', async () => {
    await begin();
    bench.hub.settings.deliver = false;
    const { hub } = bench;
    hub.add('SEC', 'member.leave', 'all', { member: 'SG', reason: '' });
    publish();
    hub.add('SEC', 'member.leave', 'all', { member: 'TH', reason: '' });
    publish();
    hub.settings.deliver = true;
    hub.pumpAll();
    await bench.reaches(5);
    expect(await bench.run.status()).toMatchObject({ colour: 'green', members: ['ID', 'MY', 'SEC'], rseq: 4 });
  });

  test('a message that is left out shows with the next one', async () => {
    await begin();
    bench.hub.settings.tamper = at(1, (_item, _opening, entry) => [entry.leaf, undefined]);
    publish();
    publish();
    await staysRed('rseq-gap', 2);
  });

  test('a message that is left out at the end shows against the signed head', async () => {
    await begin();
    bench.hub.settings.tamper = at(1, (_item, _opening, entry) => [entry.leaf, undefined]);
    publish();
    await bench.reaches(2);
    bench.hub.session().send({ t: 'head', head: bench.hub.ledger().head(MEMBER) });
    await until('evidence', async () => (await bench.evidence()).includes('head-contradicts'));
    expect((await bench.run.status()).colour).toBe('red');
  });

  test('a head that is ahead is compared when the delivery gets there', async () => {
    await begin();
    bench.hub.settings.deliver = false;
    publish();
    bench.hub.session().send({ t: 'head', head: bench.hub.ledger().head(MEMBER, 2, 5) });
    await until('the head is taken', () => (bench.run.state() as EpochState).heads.size === 1);
    bench.hub.settings.deliver = true;
    bench.hub.pumpAll();
    await until('evidence', async () => (await bench.evidence()).includes('head-contradicts'));
    expect((await bench.run.status()).size).toBe(1);
  });

  test('an honest head contradicts nothing, early, late or on time', async () => {
    await begin();
    publish();
    await bench.reaches(2);
    for (const [size, rseq] of [
      [1, 0],
      [2, 1],
    ] as const) {
      bench.hub.session().send({ t: 'head', head: bench.hub.ledger().head(MEMBER, size, rseq) });
    }
    publish();
    await bench.reaches(3);
    expect(await bench.evidence()).toEqual([]);
  });

  test('a frame out of order moves nothing', async () => {
    await begin();
    bench.hub.settings.deliver = false;
    publish();
    publish();
    const session = bench.hub.session();
    session.sent = 2;
    bench.hub.settings.deliver = true;
    bench.hub.pumpAll();
    await until('the session ends', () => session.closed !== null);
    expect(session.closed).toBe(4400);
    expect((await bench.run.status()).size).toBe(1);
  });

  const altered = (change: (record: string) => string): Tamper =>
    at(1, (item, opening) => [{ ...item, record: change(item.record) }, opening]);
  test.each<[string, Tamper, string]>([
    ['a record in another form', altered((record) => record.replace('MY\n', 'my\n')), 'bad-record'],
    ['a record of another place', altered((record) => record.replace('/v1\n1\n', '/v1\n7\n')), 'bad-record'],
    ['a record of a refusal', altered((record) => record.replace('accepted', 'bad-form')), 'refused-delivered'],
    [
      'a record with another recipients hash',
      altered((record) => `${record.split('\n').slice(0, 7).join('\n')}\n${'A'.repeat(43)}=\n`),
      'bad-commitments',
    ],
    [
      'another envelope',
      at(1, (item, opening, entry) => [
        { ...item, envelope: `${entry.envelope.slice(0, -1)}${entry.envelope.endsWith('A') ? 'Q' : 'A'}` },
        opening,
      ]),
      'other-envelope',
    ],
    ['no envelope and no reason', at(1, ({ envelope: _, ...item }, opening) => [item, opening]), 'other-envelope'],
    [
      'commitments of another number of members',
      at(1, (item, opening) => [
        { ...item, commitments: Buffer.from(item.commitments, 'base64').subarray(32).toString('base64') },
        opening,
      ]),
      'bad-commitments',
    ],
    ['no opening', at(1, (item) => [item, null]), 'no-opening'],
    [
      'an opening with another salt',
      at(1, (item, opening) => [item, opening && [opening[0], opening[2], opening[1], opening[3]]]),
      'bad-opening',
    ],
    [
      'an opening with another number',
      at(1, (item, opening) => [item, opening && [opening[0], opening[1], opening[2], 2]]),
      'bad-opening',
    ],
  ])('%s is evidence, and the cursor stays', async (_name, tamper, code) => {
    await begin();
    bench.hub.settings.tamper = tamper;
    publish();
    await staysRed(code, 1);
  });

  test('a record that fits everything but the tree shows against the next checkpoint', async () => {
    await begin();
    bench.hub.settings.tamper = altered((record) => {
      const lines = record.split('\n');
      lines[2] = String(Number(lines[2]) + 1);
      return lines.join('\n');
    });
    publish();
    await bench.reaches(2);
    bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(['MY', 'SG', 'TH']) });
    await until('evidence', async () => (await bench.evidence()).includes('root-contradicts'));
  });

  test('another genesis than the pinned one is evidence', async () => {
    await begin();
    await bench.database.query(`UPDATE ${bench.schema}.epochs SET genesis_hash = $1`, [`${'A'.repeat(43)}=`]);
    await bench.database.query(`TRUNCATE ${bench.schema}.entries`);
    await bench.database.query(`UPDATE ${bench.schema}.cursor SET next = 0, frontier = '\\x0000000000000000'`);
    await bench.restart();
    await until('evidence', async () => (await bench.evidence()).includes('other-genesis'));
  });

  const frameOf = (seqs: readonly number[]): Deliver => {
    const views = seqs.map((seq) => bench.hub.ledger().viewOf(MEMBER, bench.hub.ledger().entries[seq] as FakeEntry));
    return {
      t: 'deliver',
      first: seqs[0] as number,
      items: views.map(([item]) => item),
      openings: views.flatMap(([item, opening]) => (typeof item === 'string' ? [] : [opening ?? null])),
    };
  };

  test('what is held already is skipped, and must be the same', async () => {
    await begin();
    publish();
    publish(['TH']);
    await bench.reaches(3);
    bench.hub.settings.deliver = false;
    publish();
    const { core } = bench.run;
    const state = bench.run.state() as EpochState;
    expect(await deliver(core, state, frameOf([0, 1, 2]))).toBe(3);
    expect(await deliver(core, state, frameOf([1, 2, 3]))).toBe(4);
    const { items, ...frame } = frameOf([2, 3]);
    const other = {
      ...frame,
      items: [(items[1] as ReadableEntry).record === '' ? '' : `${'A'.repeat(43)}=`, items[1] as ReadableEntry],
    };
    await expect(deliver(core, state, other)).rejects.toMatchObject({ code: 'past-changed' });
    await expect(deliver(core, state, { ...frameOf([3]), first: 9 })).rejects.toMatchObject({ code: 'seq-gap' });
    expect(await deliver(core, state, frameOf([3]))).toBe(4);
  });

  test('an erased message comes without its bytes, and the erasure must follow', async () => {
    await begin();
    const { hub } = bench;
    hub.settings.deliver = false;
    publish();
    const erasure = hub.add('MY', 'erase', 'all', { seqs: [1], reason: '' });
    const by = `MY/${erasure.record.split('\n')[4]}`;
    hub.settings.tamper = at(1, ({ envelope: _, ...item }, opening) => [{ ...item, erasedBy: by }, opening]);
    hub.settings.deliver = true;
    hub.pumpAll();
    await bench.reaches(3);
    const claims = await bench.database.query(`SELECT 1 FROM ${bench.schema}.erasure_claims`);
    expect(claims.rowCount).toBe(0);
    expect(await bench.evidence()).toEqual([]);
  });

  test('an erasure that does not come is evidence', async () => {
    await begin();
    const by = 'MY/01890a5d-ac96-774b-bcce-b302099a8057';
    bench.hub.settings.tamper = at(1, ({ envelope: _, ...item }, opening) => [{ ...item, erasedBy: by }, opening]);
    publish();
    await until('evidence', async () => (await bench.evidence()).includes('erasure-unfounded'));
  });
});
