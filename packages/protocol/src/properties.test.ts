import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { claims } from './claims.ts';
import { frameSchemas, type JsonSchema, toJsonSchema } from './documents/json-schema.ts';
import { hubFrame, nodeFrame } from './frames.ts';
import { deskEntry, feedEntry, problem, sentMessage, submission } from './http.ts';
import type { Kind } from './kinds/kind.ts';
import { KINDS } from './kinds/register.ts';
import { byCode, memberCode } from './members.ts';
import { headClaims, manifestClaims, receiptClaims, sessionClaims } from './signed.ts';
import { day, instant } from './text.ts';

const patternOf = (schema: z.ZodType): unknown => toJsonSchema(schema).pattern;
const INSTANT = patternOf(instant);
const DAY = patternOf(day);
const MEMBER = patternOf(memberCode);

const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const shortList = { maxLength: 4 };

const stringOf = ({ pattern, minLength, maxLength }: JsonSchema): fc.Arbitrary<string> => {
  const [min, max] = [(minLength as number) ?? 0, (maxLength as number) ?? Number.MAX_SAFE_INTEGER];
  const fits = (text: string) => text.length >= min && text.length <= max;
  if (pattern === INSTANT) return dates.map((date) => date.toISOString());
  if (pattern === DAY) return dates.map((date) => date.toISOString().slice(0, 10));
  if (typeof pattern !== 'string' || pattern.includes('\\p{')) {
    const length = { minLength: min, maxLength: Math.max(min, Math.min(max, 60)) };
    const allowed = new RegExp(typeof pattern === 'string' ? pattern : '', 'u');
    // A grapheme is up to a dozen code units: a long text of them would seldom keep within its limit.
    return fc
      .string({ unit: min > 20 ? 'grapheme-ascii' : 'grapheme', ...length })
      .filter((text) => fits(text) && allowed.test(text));
  }
  const bounded = min > 0 ? pattern.replace(/[*+]\$$/, `{${min},${Math.min(max, min + 60)}}$`) : pattern;
  return fc.stringMatching(new RegExp(bounded)).filter(fits);
};

const objectOf = (schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> => {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  if (!properties)
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  return fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, arbitraryOf(part, root)])),
    { requiredKeys: (schema.required as string[] | undefined) ?? [] } as never,
  );
};

const arrayOf = (schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> => {
  const tuple = schema.prefixItems as JsonSchema[] | undefined;
  if (tuple) return fc.tuple(...tuple.map((part) => arbitraryOf(part, root)));
  const items = schema.items as JsonSchema;
  if (items.pattern === MEMBER) {
    return fc
      .uniqueArray(arbitraryOf(items, root) as fc.Arbitrary<string>, shortList)
      .map((codes) => codes.toSorted(byCode));
  }
  const min = (schema.minItems as number | undefined) ?? 0;
  const max = (schema.maxItems as number | undefined) ?? 4;
  return fc.array(arbitraryOf(items, root), { minLength: min, maxLength: Math.max(min, Math.min(max, 4)) });
};

/** Values of a JSON Schema as zod makes it; what that cannot say is filtered by the zod schema afterwards. */
const arbitraryOf = (schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> => {
  if (typeof schema.$ref === 'string') {
    const definitions = root.$defs as Record<string, JsonSchema>;
    return arbitraryOf(definitions[schema.$ref.slice('#/$defs/'.length)] as JsonSchema, root);
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const either = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (either) return fc.oneof(...either.map((part) => arbitraryOf(part, root)));
  switch (schema.type) {
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer({
        min: Math.max((schema.minimum as number) ?? -1e9, -1e9),
        max: Math.min((schema.maximum as number) ?? 1e9, 1e9),
      });
    case 'number':
      return fc.double({ min: schema.minimum as number, max: schema.maximum as number, noNaN: true }).map((n) => n + 0);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrayOf(schema, root);
    case 'object':
      return objectOf(schema, root);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

const valuesOf = (schema: z.ZodType): fc.Arbitrary<unknown> => {
  const json = toJsonSchema(schema);
  return arbitraryOf(json, json).filter((value) => schema.safeParse(value).success);
};

const named: readonly (readonly [string, z.ZodType])[] = [
  ['claims', claims],
  ['session claims', sessionClaims],
  ['receipt', receiptClaims],
  ['head', headClaims],
  ['manifest', manifestClaims],
  ['problem', problem],
  ['feed entry', feedEntry],
  ['desk entry', deskEntry],
  ['submission', submission],
  ['sent message', sentMessage],
  ...hubFrame.options.map((option) => [`hub frame ${option.shape.t.value}`, option] as const),
  ...nodeFrame.options.map((option) => [`node frame ${option.shape.t.value}`, option] as const),
  ...KINDS.map((kind: Kind) => [`body of ${kind.kind}`, kind.body] as const),
  ...KINDS.flatMap((kind: Kind) => (kind.inner === null ? [] : [[`inner body of ${kind.kind}`, kind.inner] as const])),
];

describe('whatever a schema lets through', () => {
  test.each(named)('%s: comes back from JSON the same, and keeps its bytes', (_name, schema) => {
    fc.assert(
      fc.property(valuesOf(schema), (value) => {
        const text = JSON.stringify(value);
        const parsed = schema.parse(JSON.parse(text));
        expect(parsed).toEqual(JSON.parse(text));
        expect(JSON.parse(JSON.stringify(parsed))).toEqual(JSON.parse(text));
      }),
      { numRuns: 15 },
    );
  });

  test.each(named)('%s: one field more, or one that it needs less, is refused', (_name, schema) => {
    const required = (toJsonSchema(schema).required ?? refTarget(schema).required ?? []) as string[];
    expect(required.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(valuesOf(schema), fc.constantFrom(...required), (value, key) => {
        const { [key]: _, ...without } = value as Record<string, unknown>;
        expect(schema.safeParse(without).success).toBe(false);
        expect(schema.safeParse({ ...(value as object), surplus: 1 }).success).toBe(false);
      }),
      { numRuns: 10 },
    );
  });
});

const refTarget = (schema: z.ZodType): JsonSchema => {
  const json = toJsonSchema(schema);
  const definitions = (json.$defs ?? {}) as Record<string, JsonSchema>;
  return definitions[String(json.$ref ?? '').slice('#/$defs/'.length)] ?? {};
};

test('a frame is read by its t alone, and only on its own way', () => {
  for (const { t, way } of frameSchemas()) {
    const [own, other] = way === 'hub-to-node' ? [hubFrame, nodeFrame] : [nodeFrame, hubFrame];
    const option = own.options.find((candidate) => candidate.shape.t.value === t) as z.ZodType;
    const both = other.options.some((candidate) => candidate.shape.t.value === t);
    fc.assert(
      fc.property(valuesOf(option), (frame) => {
        expect(own.safeParse(frame).success).toBe(true);
        expect(other.safeParse(frame).success).toBe(both);
        expect(own.safeParse({ ...(frame as object), t: `${t}s-` }).success).toBe(false);
      }),
      { numRuns: 10 },
    );
  }
});

test('rubbish is refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const [, schema] of named) expect(schema.safeParse(value).success).toBe(false);
    }),
    { numRuns: 50 },
  );
});
