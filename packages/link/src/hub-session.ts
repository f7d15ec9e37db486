import { randomBytes, randomUUID } from 'node:crypto';
import {
  type CloseCode,
  type Hello,
  type ItemCode,
  type NodeFrame,
  nodeFrame,
  type SessionLimits,
  VERSIONS,
} from '@eads/protocol';
import { createGrant, envelopeBytes } from './allowance.ts';
import { type ChannelEnd, openChannel } from './channel.ts';
import { createChatter } from './chatter.ts';
import type { LinkClock, LinkTimer } from './clock.ts';
import { errorOf, type LinkError } from './close-words.ts';
import { createDeliverPump, type DeliverPump, type DeliverSlice } from './deliver-pump.ts';
import { HUB_SETTINGS, type HubSessionSettings } from './settings.ts';
import type { LinkSocket } from './socket.ts';

export type Admission =
  | { readonly ok: true; readonly member: string; readonly generation: number }
  | {
      readonly ok: false;
      readonly close: CloseCode;
      readonly code: string;
      readonly what: string;
      readonly remedy: string;
    };

/** The hub around its sessions. A throw or rejection of any of these ends that one session with 1011. */
export interface HubSessionHost {
  /** Id of this replica. */
  readonly hub: string;
  /** The origin served now. */
  origin(): string;
  /** The ledger's size now. */
  size(): number;
  readonly limits: SessionLimits;
  /** Decides on a hello: session proof over `nonce`, membership, cursor, checkpoint. Claims the next generation. */
  admit(hello: Hello, nonce: string): Promise<Admission>;
  opened(session: HubSession): void;
  /** Once for each session that was opened, with the code that ended it. */
  closed(session: HubSession, code: number): void;
  /** Envelopes as received, within the credit. Answered later by `sendReceipts` or `sendRetry`; `done` gives the credit back. */
  publish(session: HubSession, envelopes: readonly string[]): void;
  /** Entries from `from` on as this member may see them: at most `limit`, about `maxBytes` bytes; no items when there are none yet. */
  read(member: string, from: number, limit: number, maxBytes: number): DeliverSlice | Promise<DeliverSlice>;
  /** The member holds everything before `next`. */
  acked(session: HubSession, next: number): void;
  cosigned(session: HubSession, round: number, status: number, body: string): void;
  /** The node said what is wrong in its eyes, such as evidence that it holds. */
  told?(session: HubSession, error: LinkError): void;
  /** An error of this process ended a session with 1011. */
  fault?(error: unknown): void;
}

/** One member's session, from `welcome` on. All of it is harmless once the session is over. */
export interface HubSession {
  readonly id: string;
  readonly member: string;
  readonly generation: number;
  /** The first seq not sent. */
  readonly next: number;
  /** The first seq that the node does not hold, by its own word. */
  readonly acked: number;
  /** ms. */
  readonly openedAt: number;
  /** Bytes that wait in the socket. */
  readonly bufferedBytes: number;
  /** More entries exist: they are pulled and sent within the node's credit. */
  wake(): void;
  sendReceipts(jws: string): void;
  sendRetry(items: readonly (readonly [string, ItemCode])[], afterMs: number): void;
  sendHead(jws: string): void;
  sendCosign(round: number, body: string): void;
  sendWitnessed(note: string): void;
  /** Envelopes were dealt with: `bytes` as `envelopeBytes` counts them. */
  done(bytes: number, count: number): void;
  close(code: CloseCode, error?: LinkError): void;
}

