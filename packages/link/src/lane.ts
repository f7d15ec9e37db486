/** Work done strictly one after the other, in the order in which it came. */
export interface Lane<Item> {
  push(item: Item): void;
  /** Nothing that has not begun is begun any more. */
  stop(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

const oneByOne = () => false;

/** What waits and `joins` what was taken before it is handed over with it. The first error stops the lane. */
export const createLane = <Item>(
  work: (items: readonly [Item, ...Item[]]) => Promise<void>,
  failed: (error: unknown) => void,
  joins: (taken: readonly Item[], next: Item) => boolean = oneByOne,
): Lane<Item> => {
  const queue: Item[] = [];
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let stopped = false;

  const take = (first: Item): [Item, ...Item[]] => {
    const taken: [Item, ...Item[]] = [first];
    for (let next = queue[0]; next !== undefined && joins(taken, next); next = queue[0]) {
      taken.push(next);
      queue.shift();
    }
    return taken;
  };

  const drain = async () => {
    try {
      for (let first = queue.shift(); first !== undefined; first = queue.shift()) await work(take(first));
    } catch (error) {
      stopped = true;
      queue.length = 0;
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
