const LOOK_MS = 25;

/** Waits until something holds that only shows from outside; looks again and again, and fails by name after `ms`. */
export const eventually = async (what: string, holds: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> => {
  const until = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`Waited ${ms} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};
