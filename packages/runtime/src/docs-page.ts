import { createHash } from 'node:crypto';
import { DOCS_STYLE } from './docs-style.ts';
import type { Json, JsonObject } from './json.ts';

/** The one style that the page's content policy lets in. */
export const DOCS_STYLE_SOURCE = `'sha256-${createHash('sha256').update(DOCS_STYLE).digest('base64')}'`;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const REF = '#/components/schemas/';
/** An object deeper than this is shown as `object`; its parts stand under their own name in the document. */
const DEEPEST = 4;

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const anchor = (...parts: readonly string[]): string => parts.join('-').replace(/[^A-Za-z0-9-]+/g, '-');

const list = (schemas: readonly Json[], between: string): string =>
  schemas.map((schema) => shortType(objectOf(schema))).join(between);

const range = (least: Json | undefined, most: Json | undefined, unit: string): string[] => {
  const from = typeof least === 'number' && Math.abs(least) < Number.MAX_SAFE_INTEGER ? least : undefined;
  const to = typeof most === 'number' && Math.abs(most) < Number.MAX_SAFE_INTEGER ? most : undefined;
  if (from === undefined && to === undefined) return [];
  if (from === to) return [`${from}${unit}`];
  if (from === undefined) return [`up to ${to}${unit}`];
  return [to === undefined ? `from ${from}${unit}` : `${from} to ${to}${unit}`];
};

const bounds = (schema: JsonObject): string => {
  const pattern = textOf(schema.pattern);
  const said = [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' of them'),
    ...(pattern === '' ? [] : [`like ${pattern}`]),
  ];
  return said.length === 0 ? '' : ` <span class="soft">${escapeHtml(said.join(', '))}</span>`;
};

