import type { NodeHost } from '../node-host.ts';
import { type NodeLinkOptions, startNodeLink } from '../node-link.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import type { RawFrame } from './raw-node.ts';
import { socketPair, type TestSocket } from './socket-pair.ts';
import { createTestNode } from './test-node.ts';
import { ORIGIN, sha } from './texts.ts';

interface RawConnection {
  readonly hub: TestSocket;
  readonly node: TestSocket;
  readonly frames: RawFrame[];
  closedWith: number | undefined;
}

const LIMITS = {
  frameBytes: 1024 * 1024,
  envelopeBytes: 48 * 1024,
  publishItems: 256,
  pingMs: 1000,
  pongMs: 1000,
} as const;

/** A node link in memory, with the hub's end spoken by hand. */
export const createRawHub = (
  overrides: Partial<NodeHost> = {},
  options: Partial<Pick<NodeLinkOptions, 'settings' | 'random' | 'stableMs' | 'dial'>> = {},
) => {
  const node = createTestNode(overrides);
  const clock = createFakeClock();
  const connections: RawConnection[] = [];
  const link = startNodeLink({
    url: 'ws://hub.test/',
    token: 'token',
    host: node,
    clock,
    random: () => 0,
    dial: () => {
      const [hub, end] = socketPair();
      const connection: RawConnection = { hub, node: end, frames: [], closedWith: undefined };
      hub.on('message', (data) => connection.frames.push(JSON.parse(data.toString())));
      hub.on('close', (code) => {
        connection.closedWith = code;
      });
      connections.push(connection);
      return end;
    },
    ...options,
  });

  const last = () => connections.at(-1) as RawConnection;
  const send = async (...frames: (object | string)[]) => {
    for (const frame of frames) last().hub.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    await settle();
  };
  const challenge = async (fields: object = {}) => {
    await settle();
    await send({ t: 'challenge', versions: [1], origin: ORIGIN, hub: 'hub-1', nonce: sha('nonce'), ...fields });
  };
  const welcome = (fields: object = {}) =>
    send({ t: 'welcome', version: 1, generation: 3, size: 0, limits: LIMITS, ...fields });
  return {
    node,
    clock,
    link,
    connections,
    last,
    send,
    challenge,
    welcome,
    /** Up to `welcome`, with credit. */
    greet: async (credit = { bytes: 1 << 22, count: 2048 }) => {
      await challenge();
      await welcome();
      if (credit.count > 0) await send({ t: 'credit', ...credit });
    },
    got: (t: string) => last().frames.filter((frame) => frame.t === t),
    closedWith: () => last().closedWith,
  };
};

/** A deliver frame, as an object. */
export const deliverFrame = (first: number, count: number) => ({
  t: 'deliver',
  first,
  items: Array.from({ length: count }, (_, i) => sha(`leaf${first + i}`)),
  openings: [],
});
