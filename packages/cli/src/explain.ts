import { ClientError } from '@eads/client';
import { exitCodeOf } from './access.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { plain } from './style.ts';

export interface Explained {
  readonly text: string;
  readonly exitCode: ExitCode;
}

const placesOf = ({ at }: ClientError): string => at.map(({ path, says }) => `\n  ${path}: ${says}`).join('');

const clientText = (error: ClientError): string => {
  const { code, detail } = error;
  const again = code === 'unreachable' ? ' To start the exchange on this machine: npm start.' : '';
  const words = code === 'returned' ? `Returned: ${detail}` : detail;
  return `${plain(words)}${again}${code === 'bad-request' ? plain(placesOf(error)) : ''}`;
};

const systemText = (error: NodeJS.ErrnoException): string | undefined => {
  const { code, path } = error;
  const where = path === undefined ? '' : `${path}: `;
  if (code === 'ENOSPC') return `${where}The disk is full. Free some space and run the command again.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${where}Access is denied. Choose another place, or change its rights.`;
  if (code === 'EROFS') return `${where}This file system is read-only. Choose another place.`;
  if (code === 'ENOENT') return `${where}There is no such file or folder. Check the name.`;
  if (code === 'ENOTDIR') return `${where}A part of this path is a file and not a folder. Check the name.`;
  if (code === 'EISDIR') return `${where}This is a folder; a file is needed.`;
  return undefined;
};

/** An error in words for a person, and the exit code. A stack only where it was asked for. */
export const explain = (error: unknown, debug: boolean): Explained => {
  const stack =
    debug && error instanceof Error
      ? `\n${error.stack}${error.cause ? `\nCaused by: ${String(error.cause)}` : ''}`
      : '';
  if (error instanceof CliError) return { text: error.message + stack, exitCode: error.exitCode };
  if (error instanceof ClientError) return { text: clientText(error) + stack, exitCode: exitCodeOf(error) };
  const system = error instanceof Error ? systemText(error) : undefined;
  if (system !== undefined) return { text: system + stack, exitCode: EXIT.input };
  const message = error instanceof Error ? error.message : String(error);
  const hint = debug ? '' : ' Run it again with EADS_LOG_LEVEL=debug for the details, and report them.';
  return { text: `A fault of this program, not of yours: ${plain(message)}.${hint}${stack}`, exitCode: EXIT.fault };
};
