import { once } from 'node:events';
import { connect } from 'node:net';
import websocket from '@fastify/websocket';
import pino from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { createHttpServer, type HttpServerOptions, listen } from './http.ts';
import type { HttpServer } from './http-server.ts';
import { mount } from './mount.ts';
import { createProblems } from './problems.ts';
import { createTokenTable } from './tokens.ts';

const problems = createProblems({
  'bad-request': { status: 400, title: 'Bad request', retry: false },
  unauthenticated: { status: 401, title: 'A token is needed', retry: false },
  forbidden: { status: 403, title: 'Not open', retry: false },
  'not-found': { status: 404, title: 'Not here', retry: false },
  conflict: { status: 409, title: 'Not now', retry: false },
  'too-large': { status: 413, title: 'Too much', retry: false },
  'too-many': { status: 429, title: 'Too often', retry: true },
  internal: { status: 500, title: 'A fault on our side', retry: true },
  unavailable: { status: 503, title: 'Not available', retry: true },
});
const tokens = { trainer: 't'.repeat(40), ID: 'i'.repeat(40) };
const bearer = (role: keyof typeof tokens) => ({ authorization: `Bearer ${tokens[role]}` });
const logged: string[] = [];
const servers: HttpServer[] = [];

const start = async (changes: Partial<HttpServerOptions<string, z.ZodType>> = {}): Promise<HttpServer> => {
  const app = await createHttpServer({
    name: 'test',
    title: 'Test <server>',
    version: '1.2.3',
    says: 'For the tests.',
    logger: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
    problems,
    authenticate: createTokenTable(tokens),
    health: { schema: z.strictObject({ status: z.literal('ok') }), read: () => ({ status: 'ok' as const }) },
    ...changes,
  });
  servers.push(app);
  return app;
};

afterEach(async () => {
  logged.length = 0;
  await Promise.all(servers.splice(0).map((app) => app.close()));
});

test('health is open and nothing else is', async () => {
  const app = await start();
  expect((await app.inject('/health')).json()).toEqual({ status: 'ok' });
  for (const path of ['/openapi.json', '/docs']) {
    const answer = await app.inject(path);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ code: 'unauthenticated', status: 401, retry: false });
  }
});

describe('who may use a route', () => {
  test('a route that does not say is refused when it is registered', async () => {
    const app = await start();
    expect(() => app.get('/secret', async () => 'x')).toThrow(/GET \/secret does not declare who may use it/);
    expect(() => app.get('/nobody', { config: { roles: [] } }, async () => 'x')).toThrow(/empty list of roles/);
    await expect(
      app.register(
        async (scope) => {
          scope.post('/inner', async () => 'x');
        },
        { prefix: '/hub' },
      ),
    ).rejects.toThrow(/POST \/hub\/inner does not declare/);
  });

  test('no token 401, wrong token 401, wrong role 403, right role 200', async () => {
    const app = await start();
    app.get('/desk', { config: { roles: ['ID'] } }, async (request) => ({ role: request.role }));
    const ask = (authorization?: string) =>
      app.inject({ url: '/desk', headers: authorization === undefined ? {} : { authorization } });
    expect((await ask()).headers['www-authenticate']).toBe('Bearer');
    expect((await ask()).statusCode).toBe(401);
    expect((await ask(`Bearer ${'x'.repeat(40)}`)).statusCode).toBe(401);
    expect((await ask(tokens.ID)).statusCode).toBe(401);
    expect((await ask(`Basic ${Buffer.from(`:${tokens.ID}`).toString('base64')}`)).statusCode).toBe(401);
    const wrong = await ask(bearer('trainer').authorization);
    expect(wrong.json()).toMatchObject({ code: 'forbidden', status: 403 });
    expect(wrong.json().detail).toContain('It is open to: ID.');
    expect((await ask(bearer('ID').authorization)).json()).toEqual({ role: 'ID' });
    expect((await app.inject({ method: 'HEAD', url: '/desk' })).statusCode).toBe(404);
  });

  test('a rule speaks for roles that nobody listed', async () => {
    const app = await start();
    const member = { says: 'any member', allows: (role: string) => /^[A-Z]{2}$/.test(role) };
    app.get('/tiles', { config: { roles: member } }, async () => 'tile');
    expect((await app.inject({ url: '/tiles', headers: bearer('ID') })).statusCode).toBe(200);
    const refused = await app.inject({ url: '/tiles', headers: bearer('trainer') });
    expect(refused.statusCode).toBe(403);
    expect(refused.json().detail).toContain('any member');
  });

  test('pages take the token as a password, and ask for it; other methods never do', async () => {
    const app = await start();
    expect(() => app.post('/do', { config: { roles: ['ID'], browser: true } }, async () => 'x')).toThrow(/GET only/);
    expect((await app.inject('/docs')).headers['www-authenticate']).toMatch(/^Basic /);
    const authorization = `Basic ${Buffer.from(`anyone:${tokens.ID}`).toString('base64')}`;
    const page = await app.inject({ url: '/docs', headers: { authorization } });
    expect(page.statusCode).toBe(200);
  });
});

