import { parseCheckpoint, parseNote, sha256Base64 } from '@eads/ledger';
import { exportLine, PROBLEMS } from '@eads/protocol';
import {
  createHttpServer,
  createProblems,
  createTokenTable,
  generateToken,
  type HttpServer,
  silentLogger,
} from '@eads/runtime';
import { readStatement, verifyCompactSync } from '@eads/signing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';
import { nodePlugin } from './desk/plugin.ts';
import { type Bench, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import { HANDLING } from './testing/fake-ledger.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench;
let app: HttpServer;
const tokens = Object.fromEntries(
  [MEMBER, 'MY', 'SEC', 'trainer', 'evaluator', 'auditor'].map((role) => [role, generateToken()]),
);

const call = async (
  method: 'GET' | 'POST',
  url: string,
  { role = MEMBER, payload, headers = {} }: { role?: string; payload?: object; headers?: Record<string, string> } = {},
) => {
  const response = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${tokens[role]}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: response.statusCode, text: response.body, json: () => JSON.parse(response.body) };
};
const get = (path: string, headers: Record<string, string> = {}) => call('GET', `/runs/practice${path}`, { headers });
const post = (path: string, payload: object = {}) => call('POST', `/runs/practice${path}`, { payload });
const submission = (over: object = {}) => ({
  kind: 'notice.publish',
  to: 'all',
  handling: HANDLING,
  body: { notice: sampleNotice('EX-ID-2026-000001', 'Contoh Sendiri') },
  ...over,
});

