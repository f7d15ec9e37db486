/** Work done strictly one after the other, in the order in which it came. */
export interface Lane<Item> {
  push(item: Item): void;
  /** Nothing that has not begun is begun any more. */
  stop(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** The first error stops the lane. */
export const createLane = <Item>(
  work: (item: Item) => Promise<void> | void,
  failed: (error: unknown) => void,
): Lane<Item> => {
  const queue: Item[] = [];
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let stopped = false;

  const drain = async () => {
    try {
      for (let item = queue.shift(); item !== undefined && !stopped; item = queue.shift()) await work(item);
    } catch (error) {
      stopped = true;
      failed(error);
    } finally {
      busy = false;
    }
  };

  return {
    push: (item) => {
      if (stopped) return;
      queue.push(item);
      if (busy) return;
      busy = true;
      running = drain();
    },
    stop: () => {
      stopped = true;
      queue.length = 0;
    },
    idle: () => running,
  };
};
