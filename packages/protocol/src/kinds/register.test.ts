import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kindName } from '../claims.ts';
import * as face from '../index.ts';
import type { Kind } from './kind.ts';
import { KINDS, kindOf } from './register.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'kind.ts' && file !== 'register.ts',
);
const kinds: readonly Kind[] = KINDS;

const isKind = (value: unknown): value is Kind =>
  typeof value === 'object' && value !== null && 'kind' in value && 'body' in value && 'says' in value;

describe('one file a kind, and the register names them all', () => {
  test.each(files)('%s', async (file) => {
    const found = Object.values(await import(/* @vite-ignore */ new URL(file, import.meta.url).href)).filter(isKind);
    expect(found).toHaveLength(1);
    const [kind] = found as [Kind];
    expect(file).toBe(`${kind.kind.replaceAll('.', '-')}.ts`);
    expect(kinds.filter((registered) => registered === kind)).toHaveLength(1);
    expect(Object.values(face)).toContain(kind);
  });

  test('nothing is registered that has no file, and no name twice', () => {
    expect(kinds).toHaveLength(files.length);
    expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(kinds.length);
  });
});

test.each(kinds)('$kind says what it is, and its rules fit together', (kind) => {
  expect(kindName.safeParse(kind.kind).success).toBe(true);
  expect(kind.v).toBeGreaterThanOrEqual(1);
  expect(kind.says).toMatch(/^[A-Z].*\.$/);
  // A state event is everyone's: a late member must be able to fetch it, and the hub must be able to read it.
  if (kind.state) expect([kind.addresses, kind.inner]).toEqual(['all', null]);
  // A confidential message is encrypted to recipients, so somebody must be named.
  if (kind.inner !== null) expect(kind.addresses).toBe('named');
});

test('a kind is known by name and version', () => {
  expect(kindOf('notice.publish', 1)?.kind).toBe('notice.publish');
  expect(kindOf('notice.publish', 2)).toBeUndefined();
  for (const name of ['notice.praise', '', 'constructor', '__proto__', 'toString'])
    expect(kindOf(name, 1)).toBeUndefined();
});
