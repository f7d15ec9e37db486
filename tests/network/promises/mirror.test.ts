import { auditExport } from '@eads/ledger';
import type { Claims, FeedEntry, Handling, Submission } from '@eads/protocol';
import { type Constellation, eventually, HANDLING, plainNotice, startConstellation } from '@eads/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, entriesOf, reaches, send, settled } from './desk.ts';
import { filesOf } from './export-files.ts';
import { entriesOwed, mirrorOwed, type OwedVersion } from './owed.ts';
import { type OwnNode, ownNode } from './own-node.ts';
import { createPlanter, plantedPerson } from './planted.ts';
import { found, unpacked } from './search-bytes.ts';
import { databaseBytes } from './visible-bytes.ts';

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
  what: fc.constantFrom(
    'publish',
    'publish',
    'update',
    'cancel',
    'erase',
    'erase others',
    'whisper',
    'whisper',
    'away',
  ),
  which: fc.nat(1000),
  to: fc.oneof(fc.constant('all' as const), some),
  handling,
});
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

describe('what members hold after random acts, erasures, and a member that leaves', requires('postgres'), () => {
  let net: Constellation;
  /** Its node goes away and comes back; that of the others stays. */
  let th: OwnNode;
  let away = false;
  const desk = (code: string): Desk => (code === 'TH' ? th.desk(net.run) : deskOf(net, code));
  const desks = (): Desk[] => MEMBERS.map(desk);
  /** What was handed in, by `<from>/<id>`: what an erasure takes out of the ledger is known here. */
  const handedIn = new Map<string, Submission>();
  const notices: { owner: string; ref: string; version: number }[] = [];
  let serial = 0;

  beforeAll(async () => {
    net = await startConstellation({ members: MEMBERS });
    await net.node('TH').stop();
    th = await ownNode(net, 'TH');
    await th.linked(net.run);
  });
  afterAll(async () => {
    await th?.end();
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

  const toggle = async (): Promise<void> => {
    away = !away;
    await (away ? th.stop() : th.start());
  };

  const perform = async (one: Act): Promise<void> => {
    if (one.by === 'TH' && away) return;
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
        for (let i = 0; i < acts.length; i += 4) {
          const now = acts.slice(i, i + 4);
          if (now.some(({ what }) => what === 'away')) await toggle();
          await Promise.all(now.filter(({ what }) => what !== 'away').map(perform));
        }
        if (away) await toggle();
        await settled(net, desks());
        const { feed, claims } = await whole();
        expectReach(feed, claims);
        for (const each of desks()) {
          const held = await entriesOf(each);
          const owed = entriesOwed(feed, each.member);
          expect(held.map(({ seq, rseq, envelope, erasedBy }) => ({ seq, rseq, envelope, erasedBy }))).toEqual(owed);
          for (const { seq, inner, claims: said, erasedBy } of held) {
            const shown = said?.kind === 'direct.message' && erasedBy === null;
            expect(inner !== null, `${each.member} ${seq}`).toBe(shown);
          }
          const mirror = await mirrorHeld(each);
          const mirrored = mirrorOwed(feed, each.member, claims);
          expect(mirror.filter(({ erasedBy }) => erasedBy === null)).toEqual(
            mirrored.filter(({ erasedBy }) => erasedBy === null),
          );
          // Of what was erased before it came here nothing is known, not even that it was a notice.
          expect(mirrored).toEqual(expect.arrayContaining(mirror));
          expect((await each.call('GET', '/status')).json()).toMatchObject({
            red: [],
            handling: { pending: 0, failed: 0 },
          });
        }
      }),
      { numRuns: 4, endOnFailure: true, interruptAfterTimeLimit: 55_000 },
    );
  });

  const audits = async () => {
    const trust = (await desk('SG').call('GET', '/trust')).json().file;
    for (const each of desks()) {
      const report = await auditExport({ files: filesOf((await each.call('GET', '/export')).text), trust });
      expect(report.findings, each.member).toEqual([]);
    }
    const report = await auditExport({ files: filesOf((await net.hubCall('auditor', 'GET', '/export')).text), trust });
    expect(report.findings).toEqual([]);
    return report;
  };
  /** Every byte that hub and nodes keep in their databases or answer with, what evaluators and auditors get among it. */
  const everywhere = async (asked: readonly Desk[]): Promise<string> => {
    const texts: string[] = [];
    for (const name of ['hub', ...MEMBERS.map((code) => `node_${code.toLowerCase()}`)]) {
      texts.push(await databaseBytes(await net.databases.ensure(`eads_${name}`)));
    }
    for (const each of asked) {
      for (const path of ['/entries?limit=500', '/notices?limit=200', '/messages?limit=500', '/evidence', '/export']) {
        texts.push(Buffer.from((await each.call('GET', path)).text).toString('latin1'));
      }
    }
    for (const path of ['/feed', '/export']) {
      texts.push(Buffer.from((await net.hubCall('auditor', 'GET', path)).text).toString('latin1'));
    }
    return unpacked(texts.join('\n'));
  };
  const seqOf = async (code: string, message: string): Promise<number> =>
    (await reaches(desk(code), message, 'receipted', 'witnessed')).seq;

  it('takes erased bytes from everywhere, also from a node that was away, and leaves the records in order', async () => {
    await th.stop();
    const planter = createPlanter();
    const over = { handling: { ...HANDLING, caveat: planter.word('batas') } };
    const notice = await send(desk('ID'), 'notice.publish', 'all', { notice: plantedPerson('ID', planter) }, over);
    const body = { subject: planter.word('perihal'), text: planter.word('isi') };
    const whisper = await send(desk('MY'), 'direct.message', ['SG', 'TH'], body, over);
    const seqs = { notice: await seqOf('ID', notice), whisper: await seqOf('MY', whisper) };
    await eventually('SG reads it', async () =>
      (await entriesOf(desk('SG'))).some(({ inner }) => inner?.text === body.text),
    );
    const up = desks().filter(({ member }) => member !== 'TH');
    expect(found(await everywhere(up), planter.all)).toEqual(planter.all);

    const erase = (code: string, seq: number) => send(desk(code), 'erase', 'all', { seqs: [seq], reason: 'EXERCISE' });
    const stranger = await erase('MY', seqs.notice);
    expect(await reaches(desk('MY'), stranger, 'returned')).toMatchObject({ code: 'not-allowed' });
    expect(await reaches(desk('SEC'), await erase('SEC', 0), 'returned')).toMatchObject({ code: 'not-allowed' });
    expect(found(await everywhere(up), planter.all)).toEqual(planter.all);

    const own = await erase('MY', seqs.whisper);
    const registrar = await erase('SEC', seqs.notice);
    await seqOf('MY', own);
    await seqOf('SEC', registrar);
    await th.start();
    await settled(net, desks());
    expect(found(await everywhere(desks()), planter.all)).toEqual([]);
    const feed = await net.feed();
    expect(feed[seqs.notice]).toMatchObject({
      from: 'ID',
      id: notice,
      code: 'accepted',
      erasedBy: `SEC/${registrar}`,
      envelope: null,
    });
    expect(feed[seqs.whisper]).toMatchObject({
      from: 'MY',
      id: whisper,
      code: 'accepted',
      erasedBy: `MY/${own}`,
      envelope: null,
    });
    for (const code of ['SEC', 'SG', 'TH']) {
      const shown = await desk(code).call('GET', `/notices/ID/${notice}`);
      if (code === 'TH') expect(shown.status).toBe(404);
      else expect(shown.json()[0]).toMatchObject({ erasedBy: `SEC/${registrar}`, notice: null });
      expect((await desk(code).call('GET', '/evidence')).json()).toEqual([]);
      expect((await entriesOf(desk(code))).find(({ seq }) => seq === seqs.notice)).toMatchObject({
        erasedBy: `SEC/${registrar}`,
        envelope: null,
      });
    }
    expect((await audits()).counts).toMatchObject({ heldAfterErase: 0 });
  });

  it('sends nothing to a member that left until it is back, and then what comes after (promise 2)', async () => {
    const publish = async (code: string): Promise<string> => {
      const id = await send(desk(code), 'notice.publish', 'all', { notice: plainNotice(code, ++serial) });
      await reaches(desk(code), id, 'witnessed');
      return id;
    };
    const roster = async (code: string): Promise<string[]> => (await desk(code).call('GET', '/status')).json().members;
    const rest = MEMBERS.filter((code) => code !== 'SG');
    const leave = await send(desk('SEC'), 'member.leave', 'all', { member: 'SG', reason: 'EXERCISE' });
    await reaches(desk('SEC'), leave, 'witnessed');
    for (const code of rest) await eventually(`${code} knows`, async () => !(await roster(code)).includes('SG'));
    await eventually('the hub lets SG in no more', async () => {
      const { link } = (await desk('SG').call('GET', '/status')).json();
      return link.status !== 'linked' && link.lastClose === 4401;
    });
    const without = await publish('ID');
    const queued = await send(desk('SG'), 'notice.publish', 'all', { notice: plainNotice('SG', ++serial) });
    const feed = await net.feed();
    expect(feed.find(({ id }) => id === without)?.openings.map(([code]) => code)).toEqual(rest);

    const { block } = (await desk('SG').call('GET', '/keys')).json();
    await reaches(desk('SEC'), await send(desk('SEC'), 'member.join', 'all', { member: 'SG', block }), 'witnessed');
    await desk('SG').call('POST', '/resume');
    await reaches(desk('SG'), queued, 'witnessed');
    const after = await publish('ID');
    await settled(net, desks());
    expect((await desk('SG').call('GET', `/notices/ID/${without}`)).status).toBe(404);
    expect((await desk('SG').call('GET', `/notices/ID/${after}`)).status).toBe(200);
    const whole = await net.feed();
    for (const each of desks()) {
      const held = (await entriesOf(each)).map(({ seq, rseq, envelope, erasedBy }) => ({
        seq,
        rseq,
        envelope,
        erasedBy,
      }));
      expect(held, each.member).toEqual(entriesOwed(whole, each.member));
      expect((await each.call('GET', '/status')).json()).toMatchObject({ red: [], members: MEMBERS });
    }
    await audits();
  });
});
