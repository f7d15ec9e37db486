import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import type { ProblemPlace } from './problems.ts';

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
}

const MOST_PLACES = 20;
const LONGEST_TEXT = 300;

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

/** Of a union, the branch that the input came closest to: it failed deepest, or else in the fewest places. */
const closestBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] =>
  branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];

const unfold = (issue: Issue, base: readonly string[]): ProblemPlace[] => {
  const path = [...base, ...issue.path.map(String)];
  const branch = issue.code === 'invalid_union' ? closestBranch(issue.errors ?? []) : [];
  if (depth(branch) > 0) return branch.flatMap((inner) => unfold(inner, path));
  const alternatives = issue.code === 'invalid_union' ? (issue.errors ?? []).flat().map((inner) => inner.message) : [];
  const says = alternatives.length > 0 ? [...new Set(alternatives)].join('; or: ') : issue.message;
  return [{ path: path.join('/'), says: says.slice(0, LONGEST_TEXT) }];
};

/** Where a value broke its zod schema: 20 places at most, each below `base`, the input itself never quoted. */
export const issuePlaces = (issues: readonly object[], base: readonly string[]): ProblemPlace[] =>
  issues.flatMap((issue) => unfold(issue as Issue, base)).slice(0, MOST_PLACES);

/** `issuePlaces` of what the validator of a request says. */
export const validationPlaces = (issues: readonly ZodFastifySchemaValidationError[], context: string): ProblemPlace[] =>
  issuePlaces(
    issues.map(({ keyword, instancePath, message, params }) => ({
      code: keyword,
      path: instancePath.split('/').filter((part) => part !== ''),
      message: message ?? 'is not of the form asked for',
      ...('errors' in params ? { errors: params.errors as readonly (readonly Issue[])[] } : {}),
    })),
    [context],
  );