describe('desk API', requires('postgres'), () => {
  beforeAll(async () => {
    server = await startServer();
    bench = await startBench(server);
    await bench.reaches(1);
    app = await createHttpServer({
      name: 'desk',
      title: 'test',
      version: '0',
      says: 'test',
      logger: silentLogger,
      problems: createProblems(PROBLEMS),
      authenticate: createTokenTable(tokens),
      rateLimits: false,
    });
    await app.register(nodePlugin(bench.node));
  });
  afterAll(async () => {
    await app.close();
    await bench.stop();
    await server.stop();
  });

  test.each(['MY', 'SEC', 'trainer', 'evaluator', 'auditor'])(
    '%s gets nothing at all from another’s node',
    async (role) => {
      const routes = [
        '/status',
        ...['status', 'messages', 'entries', 'notices', 'evidence', 'reads', 'trust', 'keys', 'export'].map(
          (name) => `/runs/practice/${name}`,
        ),
      ];
      for (const route of routes) expect((await call('GET', route, { role })).status, route).toBe(403);
      expect((await call('POST', '/runs/practice/messages', { role, payload: submission() })).status).toBe(403);
      expect((await call('POST', '/runs/practice/keys/rotate', { role, payload: {} })).status).toBe(403);
    },
  );

  test('says how it stands', async () => {
    const status = (await call('GET', '/status')).json();
    expect(status).toMatchObject({ member: MEMBER, hub: 'answers', colour: 'green' });
    expect(status.runs[0]).toMatchObject({ run: 'practice', phase: 'open', link: { status: 'linked' } });
    expect((await get('/status')).json().run).toBe('practice');
    expect((await call('GET', '/runs/elsewhere/status')).json().code).toBe('not-found');
    const trust = (await get('/trust')).json();
    expect(trust.file).toBe(`test/practice/1\n${trust.genesisHash}\n`);
    expect(trust.genesisHash).toBe(sha256Base64(trust.genesis));
  });

  test('sends, and tells how far it got', async () => {
    const { status, json } = await post('/messages', submission());
    expect(status).toBe(201);
    const { id } = json();
    await until('it is receipted', async () => (await get(`/messages/${id}`)).json().state === 'receipted');
    expect((await get(`/messages/${id}`)).json().decisions).toEqual([
      ['MY', 'deliver'],
      ['SEC', 'deliver'],
      ['SG', 'deliver'],
      ['TH', 'deliver'],
    ]);
    expect((await get('/messages')).json().map((message: { id: string }) => message.id)).toContain(id);
    expect((await get(`/messages?before=${id}`)).json()).toEqual([]);
  });

  test('says what was returned, by which rule, and what is no message at all', async () => {
    const red = await post('/messages', submission({ handling: { ...HANDLING, tlp: 'RED' } }));
    expect(red.status).toBe(422);
    expect(red.json()).toMatchObject({ code: 'returned', at: [{ says: 'named-recipients-only' }] });
    expect(red.json().detail).toContain('exercise assumption');
    expect((await post('/messages', submission({ body: { notice: { number: 1 } } }))).json()).toMatchObject({
      status: 400,
      code: 'bad-request',
    });
    expect((await post('/messages', { kind: 'notice.publish' })).status).toBe(400);
  });

  test('shows what came in, with the opened body of a confidential message', async () => {
    const { jws } = await bench.hub.ledger().seal('MY', 'direct.message', [MEMBER], { subject: 'S', text: 'hello' });
    const { seq } = bench.hub.ledger().sequence(jws);
    bench.hub.pumpAll();
    await bench.reaches(seq + 1);
    const [entry] = (await get(`/entries?from=${seq}`)).json();
    expect(entry).toMatchObject({
      seq,
      state: 'done',
      claims: { kind: 'direct.message' },
      inner: { subject: 'S', text: 'hello' },
    });
    expect((await get(`/entries?from=${seq + 1}`)).json()).toEqual([]);
  });

  test('follows what comes in, each entry once it was handled', async () => {
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const from = bench.hub.ledger().size();
    const stopping = new AbortController();
    const response = await fetch(`${address}/runs/practice/entries?follow=true&from=${from}`, {
      headers: { authorization: `Bearer ${tokens[MEMBER]}` },
      signal: stopping.signal,
    });
    const lines: { seq: number; state: string }[] = [];
    const reading = (async () => {
      let text = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString();
        const parts = text.split('\n');
        text = parts.pop() ?? '';
        lines.push(...parts.filter((part) => part !== '').map((part) => JSON.parse(part)));
      }
    })().catch(() => undefined);
    for (let i = 0; i < 3; i++)
      bench.hub.add('TH', 'notice.publish', 'all', { notice: sampleNotice('EX-TH-2026-000001') });
    await until('three come', () => lines.length === 3);
    expect(lines.map(({ seq, state }) => [seq, state])).toEqual([0, 1, 2].map((i) => [from + i, 'done']));
    stopping.abort();
    await reading;
  });

  test('finds notices, shows every version, and logs each read and search with seat and purpose, chained', async () => {
    const entry = bench.hub.add('SG', 'notice.publish', 'all', {
      notice: sampleNotice('EX-SG-2026-000009', 'Ångström Percent%'),
    });
    await bench.reaches(entry.seq + 1);
    const ref = `SG/${entry.record.split('\n')[4]}`;
    const seat = { 'x-eads-seat': 'seat-7', 'x-eads-purpose': 'border check' };
    const found = async (query: string) =>
      (await get(`/notices?${query}`, seat)).json().map((notice: { ref: string }) => notice.ref);
    expect(await found('q=%C3%A5ngstr')).toEqual([ref]);
    expect(await found('q=cent%25')).toEqual([ref]);
    expect(await found('q=%25x')).toEqual([]);
    expect(await found('type=wanted&owner=SG')).toEqual([ref]);
    expect(await found('type=missing')).toEqual([]);
    expect((await get(`/notices/${ref}`, seat)).json()).toHaveLength(1);
    expect((await get('/notices/SG/01890a5d-ac96-774b-bcce-b302099a8057')).status).toBe(404);
    const { brokenAt, lines } = (await get('/reads?limit=1000')).json();
    expect(brokenAt).toBeNull();
    expect(
      lines.filter((line: { seat: string }) => line.seat === 'seat-7').map((line: { action: string }) => line.action),
    ).toEqual([...Array(5).fill('search'), 'read']);
    expect(lines.at(-2)).toMatchObject({ purpose: 'border check', what: `notice ${ref}` });
    await bench.database.query(`UPDATE ${bench.schema}.reads SET seat = 'seat-8' WHERE n = $1`, [lines.at(-2).n]);
    expect((await get('/reads?limit=1000')).json().brokenAt).toBe(lines.at(-2).n);
  });

  test('reads that come at once are all logged, one after the other', async () => {
    await bench.database.query(`TRUNCATE ${bench.schema}.reads`);
    const answers = await Promise.all(Array.from({ length: 20 }, () => get('/notices?q=x')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const { brokenAt, lines } = (await get('/reads')).json();
    expect(brokenAt).toBeNull();
    expect(lines).toHaveLength(20);
  });

  test('keeps a recall board: who was sent it, who was told, who acknowledged', async () => {
    const { id } = (await post('/messages', submission({ to: ['MY', 'TH'] }))).json();
    const ref = `${MEMBER}/${id}`;
    await post(
      '/messages',
      submission({ kind: 'notice.cancel', to: ['MY', 'TH'], body: { ref, version: 2, reason: 'found' } }),
    );
    await until('both are told', async () => {
      const board = (await get(`/recalls/${ref}`)).json();
      return board.cancelled && board.holders.every((holder: { told: boolean }) => holder.told);
    });
    const ack = bench.hub.add('TH', 'recall.ack', [MEMBER], { ref, held: true });
    bench.hub.add('SG', 'recall.ack', [MEMBER], { ref: 'SG/01890a5d-ac96-774b-bcce-b302099a8057', held: true });
    await bench.reaches(ack.seq + 2);
    expect((await get(`/recalls/${ref}`)).json().holders).toEqual([
      { member: 'MY', told: true, acknowledged: null, held: null },
      { member: 'TH', told: true, acknowledged: new Date(Number(ack.record.split('\n')[2])).toISOString(), held: true },
    ]);
  });

  test('shows beside a message that its recipient gave it back', async () => {
    const { id } = (
      await post('/messages', submission({ kind: 'direct.message', to: ['MY'], body: { subject: 'S', text: 'T' } }))
    ).json();
    const ref = `${MEMBER}/${id}`;
    await until('it is receipted', async () => (await get(`/messages/${id}`)).json().state === 'receipted');
    const back = bench.hub.add(
      'MY',
      'returned',
      [MEMBER],
      { ref, rule: 'no-names', why: 'No names here.' },
      { inReplyTo: ref },
    );
    await bench.reaches(back.seq + 1);
    expect((await get(`/messages/${id}`)).json().says).toBe('Returned by MY: No names here.');
  });

  test('exports its own view: own entries in full, hashes for the rest, under a signed manifest', async () => {
    const plant = 'Rahasia Orang Lain';
    bench.hub.add('MY', 'notice.publish', ['TH'], { notice: sampleNotice('EX-MY-2026-000002', plant) });
    const size = bench.hub.ledger().size();
    await bench.reaches(size);
    bench.hub.session().send({ t: 'witnessed', checkpoint: await bench.hub.ledger().witnessed(['MY', 'SG', 'TH']) });
    await until('it is witnessed', async () => (await get('/status')).json().witnessed === size);
    const { text } = await get('/export');
    expect(text).not.toContain(plant);
    const files = text
      .trim()
      .split('\n')
      .map((line) => exportLine.parse(JSON.parse(line)));
    expect(files.map(({ path }) => path)).toEqual([
      'checkpoint',
      'entries/000000.ndjson',
      'genesis.jws',
      'witnessed',
      'manifest.jws',
    ]);
    const manifest = readStatement('eads-manifest+jws', files.at(-1)?.text ?? '');
    expect(verifyCompactSync(manifest.parsed, bench.run.core.keys.keysFor('test/practice/1').signing)).toBe(true);
    expect(manifest.claims).toMatchObject({ viewer: MEMBER, size });
    for (const { path, text: content } of files.slice(0, -1)) {
      expect(manifest.claims.files).toContainEqual([path, Buffer.byteLength(content), sha256Base64(content)]);
    }
    expect(parseCheckpoint(parseNote(files[0]?.text ?? '').text).size).toBe(size);
    expect(parseNote(files[0]?.text ?? '').signatures).toHaveLength(1);
    const lines =
      files[1]?.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)) ?? [];
    expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: size }, (_, i) => i));
    expect(lines.at(-1)).toEqual({ seq: size - 1, leaf: bench.hub.ledger().entries[size - 1]?.leaf });
    expect(lines.some((line) => line.sent && line.envelope)).toBe(true);
    expect(lines[0]).toMatchObject({ opening: null, envelope: bench.hub.ledger().genesis()?.envelope });
  });

  test('shows, rotates and revokes keys; approves the recovery of another’s and never its own', async () => {
    const before = (await get('/keys')).json();
    expect((await post('/keys/rotate')).status).toBe(201);
    const after = await until('the rotation stands', async () => {
      const keys = (await get('/keys')).json();
      return keys.signing !== before.signing && !keys.rotating ? keys : null;
    });
    const { id } = (await post('/keys/revoke', { kid: before.signing, since: 0, reason: 'lost laptop' })).json();
    await until('the revocation stands', async () => (await get(`/messages/${id}`)).json().state === 'receipted');
    const event = { member: 'MY', block: after.block, revokes: [] };
    expect((await post('/keys/approvals', event)).json().approval).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect((await post('/keys/approvals', { ...event, member: MEMBER })).status).toBe(409);
  });

  test('shows the evidence of a fault, and is red', async () => {
    bench.hub.session().send({ t: 'head', head: bench.hub.ledger().head(MEMBER, undefined, 999) });
    await until('evidence', async () => (await get('/evidence')).json().length > 0);
    expect((await get('/evidence')).json()[0]).toMatchObject({ code: 'head-contradicts', details: { stated: 999 } });
    expect((await call('GET', '/status')).json().colour).toBe('red');
  });
});
