/** Bounds how many promises are under way, so that a fast reader does not pile up what slow workers must do. */
export const createInFlight = (limit: number) => {
  let running = 0;
  let below = 0;
  let wake: (() => void) | undefined;
  let failure: { readonly error: unknown } | undefined;

  const ended = (): void => {
    running -= 1;
    if (running <= below) wake?.();
  };

  const until = async (count: number): Promise<void> => {
    if (running > count) {
      below = count;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
    if (failure) throw failure.error;
  };

  return {
    start: (work: Promise<unknown>): void => {
      running += 1;
      work.then(ended, (error: unknown) => {
        failure ??= { error };
        ended();
      });
    },
    full: (): boolean => running >= limit,
    /** Waits until half of the bound is free. */
    room: (): Promise<void> => until(limit / 2),
    drain: (): Promise<void> => until(0),
  };
};

export type InFlight = ReturnType<typeof createInFlight>;
