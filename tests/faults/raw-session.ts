import { type HubFrame, hubFrame, type NodeFrame } from '@eads/protocol';
import { readStatement, type SigningKey, signSession } from '@eads/signing';
import { eventually } from '@eads/testkit';
import { WebSocket } from 'ws';

export interface RawOptions {
  /** `http://…/hub` */
  readonly hub: string;
  readonly run: string;
  readonly token: string;
  readonly origin: string;
  readonly member: string;
  readonly key: SigningKey;
  readonly next?: number;
}

/** A member that speaks frames by hand, one socket and no more, and does what no node would do. */
export const openRawSession = async (options: RawOptions) => {
  const { hub, run, token, origin, member, key, next = 0 } = options;
  const socket = new WebSocket(`${hub.replace('http', 'ws')}/runs/${run}/link`, {
    perMessageDeflate: false,
    headers: { authorization: `Bearer ${token}` },
  });
  const frames: HubFrame[] = [];
  let closed: number | null = null;
  const send = (frame: NodeFrame): void => socket.send(JSON.stringify(frame));

  socket.on('error', () => undefined);
  socket.on('close', (code) => {
    closed = code;
  });
  socket.on('message', (data) => {
    const frame = hubFrame.parse(JSON.parse(String(data)));
    frames.push(frame);
    if (frame.t !== 'challenge') return;
    const session = signSession({ origin, hub: frame.hub, member: member as 'ID', nonce: frame.nonce }, key);
    send({ t: 'hello', version: 1, session, next, rseq: 0, checkpoint: null });
  });

  const of = <Name extends HubFrame['t']>(name: Name): Extract<HubFrame, { t: Name }>[] =>
    frames.filter((frame): frame is Extract<HubFrame, { t: Name }> => frame.t === name);
  let spent = { bytes: 0, count: 0 };
  await eventually(`${member} is welcome, or not`, () => of('welcome').length > 0 || closed !== null);

  return {
    ...{ socket, of, send },
    /** Records that receipts named. */
    receipts: (): string[] =>
      of('receipts').flatMap(({ receipt }) =>
        readStatement('eads-receipt+jws', receipt).claims.items.map(([record]) => record),
      ),
    /** Takes this much of the credit to publish; false where there is not so much left. */
    spend: (bytes: number, count: number): boolean => {
      const given = of('credit').reduce(
        (sum, one) => ({ bytes: sum.bytes + one.bytes, count: sum.count + one.count }),
        {
          bytes: 0,
          count: 0,
        },
      );
      const more = { bytes: spent.bytes + bytes, count: spent.count + count };
      if (more.bytes > given.bytes || more.count > given.count) return false;
      spent = more;
      return true;
    },
    /** The code that ended it, or null. */
    closed: (): number | null => closed,
    /** Sends text that need not be a frame. */
    say: (text: string): void => socket.send(text),
    publish: (...envelopes: string[]): void => send({ t: 'publish', envelopes }),
    end: (): void => socket.terminate(),
  };
};

export type RawSession = Awaited<ReturnType<typeof openRawSession>>;
