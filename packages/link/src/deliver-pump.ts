import { type Allowance, createAllowance } from './allowance.ts';
import { BULK_FRAME_BYTES, DELIVER_ITEMS, HIGH_WATER_BYTES } from './settings.ts';

/** Entries as one member may see them, ready as JSON. */
export interface DeliverSlice {
  /** The seq of the first item; what was asked for. */
  readonly first: number;
  /** JSON text of each item of a `deliver` frame. */
  readonly items: readonly string[];
  /** JSON text of each opening, one per readable item, in their order. */
  readonly openings: readonly string[];
  /** Bytes of all these texts. */
  readonly bytes: number;
}

export interface PumpHost {
  read(from: number, limit: number, maxBytes: number): DeliverSlice | Promise<DeliverSlice>;
  send(frame: string, flushed: () => void): void;
  /** A read failed, or gave what it may not give. */
  failed(error: unknown): void;
  /** True while the socket has more waiting than it should. */
  congested(stuck: boolean): void;
}

/**
 * The one loop that reads entries and sends them, from the cursor of `hello` to live: one pull at a time, each where the last ended, so
 * that nothing is left out, doubled or turned round where catching up ends.
 */
export interface DeliverPump {
  /** The first seq not sent. */
  readonly next: number;
  /** More entries may be there. */
  wake(): void;
  /** False when the sum is past what a credit may be. */
  credit(bytes: number, count: number): boolean;
  stop(): void;
}

/** Around the items: names, brackets and a seq of 16 digits. */
const FRAME_OVERHEAD = 80;
/** Sent in one go before others get their turn. */
const TURN_BYTES = 1024 * 1024;

const isReadable = (item: string) => item.startsWith('{');

const frameOf = (first: number, items: readonly string[], openings: readonly string[]) =>
  `{"t":"deliver","first":${first},"items":[${items.join(',')}],"openings":[${openings.join(',')}]}`;

/** The longest beginning of a slice that fits in `room` bytes and `limit` items. */
const beginningOf = (slice: DeliverSlice, room: number, limit: number) => {
  let bytes = FRAME_OVERHEAD;
  let items = 0;
  let openings = 0;
  let nextBytes = 0;
  while (items < slice.items.length && items < limit) {
    const item = slice.items[items] as string;
    const opening = isReadable(item) ? slice.openings[openings] : undefined;
    nextBytes = bytes + Buffer.byteLength(item) + 1 + (opening === undefined ? 0 : Buffer.byteLength(opening) + 1);
    if (nextBytes > room) break;
    bytes = nextBytes;
    items += 1;
    if (opening !== undefined) openings += 1;
  }
  return {
    items: slice.items.slice(0, items),
    openings: slice.openings.slice(0, openings),
    /** Bytes of a frame with one item more. */
    wanting: nextBytes,
  };
};

const checked = (slice: DeliverSlice, next: number) => {
  const readable = slice.items.reduce((count, item) => count + (isReadable(item) ? 1 : 0), 0);
  if (slice.items.length > 0 && slice.first !== next) {
    throw new Error(`entries from ${next} on were asked for, and came from ${slice.first} on`);
  }
  if (readable !== slice.openings.length) {
    throw new Error(`${readable} readable entries came with ${slice.openings.length} openings`);
  }
  return slice;
};

export const createDeliverPump = (start: number, host: PumpHost): DeliverPump => {
  const allowance: Allowance = createAllowance();
  let next = start;
  let wanted = true;
  let busy = false;
  let stopped = false;
  let unflushed = 0;
  let stuck = false;
  /** Credit that the next entry needs, where it was found too small. */
  let needed = 1;

  const setStuck = (now: boolean) => {
    if (stuck === now) return;
    stuck = now;
    host.congested(now);
  };

  const flushed = (bytes: number) => {
    unflushed -= bytes;
    // Each frame taken is a sign of life.
    setStuck(false);
    run();
  };

  const dispatch = (slice: DeliverSlice): number => {
    if (slice.items.length === 0) return 0;
    const room = Math.min(allowance.bytes, BULK_FRAME_BYTES);
    let part: Pick<DeliverSlice, 'items' | 'openings'> = checked(slice, next);
    let frame = frameOf(next, slice.items, slice.openings);
    let bytes = Buffer.byteLength(frame);
    wanted = true;
    if (bytes > room || slice.items.length > Math.min(allowance.count, DELIVER_ITEMS)) {
      const limit = Math.min(allowance.count, DELIVER_ITEMS);
      const beginning = beginningOf(slice, room, limit);
      if (beginning.items.length === 0) {
        if (beginning.wanting > BULK_FRAME_BYTES) throw new Error(`entry ${next} does not fit in a frame`);
        needed = beginning.wanting;
        return 0;
      }
      part = beginning;
      frame = frameOf(next, part.items, part.openings);
      bytes = Buffer.byteLength(frame);
    }
    allowance.spend(bytes, part.items.length);
    needed = 1;
    next += part.items.length;
    unflushed += bytes;
    host.send(frame, () => flushed(bytes));
    return bytes;
  };

  const later = (resume: () => void) => {
    busy = true;
    setImmediate(() => {
      busy = false;
      resume();
    });
  };

  const mayPull = () => {
    if (!wanted || stopped || allowance.count < 1 || allowance.bytes < needed) return false;
    if (unflushed >= HIGH_WATER_BYTES) {
      setStuck(true);
      return false;
    }
    return true;
  };

  const run = () => {
    if (busy || stopped) return;
    busy = true;
    try {
      let turn = 0;
      while (mayPull()) {
        if (turn >= TURN_BYTES) {
          later(run);
          return;
        }
        wanted = false;
        const maxBytes = Math.max(1, Math.min(allowance.bytes, BULK_FRAME_BYTES) - FRAME_OVERHEAD);
        const slice = host.read(next, Math.min(allowance.count, DELIVER_ITEMS), maxBytes);
        if (slice instanceof Promise) {
          slice.then(resume, fail);
          return;
        }
        turn += dispatch(slice);
      }
      busy = false;
    } catch (error) {
      fail(error);
    }
  };

  const resume = (slice: DeliverSlice) => {
    if (stopped) return;
    try {
      dispatch(slice);
    } catch (error) {
      fail(error);
      return;
    }
    busy = false;
    run();
  };

  const fail = (error: unknown) => {
    if (stopped) return;
    stopped = true;
    host.failed(error);
  };

  return {
    get next() {
      return next;
    },
    wake: () => {
      wanted = true;
      run();
    },
    credit: (bytes, count) => {
      if (!allowance.add(bytes, count)) return false;
      run();
      return true;
    },
    stop: () => {
      stopped = true;
    },
  };
};