describe('problems', () => {
  const schema = { body: z.strictObject({ name: z.string().max(5), kind: z.union([z.literal('a'), z.int()]) }) };
  const answering = async (changes: Partial<HttpServerOptions<string, z.ZodType>> = {}) => {
    const app = await start(changes);
    app.post('/things', { config: { roles: 'open' }, schema }, async () => ({ done: true }));
    return app;
  };

  test('a wrong body says where, and never quotes itself', async () => {
    const app = await answering();
    const answer = await app.inject({
      method: 'POST',
      url: '/things',
      payload: { name: 'PLANTED-STRING', kind: 'PLANTED-STRING', more: 1 },
    });
    const body = answer.json();
    expect(body).toMatchObject({ code: 'bad-request', status: 400, type: 'urn:problem-type:eads:bad-request' });
    expect(body.at.map(({ path }: { path: string }) => path)).toEqual(['body/name', 'body/kind', 'body']);
    expect(body.at[1].says).toContain('; or: ');
    expect(answer.payload).not.toContain('PLANTED-STRING');
  });

  test.each([
    ['not JSON', { payload: '{', headers: { 'content-type': 'application/json' } }, 'bad-request'],
    ['no body', { headers: { 'content-type': 'application/json' } }, 'bad-request'],
    ['another type', { payload: 'x', headers: { 'content-type': 'text/csv' } }, 'bad-request'],
    ['prototype', { payload: '{"__proto__":{}}', headers: { 'content-type': 'application/json' } }, 'bad-request'],
    ['too big', { payload: { name: 'x'.repeat(300) } }, 'too-large'],
  ])('%s', async (_name, request, code) => {
    const app = await answering({ bodyLimit: 200 });
    const answer = await app.inject({ method: 'POST', url: '/things', ...request });
    expect(answer.json()).toMatchObject({ code });
    expect(answer.statusCode).toBe(answer.json().status);
  });

  test('unknown paths and addresses that are none', async () => {
    const app = await answering();
    expect((await app.inject('/nothing')).json()).toMatchObject({ code: 'not-found' });
    expect((await app.inject({ method: 'DELETE', url: '/things' })).json()).toMatchObject({ code: 'not-found' });
    expect((await app.inject('/%ff')).json()).toMatchObject({ code: 'bad-request' });
  });

  test('a fault is logged and tells nothing', async () => {
    const app = await start();
    app.get('/fault', { config: { roles: 'open' } }, async () => {
      throw Object.assign(new Error('PLANTED-STRING of the database'), { statusCode: 400 });
    });
    app.get(
      '/lie',
      { config: { roles: 'open' }, schema: { response: { 200: z.strictObject({ a: z.int() }) } } },
      async (_request, reply) => reply.send({ a: 'PLANTED-STRING' } as never),
    );
    for (const url of ['/fault', '/lie']) {
      const answer = await app.inject(url);
      expect(answer.json()).toMatchObject({ code: 'internal', status: 500, retry: true });
      expect(answer.payload).not.toContain('PLANTED-STRING');
      expect(answer.json().detail).toContain(answer.headers['x-request-id']);
    }
    expect(logged.join()).toContain('PLANTED-STRING of the database');
  });

  test('a thrown problem goes out as it is, with when to come again', async () => {
    const app = await start();
    app.get('/busy', { config: { roles: 'open' } }, async () => {
      throw problems.error('unavailable', 'The hub is starting.', { retryAfterMs: 1500 });
    });
    const answer = await app.inject('/busy');
    expect(answer.json()).toMatchObject({ code: 'unavailable', status: 503, detail: 'The hub is starting.' });
    expect(answer.headers['retry-after']).toBe('2');
  });
});

