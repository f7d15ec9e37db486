import { describe, expect, test } from 'vitest';
import { CLOSE_CODES, ITEM_CODES } from '../codes.ts';
import { hubFrame, nodeFrame } from '../frames.ts';
import { PROBLEMS } from '../http.ts';
import { KINDS } from '../kinds/register.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { frameSchemas, type JsonSchema, kindSchemas } from './json-schema.ts';

const TARGETS = ['draft-2020-12', 'draft-7'] as const;

const follow = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (at, part) => (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    );

const refsOf = (document: unknown): string[] =>
  [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map((match) => match[1] ?? '');

/** Every place in a schema that holds a schema, so that an empty one (which allows anything) is found. */
const emptyPlaces = (schema: unknown, path: string): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) => {
    const here = `${path}/${key}`;
    const isEmpty =
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length === 0;
    return isEmpty ? [here] : emptyPlaces(inner, here);
  });
};

describe.each(TARGETS)('JSON Schema %s', (target) => {
  const schemas: [string, JsonSchema][] = [
    ...kindSchemas(target).map(({ kind, payload }): [string, JsonSchema] => [kind.kind, payload]),
    ...kindSchemas(target).flatMap(({ kind, inner }): [string, JsonSchema][] =>
      inner === null ? [] : [[`${kind.kind} inside`, inner]],
    ),
    ...frameSchemas(target).map(({ way, t, payload }): [string, JsonSchema] => [`${way} ${t}`, payload]),
  ];

  test.each(schemas)('%s: closed, its references lead somewhere, nothing is left open', (_name, schema) => {
    expect(schema.type).toBe('object');
    expect(schema.additionalProperties).toBe(false);
    for (const pointer of refsOf(schema)) expect(follow(schema, pointer), pointer).toBeTypeOf('object');
    expect(emptyPlaces(schema, '')).toEqual([]);
  });

  test('every kind and every frame is in, under its own name', () => {
    expect(kindSchemas(target).map(({ kind }) => kind.kind)).toEqual(KINDS.map(({ kind }) => kind));
    for (const { kind, payload, inner } of kindSchemas(target)) {
      const properties = payload.properties as Record<string, JsonSchema>;
      expect([properties.kind?.const, properties.v?.const]).toEqual([kind.kind, kind.v]);
      expect(inner === null).toBe(kind.inner === null);
    }
    expect(frameSchemas(target).map(({ way, t }) => `${way} ${t}`)).toEqual([
      ...hubFrame.options.map((option) => `hub-to-node ${option.shape.t.value}`),
      ...nodeFrame.options.map((option) => `node-to-hub ${option.shape.t.value}`),
    ]);
  });
});

describe('AsyncAPI', () => {
  const options = { version: '1.2.3', address: '/hub/session' };
  const document = asyncApiDocument(options) as {
    asyncapi: string;
    info: { version: string };
    channels: { session: { address: string; messages: Record<string, { $ref: string }> } };
    operations: Record<string, { action: string; messages: { $ref: string }[] }>;
    components: { messages: Record<string, { name: string; summary: string; payload: JsonSchema }>; schemas: object };
    'x-close-codes': { code: number }[];
    'x-item-codes': { code: string; says: string }[];
    'x-problem-codes': { code: string; status: number }[];
    'x-kinds': { kind: string; payload: { $ref: string }; inner: { $ref: string } | null }[];
  };
  const names = [
    ...hubFrame.options.map((option) => `hub.${option.shape.t.value}`),
    ...nodeFrame.options.map((option) => `node.${option.shape.t.value}`),
  ];

  test('version, address, the parts that AsyncAPI 3.0 asks for', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(document.info.version).toBe('1.2.3');
    expect(document.channels.session.address).toBe('/hub/session');
    for (const name of [...Object.keys(document.components.messages), ...Object.keys(document.components.schemas)]) {
      expect(name).toMatch(/^[\w.-]+$/);
    }
  });

  test('every frame is a message of the channel, sent by the end that sends it', () => {
    expect(Object.keys(document.components.messages)).toEqual(names);
    expect(Object.keys(document.channels.session.messages)).toEqual(names);
    const of = (operation: string) =>
      document.operations[operation]?.messages.map(({ $ref }) => $ref.split('/').at(-1));
    expect(of('hubSends')).toEqual(names.filter((name) => name.startsWith('hub.')));
    expect(of('hubReceives')).toEqual(names.filter((name) => name.startsWith('node.')));
    expect([document.operations.hubSends?.action, document.operations.hubReceives?.action]).toEqual([
      'send',
      'receive',
    ]);
    for (const message of Object.values(document.components.messages)) {
      expect((message.payload.properties as Record<string, JsonSchema>).t?.const).toBe(message.name);
      expect(message.summary).toMatch(/\.$/);
    }
  });

  test('every code and every kind is in', () => {
    expect(document['x-close-codes'].map(({ code }) => String(code))).toEqual(Object.keys(CLOSE_CODES));
    expect(document['x-item-codes'].map(({ code }) => code)).toEqual(Object.keys(ITEM_CODES));
    expect(document['x-problem-codes'].map(({ code }) => code)).toEqual(Object.keys(PROBLEMS));
    expect(document['x-kinds'].map(({ kind }) => kind)).toEqual(KINDS.map(({ kind }) => kind));
  });

  test('every reference leads somewhere', () => {
    const refs = refsOf(document);
    expect(refs.length).toBeGreaterThan(names.length);
    for (const pointer of refs) expect(follow(document, pointer), pointer).toBeTypeOf('object');
    expect(JSON.stringify(document)).not.toContain('#/definitions/');
  });

  test('the same schemas give the same bytes', () => {
    expect(JSON.stringify(asyncApiDocument(options))).toBe(JSON.stringify(document));
    expect(JSON.stringify(asyncApiDocument({ ...options, version: '1.2.4' })).replace('1.2.4', '1.2.3')).toBe(
      JSON.stringify(document),
    );
  });
});
