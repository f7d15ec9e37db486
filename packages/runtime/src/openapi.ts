import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { accessInWords } from './access.ts';
import { foldInputs } from './fold-inputs.ts';
import type { MountNote } from './http-server.ts';
import type { Json, JsonObject } from './json.ts';
import type { Problems } from './problems.ts';

export interface OpenApiOptions<Code extends string> {
  readonly title: string;
  readonly version: string;
  readonly says: string;
  readonly problems: Problems<Code>;
  readonly mounts: readonly MountNote[];
}

type FreeSchema = Record<string, unknown>;

const problemSchema = (codes: readonly string[]): FreeSchema => ({
  type: 'object',
  description: 'A problem (RFC 9457).',
  properties: {
    type: { type: 'string' },
    code: { type: 'string', enum: codes },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What, where and how to mend it.' },
    retry: { type: 'boolean', description: 'Whether the same request may succeed later.' },
    at: {
      type: 'array',
      description: 'Where in the input, when that is the matter.',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, says: { type: 'string' } },
        required: ['path', 'says'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'code', 'title', 'status', 'detail', 'retry'],
  additionalProperties: false,
});

const withAnswers = (response: FreeSchema | undefined): FreeSchema => {
  const declared = response ?? {};
  const succeeds = Object.keys(declared).some((status) => /^[23]/.test(status));
  return {
    ...(succeeds ? {} : { '2xx': { description: 'Done', content: { '*/*': { schema: {} } } } }),
    ...declared,
    default: {
      description: 'A problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
};

const isUnder = (url: string, prefix: string): boolean => url === prefix || url.startsWith(`${prefix}/`);

const withParameters = (params: unknown, parameters: Readonly<Record<string, string>>): FreeSchema => {
  const own = (params ?? { type: 'object' }) as FreeSchema;
  return {
    ...own,
    type: 'object',
    properties: {
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, description]) => [name, { type: 'string', description }]),
      ),
      ...(own.properties as FreeSchema | undefined),
    },
    required: [...Object.keys(parameters), ...((own.required as string[] | undefined) ?? [])],
  };
};

/** Collects the routes from now on. Routes that were registered before are not in the document. */
export const addOpenApi = async <Code extends string>(
  app: FastifyInstance,
  { title, version, says, problems, mounts }: OpenApiOptions<Code>,
): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, description: says },
      security: [{ bearer: [] }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
        schemas: { Problem: problemSchema(Object.keys(problems.table)) as object },
      },
    },
    convertConstToEnum: false,
    stripBasePath: false,
    transform: (input) => {
      const access = input.route.config?.roles ?? [];
      const transformed = jsonSchemaTransform({ ...input, schema: input.schema ?? {} } as typeof input);
      const schema = transformed.schema as FreeSchema;
      if (schema.hide === true) return transformed;
      const words = `Open to: ${accessInWords(access)}.`;
      const description = schema.description;
      const mount = mounts.find(({ prefix }) => isUnder(input.url, prefix));
      return {
        schema: {
          ...schema,
          description: typeof description === 'string' ? `${description}\n\n${words}` : words,
          response: withAnswers(schema.response as FreeSchema | undefined),
          ...(access === 'open' ? { security: [] } : {}),
          ...(mount && Object.keys(mount.parameters).length > 0
            ? { params: withParameters(schema.params, mount.parameters) }
            : {}),
        } as FastifySchema,
        url: mount
          ? `${mount.documentAs.replace(/\{(\w+)\}/g, ':$1')}${input.url.slice(mount.prefix.length)}`
          : input.url,
      };
    },
    transformObject: jsonSchemaTransformObject,
  });
};

const REF = '#/components/schemas/';

const addRefs = (value: Json, found: Set<string>, schemas: JsonObject): void => {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) addRefs(item, found, schemas);
    return;
  }
  for (const [key, inner] of Object.entries(value as JsonObject)) {
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith(REF)) {
      const name = inner.slice(REF.length);
      if (found.has(name)) continue;
      found.add(name);
      addRefs(schemas[name] ?? null, found, schemas);
    } else {
      addRefs(inner, found, schemas);
    }
  }
};

const schemasOf = (document: JsonObject): JsonObject => (document.components as JsonObject).schemas as JsonObject;

/** The document of all routes, with those named schemas that a route uses. After `app.ready()` only. */
export const openApiDocument = (app: FastifyInstance): JsonObject => {
  const made = JSON.parse(JSON.stringify(app.swagger())) as JsonObject;
  const document = foldInputs(made, schemasOf(made)) as JsonObject;
  const schemas = schemasOf(document);
  const used = new Set<string>();
  addRefs(document.paths ?? null, used, schemas);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return {
    ...document,
    components: {
      ...(document.components as JsonObject),
      schemas: Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
};
