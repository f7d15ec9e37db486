/** Bytes of a compact JWS envelope, at most. */
export const ENVELOPE_BYTES = 48 * 1024;
/** Bytes of a confidential inner body (its JSON), at most. */
export const INNER_BODY_BYTES = 16 * 1024;
/** Bytes of one websocket frame, at most. */
export const FRAME_BYTES = 1024 * 1024;
/** Protocol versions that this code speaks, newest first: N and N-1. */
export const VERSIONS = [1] as const;
export const VERSION = 1;
/** Longest silence before a node shows amber, and how often the hub speaks, in ms. */
export const HEAD_EVERY_MS = 5_000;
export const HEAD_SILENCE_MS = 15_000;
/** Unwitnessed for longer than this is amber, in ms. */
export const WITNESS_AMBER_MS = 60_000;
