import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAccess, sameServer } from './access.ts';
import { temporaryFolder } from './testing/fake-terminal.ts';

const TOKEN = 'token-of-id-'.padEnd(40, 'x');
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(
    join(folder.path, 'access.json'),
    JSON.stringify({ url: 'http://127.0.0.1:8080', tokens: { ID: TOKEN } }),
  );
});
afterEach(() => folder.remove());

const found = (options = {}, env: Record<string, string> = {}) =>
  findAccess({ env: { EADS_DATA_DIR: folder.path, ...env }, cwd: '/' }, options);

describe('address and tokens', () => {
  it('come from access.json in the data folder', () => {
    const { url, run, tokenFor } = found();
    expect([url, run, tokenFor('ID')]).toEqual(['http://127.0.0.1:8080', 'practice', TOKEN]);
    expect(() => tokenFor('MY')).toThrow('There is no token for MY');
  });

  it('are overridden by variables, and those by options', () => {
    const env = { EADS_URL: 'http://a:1', EADS_TOKEN: 'from-env', EADS_RUN: 'two' };
    const byEnv = found({}, env);
    expect([byEnv.url, byEnv.run, byEnv.tokenFor('ID')]).toEqual(['http://a:1', 'two', 'from-env']);
    const byOption = found({ url: 'http://b:2', token: 'given', run: 'three' }, env);
    expect([byOption.url, byOption.run, byOption.tokenFor('ID')]).toEqual(['http://b:2', 'three', 'given']);
  });

  it('of this installation are not sent to another server', () => {
    expect(() => found({ url: 'http://elsewhere.example:8080' }).tokenFor('ID')).toThrow('The tokens there are for');
    expect(() => found({ url: 'http://127.0.0.1:9999' }).tokenFor('ID')).toThrow('The tokens there are for');
    expect(found({ url: 'http://localhost:8080' }).tokenFor('ID')).toBe(TOKEN);
  });

  it.each([
    ['http://localhost:80', 'http://127.0.0.1', true],
    ['http://[::1]:8080', 'http://127.0.0.1:8080', true],
    ['https://localhost:8080', 'http://localhost:8080', false],
    ['http://localhost.evil.example:8080', 'http://localhost:8080', false],
    ['http://127.0.0.1.evil.example:8080', 'http://127.0.0.1:8080', false],
    ['http://127.0.0.1:8080@evil.example', 'http://127.0.0.1:8080', false],
    ['no address', 'http://localhost', false],
  ])('%s and %s are one server: %s', (a, b, same) => {
    expect(sameServer(a, b)).toBe(same);
  });

  it('are asked for in words where there is no file, or a damaged one', () => {
    expect(() => found({}, { EADS_DATA_DIR: join(folder.path, 'nowhere') })).toThrow('npm start');
    writeFileSync(join(folder.path, 'access.json'), '{"url": 1}');
    expect(() => found()).toThrow('damaged');
    expect(found({ url: 'http://a', token: 't' }).tokenFor('ID')).toBe('t');
  });

  it('say so where the file cannot be read at all', () => {
    rmSync(join(folder.path, 'access.json'));
    mkdirSync(join(folder.path, 'access.json'));
    expect(() => found()).toThrow('EISDIR');
  });
});
