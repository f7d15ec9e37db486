import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ClientError, createClient, type HubClient, type MemberClient } from '@eads/client';
import { type AccessFile, accessFile } from '@eads/protocol';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly run?: string;
}

export const dataFolder = ({ env, cwd }: Pick<Terminal, 'env' | 'cwd'>): string =>
  resolve(cwd, env.EADS_DATA_DIR || '.data');

export const accessPath = (terminal: Pick<Terminal, 'env' | 'cwd'>): string =>
  join(dataFolder(terminal), 'access.json');

/** Null where there is none. */
const readAccessFile = (path: string): AccessFile | null => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CliError({
      what: `The file with the tokens cannot be read (${code})`,
      where: path,
      remedy: 'Run this as the user that started the exchange, or give --url and --token',
      cause,
    });
  }
  try {
    return accessFile.parse(JSON.parse(text));
  } catch (cause) {
    const remedy = 'Start the exchange again (npm start), or give --url and --token';
    throw new CliError({ what: 'The file with the tokens is damaged', where: path, remedy, cause });
  }
};

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

/** Tokens go to the server that they are of. This machine has many names. */
export const sameServer = (a: string, b: string): boolean => {
  const [one, other] = [URL.parse(a), URL.parse(b)];
  if (!one || !other) return false;
  const sameHost = one.hostname === other.hostname || (LOOPBACK.test(one.hostname) && LOOPBACK.test(other.hostname));
  return one.protocol === other.protocol && sameHost && one.port === other.port;
};

export interface Access {
  readonly url: string;
  readonly run: string;
  /** The token for a role. */
  readonly tokenFor: (role: string) => string;
}

/** Where the exchange is, and with which tokens. Options go before variables, those before `access.json`. */
export const findAccess = (terminal: Pick<Terminal, 'env' | 'cwd'>, options: GlobalOptions): Access => {
  const { env } = terminal;
  const path = accessPath(terminal);
  const given = {
    url: options.url ?? (env.EADS_URL || undefined),
    token: options.token ?? (env.EADS_TOKEN || undefined),
  };
  const file = given.url !== undefined && given.token !== undefined ? null : readAccessFile(path);
  const url = given.url ?? file?.url;
  if (url === undefined) {
    throw new CliError({
      what: 'The exchange was not found: there is no file with its address and tokens',
      where: path,
      remedy: 'Start it with "npm start", or name one with --url and --token (EADS_URL, EADS_TOKEN)',
      exitCode: EXIT.unreachable,
    });
  }
  return {
    url,
    run: options.run ?? (env.EADS_RUN || 'practice'),
    tokenFor: (role) => {
      if (given.token !== undefined) return given.token;
      const own = file !== null && sameServer(url, file.url) ? file.tokens[role] : undefined;
      if (own !== undefined) return own;
      const why =
        file === null || sameServer(url, file.url)
          ? `There is no token for ${role}`
          : `The tokens there are for ${file.url}, and ${url} was asked for`;
      throw new CliError({
        what: why,
        where: path,
        remedy: 'Check the role or the member code, or give the token with --token (EADS_TOKEN)',
        exitCode: EXIT.unreachable,
      });
    },
  };
};

const orCliError = <Result>(make: () => Result): Result => {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) throw new CliError({ what: error.message, remedy: 'Correct the option' });
    throw error;
  }
};

/** Every call ends at Ctrl-C. */
const interruptible =
  (signal: AbortSignal): typeof globalThis.fetch =>
  (input, init) =>
    fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal });

export const hubClientFor = ({ url, run, tokenFor }: Access, role: string, signal: AbortSignal): HubClient =>
  orCliError(() => createClient({ url, run, token: tokenFor(role), fetch: interruptible(signal) }));

export const memberClientFor = ({ url, run, tokenFor }: Access, member: string, signal: AbortSignal): MemberClient =>
  orCliError(() => createClient({ url, run, member, token: tokenFor(member), fetch: interruptible(signal) }));

/** For what needs no token. */
export const openClientFor = ({ url, run }: Access, signal: AbortSignal): HubClient =>
  orCliError(() => createClient({ url, run, token: null, fetch: interruptible(signal) }));

/** Which exit code a failed call makes. */
export const exitCodeOf = ({ code }: ClientError): (typeof EXIT)[keyof typeof EXIT] =>
  ['unreachable', 'cut', 'unauthenticated', 'forbidden', 'unavailable', 'too-many', 'not-understood'].includes(code)
    ? EXIT.unreachable
    : EXIT.wrong;
