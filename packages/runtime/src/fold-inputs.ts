import type { Json, JsonObject } from './json.ts';

const REF = '#/components/schemas/';
const INPUT = /Input$/;

const mapRefs = (value: Json, change: (name: string) => string): Json => {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' && inner.startsWith(REF)
        ? REF + change(inner.slice(REF.length))
        : mapRefs(inner, change),
    ]),
  );
};

const refsOf = (value: Json): string[] => {
  const names: string[] = [];
  mapRefs(value, (name) => {
    names.push(name);
    return name;
  });
  return names;
};

/**
 * The type provider names what a request takes `NoticeInput` and what an answer gives `Notice`. Where both are the same, one is
 * enough: references to the first become references to the second.
 */
export const foldInputs = (document: JsonObject, schemas: JsonObject): Json => {
  const withoutInput = (value: Json): string =>
    JSON.stringify(mapRefs(value, (name) => (name in schemas ? name.replace(INPUT, '') : name)));
  const same = new Set(
    Object.keys(schemas).filter((name) => {
      const base = name.replace(INPUT, '');
      const [input, output] = [schemas[name], schemas[base]];
      if (base === name || input === undefined || output === undefined) return false;
      return withoutInput(input) === withoutInput(output);
    }),
  );
  // One that refers to an input which stays is no longer the same as its output.
  for (let size = -1; size !== same.size; ) {
    size = same.size;
    for (const name of same) {
      if (refsOf(schemas[name] ?? null).some((ref) => INPUT.test(ref) && !same.has(ref))) same.delete(name);
    }
  }
  return mapRefs(document, (name) => (same.has(name) ? name.replace(INPUT, '') : name));
};
