import * as z from 'zod';
import { claims } from '../claims.ts';
import { hubFrame, nodeFrame } from '../frames.ts';
import type { Kind } from '../kinds/kind.ts';
import { KINDS } from '../kinds/register.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** 2020-12 is what OpenAPI 3.1 and most tools read; AsyncAPI 3.0's own form is a superset of draft 7. */
export type JsonSchemaTarget = 'draft-2020-12' | 'draft-7';

/**
 * The JSON Schema of a zod schema. Checks that JSON Schema has no word for (sorted lists, real calendar days) are not in it:
 * what it refuses is wrong, what it lets through the zod schema may still refuse.
 */
export const toJsonSchema = (schema: z.ZodType, target: JsonSchemaTarget = 'draft-2020-12'): JsonSchema =>
  z.toJSONSchema(schema, { target, io: 'input' }) as JsonSchema;

/** The claims of an envelope of one kind: what every envelope says, with this kind's name, version and body. */
const claimsOf = (kind: Kind, body: z.ZodType): z.ZodType =>
  claims.extend({ kind: z.literal(kind.kind), v: z.literal(kind.v), body });

export interface KindSchema {
  readonly kind: Kind;
  /** The JWS payload. */
  readonly payload: JsonSchema;
  /** The payload of the JWS inside the JWE; null where the kind is not confidential. */
  readonly inner: JsonSchema | null;
}

/** Every kind of message, as JSON Schema. */
export const kindSchemas = (target: JsonSchemaTarget = 'draft-2020-12'): KindSchema[] =>
  KINDS.map((kind: Kind) => ({
    kind,
    payload: toJsonSchema(claimsOf(kind, kind.body), target),
    inner: kind.inner === null ? null : toJsonSchema(claimsOf(kind, kind.inner), target),
  }));

type FrameName = z.infer<typeof hubFrame>['t'] | z.infer<typeof nodeFrame>['t'];

export interface FrameSchema {
  readonly t: FrameName;
  readonly way: 'hub-to-node' | 'node-to-hub';
  readonly payload: JsonSchema;
}

/** Every frame of the session, each way, as JSON Schema. */
export const frameSchemas = (target: JsonSchemaTarget = 'draft-2020-12'): FrameSchema[] => [
  ...hubFrame.options.map((option) => ({
    t: option.shape.t.value,
    way: 'hub-to-node' as const,
    payload: toJsonSchema(option, target),
  })),
  ...nodeFrame.options.map((option) => ({
    t: option.shape.t.value,
    way: 'node-to-hub' as const,
    payload: toJsonSchema(option, target),
  })),
];
