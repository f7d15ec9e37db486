import type * as z from 'zod';

/** What the exchange knows of one kind of message. One file a kind; `register.ts` names them all. */
export interface Kind<Body extends z.ZodType = z.ZodType, Inner extends z.ZodType | null = z.ZodType | null> {
  readonly kind: string;
  readonly v: number;
  /** In plain words, for the generated documents. */
  readonly says: string;
  /** The body as the hub sees it. For a confidential kind: the JWE. */
  readonly body: Body;
  /** The body inside the JWE; null where the kind is not confidential. */
  readonly inner: Inner;
  /** A state event: changes who is a member or which keys stand. Everyone keeps it, late members fetch it. */
  readonly state: boolean;
  /** Who may author it. */
  readonly authors: 'forces-and-secretariat' | 'forces' | 'secretariat' | 'hub';
  /** Whom it may address. */
  readonly addresses: 'anyone' | 'all' | 'nobody' | 'named';
}

export const defineKind = <Body extends z.ZodType, Inner extends z.ZodType | null>(
  kind: Kind<Body, Inner>,
): Kind<Body, Inner> => kind;