/** Speaks the hub's side on a socket that was just accepted. Call it before any await, or frames are lost. */
export const acceptHubSession = (
  socket: LinkSocket,
  host: HubSessionHost,
  clock: LinkClock,
  options: Partial<HubSessionSettings> = {},
): void => {
  const settings = { ...HUB_SETTINGS, ...options };
  const nonce = randomBytes(32).toString('base64');
  const chatter = createChatter(clock);
  let phase: 'hello' | 'admission' | 'open' = 'hello';
  let session: HubSession | undefined;
  let pump: DeliverPump | undefined;
  let acked = 0;
  let slow: LinkTimer | undefined;

  const fault = (error: unknown) => host.fault?.(error);
  const over = (end: ChannelEnd) => {
    clock.clearTimeout(helloTimer);
    clock.clearTimeout(slow);
    pump?.stop();
    if (session === undefined) return;
    try {
      host.closed(session, end.code);
    } catch (error) {
      fault(error);
    }
  };
  const refuse = (what: string) => channel.close(4400, { ...errorOf(4400), what });

  const quiet = () => {
    if (chatter.spend()) return true;
    refuse('Too many small frames.');
    return false;
  };

  const grant = createGrant(settings.publishWindow, (bytes, count) =>
    channel.send(JSON.stringify({ t: 'credit', bytes, count })),
  );

  const admit = async (hello: Hello) => {
    if (!VERSIONS.some((version) => version === hello.version)) {
      channel.close(4406);
      return;
    }
    phase = 'admission';
    const admission = await host.admit(hello, nonce);
    if (channel.isOver()) return;
    if (admission.ok) open(hello, admission);
    else {
      const { code, what, remedy } = admission;
      channel.close(admission.close, { code, what, remedy });
    }
  };

  const open = (hello: Hello, { member, generation }: { readonly member: string; readonly generation: number }) => {
    phase = 'open';
    acked = hello.next;
    const deliveries = createDeliverPump(hello.next, {
      read: (from, limit, maxBytes) => host.read(member, from, limit, maxBytes),
      send: (frame, flushed) => {
        chatter.asked();
        channel.send(frame, flushed);
      },
      failed: channel.fail,
      congested: (stuck) => {
        clock.clearTimeout(slow);
        if (stuck) slow = clock.setTimeout(() => channel.close(4429), settings.slowMs);
      },
    });
    pump = deliveries;
    const opened: HubSession = {
      id: randomUUID(),
      member,
      generation,
      get next() {
        return deliveries.next;
      },
      get acked() {
        return acked;
      },
      openedAt: clock.now(),
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      wake: deliveries.wake,
      sendReceipts: (receipt) => channel.send(JSON.stringify({ t: 'receipts', receipt })),
      sendRetry: (items, afterMs) => channel.send(JSON.stringify({ t: 'retry', items, afterMs })),
      sendHead: (head) => channel.send(JSON.stringify({ t: 'head', head })),
      sendCosign: (round, body) => channel.send(JSON.stringify({ t: 'cosign', round, body })),
      sendWitnessed: (checkpoint) => channel.send(JSON.stringify({ t: 'witnessed', checkpoint })),
      done: (bytes, count) => {
        if (!channel.isOver()) grant.done(bytes, count);
      },
      close: channel.close,
    };
    const { limits } = host;
    channel.send(JSON.stringify({ t: 'welcome', version: hello.version, generation, size: host.size(), limits }));
    grant.open();
    session = opened;
    host.opened(opened);
    deliveries.wake();
  };

  const acknowledge = (current: HubSession, generation: number, next: number) => {
    if (generation !== current.generation) refuse('The ack names another generation.');
    else if (next > current.next)
      refuse(`The ack names entry ${next}, and only those before ${current.next} were sent.`);
    else if (next > acked) {
      acked = next;
      host.acked(current, next);
    }
  };

  const publish = (current: HubSession, envelopes: readonly string[]) => {
    if (envelopes.length > host.limits.publishItems) refuse('More envelopes in a frame than the limits allow.');
    else if (!grant.take(envelopeBytes(envelopes), envelopes.length))
      refuse('More was published than credit was given.');
    else host.publish(current, envelopes);
  };

  const inSession = (current: HubSession, frame: Exclude<NodeFrame, { t: 'hello' | 'error' }>) => {
    if (frame.t === 'publish') return publish(current, frame.envelopes);
    if (!quiet()) return;
    switch (frame.t) {
      case 'credit':
        if (pump?.credit(frame.bytes, frame.count) === false) refuse('More credit than can be used.');
        return;
      case 'ack':
        acknowledge(current, frame.generation, frame.next);
        return;
      case 'cosigned':
        host.cosigned(current, frame.round, frame.status, frame.body);
        return;
    }
  };

  const receive = (frame: NodeFrame) => {
    if (frame.t === 'error') {
      const { code, what, remedy } = frame;
      if (quiet() && session !== undefined) host.told?.(session, { code, what, remedy });
    } else if (frame.t === 'hello') {
      if (phase !== 'hello') return refuse('A second hello.');
      clock.clearTimeout(helloTimer);
      admit(frame).catch(channel.fail);
    } else if (session === undefined) refuse(`A ${frame.t} frame before welcome.`);
    else inSession(session, frame);
  };

  const channel = openChannel<NodeFrame>(socket, clock, settings, {
    parse: (value) => nodeFrame.safeParse(value),
    frame: receive,
    pinged: () => void quiet(),
    over,
    fault,
  });
  const helloTimer = clock.setTimeout(
    () => channel.close(4408, { ...errorOf(4408), what: 'No hello came in time.' }),
    settings.helloMs,
  );
  try {
    channel.beat(host.limits);
    channel.send(JSON.stringify({ t: 'challenge', versions: VERSIONS, origin: host.origin(), hub: host.hub, nonce }));
  } catch (error) {
    channel.fail(error);
  }
};
