import { problem } from '@eads/protocol';
import { type Constellation, HANDLING, plainNotice, startConstellation } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, reaches, send, settled } from './desk.ts';
import { WRONG_MESSAGES, WRONG_REQUESTS, type Wrong } from './wrong.ts';

const MESSAGES = '/nodes/ID/runs/practice/messages';
/** Words with which a sentence tells what to do. */
const MENDS =
  /\b(see|send|check|take|try|read|ask|shorten|name|use|publish|confirm|delete|lists?|mend|shows|restore|copy)\b/i;

describe('bad input gets what, where and how to mend it, and changes nothing (promise 8)', requires('postgres'), () => {
  let net: Constellation;
  let id: Desk;
  let my: Desk;
  /** A notice that was withdrawn, and one that was not. */
  let ref = '';
  let open = '';
  let before: unknown = null;

  beforeAll(async () => {
    net = await startConstellation({ members: ['ID', 'MY', 'SEC'] });
    [id, my] = [deskOf(net, 'ID'), deskOf(net, 'MY')];
    const own = await send(id, 'notice.publish', 'all', { notice: plainNotice('ID', 1) });
    ref = `ID/${own}`;
    await reaches(id, own, 'witnessed');
    await send(id, 'notice.cancel', 'all', { ref, version: 2, reason: 'x' });
    open = `ID/${await send(id, 'notice.publish', 'all', { notice: plainNotice('ID', 2) })}`;
    const second = { ref: open, version: 2, notice: plainNotice('ID', 2), reason: 'x' };
    await reaches(id, open.slice(3), 'receipted', 'witnessed');
    await send(id, 'notice.update', 'all', second);
    await settled(net, [id, my, deskOf(net, 'SEC')]);
    before = await traces();
  });
  afterAll(async () => {
    await net?.end();
  });

  const role = (path: string): string => (path.startsWith('/nodes/') ? path.split('/')[2] : 'trainer') as string;
  const ask = async ({
    method = 'GET',
    path,
    body,
    raw,
    type = 'application/json',
  }: Pick<Wrong, 'method' | 'path' | 'body' | 'raw' | 'type'>) => {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${net.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${net.access.tokens[role(path)]}`,
        ...(content === undefined ? {} : { 'content-type': type }),
      },
      ...(content === undefined ? {} : { body: content }),
    });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  const expectProblem = async (wrong: Wrong): Promise<void> => {
    const { status, type, text } = await ask(wrong);
    expect(status, text).toBe(wrong.status);
    expect(type).toMatch(/^application\/problem\+json/);
    const { detail, at } = problem.parse(JSON.parse(text));
    // A sentence at least, and it says what to do, not only what is wrong.
    expect(detail.length, detail).toBeGreaterThan(20);
    expect(detail, 'how to mend it').toMatch(MENDS);
    if (wrong.at !== null)
      expect(
        at?.map(({ path }) => path),
        text,
      ).toContain(wrong.at);
  };
  /** Everything that a wrong request could have left behind. */
  const traces = async () => ({
    // Nodes state by themselves what they hold, whenever that is due.
    sent: await Promise.all(
      [id, my].map(async (each) =>
        (await each.call('GET', '/messages?limit=500'))
          .json()
          .filter(({ kind }: { kind: string }) => kind !== 'delivery.statement'),
      ),
    ),
    notices: (await id.call('GET', '/notices?limit=200')).json(),
    runs: (await net.call('trainer', 'GET', '/hub/runs'))
      .json()
      .map(({ run, origin, state }: Record<string, unknown>) => ({ run, origin, state })),
  });

  it.each(WRONG_MESSAGES)('handed in at a desk: $name', (wrong) =>
    expectProblem({ method: 'POST', path: MESSAGES, ...wrong }),
  );
  it.each(WRONG_REQUESTS)('asked of a desk or the hub: $name', expectProblem);

  it('handed in at a desk: what the state of a notice does not allow', async () => {
    const notice = plainNotice('ID', 2);
    const handling = HANDLING;
    const change = (version: number, name = ref) => ({
      kind: 'notice.update',
      to: 'all',
      handling,
      body: { ref: name, version, notice, reason: 'x' },
    });
    const cancel = (to: string | string[]) => ({
      kind: 'notice.cancel',
      to,
      handling,
      body: { ref: open, version: 3, reason: 'x' },
    });
    const wrong = { method: 'POST', status: 422 };
    const path = MESSAGES;
    await expectProblem({ ...wrong, path, name: 'a change to what is closed', body: change(3), at: 'body/body/ref' });
    await expectProblem({ ...wrong, path, name: 'a stale change', body: change(2, open), at: 'body/body/version' });
    await expectProblem({ ...wrong, path, name: 'a withdrawal from some', body: cancel(['MY']), at: 'body/to' });
    const theirs = '/nodes/MY/runs/practice/messages';
    await expectProblem({
      ...wrong,
      path: theirs,
      name: 'a change to another’s',
      body: change(2, open),
      at: 'body/body/ref',
    });
  });

  it('leaves nothing lost and nothing half done: all is as it was, and what is right goes on', async () => {
    expect(await traces()).toEqual(before);
    // Two officers change the same version at once: one of them does.
    const change = { kind: 'notice.update', to: 'all', handling: HANDLING };
    const body = { ref: open, version: 3, notice: plainNotice('ID', 2), reason: 'x' };
    const race = await Promise.all([0, 1].map(() => id.call('POST', '/messages', { ...change, body })));
    expect(race.map(({ status }) => status).sort()).toEqual([201, 422]);
    await reaches(id, await send(id, 'notice.cancel', 'all', { ref: open, version: 4, reason: 'x' }), 'witnessed');
    expect((await net.health()).status).toBe('ok');
  });
});
