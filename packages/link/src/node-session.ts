import {
  type AfterClose,
  afterClose,
  type CloseCode,
  type Deliver,
  type HubFrame,
  hubFrame,
  VERSIONS,
  type Welcome,
} from '@eads/protocol';
import { createGrant } from './allowance.ts';
import { openChannel } from './channel.ts';
import type { LinkClock } from './clock.ts';
import { errorOf, type LinkError } from './close-words.ts';
import { createLane } from './lane.ts';
import { EvidenceError, type NodeHost } from './node-host.ts';
import { createPublishLoop, type PublishLoop } from './publish-loop.ts';
import { BULK_FRAME_BYTES, DELIVER_ITEMS, type NodeSessionSettings } from './settings.ts';
import type { LinkSocket } from './socket.ts';

export interface NodeSessionEnd {
  readonly code: CloseCode;
  readonly after: AfterClose;
  readonly error: LinkError;
  /** The hub's origin, where it is another than the node's. */
  readonly otherOrigin: string | null;
}

export interface NodeSessionHandlers {
  linked(): void;
  head(): void;
  ended(end: NodeSessionEnd): void;
}

export interface NodeSession {
  nudge(): void;
  close(code: CloseCode): void;
  /** Resolves when nothing that this session began is under way at the host. */
  settled(): Promise<void>;
  readonly closed: Promise<void>;
}

/** What waits outside the deliver credit (receipts, notes, rounds), in bytes, above which the socket is not read. */
const HELD_BYTES = 4 * 1024 * 1024;
/** Frames put together into one, at most. */
const MOST_JOINED = 256;

interface Held<Frame> {
  readonly frame: Frame;
  readonly bytes: number;
}
type Booked = Extract<HubFrame, { t: 'receipts' | 'retry' | 'witnessed' }>;
type Cosign = Extract<HubFrame, { t: 'cosign' }>;

const sumOf = <Item>(items: readonly Item[], size: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + size(item), 0);

/** While one frame is being stored others arrive: they go into the next transaction together, up to the size of one large frame. */
const joinsDelivery = (taken: readonly Held<Deliver>[], next: Held<Deliver>): boolean =>
  taken.length < MOST_JOINED &&
  sumOf(taken, ({ bytes }) => bytes) + next.bytes <= BULK_FRAME_BYTES &&
  sumOf(taken, ({ frame }) => frame.items.length) + next.frame.items.length <= DELIVER_ITEMS;

const joined = (frames: readonly Held<Deliver>[]): Deliver => {
  const [first] = frames as readonly [Held<Deliver>];
  if (frames.length === 1) return first.frame;
  return {
    t: 'deliver',
    first: first.frame.first,
    items: frames.flatMap(({ frame }) => frame.items),
    openings: frames.flatMap(({ frame }) => frame.openings),
  };
};

