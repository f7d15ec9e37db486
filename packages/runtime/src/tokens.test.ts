import { expect, test } from 'vitest';
import { listenErrorSentence } from './listen-error.ts';
import { createTokenTable, generateToken } from './tokens.ts';

test('a token is known by its whole, and only so', () => {
  const [id, trainer] = [generateToken(), generateToken()];
  const roleOf = createTokenTable({ ID: id, trainer });
  expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect([roleOf(id), roleOf(trainer)]).toEqual(['ID', 'trainer']);
  for (const wrong of ['', id.slice(1), `${id} `, id.toUpperCase(), id + id, 'x'.repeat(10_000_000)]) {
    expect(roleOf(wrong)).toBeNull();
  }
});

test('a short token and a token of two roles are refused', () => {
  expect(() => createTokenTable({ ID: 'short' })).toThrow(/^The token of "ID" has 5 characters\./);
  const token = generateToken();
  expect(() => createTokenTable({ ID: token, MY: generateToken(), TH: token })).toThrow(/^"ID" and "TH" have the same/);
});

test.each([
  ['EADDRINUSE', /^The port 80 on h is in use\. /],
  ['EACCES', /^This user may not open the port 80 on h\. /],
  ['EADDRNOTAVAIL', /^This machine has no address h\. /],
  ['ENOTFOUND', /^The host name h is not known\. /],
  ['EMFILE', /^The port 80 on h could not be opened \(EMFILE\)\. /],
])('%s as one sentence', (code, sentence) => {
  expect(listenErrorSentence(Object.assign(new Error('x'), { code }), 80, 'h')).toMatch(sentence);
});
