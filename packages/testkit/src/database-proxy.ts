import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of a COMMIT that passes. */
export type CommitFate =
  /** It passes, and so does its answer. */
  | 'pass'
  /** The line is cut before the server hears of it. */
  | 'lost'
  /** The server carries it out, and the line is cut before the answer comes back. */
  | 'unanswered';

/** A door before PostgreSQL, over real sockets, at which a test cuts lines. */
export interface DatabaseProxy {
  /** Where to connect instead. */
  readonly url: string;
  /** What happens to the next COMMIT, once; then everything passes again. */
  nextCommit(fate: CommitFate): void;
  /** Cuts the line at the n-th message from now on, counted over all lines (1 is the next), once. Resolves when it did. */
  cutAt(n: number): Promise<void>;
  /** Cuts every line and lets nobody in until `up`. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

const QUERY = 0x51;
const COMMIT = 'COMMIT\0';

const isCommit = (message: Buffer): boolean => message[0] === QUERY && message.toString('latin1', 5) === COMMIT;

/** Where a server of `startTestPostgres` listens: a unix socket, named in the query, or loopback. */
const targetOf = (url: URL) => {
  const folder = url.searchParams.get('host');
  return folder === null
    ? { host: url.hostname, port: Number(url.port) }
    : { path: `${folder}/.s.PGSQL.${url.port || '5432'}` };
};

/** Opens a proxy before the database that this address names. */
export const startDatabaseProxy = async (databaseUrl: string): Promise<DatabaseProxy> => {
  const target = targetOf(new URL(databaseUrl));
  const lines = new Set<() => void>();
  let fate: CommitFate = 'pass';
  let isDown = false;
  let countdown = 0;
  let cut: () => void = () => undefined;

  const through = (near: Socket): void => {
    const far = connect(target);
    let begun = false;
    let rest = Buffer.alloc(0);
    let unanswered = false;
    const end = (): void => {
      lines.delete(end);
      near.destroy();
      far.destroy();
    };
    lines.add(end);
    for (const socket of [near, far]) socket.on('error', end).on('close', end);

    /** One message of the client. Returns false where the line was cut over it. */
    const pass = (message: Buffer): boolean => {
      if (countdown > 0 && --countdown === 0) {
        end();
        cut();
        return false;
      }
      if (isCommit(message) && fate !== 'pass') {
        const what = fate;
        fate = 'pass';
        if (what === 'lost') {
          end();
          return false;
        }
        unanswered = true;
      }
      far.write(message);
      return true;
    };
    near.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        // The first message has no type before its length (the start-up packet; TLS is named off).
        const at = begun ? 1 : 0;
        if (rest.length < at + 4) return;
        const length = at + rest.readUInt32BE(at);
        if (rest.length < length) return;
        const message = rest.subarray(0, length);
        rest = rest.subarray(length);
        begun = true;
        if (!pass(message)) return;
      }
    });
    far.on('data', (bytes) => {
      if (unanswered) end();
      else near.write(bytes);
    });
  };

  const server = createServer((near) => {
    if (isDown) near.destroy();
    else through(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  url.searchParams.delete('host');
  const cutAll = (): void => {
    for (const end of [...lines]) end();
  };
  return {
    url: url.href,
    nextCommit: (next) => {
      fate = next;
    },
    cutAt: (n) =>
      new Promise((resolve) => {
        countdown = n;
        cut = resolve;
      }),
    down: () => {
      isDown = true;
      cutAll();
    },
    up: () => {
      isDown = false;
    },
    close: () => {
      isDown = true;
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
