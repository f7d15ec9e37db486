import type { Remark } from './draft.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value is, for somebody who reads of it. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  const kinds: Record<string, string> = { string: 'text', number: 'a number', boolean: 'true or false' };
  return kinds[typeof value] ?? 'an object';
}

/** A piece of the file's text, short enough to show. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Collects what there is to say while one record is read; nothing is thrown, so all faults are found in one go. */
export interface Sheet {
  readonly faults: Remark[];
  readonly remarks: Remark[];
  /** The record cannot be imported. */
  fault(key: string, text: string): void;
  /** It can, but the person should know. */
  remark(key: string, text: string): void;
  /** The same sheet, for what lies below a key. */
  below(key: string): Sheet;
}

export function sheetAt(path: string, faults: Remark[] = [], remarks: Remark[] = []): Sheet {
  const place = (key: string) =>
    key === '' ? path : path === '' ? key : key.startsWith('[') ? path + key : `${path}.${key}`;
  return {
    faults,
    remarks,
    fault: (key, text) => void faults.push({ at: place(key), text }),
    remark: (key, text) => void remarks.push({ at: place(key), text }),
    below: (key) => sheetAt(place(key), faults, remarks),
  };
}
