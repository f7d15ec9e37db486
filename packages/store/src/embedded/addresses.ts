import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { superuser } from './cluster.ts';
import { PostgresServerError } from './errors.ts';

/** Where the server listens: a unix socket, or (too long a path, Windows) loopback only. */
export interface Address {
  readonly socketDir: string | undefined;
  readonly host: string;
  readonly port: number;
}

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const longestSocketPath = process.platform === 'darwin' ? 103 : 107;
const socketPort = 5432;

export function socketFits(socketDir: string): boolean {
  return (
    process.platform !== 'win32' && Buffer.byteLength(join(socketDir, `.s.PGSQL.${socketPort}`)) <= longestSocketPath
  );
}

/** A socket where it fits, since then nothing listens on the network. Throws `port-in-use`. */
export async function chooseAddress(socketDir: string): Promise<Address> {
  if (socketFits(socketDir)) return { socketDir, host: socketDir, port: socketPort };
  return { socketDir: undefined, host: '127.0.0.1', port: await freePort() };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) =>
      reject(new PostgresServerError('port-in-use', 'No free port could be had on 127.0.0.1.', { cause })),
    );
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new PostgresServerError('port-in-use', 'No free port could be had on 127.0.0.1.'));
      });
    });
  });
}

/** Each role's password follows from the superuser's, so that one file is all there is to keep. */
export function rolePassword(superuserPassword: string, role: string): string {
  if (role === superuser) return superuserPassword;
  return createHmac('sha256', superuserPassword).update(`eads-role/v1\n${role}\n`).digest('base64url');
}

/**
 * A `postgres://` URL that WHATWG's parser, `pg` and libpq all read; a socket folder goes into its query. TLS is named off,
 * or a PGSSLMODE in the person's shell would ask for it.
 */
export function connectionUrl(address: Address, database: string, role: string, password: string): string {
  const login = `${encodeURIComponent(role)}:${encodeURIComponent(password)}`;
  const start = `postgres://${login}@`;
  const path = `${address.port}/${database}?sslmode=disable`;
  if (address.socketDir === undefined) return `${start}${address.host}:${path}`;
  return `${start}localhost:${path}&host=${encodeURIComponent(address.socketDir)}`;
}