describe('limits', () => {
  test('one role that floods slows down only itself', async () => {
    const app = await start({ rateLimits: { max: 3, windowMs: 60_000 } });
    app.get('/desk', { config: { roles: ['ID', 'trainer'] } }, async () => 'x');
    const ask = (role: keyof typeof tokens) => app.inject({ url: '/desk', headers: bearer(role) });
    for (let i = 0; i < 3; i++) expect((await ask('ID')).statusCode).toBe(200);
    const refused = await ask('ID');
    expect(refused.json()).toMatchObject({ code: 'too-many', status: 429, retry: true });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('trainer')).statusCode).toBe(200);
    expect((await app.inject('/health')).statusCode).toBe(200);
  });

  test('guessing tokens is slowed down', async () => {
    const app = await start({ rateLimits: { failuresPerMinute: 2 } });
    const guess = () => app.inject({ url: '/docs', headers: { authorization: `Bearer ${'g'.repeat(40)}` } });
    expect((await guess()).statusCode).toBe(401);
    expect((await guess()).statusCode).toBe(401);
    expect((await guess()).statusCode).toBe(429);
    expect((await app.inject('/unknown')).statusCode).toBe(429);
    expect((await app.inject({ url: '/docs', headers: bearer('ID') })).statusCode).toBe(200);
  });
});

test('headers: nothing may be loaded or framed, plain http stays plain, nothing is kept', async () => {
  const app = await start();
  for (const url of ['/health', '/nothing', '/openapi.json']) {
    const { headers } = await app.inject(url);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-powered-by']).toBeUndefined();
  }
});

describe('several services behind one door', () => {
  const node = async (app: HttpServer): Promise<void> => {
    app.get(
      '/inbox/:seq',
      {
        config: { roles: ['ID'] },
        schema: {
          summary: 'One entry',
          params: z.strictObject({ seq: z.coerce.number<string>().int() }),
          response: { 200: z.strictObject({ seq: z.int() }).meta({ id: 'TestEntry' }) },
        },
      },
      async (request) => ({ seq: request.params.seq }),
    );
  };

  test('prefixes, and one description of what is mounted several times', async () => {
    const app = await start();
    for (const member of ['ID', 'MY']) {
      await mount(
        app,
        { prefix: `/nodes/${member}`, documentAs: '/nodes/{member}', parameters: { member: 'Code of a force' } },
        node,
      );
    }
    await mount(app, { prefix: '/hub' }, node);
    expect((await app.inject({ url: '/nodes/MY/inbox/7', headers: bearer('ID') })).json()).toEqual({ seq: 7 });
    expect((await app.inject({ url: '/nodes/MY/inbox/7' })).statusCode).toBe(401);
    const document = (await app.inject({ url: '/openapi.json', headers: bearer('ID') })).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/health',
      '/openapi.json',
      '/docs',
      '/nodes/{member}/inbox/{seq}',
      '/hub/inbox/{seq}',
    ]);
    const operation = document.paths['/nodes/{member}/inbox/{seq}'].get;
    expect(operation.parameters.map(({ name }: { name: string }) => name)).toEqual(['member', 'seq']);
    expect(operation.description).toContain('Open to: ID.');
    expect(operation.responses['200'].content['application/json'].schema.$ref).toBe('#/components/schemas/TestEntry');
    expect(Object.keys(operation.responses.default.content)).toEqual(['application/problem+json']);
    expect(Object.keys(document.components.schemas)).toEqual(['Problem', 'TestEntry']);
    expect(document.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(problems.table));
    expect(document.paths['/health'].get.security).toEqual([]);
  });

  test('the page needs nothing from outside and escapes what it shows', async () => {
    const app = await start({ says: 'Says <script>alert(1)</script>' });
    await mount(app, { prefix: '/hub' }, node);
    const answer = await app.inject({ url: '/docs', headers: bearer('ID') });
    expect(answer.payload).toContain('Test &#60;server&#62;');
    expect(answer.payload).not.toContain('<script');
    expect(answer.payload).not.toMatch(/(?:src|href)="(?!#|openapi\.json)/);
    expect(answer.payload).toContain('/hub/inbox/{seq}');
    expect(answer.headers['content-security-policy']).toMatch(/style-src 'sha256-[A-Za-z0-9+/=]+'/);
  });

  test('a bad prefix, or a name that nobody explains, is refused', async () => {
    const app = await start();
    await expect(mount(app, { prefix: 'hub' }, node)).rejects.toThrow(/not a path prefix/);
    await expect(mount(app, { prefix: '/n/ID', documentAs: '/n/{member}' }, node)).rejects.toThrow(/what member means/);
  });
});

