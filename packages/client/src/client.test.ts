import { PROBLEMS } from '@eads/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { ClientError } from './client-error.ts';
import { type Answer, sendJson, startFarSide } from './testing/far-side.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
const farSide = async (answer: Answer) => {
  const { url, stop } = await startFarSide(answer);
  stops.push(stop);
  return url;
};
const memberAt = async (answer: Answer) => createClient({ url: await farSide(answer), token: 'secret', member: 'ID' });
const problem = (code: keyof typeof PROBLEMS, detail: string) => ({
  type: `urn:problem-type:eads:${code}`,
  code,
  title: PROBLEMS[code].title,
  status: PROBLEMS[code].status,
  detail,
  retry: PROBLEMS[code].retry,
});
const sent = (state: string, over = {}) => ({
  id: ID,
  kind: 'notice.publish',
  to: 'all',
  state,
  createdAt: '2026-01-01T00:00:00.000Z',
  seq: 7,
  code: 'accepted',
  says: null,
  decisions: [],
  ...over,
});
const failing = async (work: Promise<unknown>): Promise<ClientError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClientError);
  return error as ClientError;
};

describe('calls', () => {
  it('go to the member’s own node with its token, and nowhere else by a redirect', async () => {
    const seen: string[] = [];
    const client = await memberAt((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      if (seen.length === 1) return sendJson(response, sent('sent'));
      response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end();
    });
    await client.sent(ID);
    expect(seen).toEqual([`GET /nodes/ID/runs/practice/messages/${ID} Bearer secret`]);
    expect((await failing(client.sent(ID))).code).toBe('unreachable');
  });

  it('carry the problem of the answer: code, detail, places, whether to try again and when', async () => {
    const client = await memberAt((_, response) => {
      response.setHeader('retry-after', '3');
      sendJson(response, { ...problem('too-many', 'Slower.'), at: [{ path: 'body', says: 'quota' }] }, 429);
    });
    const error = await failing(client.submit({} as never));
    expect(error).toMatchObject({ code: 'too-many', detail: 'Slower.', retry: true, status: 429, retryAfterMs: 3000 });
    expect(error.at).toEqual([{ path: 'body', says: 'quota' }]);
  });

  it.each([
    ['no JSON', '<html>', 200],
    ['other JSON', '{"hello":1}', 200],
    ['an error that is no problem', 'Bad gateway', 502],
  ])('do not trust %s', async (_, text, status) => {
    const client = await memberAt((_request, response) => void response.writeHead(status).end(text));
    const error = await failing(client.sent(ID));
    expect(error.code).toBe('not-understood');
    expect(error.message).toContain('/nodes/ID/runs/practice/messages/');
  });

  it('say where nobody answers', async () => {
    const error = await failing(createClient({ url: 'http://127.0.0.1:9', token: null }).health());
    expect(error).toMatchObject({ code: 'unreachable', retry: true });
    expect(error.message).toContain('http://127.0.0.1:9');
  });

  it('never show the token in an error', async () => {
    const client = await memberAt((_, response) => sendJson(response, problem('forbidden', 'No.'), 403));
    const error = await failing(client.status());
    expect(JSON.stringify([error.message, error.stack, { ...error }])).not.toContain('secret');
  });

  it.each([
    ['an address', { url: 'ftp://x', token: null }],
    ['a run', { url: 'http://x', token: null, run: '../SG' }],
    ['a member', { url: 'http://x', token: null, member: 'ID/../SG' }],
  ])('are not made with %s that is none', (_, options) => {
    expect(() => createClient(options)).toThrow(TypeError);
  });
});

describe('waiting for a message', () => {
  it('looks until it is there', async () => {
    const states = ['queued', 'sent', 'receipted', 'witnessed'];
    let at = 0;
    const client = await memberAt((_, response) => sendJson(response, sent(states[at++] ?? 'witnessed')));
    expect((await client.waitFor(ID, 'receipted')).state).toBe('receipted');
    expect((await client.waitFor(ID, 'witnessed')).state).toBe('witnessed');
  });

  it('takes witnessed for receipted', async () => {
    const client = await memberAt((_, response) => sendJson(response, sent('witnessed')));
    expect((await client.waitFor(ID, 'receipted')).state).toBe('witnessed');
  });

  it.each(['returned', 'held'])('says why one is %s', async (state) => {
    const client = await memberAt((_, response) => sendJson(response, sent(state, { says: 'Because.' })));
    expect(await failing(client.waitFor(ID, 'receipted'))).toMatchObject({ code: state, detail: 'Because.' });
  });

  it('gives up in time', async () => {
    const client = await memberAt((_, response) => sendJson(response, sent('queued')));
    expect((await failing(client.waitFor(ID, 'witnessed', { timeoutMs: 120 }))).code).toBe('timed-out');
  });
});

describe('notices', () => {
  it('come page by page until one is not full', async () => {
    const asked: string[] = [];
    const row = (n: number) => ({
      ref: `ID/01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`,
      version: 1,
      seq: n,
      time: '2026-01-01T00:00:00.000Z',
      owner: 'ID',
      envelopeId: ID,
      cancels: true,
      type: null,
      number: null,
      notice: null,
      reason: null,
      handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
      erasedBy: null,
    });
    const client = await memberAt((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      asked.push(url.search);
      const offset = Number(url.searchParams.get('offset'));
      sendJson(
        response,
        Array.from({ length: offset === 0 ? 200 : 3 }, (_, i) => row(offset + i)),
      );
    });
    const seqs: number[] = [];
    for await (const { seq } of client.notices({ owner: 'ID' })) seqs.push(seq);
    expect(seqs).toEqual(Array.from({ length: 203 }, (_, i) => i));
    expect(asked).toEqual(['?owner=ID&limit=200&offset=0', '?owner=ID&limit=200&offset=200']);
  });
});
