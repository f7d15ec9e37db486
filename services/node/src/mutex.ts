/** Runs work strictly one after the other. */
export interface Mutex {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export const createMutex = (): Mutex => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (work) => {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
};