/** A schema in one phrase, as HTML. */
const shortType = (schema: JsonObject): string => {
  const ref = textOf(schema.$ref);
  if (ref.startsWith(REF)) {
    const name = ref.slice(REF.length);
    return `<a href="#${anchor('schema', name)}">${escapeHtml(name)}</a>`;
  }
  if ('const' in schema) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`;
  const values = listOf(schema.enum);
  if (values.length > 0) return values.map((value) => `<code>${escapeHtml(JSON.stringify(value))}</code>`).join(' or ');
  const either = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (either.length > 0) return list(either, ' or ');
  const all = listOf(schema.allOf);
  if (all.length > 0) return list(all, ' and ');
  const type = schema.type;
  if (type === 'array') {
    const tuple = listOf(schema.prefixItems);
    if (tuple.length > 0) return `[${list(tuple, ', ')}]`;
    return `list of ${shortType(objectOf(schema.items))}${bounds(schema)}`;
  }
  const name = Array.isArray(type) ? type.map(String).join(' or ') : textOf(type);
  return `${escapeHtml(name === '' ? 'anything' : name)}${bounds(schema)}`;
};

const rows = (schema: JsonObject, path: string, depth: number): string => {
  const required = listOf(schema.required);
  return Object.entries(objectOf(schema.properties))
    .map(([name, raw]) => {
      const property = objectOf(raw);
      const item = property.type === 'array' ? objectOf(property.items) : property;
      const label = property.type === 'array' ? `${path}${name}[]` : `${path}${name}`;
      const need = required.includes(name) ? '' : ' <span class="soft">may be left out</span>';
      const row = `<tr><td><code>${escapeHtml(label)}</code>${need}</td><td>${shortType(property)}</td><td>${escapeHtml(textOf(property.description))}</td></tr>`;
      return depth < DEEPEST && isObject(item.properties) ? row + rows(item, `${label}.`, depth + 1) : row;
    })
    .join('');
};

const schemaBlock = (schema: JsonObject): string => {
  if (!isObject(schema.properties)) return `<p>${shortType(schema)}</p>`;
  return `<table><thead><tr><th scope="col">Name</th><th scope="col">Form</th><th scope="col">Meaning</th></tr></thead><tbody>${rows(schema, '', 0)}</tbody></table>`;
};

const parametersBlock = (operation: JsonObject): string => {
  const lines = listOf(operation.parameters).map((raw) => {
    const parameter = objectOf(raw);
    const need = parameter.required === true ? '' : ' <span class="soft">may be left out</span>';
    return `<tr><td><code>${escapeHtml(textOf(parameter.name))}</code>${need}</td><td>${escapeHtml(textOf(parameter.in))}</td><td>${shortType(objectOf(parameter.schema))}</td><td>${escapeHtml(textOf(parameter.description))}</td></tr>`;
  });
  if (lines.length === 0) return '';
  return `<h4>Parameters</h4><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Form</th><th scope="col">Meaning</th></tr></thead><tbody>${lines.join('')}</tbody></table>`;
};

const contentBlock = (content: JsonObject): string =>
  Object.entries(content)
    .map(([type, media]) => {
      const schema = objectOf(objectOf(media).schema);
      const heading = `<p class="soft"><code>${escapeHtml(type)}</code></p>`;
      return Object.keys(schema).length === 0 ? heading : heading + schemaBlock(schema);
    })
    .join('');

const operationBlock = (path: string, method: string, operation: JsonObject): string => {
  const request = objectOf(operation.requestBody);
  const answers = Object.entries(objectOf(operation.responses))
    .map(([status, raw]) => {
      const response = objectOf(raw);
      const name = status === 'default' ? 'Otherwise' : `Answer ${status}`;
      return `<h4>${escapeHtml(name)}: ${escapeHtml(textOf(response.description))}</h4>${contentBlock(objectOf(response.content))}`;
    })
    .join('');
  const body = isObject(request.content) ? `<h4>Body</h4>${contentBlock(objectOf(request.content))}` : '';
  return `<section aria-labelledby="${anchor(method, path)}"><h3 id="${anchor(method, path)}"><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code></h3>
<p><strong>${escapeHtml(textOf(operation.summary))}</strong></p><p>${escapeHtml(textOf(operation.description))}</p>${parametersBlock(operation)}${body}${answers}</section>`;
};

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly tag: string;
  readonly operation: JsonObject;
}

const operationsOf = (document: JsonObject): Operation[] =>
  Object.entries(objectOf(document.paths)).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = objectOf(item)[method];
      if (!isObject(operation)) return [];
      const tag = textOf(listOf(operation.tags)[0]) || 'Other';
      return [{ path, method, tag, operation }];
    }),
  );

/** An OpenAPI 3.1 document as one HTML page that needs nothing else. */
export const renderDocs = (document: JsonObject): string => {
  const info = objectOf(document.info);
  const title = escapeHtml(textOf(info.title));
  const groups = Map.groupBy(operationsOf(document), ({ tag }) => tag);
  const contents = [...groups]
    .map(([tag, operations]) => {
      const links = operations.map(
        ({ method, path }) =>
          `<li><a href="#${anchor(method, path)}"><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code></a></li>`,
      );
      return `<h3>${escapeHtml(tag)}</h3><ul>${links.join('')}</ul>`;
    })
    .join('');
  const sections = [...groups]
    .map(
      ([tag, operations]) =>
        `<h2>${escapeHtml(tag)}</h2>${operations.map(({ path, method, operation }) => operationBlock(path, method, operation)).join('\n')}`,
    )
    .join('\n');
  const schemas = Object.entries(objectOf(objectOf(document.components).schemas))
    .map(([name, raw]) => {
      const schema = objectOf(raw);
      return `<section aria-labelledby="${anchor('schema', name)}"><h3 id="${anchor('schema', name)}"><code>${escapeHtml(name)}</code></h3><p>${escapeHtml(textOf(schema.description))}</p>${schemaBlock(schema)}</section>`;
    })
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${DOCS_STYLE}</style></head>
<body><header><h1>${title}</h1><p class="soft">Version ${escapeHtml(textOf(info.version))}. Training system: all data is simulated.</p><p>${escapeHtml(textOf(info.description))}</p>
<p>For programs: <a href="openapi.json">openapi.json</a>.</p></header>
<nav aria-label="Routes">${contents}</nav>
<main>${sections}<h2>Forms</h2>${schemas}</main></body></html>
`;
};
