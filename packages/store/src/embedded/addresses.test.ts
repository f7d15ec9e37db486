import { describe, expect, test } from 'vitest';
import { chooseAddress, connectionUrl, rolePassword } from './addresses.ts';

describe.skipIf(process.platform === 'win32')('socket or loopback', () => {
  const longest = process.platform === 'darwin' ? 103 : 107;
  const nameLength = '/.s.PGSQL.5432'.length;

  test('the longest path that a socket address holds is a socket, one byte more is loopback', async () => {
    const folder = `/${'x'.repeat(longest - nameLength - 1)}`;
    expect(await chooseAddress(folder)).toEqual({ socketDir: folder, host: folder, port: 5432 });
    expect(await chooseAddress(`${folder}x`)).toMatchObject({ socketDir: undefined, host: '127.0.0.1' });
  });

  test('bytes count, not letters', async () => {
    const folder = `/${'ü'.repeat((longest - nameLength) / 2 + 1)}`;
    expect((await chooseAddress(folder)).socketDir).toBeUndefined();
  });
});

test('a URL carries any path and password, and asks for no TLS', () => {
  const url = new URL(
    connectionUrl({ socketDir: '/a b/ü&?#%2F+', host: '', port: 5432 }, 'node-id', 'node_id', 'p@s:s/w%'),
  );
  expect(url.searchParams.get('host')).toBe('/a b/ü&?#%2F+');
  expect(url.searchParams.get('sslmode')).toBe('disable');
  expect(decodeURIComponent(url.password)).toBe('p@s:s/w%');
  expect(url.pathname).toBe('/node-id');
});

test("roles' passwords differ from each other and from the superuser's, and stay the same", () => {
  const passwords = ['postgres', 'node_id', 'node_my'].map((role) => rolePassword('secret', role));
  expect(new Set(passwords).size).toBe(3);
  expect(rolePassword('secret', 'node_id')).toBe(passwords[1]);
  expect(rolePassword('another', 'node_id')).not.toBe(passwords[1]);
});
