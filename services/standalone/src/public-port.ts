import { createServer } from 'node:net';
import { listenError } from '@eads/runtime';

const written = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};

/** The address under which this machine itself finds the public port. */
export const publicUrl = (host: string, port: number): string => `http://${written(host)}:${port}`;

/** Whether the port can be had, before anything is started for it. Throws `PersonError` where it cannot. */
export const probePort = (port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(listenError(error, port, host, 'EADS_PORT')));
    probe.listen({ port, host }, () => probe.close(() => resolve()));
  });
