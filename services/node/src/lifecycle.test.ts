import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateRunKeys, signEnrolment } from '@eads/signing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { type Bench, type BenchOptions, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import { createFakeLedger, HANDLING } from './testing/fake-ledger.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench;

const submit = () =>
  bench.run.submit({ kind: 'notice.publish', to: 'all', handling: HANDLING, body: { notice: sampleNotice() } });
const publish = () => bench.hub.add('MY', 'notice.publish', 'all', { notice: sampleNotice() });
const codes = async () => {
  const { red, amber } = await bench.run.status();
  return [...red, ...amber].map(({ code }) => code);
};

describe('a run at a node', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  const begin = async (options: BenchOptions = {}, size = 1): Promise<void> => {
    bench = await startBench(server, {}, options);
    if (size > 0) await bench.reaches(size);
  };
  afterEach(() => bench.stop());

  test('gathers, and begins when genesis stands', async () => {
    const notFound = (hub: Bench['hub']) => Object.assign(hub.settings, { found: false });
    await begin({ prepare: notFound }, 0);
    await until('it has enrolled', () => bench.hub.ledger().enrolled().length === 5);
    expect(await bench.run.status()).toMatchObject({ phase: 'gathering', origin: null });
    await expect(submit()).rejects.toThrow('no genesis yet');
    bench.hub.ledger().found();
    await bench.reaches(1);
    expect(await bench.run.status()).toMatchObject({ phase: 'open', colour: 'green' });
  });

  test('an archived run stays readable, takes nothing, and goes on when it is restored', async () => {
    await begin();
    publish();
    await bench.reaches(2);
    bench.hub.settings.archived = true;
    await until('it is left', () => bench.run.linkStatus() === 'left');
    await expect(submit()).rejects.toThrow('is over');
    expect(await bench.run.status()).toMatchObject({ phase: 'left', size: 2 });
    bench.hub.settings.archived = false;
    await until('it is back', () => bench.run.linkStatus() === 'linked');
    publish();
    await bench.reaches(3);
  });

  test('a run that is gone at the hub is kept until this node is told to forget it', async () => {
    await begin();
    bench.hub.settings.listed = false;
    await until('it is left', () => bench.run.linkStatus() === 'left');
    expect(existsSync(bench.folder)).toBe(true);
    await bench.node.forget('practice');
    expect(existsSync(bench.folder)).toBe(false);
    const { rowCount } = await bench.database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'run practice'");
    expect(rowCount).toBe(0);
    expect((await bench.node.status()).runs).toEqual([]);
  });

  test('a run that was made anew under its name is another: keys, trust and messages of the old one are set aside', async () => {
    await begin();
    publish();
    await bench.reaches(2);
    const old = bench.run.core.keys.keysFor('test/practice/1').signing.kid;
    bench.hub.remake();
    const run = await until('the new one opens', () => {
      const now = bench.node.run('practice');
      return now !== bench.run && now?.state()?.next === 1 ? now : null;
    });
    expect(run.core.keys.keysFor('test/practice/1').signing.kid).not.toBe(old);
    expect((await run.status()).colour).toBe('green');
    expect(readdirSync(dirname(bench.folder)).some((name) => name.startsWith('test-practice.left-'))).toBe(true);
    const { rows } = await bench.database.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'left %'");
    expect(rows).toHaveLength(1);
  });

  test('a pinned genesis outlives the database: another one is not believed', async () => {
    await begin();
    await bench.node.stop();
    await bench.database.query('DROP SCHEMA "run practice" CASCADE');
    const other = createFakeLedger('test/practice/1', ['MY', 'SEC', 'SG', 'TH']);
    bench.hub.replaceLedger(other);
    other.found();
    const before = bench.hub.sessions.length;
    await bench.restart({}, false);
    await until('evidence', async () => (await bench.evidence()).includes('other-genesis'));
    expect(bench.hub.sessions).toHaveLength(before);
    expect((await bench.run.status()).colour).toBe('red');
  });

  test('a genesis with other keys for this node is not believed', async () => {
    const forge = (hub: Bench['hub']) => {
      const { enrol } = hub.ledger();
      const stolen = signEnrolment('test/practice/1', MEMBER, generateRunKeys());
      hub.replaceLedger({ ...hub.ledger(), enrol: (member) => enrol(member, stolen) });
      hub.settings.found = false;
    };
    await begin({ prepare: forge }, 0);
    await until('it has enrolled', () => bench.hub.ledger().enrolled().length === 5);
    bench.hub.ledger().found();
    await until('evidence', async () => (await bench.evidence()).includes('other-genesis'));
    expect(bench.hub.sessions).toEqual([]);
  });

  test('what was lost with the database is delivered again, and nothing is cosigned twice', async () => {
    await begin();
    publish();
    await bench.reaches(2);
    const { ledger, session } = bench.hub;
    session().send({ t: 'cosign', round: 1, body: await ledger().addCheckpointBody(0) });
    await until('it cosigns', () => existsSync(`${bench.folder}/witness.json`));
    await bench.node.stop();
    await bench.database.query('DROP SCHEMA "run practice" CASCADE');
    await bench.restart();
    await bench.reaches(2);
    session().send({ t: 'cosign', round: 2, body: await ledger().addCheckpointBody(0) });
    const answer = await until('an answer', () => session().frames.find((frame) => frame.t === 'cosigned'));
    expect(answer).toMatchObject({ status: 409, body: '2\n' });
    expect(await bench.evidence()).toEqual([]);
  });

  test('one who is late holds the state events from before it joined, and is told why it waits', async () => {
    const late = (hub: Bench['hub']) => {
      hub.ledger().found();
      hub.add('MY', 'notice.publish', 'all', { notice: sampleNotice() });
      hub.add('SEC', 'member.leave', 'all', { member: 'SG', reason: '' });
      hub.settings.refuse = 4401;
    };
    await begin({ prepare: late }, 0);
    await until('it says why', async () => (await codes()).includes('closed-4401'));
    const enrolled = await until('it has enrolled', () =>
      bench.hub
        .ledger()
        .enrolled()
        .find(({ member }) => member === MEMBER),
    );
    bench.hub.add('SEC', 'member.join', 'all', enrolled);
    publish();
    bench.hub.settings.refuse = null;
    await until('it comes by itself', () => bench.run.linkStatus() === 'linked', 12_000);
    await bench.reaches(5);
    expect(await bench.run.status()).toMatchObject({ colour: 'green', rseq: 1, members: ['ID', 'MY', 'SEC', 'TH'] });
  }, 25_000);

  test.each([
    [4423, 'red'],
    [4412, 'red'],
    [4409, 'amber'],
    [4401, 'amber'],
  ])('closed with %d: %s, with words', async (code, colour) => {
    await begin();
    bench.hub.settings.refuse = code;
    bench.hub.session().cut();
    await until('it says so', async () => (await codes()).includes(`closed-${code}`));
    const status = await bench.run.status();
    expect(status.colour).toBe(colour);
    const reason = [...status.red, ...status.amber].find((each) => each.code === `closed-${code}`);
    expect(reason?.says.length).toBeGreaterThan(20);
    bench.hub.settings.refuse = null;
    bench.run.resume();
    await until('it is linked', async () => (await bench.run.status()).colour === 'green');
  });

  test('a folder that was lost shows: its keys are not those of the ledger', async () => {
    await begin();
    await bench.node.stop();
    renameSync(bench.folder, `${bench.folder}.lost`);
    await bench.restart();
    expect(await codes()).toContain('keys-unknown');
    await bench.node.stop();
    rmSync(bench.folder, { recursive: true });
    renameSync(`${bench.folder}.lost`, bench.folder);
    await bench.restart();
    await until('all is well', async () => (await bench.run.status()).colour === 'green');
  });

  test('the Secretariat founds when all are there or the trainer starts, and lets the late in, once', async () => {
    const scripted = ['ID', 'MY', 'SG', 'TH'];
    const missing = (hub: Bench['hub']) => {
      hub.settings.found = false;
      const { enrolled } = hub.ledger();
      let late = true;
      hub.replaceLedger({
        ...hub.ledger(),
        enrolled: () => enrolled().filter(({ member }) => !late || member !== 'TH'),
      });
      arrive = () => {
        late = false;
      };
    };
    let arrive = (): void => undefined;
    await begin({ member: 'SEC', scripted, prepare: missing }, 0);
    await until('it has enrolled', () =>
      bench.hub
        .ledger()
        .enrolled()
        .some(({ member }) => member === 'SEC'),
    );
    expect(bench.hub.ledger().genesis()).toBeNull();
    bench.hub.settings.startNow = true;
    await bench.reaches(1);
    expect((await bench.run.status()).members).toEqual(['ID', 'MY', 'SEC', 'SG']);
    arrive();
    await until('TH is in', async () => (await bench.run.status()).members.includes('TH'));
    await bench.restart();
    const kinds = bench.hub
      .ledger()
      .entries.map(
        ({ envelope }) => JSON.parse(Buffer.from(envelope.split('.')[1] as string, 'base64url').toString()).kind,
      );
    expect(kinds).toEqual(['genesis', 'member.join']);
    expect(bench.hub.session().hello.next).toBe(2);
  });
});
