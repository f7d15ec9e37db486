import { createAllowance, envelopeBytes } from './allowance.ts';
import { BULK_FRAME_BYTES, HIGH_WATER_BYTES, PUBLISH_ITEMS } from './settings.ts';

export interface PublishHost {
  outgoing(count: number, bytes: number): Promise<readonly string[]>;
  send(frame: string, flushed: () => void): void;
  failed(error: unknown): void;
  isOver(): boolean;
}

/** Asks for envelopes and sends them within the hub's credit: one question at a time, until there are none. */
export interface PublishLoop {
  nudge(): void;
  /** False when the sum is past what a credit may be. */
  credit(bytes: number, count: number): boolean;
  /** Resolves when no question is under way. */
  idle(): Promise<void>;
}

/** Around the envelopes: names, brackets, and quotes and a comma for each. */
const FRAME_OVERHEAD = 40 + 3 * PUBLISH_ITEMS;

export const createPublishLoop = (
  limits: { readonly frameBytes: number; readonly publishItems: number },
  host: PublishHost,
): PublishLoop => {
  const allowance = createAllowance();
  const most = {
    bytes: Math.min(limits.frameBytes, BULK_FRAME_BYTES) - FRAME_OVERHEAD,
    count: Math.min(limits.publishItems, PUBLISH_ITEMS),
  };
  let wanted = true;
  let busy = false;
  let unflushed = 0;
  let running: Promise<void> = Promise.resolve();

  const mayAsk = () =>
    wanted && !host.isOver() && allowance.count > 0 && allowance.bytes > 0 && unflushed < HIGH_WATER_BYTES;

  const drain = async () => {
    while (mayAsk()) {
      wanted = false;
      const count = Math.min(allowance.count, most.count);
      const bytes = Math.min(allowance.bytes, most.bytes);
      const envelopes = await host.outgoing(count, bytes);
      if (envelopes.length === 0 || host.isOver()) continue;
      const size = envelopeBytes(envelopes);
      if (envelopes.length > count || size > bytes) {
        throw new RangeError(`asked for ${count} envelopes of ${bytes} bytes, got ${envelopes.length} of ${size}`);
      }
      allowance.spend(size, envelopes.length);
      unflushed += size;
      wanted = true;
      host.send(JSON.stringify({ t: 'publish', envelopes }), () => {
        unflushed -= size;
        run();
      });
    }
  };

  const run = () => {
    if (busy || !mayAsk()) return;
    busy = true;
    running = drain().then(
      () => {
        busy = false;
        run();
      },
      (error) => host.failed(error),
    );
  };

  return {
    nudge: () => {
      wanted = true;
      run();
    },
    credit: (bytes, count) => {
      if (!allowance.add(bytes, count)) return false;
      wanted = true;
      run();
      return true;
    },
    idle: () => running,
  };
};
