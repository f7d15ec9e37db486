import { FRAME_BYTES } from '@eads/protocol';

/**
 * Options for the `ws` server and client. A frame a little over the cap is read, so that it gets an `error` frame and 4413;
 * beyond `maxPayload` `ws` itself closes with 1009, which both ends take for 4413. Compression is off: `ws` fragments memory with it.
 */
export const SOCKET_OPTIONS = {
  maxPayload: 2 * FRAME_BYTES,
  perMessageDeflate: false,
} as const;

/** Bytes of a `deliver` or `publish` frame, at most; far under the frame cap, so that no buffer grows with the backlog. */
export const BULK_FRAME_BYTES = 256 * 1024;
/** Entries of a `deliver` frame and envelopes of a `publish` frame, at most (as the schemas have it). */
export const DELIVER_ITEMS = 4096;
export const PUBLISH_ITEMS = 256;
/** Bytes handed to the socket and not yet taken, above which nothing more is pulled. */
export const HIGH_WATER_BYTES = 512 * 1024;

/** How much one end lets the other have under way: bytes of `deliver` frames, or of envelopes; and their number. */
export interface Window {
  readonly bytes: number;
  readonly count: number;
}

export interface ChannelSettings {
  /** Bytes waiting in the socket, at most; over it the reader is slow (4429). */
  readonly bufferBytes: number;
  /** How long a reader may take nothing while more waits for it, in ms (4429). */
  readonly slowMs: number;
  /** How long the close handshake may take before the socket is destroyed, in ms. */
  readonly closeMs: number;
  /** How long the handshake may take until `welcome`, in ms (4408). */
  readonly helloMs: number;
}

export interface HubSessionSettings extends ChannelSettings {
  readonly publishWindow: Window;
}

export interface NodeSessionSettings extends ChannelSettings {
  readonly deliverWindow: Window;
}

const CHANNEL: ChannelSettings = { bufferBytes: 4 * 1024 * 1024, slowMs: 5_000, closeMs: 3_000, helloMs: 10_000 };

export const HUB_SETTINGS: HubSessionSettings = {
  ...CHANNEL,
  publishWindow: { bytes: 4 * 1024 * 1024, count: 2048 },
};

/** A node waits longer than the hub, so that the hub's own answer arrives first. */
export const NODE_SETTINGS: NodeSessionSettings = {
  ...CHANNEL,
  helloMs: 15_000,
  deliverWindow: { bytes: 2 * 1024 * 1024, count: 16_384 },
};