/** Speaks the node's side on one socket, from `challenge` to the end. */
export const openNodeSession = (
  socket: LinkSocket,
  host: NodeHost,
  clock: LinkClock,
  settings: NodeSessionSettings,
  handlers: NodeSessionHandlers,
): NodeSession => {
  let phase: 'challenge' | 'cursor' | 'welcome' | 'linked' = 'challenge';
  let hello: { readonly version: number; readonly next: number } | undefined;
  let generation = 0;
  /** The first seq not received. */
  let expected = 0;
  let publishing: PublishLoop | undefined;
  let red: EvidenceError | undefined;
  let otherOrigin: string | null = null;
  let held = 0;

  const refuse = (what: string) => channel.close(4400, { ...errorOf(4400), what });

  const failed = (error: unknown) => {
    if (channel.isOver()) {
      host.fault?.(error);
      return;
    }
    if (!(error instanceof EvidenceError)) {
      channel.fail(error);
      return;
    }
    red = error;
    channel.close(4400, { code: 'evidence', what: error.message, remedy: error.remedy });
  };

  const grant = createGrant(settings.deliverWindow, (bytes, count) =>
    channel.send(JSON.stringify({ t: 'credit', bytes, count })),
  );

  const inbox = createLane<Held<Deliver>>(
    async (frames) => {
      const frame = joined(frames);
      const { next } = await host.delivered(frame);
      channel.send(JSON.stringify({ t: 'ack', generation, next }));
      if (!channel.isOver())
        grant.done(
          sumOf(frames, ({ bytes }) => bytes),
          frame.items.length,
        );
    },
    failed,
    joinsDelivery,
  );

  const book = createLane<Held<Booked>>(async ([{ frame, bytes }]) => {
    if (frame.t === 'receipts') await host.receipts(frame.receipt);
    else if (frame.t === 'retry') await host.retry(frame.items, frame.afterMs);
    else await host.witnessed(frame.checkpoint);
    release(bytes);
  }, failed);

  const rounds = createLane<Held<Cosign>>(async ([{ frame, bytes }]) => {
    const { status, body } = await host.cosign(frame.round, frame.body);
    channel.send(JSON.stringify({ t: 'cosigned', round: frame.round, status, body }));
    release(bytes);
  }, failed);

  const hold = (bytes: number) => {
    held += bytes;
    if (held > HELD_BYTES) socket.pause();
  };
  const release = (bytes: number) => {
    const wasOver = held > HELD_BYTES;
    held -= bytes;
    if (wasOver && held <= HELD_BYTES) socket.resume();
  };

  const greet = async (challenge: Extract<HubFrame, { t: 'challenge' }>) => {
    const version = VERSIONS.find((ours) => challenge.versions.includes(ours));
    if (version === undefined) {
      channel.close(4406);
      return;
    }
    phase = 'cursor';
    const { origin, next, rseq, checkpoint } = await host.cursor();
    if (channel.isOver()) return;
    if (origin !== challenge.origin) {
      otherOrigin = challenge.origin;
      channel.close(4410);
      return;
    }
    const session = host.prove(origin, challenge.hub, challenge.nonce);
    hello = { version, next };
    phase = 'welcome';
    channel.send(JSON.stringify({ t: 'hello', version, session, next, rseq, checkpoint }));
  };

  const welcome = (info: Welcome) => {
    if (phase !== 'welcome' || hello === undefined) return refuse('A welcome that nothing asked for.');
    if (info.version !== hello.version) return channel.close(4406);
    phase = 'linked';
    clock.clearTimeout(handshake);
    generation = info.generation;
    expected = hello.next;
    channel.beat(info.limits);
    publishing = createPublishLoop(info.limits, {
      outgoing: (count, bytes) => host.outgoing(count, bytes),
      send: channel.send,
      failed,
      isOver: channel.isOver,
    });
    grant.open();
    handlers.linked();
    host.linked(info);
  };

  const deliver = (frame: Deliver, bytes: number) => {
    const readable = frame.items.reduce((count, item) => count + (typeof item === 'string' ? 0 : 1), 0);
    if (frame.first !== expected) refuse(`Entry ${expected} was due, and ${frame.first} came.`);
    else if (frame.openings.length !== readable) refuse('There must be one opening for each readable entry.');
    else if (!grant.take(bytes, frame.items.length)) refuse('More was delivered than credit was given.');
    else {
      expected += frame.items.length;
      inbox.push({ frame, bytes });
    }
  };

  const inSession = (frame: Exclude<HubFrame, { t: 'challenge' | 'welcome' | 'error' }>, bytes: number) => {
    switch (frame.t) {
      case 'deliver':
        deliver(frame, bytes);
        return;
      case 'credit':
        if (publishing?.credit(frame.bytes, frame.count) === false) refuse('More credit than can be used.');
        return;
      case 'head':
        handlers.head();
        host.head(frame.head);
        return;
      case 'cosign':
        hold(bytes);
        rounds.push({ frame, bytes });
        return;
      default:
        hold(bytes);
        book.push({ frame, bytes });
    }
  };

  const receive = (frame: HubFrame, bytes: number) => {
    if (frame.t === 'error') return;
    if (frame.t === 'challenge') {
      if (phase !== 'challenge') return refuse('A second challenge.');
      greeting = greet(frame).catch(failed);
    } else if (frame.t === 'welcome') welcome(frame);
    else if (phase !== 'linked') refuse(`A ${frame.t} frame before welcome.`);
    else inSession(frame, bytes);
  };

  let greeting: Promise<void> = Promise.resolve();
  const channel = openChannel<HubFrame>(socket, clock, settings, {
    parse: (value) => hubFrame.safeParse(value),
    frame: (frame, bytes) => {
      try {
        receive(frame, bytes);
      } catch (error) {
        failed(error);
      }
    },
    pinged: () => {},
    over: ({ code, error }) => {
      clock.clearTimeout(handshake);
      for (const lane of [inbox, book, rounds]) lane.stop();
      handlers.ended({
        code,
        after: red === undefined ? afterClose(code) : 'red-retry-30s',
        error,
        otherOrigin,
      });
    },
    fault: (error) => host.fault?.(error),
  });
  const handshake = clock.setTimeout(
    () => channel.close(4408, { ...errorOf(4408), what: 'The hub did not answer in time.' }),
    settings.helloMs,
  );

  return {
    nudge: () => publishing?.nudge(),
    close: channel.close,
    settled: async () => {
      await Promise.all([greeting, inbox.idle(), book.idle(), rounds.idle(), publishing?.idle()]);
    },
    closed: channel.closed,
  };
};
