import { afterEach, expect, test } from 'vitest';
import { createHttpServer } from './http.ts';
import { silentLogger } from './logger.ts';
import { addMetricsRoute, createMetrics, listenForMetrics, type MetricsServer } from './metrics.ts';
import { PersonError } from './person-error.ts';
import { createProblems } from './problems.ts';
import { createTokenTable } from './tokens.ts';

const row = (status: number) => ({ status, title: 'x', retry: false });
const problems = createProblems({
  'bad-request': row(400),
  unauthenticated: row(401),
  forbidden: row(403),
  'not-found': row(404),
  'too-large': row(413),
  'too-many': row(429),
  internal: row(500),
  unavailable: row(503),
});
const operator = 'o'.repeat(40);
const open: (MetricsServer | { close(): Promise<unknown> })[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test('the same name is the same metric, of one kind only', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.counter('sent_total', 'Sent.', ['member']).labels('ID').inc();
  metrics.counter('sent_total', 'Sent.', ['member']).labels('MY').inc(2);
  metrics.histogramMs('append_ms', 'Appending.').observe(3);
  metrics.gauge('connected', 'Connected.').set(4);
  const text = await metrics.text();
  expect(text).toContain('sent_total{member="ID"} 1');
  expect(text).toContain('sent_total{member="MY"} 2');
  expect(text).toContain('append_ms_bucket{le="2"} 0');
  expect(text).toContain('append_ms_bucket{le="5"} 1');
  expect(text).toContain('connected 4');
  expect(() => metrics.gauge('sent_total', 'Sent.')).toThrow(/another kind/);
  expect(() => metrics.histogramMs('append_seconds', 'x')).toThrow(/_ms/);
});

test('on a public server only behind a token; requests are counted by route', async () => {
  const metrics = createMetrics();
  const app = await createHttpServer({
    name: 't',
    title: 't',
    version: '1',
    says: 't',
    logger: silentLogger,
    problems,
    authenticate: createTokenTable({ operator }),
    metrics,
  });
  open.push(app);
  addMetricsRoute(app, metrics, ['operator']);
  app.get('/person/:name', { config: { roles: 'open' } }, async () => 'x');
  await app.inject('/person/PLANTED');
  expect((await app.inject('/metrics')).statusCode).toBe(401);
  const answer = await app.inject({ url: '/metrics', headers: { authorization: `Bearer ${operator}` } });
  expect(answer.payload).toContain('http_request_duration_ms_count{method="GET",route="/person/:name",status="200"} 1');
  expect(answer.payload).toContain('process_resident_memory_bytes');
  expect(answer.payload).not.toContain('PLANTED');
});

test('on a port of its own: that path and nothing else; a port in use is told', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.counter('sent_total', 'Sent.').inc();
  const server = await listenForMetrics(metrics, { port: 0, host: '127.0.0.1' });
  open.push(server);
  const address = `http://127.0.0.1:${server.port}`;
  expect(await (await fetch(`${address}/metrics`)).text()).toContain('sent_total 1');
  expect((await fetch(`${address}/`)).status).toBe(404);
  expect((await fetch(`${address}/metrics`, { method: 'POST' })).status).toBe(404);
  await expect(listenForMetrics(metrics, { port: server.port, host: '127.0.0.1' })).rejects.toThrow(PersonError);
});
