/**
 * Hints between hub replicas and nodes: "head = N" and nothing else. A hint that is lost makes things slower, never wrong:
 * every reader also looks at the table on reconnect and once a second.
 */
export interface Hints {
  /** Tells the others; never throws, never waits. */
  publish(topic: string, value: number): void;
  /** Calls back with the largest value of each burst. Returns how to stop. */
  subscribe(topic: string, listener: (value: number) => void): () => void;
  /** Called whenever the line came back after it was cut: look at the table now. */
  onReconnect(listener: () => void): () => void;
  close(): Promise<void>;
}
