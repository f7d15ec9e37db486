import { CLOSE_CODES, type CloseCode } from '@eads/protocol';

/** What a frame of kind `error` says. */
export interface LinkError {
  /** Lower-case word, `[a-z-]{1,40}`. */
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

const WORDS: Record<CloseCode, { readonly what: string; readonly remedy: string }> = {
  1001: { what: 'The other end went away in good order.', remedy: 'It is tried again by itself.' },
  1006: { what: 'The line was cut, or the hub could not be reached.', remedy: 'It is tried again by itself.' },
  1011: {
    what: 'A fault inside the node or the hub ended the session.',
    remedy: 'It is tried again by itself. If it stays, read the logs of both.',
  },
  4400: {
    what: 'A frame was not of the form that the protocol names.',
    remedy: 'Both ends must run a version of this software that fits. It is tried again in a minute.',
  },
  4401: {
    what: 'The hub does not know this node.',
    remedy: 'Check the token and the keys of this node, then connect again.',
  },
  4403: { what: 'This member was revoked.', remedy: 'Ask the Secretariat.' },
  4406: {
    what: 'Node and hub speak no protocol version in common.',
    remedy: 'Upgrade the older of the two, then connect again.',
  },
  4408: { what: 'No answer came in time.', remedy: 'It is tried again by itself.' },
  4409: {
    what: 'Another session of this member took over.',
    remedy: 'Make sure that this node runs once only. It is tried again in a minute.',
  },
  4410: { what: 'The hub serves another run or epoch.', remedy: 'The new genesis is fetched and checked by itself.' },
  4412: {
    what: 'This node holds more of the ledger than the hub does.',
    remedy: 'The checkpoint is kept as evidence. The trainer must look at "Ledger".',
  },
  4413: { what: 'A frame was over 1 MiB.', remedy: 'It is tried again in a minute. If it stays, read the log.' },
  4423: {
    what: 'The run is frozen, because the ledger and the nodes disagree.',
    remedy: 'The trainer must look at "Ledger".',
  },
  4429: { what: 'Frames were read too slowly.', remedy: 'It is tried again by itself.' },
  4503: { what: 'The hub is shutting down or full.', remedy: 'It is tried again by itself.' },
};

const isCloseCode = (code: number): code is CloseCode => code in CLOSE_CODES;

/** What is told to a person about a close code when the other end gave no words of its own. */
export const errorOf = (code: CloseCode): LinkError => ({ code: CLOSE_CODES[code].name, ...WORDS[code] });

/**
 * A code as received, in the terms of the protocol's table. The codes of RFC 6455 section 7.4.1 that `ws` sends by itself mean
 * a malformed frame (1002, 1003, 1007) or one over the cap (1009); all else is a cut line.
 */
export const closeCodeOf = (code: number): CloseCode => {
  if (isCloseCode(code)) return code;
  if (code === 1002 || code === 1003 || code === 1007) return 4400;
  return code === 1009 ? 4413 : 1006;
};
