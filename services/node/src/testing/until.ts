/** Waits for something that comes about by itself; throws with `what` where it does not within `ms`. */
export const until = async <Result>(
  what: string,
  look: () => Result | Promise<Result>,
  ms = 10_000,
): Promise<Exclude<Result, false | null | undefined>> => {
  const deadline = performance.now() + ms;
  for (;;) {
    const result = await look();
    if (result !== false && result !== null && result !== undefined) {
      return result as Exclude<Result, false | null | undefined>;
    }
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
