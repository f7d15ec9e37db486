import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNote, parseVkey, signCheckpoint, verifyCosignature, verifyNote } from '@eads/ledger';
import type { NodeFrame } from '@eads/protocol';
import { coSigners } from '@eads/signing';
import { findOutbox } from '@eads/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { type Bench, MEMBER, SCRIPTED, startBench, startServer, type TestServer } from './testing/bench.ts';
import { createFakeLedger, HANDLING } from './testing/fake-ledger.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';
import { WITNESS_CONTRADICTED, WITNESS_LOST } from './witness/cosign.ts';

let server: TestServer;
let bench: Bench;
let rounds = 0;

const publish = () => bench.hub.add('MY', 'notice.publish', 'all', { notice: sampleNotice() });
const QUORUM = ['MY', 'SG', 'TH'];

type Cosigned = Extract<NodeFrame, { t: 'cosigned' }>;
/** Asks the node to cosign and waits for its answer. */
const ask = async (body: string): Promise<Cosigned> => {
  rounds += 1;
  const round = rounds;
  const session = bench.hub.session();
  session.send({ t: 'cosign', round, body });
  return until('an answer', () =>
    session.frames.find((frame): frame is Cosigned => frame.t === 'cosigned' && frame.round === round),
  );
};
const askFrom = async (oldSize: number) => ask(await bench.hub.ledger().addCheckpointBody(oldSize));

/** The node's witness key as the ledger has it. */
const ownKey = (): string => {
  const own = coSigners(bench.hub.ledger().directory()).find(({ member }) => member === MEMBER);
  if (!own) throw new Error('the node is no co-signer');
  return own.vkey;
};

