/** Something happened: whoever listens looks for itself. Carries nothing, so that nothing is lost with it. */
export interface Signal {
  fire(): void;
  /** Returns how to stop. */
  listen(listener: () => void): () => void;
}

export const createSignal = (): Signal => {
  const listeners = new Set<() => void>();
  return {
    fire: () => {
      for (const listener of [...listeners]) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
