import { countCosignatures, parseCheckpoint, parseNote, parseVkey, verifyWitnessed } from '@eads/ledger';
import type { CosignAnswer } from '@eads/link';
import { formatVkey, generateRunKeys, type RunKeys, signEnrolment, WITNESS_KEY_TYPE, witnessName } from '@eads/signing';
import {
  type Cast,
  createCast,
  createWitness,
  eventually,
  type HubServer,
  type ScriptedMember,
  type ScriptedWitness,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Four forces: a quorum is three. */
const FORCES = ['ID', 'MY', 'SG', 'TH'];
const CODES = ['ID', 'MY', 'SEC', 'SG', 'TH'];

describe('co-signing over two replicas', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  const hubs: HubServer[] = [];
  let cast: Cast;
  let logKey = '';
  const tokens = testTokens();
  const witnesses = new Map<string, ScriptedWitness>();
  const keys = new Map<string, RunKeys>();
  /** What a member answers now; null: nothing of use. */
  const answers = new Map<string, (body: string, round: number) => CosignAnswer>();
  const asked = new Map<string, number[]>();

  const trueAnswer = (code: string) => (body: string) => (witnesses.get(code) as ScriptedWitness).answer(body);
  const silent = (): CosignAnswer => ({ status: 503, body: '' });
  const only = (...codes: string[]): void => {
    for (const code of FORCES) answers.set(code, codes.includes(code) ? trueAnswer(code) : silent);
  };
  const member = (code: string): ScriptedMember => cast.member(code);
  const grow = async (): Promise<number> => {
    const th = member('TH');
    const before = th.heard.receipts.length;
    th.send(th.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws);
    await th.until('the receipt', () => th.heard.receipts.length > before);
    return Number(th.heard.receipts.at(-1)?.[0].split('\n')[1]) + 1;
  };
  const witnessedSize = (code: string): number =>
    Math.max(0, ...member(code).heard.witnessed.map((note) => parseCheckpoint(parseNote(note).text).size));
  const reaches = (code: string, size: number): Promise<void> =>
    member(code).until(`a witnessed checkpoint of ${size}`, () => witnessedSize(code) >= size, 15_000);
  const keyOf = (code: string) => ({
    member: code,
    key: parseVkey(formatVkey(witnessName(cast.origin, code), WITNESS_KEY_TYPE, (keys.get(code) as RunKeys).witness)),
  });

  beforeAll(async () => {
    pg = await startTestPostgres();
    const databaseUrl = await pg.server.ensureDatabase('hub');
    for (const replica of ['a', 'b']) hubs.push(await startHubServer({ databaseUrl, tokens, replica }));
    await hubs[0]?.hub.create('signed', CODES);
    cast = await createCast(hubs[0]?.url as string, 'signed', tokens, CODES);
    logKey = JSON.parse((await cast.call('SEC', 'GET', '/enrolments')).text).logKey;
    await cast.found();
    await eventually('both serve the run', () => hubs.every(({ hub }) => hub.run('signed') !== undefined));
    CODES.forEach((code, i) => {
      keys.set(code, member(code).keys);
      witnesses.set(code, createWitness(cast.origin, code, member(code).keys, logKey));
      asked.set(code, []);
      member(code).connect({
        url: `${hubs[i % 2]?.url.replace('http', 'ws')}/runs/signed/link`,
        token: tokens[code] as string,
        cosign: (body, round) => {
          asked.get(code)?.push(round);
          return answers.get(code)?.(body, round) ?? silent();
        },
      });
    });
    only(...FORCES);
  });
  afterAll(async () => {
    await cast?.stop();
    for (const hub of hubs) await hub.stop();
    await pg?.stop();
  });

  it('passes a checkpoint that a quorum cosigned to every member, at either replica, and never asks the Secretariat', async () => {
    const size = await grow();
    for (const code of CODES) await reaches(code, size);
    const note = member('MY').heard.witnessed.at(-1) as string;
    const checked = verifyWitnessed(note, parseVkey(logKey), FORCES.map(keyOf), 3);
    expect(checked.size).toBe(size);
    expect(asked.get('SEC')).toEqual([]);
  });

  it('needs three of four: two are not enough, and the third completes it', async () => {
    only('ID', 'MY');
    const size = await grow();
    await eventually('two have signed', () => parseHeld('ID') >= size && parseHeld('MY') >= size);
    // A round waits for two seconds, then makes room for the next.
    const next = await grow();
    await eventually('the next round', () => parseHeld('ID') >= next && parseHeld('MY') >= next);
    expect(witnessedSize('TH')).toBeLessThan(size);
    only('ID', 'MY', 'SG');
    await reaches('TH', await grow());
  });
  const parseHeld = (code: string): number => {
    const held = witnesses.get(code)?.held();
    return held ? parseCheckpoint(parseNote(held).text).size : 0;
  };

  it('counts no cosignature that does not verify, of another, or that nobody asked for', async () => {
    only('ID', 'MY');
    const size = await grow();
    await eventually('two have signed', () => parseHeld('ID') >= size && parseHeld('MY') >= size);
    const borrowed = (body: string): CosignAnswer => {
      // What ID would say: good, but not TH's.
      const line = createWitness(cast.origin, 'ID', keys.get('ID') as RunKeys, logKey).answer(withOldZero(body));
      return { status: 200, body: line.body };
    };
    answers.set('TH', borrowed);
    answers.set('SG', () => ({ status: 200, body: '— not a line\n' }));
    const next = await grow();
    await eventually('TH and SG were asked', () =>
      ['TH', 'SG'].every((code) => (asked.get(code)?.at(-1) ?? 0) >= next),
    );
    expect(witnessedSize('MY')).toBeLessThan(size);
    only(...FORCES);
    await reaches('MY', await grow());
  });
  /** A question from size 0 has no proof: a witness without a past answers it. */
  const withOldZero = (body: string): string => `old 0\n${body.slice(body.indexOf('\n\n') + 1)}`;

  it('asks a node that names another size once more, and not for ever', async () => {
    only('MY', 'SG', 'TH');
    let held = 0;
    answers.set('ID', () => {
      held += 1;
      return { status: 409, body: `${held}\n` };
    });
    const before = asked.get('ID')?.length ?? 0;
    const size = await grow();
    await reaches('ID', size);
    await reaches('ID', await grow());
    const rounds = (asked.get('ID') ?? []).slice(before);
    for (const round of new Set(rounds)) expect(rounds.filter((each) => each === round).length).toBeLessThanOrEqual(2);
    only(...FORCES);
  });

  it('counts for the checkpoint of size N the keys as of entry N - 1: the new witness key from the rotation’s own checkpoint on', async () => {
    only('ID', 'MY', 'SG');
    const id = member('ID');
    const fresh = generateRunKeys();
    const old = keys.get('ID') as RunKeys;
    const block = signEnrolment(cast.origin, 'ID', fresh);
    const before = id.heard.receipts.length;
    id.send(id.envelope('key.rotate', 'all', { block }).jws);
    await id.until('the rotation', () => id.heard.receipts.length > before);
    const size = Number(id.heard.receipts.at(-1)?.[0].split('\n')[1]) + 1;
    // Three sign the checkpoint that ends with the rotation, ID with its old key.
    await eventually('all three signed it', () => ['ID', 'MY', 'SG'].every((code) => parseHeld(code) === size));
    await eventually('the next round', async () => (await grow()) > 0 && parseHeld('MY') > size);
    expect(witnessedSize('SG')).toBeLessThan(size);
    // A rotated witness begins anew: it holds nothing.
    witnesses.set('ID', createWitness(cast.origin, 'ID', { ...old, witness: fresh.witness }, logKey));
    keys.set('ID', fresh);
    const next = await grow();
    await reaches('SG', next);
    const note = member('SG').heard.witnessed.at(-1) as string;
    expect(countCosignatures(note, ['ID', 'MY', 'SG'].map(keyOf)).size).toBe(3);
    only(...FORCES);
  });

  it('opens two rounds a second at most, however many replicas there are', async () => {
    const started = performance.now();
    const from = (await grow()) - 1;
    while (performance.now() - started < 4_000) await grow();
    const rounds = new Set([...asked.values()].flat().filter((round) => round > from));
    const seconds = (performance.now() - started) / 1000;
    expect(rounds.size).toBeGreaterThan(2);
    expect(rounds.size).toBeLessThanOrEqual(2 * seconds + 1);
  });

  it('keeps few rounds behind the one that is witnessed', async () => {
    const database = hubs[0]?.database;
    await database?.query(`UPDATE "run signed".rounds SET opened_at = opened_at - interval '1 hour'`);
    await reaches('MY', await grow());
    const count = async (table: string): Promise<number> =>
      Number((await database?.query(`SELECT count(*) AS n FROM "run signed".${table}`))?.rows[0].n);
    await eventually('the old ones are gone', async () => (await count('rounds')) <= 2);
    expect(await count('cosignatures')).toBeLessThanOrEqual(8);
  });
});
