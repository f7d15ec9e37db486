import { createServer } from 'node:net';
import type { Random } from '@eads/samples';

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * A free port below those that the system gives to clients: while a server is down, a client that dials its port over and over
 * would else be given that very port, and be connected to itself.
 */
export const freePort = async (random: Random): Promise<number> => {
  for (;;) {
    const port = random.int(20_000, 31_000);
    if (await isFree(port)) return port;
  }
};
