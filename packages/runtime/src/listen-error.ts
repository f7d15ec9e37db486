import { PersonError, type PersonErrorText } from './person-error.ts';

const explain = (code: string | undefined, port: number, host: string): PersonErrorText => {
  switch (code) {
    case 'EADDRINUSE':
      return {
        what: `The port ${port} on ${host} is in use`,
        remedy: 'Stop the program that uses it, or choose another port',
      };
    case 'EACCES':
      return {
        what: `This user may not open the port ${port} on ${host}`,
        remedy: 'Choose a port from 1024 to 65535',
      };
    case 'EADDRNOTAVAIL':
      return {
        what: `This machine has no address ${host}`,
        remedy: 'Choose one of its own addresses, 127.0.0.1 for this machine only, or 0.0.0.0 for all',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        what: `The host name ${host} is not known`,
        remedy: 'Check its spelling, or use an address like 127.0.0.1',
      };
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return {
        what: `The address ${host} cannot be used on this machine`,
        remedy: 'Use an IPv4 address like 127.0.0.1',
      };
    default:
      return {
        what: `The port ${port} on ${host} could not be opened${code === undefined ? '' : ` (${code})`}`,
        remedy: 'Choose another port or address',
      };
  }
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What kept a server from listening, as an error for a person. `variable` names the setting to change: `EADS_PORT`. */
export const listenError = (error: unknown, port: number, host: string, variable?: string): PersonError =>
  new PersonError({
    ...explain(codeOf(error), port, host),
    ...(variable === undefined ? {} : { where: variable }),
    cause: error,
  });

/** The same as one clear sentence or two. */
export const listenErrorSentence = (error: unknown, port: number, host: string): string =>
  listenError(error, port, host).message;
