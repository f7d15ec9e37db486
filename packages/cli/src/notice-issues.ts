import type { Notice } from '@eads/protocol';
import { notice as noticeSchema } from '@eads/protocol';
import type * as z from 'zod';

/** One thing that is wrong with a value, where, and how to mend it. */
export interface ValueIssue {
  readonly path: readonly PropertyKey[];
  readonly says: string;
}

type Issue = z.core.$ZodIssue;

const shown = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'The value' : `"${path.map(String).join('.')}"`;

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);

/** Of the ways in which a value may be written, the one that it comes nearest to. */
const nearest = (branches: readonly (readonly Issue[])[]): readonly Issue[] => {
  const depth = (issues: readonly Issue[]): number =>
    issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? 0 : 1;
  return branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
};

const textOf = (issue: Issue, path: readonly PropertyKey[], value: unknown): string => {
  const name = shown(path);
  if (value === undefined) {
    const kind =
      issue.code === 'invalid_type'
        ? ` It must be ${issue.expected === 'null' ? 'null' : `of type ${issue.expected}`}.`
        : '';
    return `${name} is missing.${kind} Add it.`;
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `"${key}"`).join(', ')} ${issue.keys.length === 1 ? 'is no field' : 'are no fields'} here. Take out what is too much, or correct the spelling.`;
    case 'invalid_type':
      return `${name} must be of type ${issue.expected}.`;
    case 'invalid_value':
      return `${name} must be one of ${issue.values.map(String).join(', ')}.`;
    case 'too_big':
      return `${name} is too large: at most ${issue.maximum}. Shorten it.`;
    case 'too_small':
      return `${name} is too small: at least ${issue.minimum}.`;
    default:
      return `${name}: ${issue.message}.`;
  }
};

const flatten = (issue: Issue, before: readonly PropertyKey[], whole: unknown): ValueIssue[] => {
  const path = [...before, ...issue.path];
  const value = valueAt(whole, path);
  if (issue.code === 'invalid_union' && value !== undefined && issue.errors.length > 0) {
    return nearest(issue.errors).flatMap((inner) => flatten(inner, path, whole));
  }
  return [{ path, says: textOf(issue, path, value) }];
};

export type NoticeRead =
  | { readonly ok: true; readonly notice: Notice }
  | { readonly ok: false; readonly issues: readonly ValueIssue[] };

/** Reads a notice, or says in words what is wrong with it. */
export const readNotice = (value: unknown): NoticeRead => {
  const read = noticeSchema.safeParse(value);
  if (read.success) return { ok: true, notice: read.data };
  return { ok: false, issues: read.error.issues.flatMap((issue) => flatten(issue, [], value)) };
};
