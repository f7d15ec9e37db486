import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RouteAccess } from './access.ts';
import type { HttpServer } from './http-server.ts';
import { listenError } from './listen-error.ts';

/** Upper bounds in ms: from a cached read to a hub that hangs. */
const MS_BUCKETS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/**
 * What a process counts. Asking again for a name gives the same metric, so that eleven nodes in one process share it
 * and tell themselves apart by a label.
 */
export interface Metrics {
  counter<Label extends string>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  gauge<Label extends string>(name: string, help: string, labels?: readonly Label[]): Gauge<Label>;
  /** In milliseconds; the name must end in `_ms`. */
  histogramMs<Label extends string>(name: string, help: string, labels?: readonly Label[]): Histogram<Label>;
  /** Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own; `processMetrics` adds memory, CPU, event loop and garbage collection of this process. */
export const createMetrics = ({ processMetrics = true }: { readonly processMetrics?: boolean } = {}): Metrics => {
  const register = new Registry();
  if (processMetrics) collectDefaultMetrics({ register });
  const existing = <M>(name: string, kind: new (...parameters: never[]) => M): M | undefined => {
    const metric = register.getSingleMetric(name);
    if (metric === undefined || metric instanceof kind) return metric;
    throw new Error(`The metric ${name} exists as another kind.`);
  };
  return {
    counter: (name, help, labels = []) =>
      (existing(name, Counter) as undefined) ??
      new Counter({ name, help, labelNames: [...labels], registers: [register] }),
    gauge: (name, help, labels = []) =>
      (existing(name, Gauge) as undefined) ?? new Gauge({ name, help, labelNames: [...labels], registers: [register] }),
    histogramMs: (name, help, labels = []) => {
      if (!name.endsWith('_ms')) throw new Error(`The metric ${name} is in milliseconds: let its name end in _ms.`);
      return (
        (existing(name, Histogram) as undefined) ??
        new Histogram({ name, help, labelNames: [...labels], buckets: MS_BUCKETS, registers: [register] })
      );
    },
    text: () => register.metrics(),
    contentType: register.contentType,
  };
};

/** Counts the requests of a server by route pattern, never by address. */
export const observeHttp = (app: HttpServer, metrics: Metrics): void => {
  const durations = metrics.histogramMs('http_request_duration_ms', 'How long HTTP requests took.', [
    'method',
    'route',
    'status',
  ]);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime);
  });
};

/** `GET /metrics` on a server with tokens. Never open: the figures tell who exchanges with whom, and how much. */
export const addMetricsRoute = (app: HttpServer, metrics: Metrics, roles: Exclude<RouteAccess, 'open'>): void => {
  app.get(
    '/metrics',
    { config: { roles, rateLimit: false }, schema: { summary: 'Figures for Prometheus', tags: ['server'] } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
};

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

const closeServer = (server: Server): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
};

/** `GET /metrics` without a token on a port of its own, which nobody publishes. Throws `PersonError` where it cannot open. */
export const listenForMetrics = async (
  metrics: Metrics,
  { port, host, variable }: { readonly port: number; readonly host: string; readonly variable?: string },
): Promise<MetricsServer> => {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host }, resolve);
  try {
    await promise;
  } catch (error) {
    throw listenError(error, port, host, variable);
  }
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
};
