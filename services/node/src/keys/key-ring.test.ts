import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeyRing } from './key-ring.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eads-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ORIGIN = 'a/b/1';

test('keys are on disk before they are used, for the owner alone, and read back', () => {
  const ring = openKeyRing(folder);
  const keys = ring.keysFor(ORIGIN);
  expect(openKeyRing(folder).keysFor(ORIGIN).signing.kid).toBe(keys.signing.kid);
  expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['keys.json']);
});

test('a rotation keeps both until the ledger has it, and the old decryption key for good', () => {
  const ring = openKeyRing(folder);
  const old = ring.keysFor(ORIGIN);
  const next = ring.prepareNext(ORIGIN);
  expect(ring.prepareNext(ORIGIN).signing.kid).toBe(next.signing.kid);
  expect(ring.keysFor(ORIGIN).signing.kid).toBe(old.signing.kid);
  const again = openKeyRing(folder);
  expect(again.nextFor(ORIGIN)?.signing.kid).toBe(next.signing.kid);
  again.promote(ORIGIN);
  const after = openKeyRing(folder);
  expect(after.keysFor(ORIGIN).signing.kid).toBe(next.signing.kid);
  expect(after.nextFor(ORIGIN)).toBeNull();
  const kids = after.openingKeys().map(({ kid }) => kid);
  expect(kids).toContain(old.encryption.kid);
  expect(kids[0]).toBe(next.encryption.kid);
});

test('a rotation that is given up leaves the old keys', () => {
  const ring = openKeyRing(folder);
  const old = ring.keysFor(ORIGIN);
  ring.prepareNext(ORIGIN);
  ring.dropNext(ORIGIN);
  expect(openKeyRing(folder).nextFor(ORIGIN)).toBeNull();
  expect(openKeyRing(folder).keysFor(ORIGIN).signing.kid).toBe(old.signing.kid);
});

test('every epoch has keys of its own, and what was sealed in an earlier one stays readable', () => {
  const ring = openKeyRing(folder);
  const first = ring.keysFor(ORIGIN);
  const second = ring.keysFor('a/b/2');
  expect(second.signing.kid).not.toBe(first.signing.kid);
  expect(ring.openingKeys().map(({ kid }) => kid)).toEqual([second.encryption.kid, first.encryption.kid]);
});

test('a damaged file is not replaced by fresh keys', () => {
  openKeyRing(folder).keysFor(ORIGIN);
  const path = join(folder, 'keys.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, 100));
  expect(() => openKeyRing(folder)).toThrow(/keys\.json/);
  writeFileSync(path, '{"format":"eads-node-keys/v9","epochs":[]}');
  expect(() => openKeyRing(folder)).toThrow(/Restore it from a backup/);
});
