import type { Claims, FeedEntry, Handling, Submission } from '@eads/protocol';
import { type Constellation, plainNotice, startConstellation } from '@eads/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, entriesOf, settled } from './desk.ts';
import { entriesOwed, mirrorOwed, type OwedVersion } from './owed.ts';

const MEMBERS = ['ID', 'MY', 'SEC', 'SG', 'TH'];

const some = fc.subarray(MEMBERS, { minLength: 1 });
const handling = fc.record<Handling>({
  tlp: fc.constantFrom('AMBER', 'AMBER', 'GREEN', 'RED'),
  code: fc.constantFrom('H0', 'H2'),
  releasableTo: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: some }) as fc.Arbitrary<
    Handling['releasableTo']
  >,
  caveat: fc.constantFrom(null, 'EXERCISE'),
});
/** One act at a desk. `which` chooses among what there is to act on. */
const act = fc.record({
  by: fc.constantFrom(...MEMBERS),
  what: fc.constantFrom('publish', 'publish', 'update', 'cancel', 'erase', 'erase others', 'whisper'),
  which: fc.nat(1000),
  to: fc.oneof(fc.constant('all' as const), some),
  handling,
});
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

describe('random acts of random members', requires('postgres'), () => {
  let net: Constellation;
  const desk = (code: string): Desk => deskOf(net, code);
  /** What was handed in, by `<from>/<id>`: what an erasure takes out of the ledger is known here. */
  const handedIn = new Map<string, Submission>();
  const notices: { owner: string; ref: string; version: number }[] = [];
  let serial = 0;

  beforeAll(async () => {
    net = await startConstellation({ members: MEMBERS });
  });
  afterAll(async () => {
    await net?.end();
  });

  const pick = <Item>(items: readonly Item[], which: number): Item | undefined =>
    items[which % Math.max(items.length, 1)];

  /** The submission that an act comes to; null where there is nothing to act on. */
  const submissionOf = async ({ by, what, which, to, handling: asked }: Act): Promise<Submission | null> => {
    const named = to === 'all' ? to : (to.filter((code) => code !== by) as Submission['to']);
    const notice = plainNotice(by, ++serial, { circumstances: `EXERCISE ${serial}` });
    const base = { to: named, handling: asked };
    const own = pick(
      notices.filter(({ owner }) => owner === by),
      which,
    );
    switch (what) {
      case 'publish':
        return { ...base, kind: 'notice.publish', body: { notice } };
      case 'update':
        return own
          ? { ...base, kind: 'notice.update', body: { ref: own.ref, version: own.version + 1, notice, reason: 'x' } }
          : null;
      case 'cancel':
        return own
          ? { ...base, kind: 'notice.cancel', body: { ref: own.ref, version: own.version + 1, reason: 'x' } }
          : null;
      case 'whisper':
        return { ...base, kind: 'direct.message', body: { subject: 'x', text: `${serial}` } };
      default: {
        const from = what === 'erase' ? by : 'MY';
        const sent: { seq: number | null; kind: string }[] = (
          await desk(from).call('GET', '/messages?limit=500')
        ).json();
        const target = pick(
          sent.filter(({ seq, kind }) => seq !== null && kind !== 'delivery.statement'),
          which,
        );
        return target ? { ...base, kind: 'erase', to: 'all', body: { seqs: [target.seq], reason: 'x' } } : null;
      }
    }
  };

  const perform = async (one: Act): Promise<void> => {
    const submission = await submissionOf(one);
    if (submission === null) return;
    const answer = await desk(one.by).call('POST', '/messages', submission);
    // What a rule returned left no trace; everything else must come out below.
    if (answer.status !== 201) return expect([400, 422], answer.text).toContain(answer.status);
    const ref = `${one.by}/${answer.json().id}`;
    handedIn.set(ref, submission);
    if (submission.kind === 'notice.publish') notices.push({ owner: one.by, ref, version: 1 });
    const changed = notices.find((notice) => notice.ref === submission.body.ref);
    if (changed && submission.kind === 'notice.update') changed.version += 1;
    if (changed && submission.kind === 'notice.cancel') notices.splice(notices.indexOf(changed), 1);
  };

  /** The feed, with the claims of what was erased put back from what was handed in. */
  const whole = async (): Promise<{ feed: FeedEntry[]; claims: Map<number, FeedEntry['claims']> }> => {
    const feed = await net.feed();
    const claims = new Map(
      feed.flatMap(({ seq, from, id, claims: there }) => {
        const known = handedIn.get(`${from}/${id}`);
        return there === null && known ? [[seq, { ...known, from } as unknown as Claims] as const] : [];
      }),
    );
    return { feed, claims };
  };

  const mirrorHeld = async (each: Desk): Promise<OwedVersion[]> => {
    const newest: { ref: string }[] = [];
    for (let offset = 0; ; offset += 200) {
      const page = (await each.call('GET', `/notices?limit=200&offset=${offset}`)).json();
      if (page.length === 0) break;
      newest.push(...page);
    }
    const refs = newest.map(({ ref }) => ref).sort();
    const held = await Promise.all(refs.map(async (ref) => (await each.call('GET', `/notices/${ref}`)).json()));
    return held
      .flat()
      .map(({ ref, version, seq, owner, envelopeId, cancels, notice, reason, handling: how, erasedBy }) => ({
        ...{ ref, version, seq, owner, envelopeId, cancels, notice, reason, erasedBy },
        handling: how,
      }));
  };

  /** What a withdrawal and an erasure promise, whatever their own handling said. */
  const expectReach = (feed: readonly FeedEntry[], claims: ReadonlyMap<number, FeedEntry['claims']>): void => {
    const got = (entry: FeedEntry) =>
      entry.openings.flatMap(([code, decision]) => (decision === 'deliver' ? [code] : []));
    const holders = new Map<string, Set<string>>();
    for (const entry of feed) {
      if (entry.code !== 'accepted') continue;
      const said = entry.claims ?? claims.get(entry.seq);
      if (said?.kind === 'erase')
        expect(got(entry), `erasure ${entry.seq}`).toEqual(MEMBERS.filter((code) => code !== entry.from));
      if (!said?.kind.startsWith('notice.')) continue;
      const ref = (said.body as { ref?: string }).ref ?? `${entry.from}/${entry.id}`;
      const have = holders.get(ref) ?? new Set();
      holders.set(ref, have);
      if (said.kind === 'notice.cancel')
        expect(got(entry), `withdrawal ${entry.seq}`).toEqual(expect.arrayContaining([...have]));
      for (const code of got(entry)) have.add(code);
    }
  };

  it('leave every mirror and every desk as a fold over the evaluators’ feed says, and bytes that were erased nowhere (promise 2)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 40 }), async (acts) => {
        for (let i = 0; i < acts.length; i += 4) await Promise.all(acts.slice(i, i + 4).map(perform));
        await settled(net, MEMBERS.map(desk));
        const { feed, claims } = await whole();
        expectReach(feed, claims);
        for (const each of MEMBERS.map(desk)) {
          const held = await entriesOf(each);
          const owed = entriesOwed(feed, each.member);
          expect(held.map(({ seq, rseq, envelope, erasedBy }) => ({ seq, rseq, envelope, erasedBy }))).toEqual(owed);
          for (const { seq, inner, claims: said, erasedBy } of held) {
            const shown = said?.kind === 'direct.message' && erasedBy === null;
            expect(inner !== null, `${each.member} ${seq}`).toBe(shown);
          }
          expect(await mirrorHeld(each)).toEqual(mirrorOwed(feed, each.member, claims));
          expect((await each.call('GET', '/status')).json()).toMatchObject({
            red: [],
            handling: { pending: 0, failed: 0 },
          });
        }
      }),
      { numRuns: 3, endOnFailure: true, interruptAfterTimeLimit: 55_000 },
    );
  });
});