describe('websockets', () => {
  const withSocket = async (changes: Partial<HttpServerOptions<string, z.ZodType>> = {}) => {
    const app = await start(changes);
    await mount(app, { prefix: '/hub' }, async (scope) => {
      await scope.register(websocket, { preClose: (done) => done() });
      scope.get('/session', { websocket: true, config: { roles: ['ID'] } }, (socket, request) => {
        socket.send(`hello ${request.role}`);
      });
    });
    const { port } = await listen(app, { port: 0, host: '127.0.0.1' });
    return { app, port };
  };

  test('an upgrade needs the token too', async () => {
    const { port } = await withSocket();
    const refused = new WebSocket(`ws://127.0.0.1:${port}/hub/session`);
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('401');
    const wrong = new WebSocket(`ws://127.0.0.1:${port}/hub/session`, { headers: bearer('trainer') });
    expect(((await once(wrong, 'error')) as [Error])[0].message).toContain('403');
    const socket = new WebSocket(`ws://127.0.0.1:${port}/hub/session`, { headers: bearer('ID') });
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.toString()).toBe('hello ID');
    socket.terminate();
  });

  test.each(['/hub/session', '/health', '/nothing', '/docs'])(
    'an upgrade that is not taken ends its socket: %s',
    async (path) => {
      const { port } = await withSocket();
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString();
      });
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
      );
      await once(socket, 'close');
      expect(answer).toMatch(/^HTTP\/1\.1 (?:200|401|404) /);
    },
  );

  test('closing waits for a grace only, also where a service leaves its sockets open', async () => {
    const { app, port } = await withSocket({ closeGraceMs: 50 });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/hub/session`, { headers: bearer('ID') });
    await once(socket, 'message');
    const closed = once(socket, 'close');
    await app.close();
    await closed;
    expect(app.closing.aborted).toBe(true);
  });
});

test('closing ends a stream that would go on', async () => {
  const app = await start({ closeGraceMs: 50 });
  app.get('/feed', { config: { roles: 'open' } }, async (_request, reply) => {
    reply.hijack();
    reply.raw.write('{}\n');
  });
  const { port } = await listen(app, { port: 0, host: '127.0.0.1' });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /feed HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await app.close();
  await closed;
});

test('closing answers what is under way and tells what comes after to come again', async () => {
  const app = await start();
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  app.get('/slow', { config: { roles: 'open' } }, async () => {
    started.resolve();
    await release.promise;
    return 'done';
  });
  const { port } = await listen(app, { port: 0, host: '127.0.0.1' });
  const socket = connect(port, '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk.toString();
  });
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  socket.write(request('/slow'));
  await started.promise;
  const [ended, aborted] = [once(socket, 'close'), once(app.closing, 'abort')];
  const closed = app.close();
  await aborted;
  const arrived = once(app.server, 'request');
  socket.write(request('/health'));
  await arrived;
  release.resolve();
  await Promise.all([closed, ended]);
  const [, first, second] = answers.split('HTTP/1.1 ');
  expect(first).toMatch(/^200 /);
  expect(second).toMatch(/^503 [\s\S]*"code":"unavailable"/);
});

test('rubbish on the line gets a problem', async () => {
  const app = await start();
  const { port } = await listen(app, { port: 0, host: '127.0.0.1' });
  const socket = connect(port, '127.0.0.1');
  socket.write('RUBBISH\r\n\r\n');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(chunk.toString().split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'bad-request' });
  socket.destroy();
});

test('a port in use is one clear sentence that names the setting', async () => {
  const first = await start();
  const { port } = await listen(first, { port: 0, host: '127.0.0.1' });
  const second = await start();
  await expect(listen(second, { port, host: '127.0.0.1', variable: 'EADS_PORT' })).rejects.toThrow(
    `The port ${port} on 127.0.0.1 is in use (EADS_PORT). Stop the program that uses it, or choose another port.`,
  );
});
