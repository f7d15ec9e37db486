import { expect, test } from 'vitest';
import { afterClose, CLOSE_CODES, ITEM_CODES, type ItemCode, itemCode, recordCode, retryOf } from './codes.ts';
import { PROBLEMS, problem } from './http.ts';

test('the close codes are those that the protocol names, each with what follows', () => {
  const after = Object.fromEntries(Object.entries(CLOSE_CODES).map(([code, row]) => [code, row.after]));
  expect(after).toEqual({
    1001: 'back-off',
    1006: 'back-off',
    1011: 'back-off',
    4400: 'fault-retry-60s',
    4401: 'stop',
    4403: 'stop',
    4406: 'stop',
    4408: 'back-off',
    4409: 'replaced',
    4410: 'new-origin',
    4412: 'red-retry-30s',
    4413: 'fault-retry-60s',
    4423: 'red-retry-30s',
    4429: 'back-off',
    4503: 'back-off',
  });
  for (const unknown of [1000, 1005, 4999, Number.NaN]) expect(afterClose(unknown)).toBe('back-off');
});

test('what is refused without a claim on the id, and what claims it', () => {
  const of = (retry: string) => (Object.keys(ITEM_CODES) as ItemCode[]).filter((code) => retryOf(code) === retry);
  expect(of('never-these-bytes')).toEqual([
    'bad-form',
    'bad-signature',
    'not-yours',
    'other-origin',
    'too-large',
    'id-conflict',
  ]);
  expect(of('after-upgrade')).toEqual(['kind-unknown']);
  expect(of('later')).toEqual(['overloaded', 'quota', 'storage', 'starting', 'frozen']);
  // What is tried again must leave no entry: it would be refused once and accepted later under the same id.
  for (const [code, row] of Object.entries(ITEM_CODES)) expect(row.logged, code).toBe(row.retry !== 'later');
});

test('each code says what happened and what to do, in whole sentences', () => {
  for (const { says } of Object.values(ITEM_CODES)) expect(says).toMatch(/^[A-Z].*\. .*\.$/);
  for (const [code, { title, status, retry }] of Object.entries(PROBLEMS)) {
    expect(title).toMatch(/^[A-Z]/);
    expect(retry, code).toBe(status === 429 || status >= 500);
  }
});

test('closed: a code outside the tables is none', () => {
  for (const code of Object.keys(ITEM_CODES)) expect(itemCode.safeParse(code).success).toBe(true);
  expect(recordCode.safeParse('accepted').success).toBe(true);
  expect(itemCode.safeParse('accepted').success).toBe(false);
  for (const code of ['toString', '', 'bad form']) expect(recordCode.safeParse(code).success).toBe(false);
  const body = { type: 't', code: 'teapot', title: 't', status: 418, detail: 'd', retry: false };
  expect(problem.safeParse(body).success).toBe(false);
});
