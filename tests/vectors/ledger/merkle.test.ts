import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerError, verifyConsistency, verifyInclusion } from '@eads/ledger';
import { describe, expect, test } from 'vitest';
import { requires, sharedVectors } from '../../requirements.ts';

// The proofs of the transparency-dev/merkle project, good and tampered; integers there pass 2^53.

interface Vector {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly [field: string]: unknown;
}

const read = (path: string): Vector =>
  JSON.parse(readFileSync(path, 'utf8').replace(/("(?:leafIdx|treeSize|size1|size2)":\s*)(\d+)/g, '$1"$2"'));

const walk = (kind: string): [string, Vector][] => {
  const folder = join(sharedVectors, 'merkle', kind);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => [name, read(join(folder, name))]);
};

const bytes = (value: unknown): Uint8Array => Buffer.from((value as string | null) ?? '', 'base64');
const size = (value: unknown): bigint => BigInt(value as string);

const isRefused = (run: () => void): boolean => {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof LedgerError) return true;
    throw error;
  }
};

const fails = {
  inclusion: (vector: Vector): boolean =>
    isRefused(() =>
      verifyInclusion({
        index: size(vector.leafIdx),
        size: size(vector.treeSize),
        leaf: bytes(vector.leafHash),
        root: bytes(vector.root),
        proof: (vector.proof ?? []).map(bytes),
      }),
    ),
  consistency: (vector: Vector): boolean =>
    isRefused(() =>
      verifyConsistency({
        size1: size(vector.size1),
        size2: size(vector.size2),
        root1: bytes(vector.root1),
        root2: bytes(vector.root2),
        proof: (vector.proof ?? []).map(bytes),
      }),
    ),
};

describe('RFC 9162 proofs of transparency-dev/merkle', requires('vectors'), () => {
  test.each(['inclusion', 'consistency'] as const)('%s: each holds or is refused as it must', (kind) => {
    const vectors = walk(kind);
    expect(vectors.length).toBeGreaterThan(90);
    expect(vectors.some(([, vector]) => !vector.wantErr)).toBe(true);
    const wrong = vectors.filter(([, vector]) => fails[kind](vector) !== vector.wantErr).map(([name]) => name);
    expect(wrong).toEqual([]);
  });
});
