import {
  commit,
  encodeAddCheckpoint,
  encodeRecord,
  type LedgerRecord,
  leafHash,
  noteSigner,
  parseCheckpoint,
  parseNote,
  parseRecord,
  recipientsHash,
  signCheckpoint,
  TYPE_ED25519,
} from '@eads/ledger';
import type { Deliver } from '@eads/protocol';
import { importSigningKey, readStatement, type SigningKey, signStatement } from '@eads/signing';
import { listEvidence, readableEntries, readNodeCursor, runSchema } from '@eads/store';
import {
  eventually,
  HANDLING,
  type HubServer,
  hubCaller,
  plainNotice,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { createKeepingCast, type KeepingCast } from './keeping-cast.ts';
import { type Lie, type LyingProxy, lieAboutEntries, startLyingProxy } from './lying-proxy.ts';
import { quickClock } from './quick-clock.ts';
import { type RealNodes, startRealNodes } from './real-nodes.ts';

/** The node that is lied to; the others are scripted, cosign in earnest, and make a quorum without it. */
const NODE = 'ID';
const OTHERS = ['MY', 'SEC', 'SG', 'TH'];

type Item = Deliver['items'][number];
type Entry = Exclude<Item, string>;
type Opening = Deliver['openings'][number];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** The same text with another character in its midst. */
const altered = (text = ''): string => {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
};
const withRecord = (item: Entry, over: Partial<LedgerRecord>): Entry => ({
  ...item,
  record: encodeRecord({ ...parseRecord(item.record), ...over }),
});

describe('a real node behind a hub that lies', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let server: HubServer;
  let proxy: LyingProxy;
  let nodes: RealNodes;
  let tokens: Record<string, string>;
  const casts: KeepingCast[] = [];

  beforeAll(async () => {
    postgres = await startTestPostgres();
    tokens = testTokens();
    const databaseUrl = await postgres.server.ensureDatabase('hub');
    // Heads come every half second, so that a test need not wait five.
    server = await startHubServer({ databaseUrl, tokens, clock: quickClock(10) });
    proxy = await startLyingProxy(server.url);
    nodes = await startRealNodes({
      ...{ hubUrl: proxy.url, run: 'none', tokens, codes: [NODE] },
      ensure: (name) => postgres.server.ensureDatabase(name),
    });
  });
  afterAll(async () => {
    await nodes?.stop();
    for (const cast of casts) await cast.stop();
    await proxy?.close();
    await server?.stop();
    await postgres?.stop();
  });

  /** A run of its own for each lie, with one honest notice that the node holds. */
  const begin = async (run: string) => {
    await server.hub.create(run, [...OTHERS, NODE].sort());
    nodes.node(NODE).watch();
    const call = hubCaller(server.url, run, tokens);
    await eventually('the node has enrolled', async () => {
      const { enrolled } = JSON.parse((await call('SEC', 'GET', '/enrolments')).text);
      return enrolled.length > 0;
    });
    const cast = await createKeepingCast(server.url, run, tokens, OTHERS);
    casts.push(cast);
    cast.connectAll();
    const my = cast.member('MY');
    let serial = 0;
    const publish = () => {
      serial += 1;
      const made = my.scripted.envelope('notice.publish', 'all', { notice: plainNotice('MY', serial) });
      my.send(made);
      return made;
    };
    /** A message that is none of the node's business. */
    const apart = () => {
      const ref = `MY/${my.scripted.envelope('erase', 'all', { seqs: [0], reason: '' }).claims.id}`;
      my.send(my.scripted.envelope('recall.ack', ['SG'], { ref, held: true }));
    };
    const nodeRun = () => nodes.node(NODE).run(run);
    const size = (): number => nodeRun()?.state()?.next ?? 0;
    const status = async () => {
      const found = nodeRun();
      if (!found) throw new Error('the node does not hold the run');
      return found.status();
    };
    const first = publish();
    await eventually('the node holds the first', async () => {
      const found = nodeRun();
      return found !== undefined && size() === 2 && (await status()).handling.pending === 0;
    });
    const { rows } = await server.database.query<{ logKey: object; hubKey: object }>(
      `SELECT log_key AS "logKey", hub_key AS "hubKey" FROM ${runSchema(run)}.epochs`,
    );
    const stolen = (key: object | undefined): SigningKey => importSigningKey(JSON.stringify(key));
    return {
      ...{ run, cast, publish, apart, size, status, first },
      /** Waits until the ledger has so many entries. */
      taken: (entries: number) =>
        eventually(`the ledger has ${entries} entries`, async () => (await readFeed(cast)).length >= entries),
      hubKey: stolen(rows[0]?.hubKey),
      logKey: stolen(rows[0]?.logKey),
      lie: (lie: Lie | null) => proxy.lie(run, lie),
      /** What its desk shows: ids of the messages it may read, in order. */
      desk: async (): Promise<(string | null)[]> => {
        const { core, state } = nodes.node(NODE).run(run) as NonNullable<ReturnType<typeof nodeRun>>;
        return (await readableEntries(core.database, core.schema, state()?.epoch ?? 0, 1, 1_000)).map(({ id }) => id);
      },
      /** Red with just this evidence. */
      red: async (code: string): Promise<void> => {
        await eventually(`the node holds evidence of ${code}`, async () =>
          (await status()).red.some((reason) => reason.code === code),
        );
        const { colour, red } = await status();
        expect({ colour, red: red.map((reason) => reason.code) }).toEqual({ colour: 'red', red: [code] });
      },
      /** Told the truth again, it goes on from where it stood, and stays red until a person has looked. */
      recovers: async (): Promise<void> => {
        proxy.lie(run, null);
        const { length } = await readFeed(cast);
        await eventually('it comes to the end', () => {
          nodes.node(NODE).run(run)?.resume();
          return size() >= length;
        });
        expect((await status()).colour).toBe('red');
      },
    };
  };
  const readFeed = async (cast: KeepingCast): Promise<string[]> =>
    (await cast.call('evaluator', 'GET', '/feed')).text.split('\n').filter((line) => line !== '');

  /** Bends the entry at one place that the node may read; of another it tells the truth. */
  const at = (place: number, bend: (item: Entry, opening: Opening) => readonly [Item, Opening]): Lie =>
    lieAboutEntries((seq, item, opening) =>
      seq === place && typeof item !== 'string' ? bend(item, opening) : [item, opening],
    );
  const asLeaf = ({ record }: Entry): readonly [Item, Opening] => [base64(leafHash(record)), null];

  it('leaves one message out: the next one shows it, and is not taken (promise 2)', async () => {
    const { lie, publish, size, red, desk, first, taken } = await begin('left-out');
    lie(at(2, asLeaf));
    publish();
    await taken(3);
    await eventually('it came as a leaf hash', () => size() === 3);
    publish();
    await red('rseq-gap');
    expect(size()).toBe(3);
    expect(await desk()).toEqual([first.claims.id]);
  });

  it('leaves the last message out: its own signed head shows it (promise 2)', async () => {
    const { lie, publish, size, red, desk, first, taken } = await begin('tail');
    lie(at(2, asLeaf));
    publish();
    await taken(3);
    await red('head-contradicts');
    expect(size()).toBe(3);
    expect(await desk()).toEqual([first.claims.id]);
  });

  const ENTRY_LIES: readonly [
    name: string,
    code: string,
    bend: (item: Entry, opening: Opening) => readonly [Item, Opening],
  ][] = [
    [
      'other bytes in an envelope',
      'other-envelope',
      (item, opening) => [{ ...item, envelope: altered(item.envelope) }, opening],
    ],
    ['a record of another entry', 'bad-record', (item, opening) => [withRecord(item, { seq: 9 }), opening]],
    [
      'a record that the ledger refuses',
      'refused-delivered',
      (item, opening) => [withRecord(item, { code: 'bad-form' }), opening],
    ],
    [
      'a record older than the one before',
      'time-backwards',
      (item, opening) => [withRecord(item, { time: 1 }), opening],
    ],
    [
      'commitments of its own making',
      'bad-commitments',
      (item, opening) => [{ ...item, commitments: altered(item.commitments) }, opening],
    ],
    [
      'another own number',
      'bad-opening',
      (item, opening) => [item, opening && [opening[0], opening[1], opening[2], opening[3] + 1]],
    ],
    ['no opening', 'no-opening', (item) => [item, null]],
    [
      'a decision that was another',
      'bad-opening',
      (item, opening) => [item, opening && ['none', opening[1], opening[2], opening[3]]],
    ],
  ];
  it.each(ENTRY_LIES)(
    'tells %s: it is red, the cursor stays, nothing reaches the desk (promises 2, 5)',
    async (name, code, bend) => {
      const { lie, publish, size, red, desk, first, recovers, taken } = await begin(
        `entry-${ENTRY_LIES.findIndex(([each]) => each === name)}`,
      );
      lie(at(2, bend));
      publish();
      await taken(3);
      await red(code);
      expect(size()).toBe(2);
      expect(await desk()).toEqual([first.claims.id]);
      await recovers();
    },
  );

  it('swaps two messages: their records say so', async () => {
    const { lie, publish, size, red, desk, first, taken, recovers } = await begin('swapped');
    lie((frame) => {
      if (frame.t !== 'deliver' || frame.first > 2 || frame.first + frame.items.length < 4)
        return frame.t === 'deliver' ? [] : [frame];
      const [i, j] = [2 - frame.first, 3 - frame.first];
      const items = frame.items.with(i, frame.items[j] as Item).with(j, frame.items[i] as Item);
      return [{ ...frame, items }];
    });
    publish();
    publish();
    await taken(4);
    const { run } = { run: 'swapped' };
    // What was held back is asked for again by the next session.
    proxy.cut(run);
    await red('bad-record');
    expect(size()).toBe(2);
    expect(await desk()).toEqual([first.claims.id]);
    await recovers();
  });

  it('swaps two entries that are not for the node: the root of the log shows it (promise 5)', async () => {
    const { lie, apart, size, red, taken } = await begin('leaves');
    let kept: Item | undefined;
    lie(
      lieAboutEntries((seq, item, opening) => {
        if (seq === 2) kept = item;
        return seq === 3 && kept !== undefined ? [kept, opening] : [item, opening];
      }),
    );
    apart();
    apart();
    await taken(4);
    await red('root-contradicts');
    expect(size()).toBe(4);
  });

  it('alters a record so that everything else still fits: the root of the log shows it (promise 5)', async () => {
    const { lie, publish, red, taken, status } = await begin('time');
    lie(at(2, (item, opening) => [withRecord(item, { time: parseRecord(item.record).time + 1 }), opening]));
    publish();
    await taken(3);
    await red('root-contradicts');
    expect((await status()).amber.map(({ code }) => code)).toContain('cosigning-stopped');
  });

  it('shows a fork, two roots of one size, signed by the log: both are kept, and it cosigns no more (promise 5)', async () => {
    const { run, publish, red, status, cast, logKey, taken } = await begin('fork');
    const signer = noteSigner(cast.origin, TYPE_ED25519, logKey.privateKey);
    const { core } = nodes.runOf(NODE, run);
    const cosigned = async (): Promise<number> => (await readNodeCursor(core.database, core.schema))?.cosignedSize ?? 0;
    await eventually('it has cosigned the truth', async () => (await cosigned()) === 2);
    const checkpoint = signCheckpoint({ origin: cast.origin, size: 2, root: Buffer.alloc(32, 7) }, signer);
    proxy.say(run, { t: 'cosign', round: 2, body: encodeAddCheckpoint({ oldSize: 2, proof: [], checkpoint }) });
    await red('log-forked');
    const [evidence] = await listEvidence(core.database, core.schema, 10);
    const [one, other] = [evidence?.details.held, evidence?.details.submitted].map((note) =>
      parseCheckpoint(parseNote(String(note)).text),
    );
    expect([one?.size, other?.size]).toEqual([2, 2]);
    expect(base64(one?.root as Uint8Array)).not.toBe(base64(other?.root as Uint8Array));
    publish();
    await taken(3);
    await eventually('a quorum signs without it', async () => (await status()).witnessed === 3);
    expect(await cosigned()).toBe(2);
    expect((await status()).amber.map(({ code }) => code)).toContain('cosigning-stopped');
  });

  it('tells a sender that an addressee was left out: the receipt contradicts what was sent (promise 2)', async () => {
    const { lie, hubKey, red, run } = await begin('receipt');
    lie((frame) => {
      if (frame.t !== 'receipts') return [frame];
      const { claims } = readStatement('eads-receipt+jws', frame.receipt);
      const items = claims.items.map(([record, openings]) => {
        const bent = openings.map(([member, decision, salt, r]): (typeof openings)[number] =>
          member === 'TH' ? [member, 'none', salt, r] : [member, decision, salt, r],
        );
        const commitments = bent.map(([member, decision, salt, r]) => commit(member, decision, salt, r));
        const sealed = encodeRecord({ ...parseRecord(record), recipientsHash: recipientsHash(commitments) });
        return [sealed, bent] as (typeof claims.items)[number];
      });
      return [{ ...frame, receipt: signStatement('eads-receipt+jws', { ...claims, items }, hubKey) }];
    });
    await nodes.runOf(NODE, run).submit({
      ...{ kind: 'notice.publish', to: 'all', handling: HANDLING },
      body: { notice: plainNotice(NODE, 1) },
    });
    await red('receipt-contradicts');
  });

  /** What keeps an honest hub from it is the table of claimed ids. */
  const replay = async (run: string) => {
    const begun = await begin(run);
    const { cast, first, taken } = begun;
    await server.database.query(`DELETE FROM ${runSchema(run)}.claimed WHERE id = $1`, [first.claims.id]);
    cast.member('MY').send(first);
    await taken(3);
    return begun;
  };

  it('sequences an old message once more under a new number: the auditor names it (promise 3)', async () => {
    const { cast } = await replay('replay-audit');
    const { wrong } = await cast.verdict();
    expect(wrong.some((line) => line.startsWith('two-records:'))).toBe(true);
    expect(wrong.some((line) => line.startsWith('audit duplicate-id:'))).toBe(true);
  });
});
