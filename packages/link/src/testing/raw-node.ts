import { acceptHubSession, type HubSessionHost } from '../hub-session.ts';
import type { HubSessionSettings } from '../settings.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import { socketPair } from './socket-pair.ts';
import { createTestHub } from './test-hub.ts';
import { JWS } from './texts.ts';

export interface RawFrame {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** A hub session in memory, with the other end spoken by hand. */
export const createRawNode = (
  overrides: Partial<HubSessionHost> & { readonly sliceItems?: number } = {},
  settings: Partial<HubSessionSettings> = {},
) => {
  const hub = createTestHub(overrides);
  const clock = createFakeClock();
  const [hubSocket, socket] = socketPair();
  let closedWith: number | undefined;
  const frames: RawFrame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(data.toString())));
  socket.on('close', (code) => {
    closedWith = code;
  });
  acceptHubSession(hubSocket, hub, clock, settings);

  const send = async (...sent: (object | string)[]) => {
    for (const frame of sent) socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    await settle();
  };
  const hello = (fields: object = {}) =>
    send({ t: 'hello', version: 1, session: JWS, next: 0, rseq: 0, checkpoint: null, ...fields });
  return {
    hub,
    clock,
    hubSocket,
    socket,
    frames,
    /** Frames of one kind. */
    got: (t: string) => frames.filter((frame) => frame.t === t),
    seqs: () =>
      frames
        .filter((frame) => frame.t === 'deliver')
        .flatMap((frame) => (frame.items as unknown[]).map((_, i) => (frame.first as number) + i)),
    closedWith: () => closedWith,
    send,
    hello,
    /** Up to `welcome`, with credit. */
    link: async (credit = { bytes: 1 << 24, count: 1 << 14 }) => {
      await settle();
      await hello();
      if (credit.bytes > 0 || credit.count > 0) await send({ t: 'credit', ...credit });
    },
  };
};
