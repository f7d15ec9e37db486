import { commit, leafHash, parseRecord, recipientsHash, rseqHash, verifyRecipientOpening } from '@eads/ledger';
import type { ReadableEntry } from '@eads/protocol';
import { type HubBench, plainNotice, type ScriptedMember, startHubBench, startTestPostgres } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FEW = ['ID', 'MY', 'SEC', 'TH'];

/** Everything delivered to a member: seq -> leaf or entry, and its opening. */
const held = (member: ScriptedMember) => {
  const entries = new Map<number, { item: string | ReadableEntry; opening: unknown }>();
  for (const frame of member.heard.delivered) {
    let open = 0;
    frame.items.forEach((item, i) => {
      const opening = typeof item === 'string' ? null : frame.openings[open++];
      entries.set(frame.first + i, { item, opening });
    });
  }
  return entries;
};
const at = (member: ScriptedMember, seq: number) => {
  const found = held(member).get(seq);
  if (!found) throw new Error(`${member.member} was sent nothing at ${seq}`);
  return found;
};
const record = (text: string) => parseRecord(text);
const codes = (member: ScriptedMember) => member.heard.receipts.map(([text]) => record(text).code);

describe('the hub, spoken to by scripted members', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  let bench: HubBench;

  beforeAll(async () => {
    pg = await startTestPostgres();
    bench = await startHubBench(await pg.server.ensureDatabase('hub'), { members: FEW });
    expect((await bench.found()).status).toBe(204);
    for (const code of FEW) bench.connect(code);
  }, 30_000);
  afterAll(async () => {
    await bench?.stop();
    await pg?.stop();
  });

  it('sequences an envelope, gives a receipt whose openings fit the record, and delivers it with the recipient’s own opening', async () => {
    const id = bench.member('ID');
    const my = bench.member('MY');
    const envelope = id.envelope('recall.ack', ['MY'], {
      ref: `MY/${id.envelope('erase', 'all', { seqs: [0], reason: '' }).claims.id}`,
      held: false,
    });
    id.send(envelope.jws);
    await id.until('its receipt', () => id.heard.receipts.length === 1);
    const [text, openings] = id.heard.receipts[0] as [string, [string, string, string, string][]];
    const entry = record(text);
    expect(entry).toMatchObject({ from: 'ID', id: envelope.claims.id, code: 'accepted' });
    expect(openings.map(([member, decision]) => [member, decision])).toEqual([
      ['ID', 'none'],
      ['MY', 'deliver'],
      ['SEC', 'none'],
      ['TH', 'none'],
    ]);
    const commitments = openings.map(([member, decision, salt, r]) => commit(member, decision, salt, r));
    expect(Buffer.from(recipientsHash(commitments))).toEqual(Buffer.from(entry.recipientsHash));

    await my.until('the delivery', () => my.next() > entry.seq);
    const mine = at(my, entry.seq);
    const item = mine.item as ReadableEntry;
    expect(item.envelope).toBe(envelope.jws);
    verifyRecipientOpening(Buffer.from(item.commitments, 'base64'), 1, 'MY', mine.opening as never);
    const [, , salt2, rseq] = mine.opening as [string, string, string, number];
    expect(rseq).toBe(1);
    expect(rseqHash(salt2, rseq)).toBe(openings[1]?.[3]);

    const th = bench.member('TH');
    await th.until('the leaf', () => th.next() > entry.seq);
    expect(at(th, entry.seq).item).toBe(Buffer.from(leafHash(Buffer.from(text))).toString('base64'));
  });

  it('answers the same bytes with the original record, and other bytes under the same id with id-conflict (promise 3)', async () => {
    const th = bench.member('TH');
    const first = th.envelope('delivery.statement', [], { through: 1, rseq: 0 });
    th.send(first.jws, first.jws);
    await th.until('two receipts', () => th.heard.receipts.length === 2);
    expect(th.heard.receipts[1]?.[0]).toBe(th.heard.receipts[0]?.[0]);
    const other = th.envelope('delivery.statement', [], { through: 2, rseq: 0 }, { id: first.claims.id });
    th.send(other.jws);
    await th.until('the conflict', () => th.heard.receipts.length === 3);
    expect(codes(th)).toEqual(['accepted', 'accepted', 'id-conflict']);
    th.send(first.jws);
    await th.until('the original again', () => th.heard.receipts.length === 4);
    expect(th.heard.receipts[3]?.[0]).toBe(th.heard.receipts[0]?.[0]);
  });

  it('logs refusals as entries for nobody, with the hash of what was received', async () => {
    const my = bench.member('MY');
    const before = my.heard.receipts.length;
    const good = my.envelope('delivery.statement', [], { through: 1, rseq: 0 });
    const foreign = bench.member('ID').envelope('delivery.statement', [], { through: 1, rseq: 0 });
    const elsewhere = my.envelope('delivery.statement', [], { through: 1, rseq: 0 }, { origin: 'other/bench/1' });
    const forged = `${good.jws.slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`;
    my.send('rubbish', forged, foreign.jws, elsewhere.jws);
    await my.until('four refusals', () => my.heard.receipts.length === before + 4);
    expect(codes(my).slice(before)).toEqual(['bad-form', 'bad-signature', 'not-yours', 'other-origin']);
    const [text, openings] = my.heard.receipts[before] as [string, [string, string][]];
    expect(record(text)).toMatchObject({ from: 'MY', id: null });
    expect(openings.every(([, decision]) => decision === 'none')).toBe(true);
    my.send(good.jws);
    await my.until('the id is still free', () => my.heard.receipts.length === before + 5);
    expect(codes(my).at(-1)).toBe('accepted');
  });

  it('lets only the owner change a notice, one version after the other, and tells a stranger nothing of it', async () => {
    const id = bench.member('ID');
    const my = bench.member('MY');
    const answers = async (member: ScriptedMember, ...envelopes: string[]) => {
      const before = member.heard.receipts.length;
      member.send(...envelopes);
      await member.until('the answers', () => member.heard.receipts.length === before + envelopes.length);
      return codes(member).slice(before);
    };
    const cancel = (member: ScriptedMember, version: number, ref: string) =>
      member.envelope('notice.cancel', 'all', { ref, version, reason: 'exercise' }).jws;
    const published = id.envelope('notice.publish', ['TH'], { notice: plainNotice('ID', 1) });
    const ref = `ID/${published.claims.id}`;
    const unknown = `ID/${id.envelope('erase', 'all', { seqs: [0], reason: '' }).claims.id}`;
    expect(await answers(id, published.jws, cancel(id, 2, unknown), cancel(id, 3, ref))).toEqual([
      'accepted',
      'unknown-notice',
      'stale-version',
    ]);
    expect(await answers(my, cancel(my, 2, ref), cancel(my, 2, unknown))).toEqual(['not-owner', 'not-owner']);
    expect(await answers(id, cancel(id, 2, ref), cancel(id, 3, ref))).toEqual(['accepted', 'notice-closed']);
  });

  it('keeps a newer session of a member and closes the older with 4409', async () => {
    const before = bench.member('TH').heard.lost.length;
    bench.connect('TH', { next: bench.member('TH').next() });
    const th = bench.member('TH');
    await th.until('the older is replaced', () => th.heard.lost.length > before);
    expect(th.heard.lost.at(-1)).toBe(4409);
  });

  it('shows the feed to evaluators and to no force', async () => {
    const feed = await bench.call('evaluator', 'GET', '/feed');
    const lines = feed.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_, i) => i));
    expect(lines[0].kind).toBe('genesis');
    expect((await bench.call('ID', 'GET', '/feed')).status).toBe(403);
    expect((await bench.call('nobody', 'GET', '/feed')).status).toBe(401);
    expect((await bench.call('ID', 'GET', '/tile/entries/000.p/1')).status).toBe(403);
    expect((await bench.call('ID', 'GET', '/tile/0/000.p/1')).status).toBe(200);
  });

  it('takes one genesis, and the same bytes again', async () => {
    const again = await bench.call('SEC', 'GET', '/genesis');
    expect((await bench.call('SEC', 'POST', '/genesis', JSON.parse(again.text))).status).toBe(204);
    expect((await bench.found()).status).toBe(409);
  });
});
