import { setTimeout as pause } from 'node:timers/promises';
import { sha256Base64 } from '@eads/ledger';
import type { FeedEntry } from '@eads/protocol';
import {
  createScriptedMember,
  eventually,
  type HubServer,
  plainNotice,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { auditLedger, readLedger } from './checker/gather.ts';
import { createKeepingCast, FEW, type KeepingCast } from './keeping-cast.ts';
import { campaignSeed } from './seed.ts';

const RUN = 'revocation';
const RACERS = ['ID', 'MY', 'SG', 'TH', 'VN'];
/** Fewer than a replica logs refusals a minute, so that each leaves its entry. */
const PUBLISHED = 16;
const { random } = campaignSeed('revocation');

describe('a revocation that races what the revoked key signs, over two replicas', requires('postgres'), () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  const replicas: HubServer[] = [];
  let cast: KeepingCast;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const tokens = testTokens();
    const databaseUrl = await postgres.server.ensureDatabase('hub');
    for (const replica of ['a', 'b']) replicas.push(await startHubServer({ databaseUrl, tokens, replica }));
    await replicas[0]?.hub.create(RUN, FEW);
    await eventually('both serve the run', () => replicas.every(({ hub }) => hub.run(RUN) !== undefined));
    cast = await createKeepingCast((replicas[0] as HubServer).url, RUN, tokens);
    cast.connect('SEC');
  });
  afterAll(async () => {
    await cast?.stop();
    for (const replica of replicas) await replica.stop();
    await postgres?.stop();
  });

  const submit = (member: string, jws: string) => random.pick(replicas).hub.run(RUN)?.submit(member, jws);
  const feed = async (): Promise<FeedEntry[]> =>
    (await cast.call('evaluator', 'GET', '/feed')).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  /** Publishes with the old key all the while; in the midst of it a new one takes its place and revokes it. */
  const race = async (code: string, since: number) => {
    const { scripted } = cast.member(code);
    const fresh = createScriptedMember(code);
    const block = fresh.enrolment(cast.origin);
    const { kid } = scripted.keys.signing;
    const rotation = scripted.envelope('key.rotate', 'all', { block }).jws;
    const revocation = fresh.envelope('key.revoke', 'all', { kid, since, reason: 'EXERCISE' }).jws;
    const signed: string[] = [];
    const answers: Promise<unknown>[] = [];
    const turn = random.int(2, 6);
    for (let i = 0; i < PUBLISHED; i++) {
      if (i === turn) answers.push((async () => submit(code, rotation))().then(() => submit(code, revocation)));
      const { jws } = scripted.envelope('notice.publish', 'all', { notice: plainNotice(code, i) });
      signed.push(jws);
      answers.push((async () => submit(code, jws))());
      await pause(random.int(0, 4));
    }
    await Promise.all(answers);
    return { code, kid, since, signed, rotation, revocation, fresh };
  };

  it('is decided by the order of the ledger alone, and the auditor names just the suspects', async () => {
    const suspects: { seq: number; from: string; kid: string; void: boolean }[] = [];
    const seen = { before: 0, between: 0, after: 0 };
    for (const code of RACERS) {
      const { kid, since, signed, rotation, revocation, fresh } = await race(
        code,
        (await feed()).length + random.int(0, 3),
      );
      const entries = await feed();
      const find = (jws: string): FeedEntry[] => entries.filter(({ record }) => record.includes(sha256Base64(jws)));
      const only = (jws: string): FeedEntry => {
        const found = find(jws);
        expect(found).toHaveLength(1);
        return found[0] as FeedEntry;
      };
      const [rotated, revoked] = [only(rotation), only(revocation)];
      expect([rotated.code, revoked.code], code).toEqual(['accepted', 'accepted']);
      for (const jws of signed) {
        const entry = only(jws);
        const when = entry.seq < rotated.seq ? 'before' : entry.seq < revoked.seq ? 'between' : 'after';
        seen[when] += 1;
        expect(entry.code, `${code} at ${entry.seq}, ${when}`).toBe(
          { before: 'accepted', between: 'bad-signature', after: 'key-revoked' }[when],
        );
        if (when === 'before' && entry.seq >= since) suspects.push({ seq: entry.seq, from: code, kid, void: false });
      }
      // What a new key signs is taken, what the old one signed before stays in its place.
      const outcome = await submit(code, fresh.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws);
      expect(outcome?.outcome.type).toBe('entry');
      expect((await feed()).at(-1)?.code).toBe('accepted');
    }
    console.log(`revocation: ${JSON.stringify(seen)}`);
    expect(seen.before).toBeGreaterThan(0);
    expect(seen.after).toBeGreaterThan(0);
    const report = await auditLedger(readLedger((await cast.call('auditor', 'GET', '/export')).text), cast.trust, null);
    expect(report.findings).toEqual([]);
    expect(report.suspects).toEqual(suspects.sort((a, b) => a.seq - b.seq));
    await cast.settle(30_000, RACERS);
  });
});