describe('co-signing', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    bench = await startBench(server);
    await bench.reaches(1);
  });
  afterEach(() => bench.stop());
  const witnessFile = () => join(bench.folder, 'witness.json');
  const held = () => JSON.parse(readFileSync(witnessFile(), 'utf8'));

  test('cosigns what extends its last checkpoint, and holds it on disk when the answer comes', async () => {
    const first = await askFrom(0);
    expect(first.status).toBe(200);
    expect(held().size).toBe(1);
    const note = await bench.hub.ledger().checkpoint();
    expect(held().note).toBe(note);
    const key = parseVkey(ownKey());
    const signed = `${note}${first.body}`;
    expect(verifyNote(signed, [key]).verified).toHaveLength(1);
    const line = parseNote(signed).signatures.find(({ id }) => id === key.id);
    expect(verifyCosignature(key, parseNote(note).text, line?.signature as Uint8Array)).toBe(true);
    publish();
    expect((await askFrom(0)).status).toBe(409);
    expect((await askFrom(1)).status).toBe(200);
    expect(held().size).toBe(2);
    await bench.restart();
    expect(await askFrom(1)).toMatchObject({ status: 409, body: '2\n' });
  });

  test('two roots of one size: both notes are kept, it stops cosigning, red', async () => {
    expect((await askFrom(0)).status).toBe(200);
    const { log, origin } = bench.hub.ledger();
    const forged = signCheckpoint({ origin, size: 1, root: new Uint8Array(32) }, log);
    expect((await ask(`old 1\n\n${forged}`)).status).toBe(409);
    const { rows } = await bench.database.query(`SELECT code, details FROM ${bench.schema}.evidence`);
    expect(rows).toEqual([{ code: 'log-forked', details: { held: held().note, submitted: forged } }]);
    expect(bench.hub.session().hello.checkpoint).not.toBe(forged);
    publish();
    expect(await askFrom(1)).toMatchObject({ status: 503, body: `${WITNESS_CONTRADICTED}\n` });
    expect((await bench.run.status()).colour).toBe('red');
    await bench.restart();
    expect((await askFrom(1)).status).toBe(503);
  });

  test('another root than that of what was delivered: it does not sign, red', async () => {
    publish();
    await bench.reaches(2);
    const { log, origin } = bench.hub.ledger();
    const forged = signCheckpoint({ origin, size: 2, root: new Uint8Array(32) }, log);
    expect((await ask(`old 0\n\n${forged}`)).status).toBe(422);
    expect(await bench.evidence()).toEqual(['root-contradicts']);
    expect(existsSync(witnessFile())).toBe(false);
    expect((await askFrom(0)).status).toBe(503);
  });

  test('a fork beyond what was delivered is caught by the last cosignature', async () => {
    publish();
    expect((await askFrom(0)).status).toBe(200);
    const { log, origin } = bench.hub.ledger();
    const forged = signCheckpoint({ origin, size: 5, root: new Uint8Array(32) }, log);
    expect((await ask(`old 2\n${Buffer.alloc(32).toString('base64')}\n\n${forged}`)).status).toBe(422);
    const { rows } = await bench.database.query(`SELECT code, details FROM ${bench.schema}.evidence`);
    expect(rows[0]).toMatchObject({ code: 'log-unproven', details: { submitted: forged, held: held().note } });
  });

  test('a checkpoint ahead of the delivery is compared when the delivery gets there, also after a restart', async () => {
    bench.hub.settings.deliver = false;
    publish();
    const { log, origin } = bench.hub.ledger();
    const forged = signCheckpoint({ origin, size: 2, root: new Uint8Array(32) }, log);
    expect((await ask(`old 0\n\n${forged}`)).status).toBe(200);
    await bench.restart();
    bench.hub.settings.deliver = true;
    bench.hub.pumpAll();
    await until('evidence', async () => (await bench.evidence()).includes('root-contradicts'));
    expect((await bench.run.status()).size).toBe(1);
  });

  test.each(['missing', 'older', 'damaged'])(
    'a witness file that is %s: it stops, says so, and rotates the witness key',
    async (how) => {
      expect((await askFrom(0)).status).toBe(200);
      const old = readFileSync(witnessFile(), 'utf8');
      publish();
      expect((await askFrom(1)).status).toBe(200);
      await bench.node.stop();
      if (how === 'missing') rmSync(witnessFile());
      else writeFileSync(witnessFile(), how === 'older' ? old : old.slice(0, 40));
      bench.hub.settings.accept = false;
      await bench.restart();
      publish();
      expect(await askFrom(2)).toMatchObject({ status: 503, body: `${WITNESS_LOST}\n` });
      expect((await bench.run.status()).amber.map(({ code }) => code)).toContain('cosigning-stopped');
      const rotation = await until(
        'a rotation is sent',
        () => bench.hub.session().frames.flatMap((frame) => (frame.t === 'publish' ? frame.envelopes : []))[0],
      );
      const entry = bench.hub.ledger().sequence(rotation);
      bench.hub.session().send({ t: 'receipts', receipt: bench.hub.ledger().receipt(MEMBER, [entry]) });
      bench.hub.pumpAll();
      await bench.reaches(4);
      const answer = await askFrom(0);
      expect(answer.status).toBe(200);
      const { name, id } = parseVkey(ownKey());
      expect(answer.body).toContain(name);
      expect(held().key).toBe(`${name}+${id}`);
      expect((await bench.run.status()).colour).toBe('green');
    },
  );

  test('a rolled-back database does not make it cosign twice', async () => {
    expect((await askFrom(0)).status).toBe(200);
    publish();
    await bench.reaches(2);
    expect((await askFrom(1)).status).toBe(200);
    await bench.database.query(`UPDATE ${bench.schema}.cursor SET cosigned_size = 1`);
    await bench.restart();
    expect(await askFrom(1)).toMatchObject({ status: 409, body: '2\n' });
  });

  test('a checkpoint that too few cosigned is no witnessed one', async () => {
    bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(['MY', 'TH']) });
    await until('evidence', async () => (await bench.evidence()).includes('witnessed-bad'));
    expect((await bench.run.status()).witnessed).toBe(0);
  });

  test('a witnessed checkpoint counts the co-signers as of its last entry', async () => {
    publish();
    bench.hub.add('SEC', 'member.leave', 'all', { member: 'TH', reason: '' });
    await bench.reaches(3);
    bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(QUORUM, 2) });
    await until('it counts', async () => (await bench.run.status()).witnessed === 2);
    bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(QUORUM, 3) });
    await until('TH does not count any more', async () => (await bench.evidence()).includes('witnessed-bad'));
  });

  test('a witnessed checkpoint ahead of the delivery counts when the delivery gets there', async () => {
    bench.hub.settings.deliver = false;
    publish();
    bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(QUORUM) });
    await until('it is taken', () => bench.run.state()?.witnessedAhead?.size === 2);
    bench.hub.settings.deliver = true;
    bench.hub.pumpAll();
    await until('it counts', async () => (await bench.run.status()).witnessed === 2);
    expect(bench.hub.session().hello.checkpoint).toBeNull();
    await bench.restart();
    expect(bench.hub.session().hello.checkpoint).toContain('test/practice/1\n2\n');
  });

  describe('a new epoch', () => {
    const submit = () =>
      bench.run.submit({ kind: 'notice.publish', to: 'all', handling: HANDLING, body: { notice: sampleNotice() } });
    const row = (id: string) => findOutbox(bench.database, bench.schema, id);
    const newEpoch = (predecessor: string | null) => {
      const next = createFakeLedger('test/practice/2', SCRIPTED);
      const own = next.enrol;
      bench.hub.replaceLedger({ ...next, found: () => next.found(predecessor), enrol: own });
      bench.hub.session().close(4410);
      return next;
    };

    test('follows from the witnessed ledger; what no quorum covered goes back to the officer', async () => {
      const covered = await submit();
      await until('it is receipted', async () => (await row(covered))?.state === 'receipted');
      await bench.reaches(2);
      const predecessor = await bench.hub.ledger().witnessed(QUORUM);
      bench.hub.session().send({ t: 'witnessed', checkpoint: predecessor });
      await until('it is witnessed', async () => (await row(covered))?.state === 'witnessed');
      const receipted = await submit();
      await until('it is receipted', async () => (await row(receipted))?.state === 'receipted');
      await bench.reaches(3);
      newEpoch(predecessor);
      await until('the node follows', () => bench.run.state()?.origin === 'test/practice/2');
      await until('it holds the new genesis', () => bench.run.state()?.next === 1);
      expect((await row(covered))?.state).toBe('witnessed');
      expect(await row(receipted)).toMatchObject({ state: 'held', code: 'other-origin' });
      expect(readFileSync(join(bench.folder, 'trust'), 'utf8')).toMatch(/^test\/practice\/2\n/);
      // One that slipped into the queue while the epoch ended is held by the next session.
      await bench.database.query(`UPDATE ${bench.schema}.outbox SET state = 'queued' WHERE id = $1`, [receipted]);
      bench.hub.session().cut();
      await until('it is held again', async () => (await row(receipted))?.state === 'held');
      const again = await bench.run.confirmResend(receipted);
      await until('it is sent in the new epoch', async () => (await row(again))?.state === 'receipted');
      expect(await row(again)).toMatchObject({ epoch: 2, seq: 1 });
      expect(await bench.evidence()).toEqual([]);
      await bench.restart();
      expect(bench.hub.session().hello).toMatchObject({ next: 2 });
    });

    test.each([
      ['no predecessor', async () => null],
      ['one from before what a quorum signed', async () => bench.hub.ledger().witnessed(QUORUM, 1)],
      ['one that a quorum did not sign', async () => bench.hub.ledger().witnessed(['MY'])],
    ])('%s: red, and the old epoch stays', async (_name, make) => {
      publish();
      await bench.reaches(2);
      bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(QUORUM) });
      await until('it counts', async () => (await bench.run.status()).witnessed === 2);
      newEpoch(await make());
      await until('evidence', async () => (await bench.evidence()).includes('predecessor-contradicts'));
      expect(bench.run.state()?.origin).toBe('test/practice/1');
      expect(readFileSync(join(bench.folder, 'trust'), 'utf8')).toMatch(/^test\/practice\/1\n/);
    });
  });

  test('keys, trust and witness state lie outside the database, for the owner alone', async () => {
    await askFrom(0);
    for (const name of ['keys.json', 'trust', 'witness.json']) expect(existsSync(join(bench.folder, name))).toBe(true);
    const { rows } = await bench.database.query<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
      ['run practice'],
    );
    const keys = JSON.parse(readFileSync(join(bench.folder, 'keys.json'), 'utf8'));
    const secrets = [...JSON.stringify(keys).matchAll(/"d":"([^"]+)"/g)].map((match) => match[1] as string);
    expect(secrets.length).toBeGreaterThan(2);
    for (const { name } of rows) {
      const text = JSON.stringify((await bench.database.query(`SELECT * FROM ${bench.schema}."${name}"`)).rows);
      expect(secrets.some((secret) => text.includes(secret))).toBe(false);
    }
  });
});
