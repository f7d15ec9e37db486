import {
  append,
  emptyFrontier,
  noteSigner,
  parseCheckpoint,
  parseNote,
  rootOf,
  signCheckpoint,
  TYPE_ED25519,
} from '@eads/ledger';
import type { RunInfo } from '@eads/protocol';
import { importSigningKey, signSession } from '@eads/signing';
import {
  type Cast,
  createCast,
  eventually,
  type HubServer,
  startHubServer,
  startTestPostgres,
  testTokens,
} from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';

const FEW = ['ID', 'MY', 'SEC', 'TH'];

interface Challenge {
  readonly origin: string;
  readonly hub: string;
  readonly nonce: string;
}

describe('a hello, and the ledger that it is compared with', () => {
  let pg: Awaited<ReturnType<typeof startTestPostgres>>;
  let databaseUrl = '';
  const hubs: HubServer[] = [];
  let cast: Cast;
  const tokens = testTokens();
  const linkOf = (hub: HubServer): string => `${hub.url.replace('http', 'ws')}/runs/said/link`;
  const one = (): HubServer => hubs[0] as HubServer;

  beforeAll(async () => {
    pg = await startTestPostgres();
    databaseUrl = await pg.server.ensureDatabase('hub');
    for (const replica of ['a', 'b']) hubs.push(await startHubServer({ databaseUrl, tokens, replica }));
    await one().hub.create('said', FEW);
    cast = await createCast(one().url, 'said', tokens, FEW);
    await cast.found();
    await eventually('both serve it', () => hubs.every(({ hub }) => hub.run('said') !== undefined));
    const id = cast.connect('ID');
    id.send(
      ...Array.from({ length: 2_500 }, (_, i) => id.envelope('delivery.statement', [], { through: i, rseq: 0 }).jws),
    );
    await id.until('all receipts', () => id.heard.receipts.length === 2_500, 60_000);
  }, 120_000);
  afterAll(async () => {
    await cast?.stop();
    for (const hub of hubs) await hub.stop();
    await pg?.stop();
  });

  /** Opens a socket as `role`, answers the challenge with what `hello` makes of it, and gives what came back. */
  const say = (role: string, hello: (challenge: Challenge) => object, hub = one()) =>
    new Promise<{ code: number; error: string; welcomed: boolean }>((resolve, reject) => {
      const socket = new WebSocket(linkOf(hub), { headers: { authorization: `Bearer ${tokens[role]}` } });
      let error = '';
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data));
        if (frame.t === 'challenge')
          socket.send(JSON.stringify({ t: 'hello', version: 1, next: 0, rseq: 0, checkpoint: null, ...hello(frame) }));
        else if (frame.t === 'error') error = frame.code;
        else if (frame.t === 'welcome') {
          resolve({ code: 0, error: '', welcomed: true });
          socket.close();
        }
      });
      socket.on('close', (code) => resolve({ code, error, welcomed: false }));
      socket.on('error', reject);
    });
  const proof = (
    member: string,
    { origin, hub, nonce }: Challenge,
    over: Partial<Challenge & { member: string }> = {},
  ) => ({
    session: signSession(
      { origin, hub, nonce, member: member as 'TH', ...(over as object) },
      cast.member(member).keys.signing,
    ),
  });

  it.each<[string, number, string, (challenge: Challenge) => object]>([
    ['a version that nobody speaks', 4406, 'TH', (c) => ({ ...proof('TH', c), version: 99 })],
    ['the token of another member', 4401, 'MY', (c) => proof('TH', c)],
    ['a proof over another nonce', 4401, 'TH', (c) => proof('TH', c, { nonce: Buffer.alloc(32).toString('base64') })],
    ['a proof for another replica', 4401, 'TH', (c) => proof('TH', c, { hub: 'elsewhere' })],
    ['a proof in another’s name', 4401, 'TH', (c) => proof('TH', c, { member: 'MY' })],
    ['another origin', 4410, 'TH', (c) => proof('TH', c, { origin: 'other/said/1' })],
    ['a cursor ahead of the ledger', 4412, 'TH', (c) => ({ ...proof('TH', c), next: 1_000_000 })],
    ['a checkpoint that is none', 4400, 'TH', (c) => ({ ...proof('TH', c), checkpoint: 'rubbish' })],
    ['a frame that is no hello', 4400, 'TH', (c) => ({ ...proof('TH', c), next: -1 })],
  ])('with %s ends in %i and nothing else', async (_what, code, role, hello) => {
    const before = JSON.parse((await cast.call('trainer', 'GET', '')).text) as RunInfo;
    const said = await say(role, hello);
    expect(said).toMatchObject({ code, welcomed: false });
    expect(said.error).toMatch(/^[a-z-]+$/);
    const after = JSON.parse((await cast.call('trainer', 'GET', '')).text) as RunInfo;
    expect([after.state, after.size]).toEqual([before.state, before.size]);
  });

  it('serves a node that begins at 0 from a replica that was just started, dense and in order, up to the root of the log', async () => {
    const late = await startHubServer({ databaseUrl, tokens, replica: 'late' });
    try {
      const th = cast.member('TH');
      th.connect({ url: linkOf(late), token: tokens.TH as string });
      await th.until('everything', () => th.next() === 2_501, 30_000);
      let next = 0;
      let frontier = emptyFrontier;
      for (const frame of th.heard.delivered) {
        expect(frame.first).toBe(next);
        next += frame.items.length;
      }
      const tile = async (from: number): Promise<Buffer> => {
        const width = Math.min(256, 2_501 - from);
        const path = `/tile/0/${String(from / 256).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
        const response = await fetch(`${late.url}/runs/said${path}`, {
          headers: { authorization: `Bearer ${tokens.TH}` },
        });
        return Buffer.from(await response.arrayBuffer());
      };
      const leaves: string[] = [];
      for (let from = 0; from < 2_501; from += 256) {
        const hashes = await tile(from);
        for (let at = 0; at < hashes.length; at += 32) leaves.push(hashes.subarray(at, at + 32).toString('base64'));
      }
      // The genesis is readable; everything else came as the leaf hash that the tiles show.
      expect(th.heard.delivered.flatMap(({ items }) => items).slice(1)).toEqual(leaves.slice(1));
      frontier = append(
        emptyFrontier,
        leaves.map((leaf) => Buffer.from(leaf, 'base64')),
      );
      const checkpoint = parseCheckpoint(parseNote((await cast.call('TH', 'GET', '/checkpoint')).text).text);
      expect(checkpoint.size).toBe(2_501);
      expect(Buffer.from(checkpoint.root)).toEqual(Buffer.from(rootOf(frontier)));
    } finally {
      await late.stop();
    }
  });

  it('that holds a signed checkpoint which this ledger does not extend freezes the run at every replica, until a person acts', async () => {
    const { rows } = await one().database.query('SELECT log_key FROM "run said".epochs');
    const log = noteSigner(cast.origin, TYPE_ED25519, importSigningKey(JSON.stringify(rows[0].log_key)).privateKey);
    const standing = (await cast.call('MY', 'GET', '/checkpoint')).text;
    const { size } = parseCheckpoint(parseNote(standing).text);
    const forged = (at: number): string =>
      signCheckpoint({ origin: cast.origin, size: at, root: Buffer.alloc(32, 7) }, log);
    const my = cast.member('MY');
    my.connect({ url: linkOf(hubs[1] as HubServer), token: tokens.MY as string, checkpoint: standing });
    await my.until('its session', () => my.state()?.status === 'linked');

    expect(await say('TH', (c) => ({ ...proof('TH', c), checkpoint: forged(size) }))).toMatchObject({
      code: 4423,
      error: 'frozen',
    });
    await my.until('the end of its session at the other replica', () => my.heard.lost.includes(4423));
    const frozen = JSON.parse((await cast.call('trainer', 'GET', '')).text) as RunInfo;
    expect(frozen.state).toBe('frozen');
    expect(frozen.why).toContain('TH holds a checkpoint');
    const id = cast.member('ID');
    const settled = await hubs[1]?.hub
      .run('said')
      ?.submit('ID', id.envelope('delivery.statement', [], { through: 1, rseq: 0 }).jws);
    expect(settled?.outcome).toMatchObject({ type: 'retry', code: 'frozen' });
    expect(await say('MY', (c) => ({ ...proof('MY', c), checkpoint: standing }))).toMatchObject({ code: 4423 });

    expect((await cast.call('MY', 'POST', '/ledger/open', { reason: 'no' })).status).toBe(403);
    expect((await cast.call('operator', 'POST', '/ledger/open', { reason: 'exercise' })).status).toBe(204);
    expect(await say('MY', (c) => ({ ...proof('MY', c), checkpoint: standing }))).toMatchObject({ welcomed: true });
    // Larger than the ledger: a rolled back database.
    expect(await say('TH', (c) => ({ ...proof('TH', c), checkpoint: forged(size + 500) }))).toMatchObject({
      code: 4423,
    });
    expect((await cast.call('operator', 'POST', '/ledger/open', { reason: 'exercise' })).status).toBe(204);
  });
});
