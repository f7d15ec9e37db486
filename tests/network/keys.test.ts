import { randomBytes } from 'node:crypto';
import { parseRecord } from '@eads/ledger';
import {
  generateRunKeys,
  makeEnvelope,
  type RunKeys,
  recoveryEventHash,
  signEnrolment,
  signStatement,
  uuidv7,
} from '@eads/signing';
import {
  createCast,
  createScriptedMember,
  eventually,
  HANDLING,
  type HubBench,
  type ScriptedMember,
  startHubBench,
  startTestPostgres,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CODES = ['ID', 'MY', 'PH', 'SEC', 'SG', 'TH', 'VN'];

describe('keys and sessions', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  let bench: HubBench;
  beforeAll(async () => {
    pg = await startTestPostgres();
    bench = await startHubBench(await pg.server.ensureDatabase('hub'), { members: CODES });
    await bench.found();
    for (const code of CODES) bench.connect(code);
  });
  afterAll(async () => {
    await bench?.stop();
    await pg?.stop();
  });

  const code = (member: ScriptedMember) => parseRecord(member.heard.receipts.at(-1)?.[0] ?? '').code;
  const answer = async (member: ScriptedMember, jws: string) => {
    const before = member.heard.receipts.length;
    member.send(jws);
    await member.until('its answer', () => member.heard.receipts.length > before);
    return code(member);
  };
  /** An envelope of the member, signed with another key than that of its session. */
  const signedWith = (keys: RunKeys, from: string, kind: string, to: 'all' | [], body: object): string =>
    makeEnvelope(
      {
        origin: bench.origin,
        id: uuidv7(Date.now(), randomBytes(10)),
        kind,
        from: from as 'ID',
        actor: 'seat-1',
        to,
        sentAt: new Date().toISOString(),
        inReplyTo: null,
        handling: HANDLING,
        nonce: randomBytes(16).toString('base64url'),
        body: body as Record<string, unknown>,
      },
      keys.signing,
    ).jws;
  const statement = (keys: RunKeys, from: string): string =>
    signedWith(keys, from, 'delivery.statement', [], { through: 1, rseq: 0 });

  it('takes messages with a new key in the very batch that brings it, leaves its session open, and refuses the old one', async () => {
    const my = bench.member('MY');
    const fresh = generateRunKeys();
    const before = my.heard.receipts.length;
    my.send(
      my.envelope('key.rotate', 'all', { block: signEnrolment(bench.origin, 'MY', fresh) }).jws,
      statement(fresh, 'MY'),
      statement(my.keys, 'MY'),
    );
    await my.until('the answers', () => my.heard.receipts.length === before + 3);
    const codes = my.heard.receipts.slice(before).map(([text]) => parseRecord(text).code);
    expect(codes).toEqual(['accepted', 'accepted', 'bad-signature']);
    expect(await answer(my, statement(fresh, 'MY'))).toBe('accepted');
    expect(my.heard.lost).toEqual([]);
  });

  it('ends the open session whose key is revoked, and answers its next hello with 4403', async () => {
    const th = bench.member('TH');
    const fresh = generateRunKeys();
    expect(
      await answer(th, th.envelope('key.rotate', 'all', { block: signEnrolment(bench.origin, 'TH', fresh) }).jws),
    ).toBe('accepted');
    const kid = th.keys.signing.kid;
    th.send(signedWith(fresh, 'TH', 'key.revoke', 'all', { kid, since: 1, reason: 'exercise' }));
    // The member has another key: its own node comes back with that one by itself, and a thief cannot.
    await th.until('the end of the session and the refusal of the next', () => th.heard.lost.length > 1);
    expect(th.heard.lost).toEqual([4503, 4403]);
    expect(th.state()?.status).toBe('stopped');
    const again = createScriptedMember('TH', { ...fresh });
    again.enrolment(bench.origin);
    again.connect({ url: `${bench.url.replace('http', 'ws')}/runs/bench/link`, token: bench.tokens.TH as string });
    await again.until('the session with the new key', () => again.state()?.status === 'linked');
    await again.stop();
  });

  it('closes a thief’s session when the recovery makes its key void, and voids what it let in', async () => {
    const id = bench.member('ID');
    const stolen = id.keys;
    const thief = createScriptedMember('ID', generateRunKeys());
    const block = thief.enrolment(bench.origin);
    expect(await answer(id, signedWith(stolen, 'ID', 'key.rotate', 'all', { block }))).toBe('accepted');
    const since = Number(id.heard.receipts.at(-1)?.[0].split('\n')[1]);
    await id.stop();
    thief.connect({ url: `${bench.url.replace('http', 'ws')}/runs/bench/link`, token: bench.tokens.ID as string });
    await thief.until('the thief’s session', () => thief.state()?.status === 'linked');

    const honest = generateRunKeys();
    const event = {
      member: 'ID',
      block: signEnrolment(bench.origin, 'ID', honest),
      revokes: [{ kid: stolen.signing.kid, since }],
    };
    const hash = recoveryEventHash(event);
    const approvals = ['SEC', 'PH', 'SG', 'VN'].map((each) =>
      signStatement('eads-approval+jws', { origin: bench.origin, event: hash }, bench.member(each).keys.signing),
    );
    const sec = bench.member('SEC');
    expect(await answer(sec, sec.envelope('key.recover', 'all', { ...event, approvals }).jws)).toBe('accepted');
    await thief.until('the end of the thief', () => thief.heard.lost.length > 0);
    expect(thief.heard.lost).toEqual([4401]);
    await thief.stop();
    const back = createScriptedMember('ID', honest);
    back.enrolment(bench.origin);
    back.connect({ url: `${bench.url.replace('http', 'ws')}/runs/bench/link`, token: bench.tokens.ID as string });
    await back.until('the session with the recovered key', () => back.state()?.status === 'linked');
    expect(await answer(back, statement(honest, 'ID'))).toBe('accepted');
    expect(await answer(back, statement(stolen, 'ID'))).toBe('key-revoked');
    expect(await answer(back, statement(thief.keys, 'ID'))).toBe('bad-signature');
    await back.stop();
  });

  it('closes the session of a member that leaves, and opens the ledger to one that joins, from its beginning', async () => {
    const [vn, sec] = [bench.member('VN'), bench.member('SEC')];
    expect(await answer(sec, sec.envelope('member.leave', 'all', { member: 'VN', reason: 'exercise' }).jws)).toBe(
      'accepted',
    );
    await vn.until('the end of its session', () => vn.heard.lost.length > 0);
    expect(vn.heard.lost).toEqual([4401]);
    expect((await bench.call('VN', 'GET', '/genesis')).status).toBe(200);

    const back = createScriptedMember('VN');
    const block = back.enrolment(bench.origin);
    expect((await bench.call('VN', 'POST', '/enrolments', { block })).status).toBe(204);
    expect(await answer(sec, sec.envelope('member.join', 'all', { member: 'VN', block }).jws)).toBe('accepted');
    const joined = Number(sec.heard.receipts.at(-1)?.[0].split('\n')[1]);
    back.connect({ url: `${bench.url.replace('http', 'ws')}/runs/bench/link`, token: bench.tokens.VN as string });
    await back.until('everything up to its joining', () => back.next() > joined);
    const readable = back.heard.delivered.flatMap((frame) => frame.items.filter((item) => typeof item !== 'string'));
    expect(readable.length).toBeGreaterThan(4);
    await back.stop();
  });

  it('lets nobody write in the name of the hub, or of another', async () => {
    const sg = bench.member('SG');
    const hub = createScriptedMember('HUB');
    expect(() => hub.enrolment(bench.origin)).toThrow();
    const forged = signedWith(sg.keys, 'HUB', 'ledger.open', 'all', { reason: 'forged' });
    expect(await answer(sg, forged)).toBe('not-yours');
    expect(await answer(sg, signedWith(sg.keys, 'PH', 'delivery.statement', [], { through: 1, rseq: 0 }))).toBe(
      'not-yours',
    );
    expect(await answer(sg, signedWith(sg.keys, 'SG', 'ledger.open', 'all', { reason: 'forged' }))).toBe('not-allowed');
    expect(
      await answer(
        sg,
        signedWith(sg.keys, 'SG', 'refusal-summary', [], {
          ...{ member: 'PH', code: 'bad-form', count: 1 },
          ...{ first: new Date().toISOString(), last: new Date().toISOString() },
        }),
      ),
    ).toBe('not-allowed');
    expect(
      (await bench.call('SG', 'POST', '/enrolments', { block: signEnrolment(bench.origin, 'PH', generateRunKeys()) }))
        .status,
    ).toBe(409);
  });

  it('takes an envelope however old or young it says it is: what was sent twice is known by its id (section 3)', async () => {
    const sg = bench.member('SG');
    const at = (sentAt: string) => sg.envelope('delivery.statement', [], { through: 1, rseq: 0 }, { sentAt }).jws;
    expect(await answer(sg, at('2020-01-01T00:00:00.000Z'))).toBe('accepted');
    expect(await answer(sg, at('2090-01-01T00:00:00.000Z'))).toBe('accepted');
  });

  it('holds eight sockets of a member at once, and no more', async () => {
    const sockets = Array.from({ length: 12 }, () => {
      const socket = new WebSocket(`${bench.url.replace('http', 'ws')}/runs/bench/link`, {
        headers: { authorization: `Bearer ${bench.tokens.PH}` },
      } as never);
      const seen = { open: false, challenged: false, closed: false };
      socket.onmessage = () => {
        seen.challenged = true;
      };
      socket.onclose = () => {
        seen.closed = true;
      };
      return { socket, seen };
    });
    await eventually('each is challenged or cut', () => sockets.every(({ seen }) => seen.challenged || seen.closed));
    // One of the eight is the session that PH holds.
    expect(sockets.filter(({ seen }) => seen.challenged)).toHaveLength(7);
    for (const { socket } of sockets) socket.close();
    const ph = bench.member('PH');
    expect(await answer(ph, statement(ph.keys, 'PH'))).toBe('accepted');
  });

  it('answers a link to a run that is not there, and goes on', async () => {
    const other = await createCast(bench.url, 'bench', bench.tokens, []);
    const lone = createScriptedMember('PH');
    lone.enrolment(other.origin);
    lone.connect({ url: `${bench.url.replace('http', 'ws')}/runs/nowhere/link`, token: bench.tokens.PH as string });
    await lone.until('the end', () => lone.heard.lost.length > 0);
    await lone.stop();
    expect((await bench.call('ID', 'GET', '')).status).toBe(200);
  });
});
