/** What a text can name. */
export interface Scene {
  /** A day some time ago, spelled out. */
  day: string;
  city: string;
  /** A town at the sea; '' where the country has none. */
  port: string;
  crossing: string;
  /** Another country as it stands in a sentence, and a town of its own at a crossing. */
  abroad: string;
  abroadTown: string;
  count: number;
  /** What one person pays or is paid, and what a whole affair comes to. */
  amount: string;
  total: string;
}

export type Sentence = (scene: Scene) => string;

/** A crime as it may go: what was charged, what happened, how it was found, what the subject did. One of each is told. */
export interface Story {
  /** Happens at sea, so not where there is none. */
  atSea?: true;
  charges: readonly string[];
  happened: readonly Sentence[];
  found: readonly Sentence[];
  part: readonly Sentence[];
}
