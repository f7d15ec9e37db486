import { describe, expect, it } from 'vitest';
import { checkClock, checkNodes, checkStatus, checkVersions, checkWitnessed } from './exchange.ts';

type Health = Parameters<typeof checkNodes>[0];
const health = (over: Partial<Health> = {}): Health => ({
  status: 'ok',
  version: '0.1.0',
  run: 'practice',
  nodes: { online: 11, expected: 11 },
  ledger: { size: 10, witnessed: 10 },
  serverTime: null,
  ...over,
});
const info = (over: object = {}) =>
  ({ run: 'practice', why: null, called: ['ID', 'MY', 'SEC'], online: ['ID', 'MY', 'SEC'], ...over }) as never;

describe('what the doctor says of the exchange', () => {
  it.each([
    ['ok', 'ok'],
    ['starting', 'warn'],
    ['degraded', 'warn'],
    ['frozen', 'bad'],
  ] as const)('finds %s to be %s', (status, level) => {
    expect(checkStatus(health({ status }), info()).level).toBe(level);
  });

  it('names the nodes that are missing', () => {
    const check = checkNodes(health({ nodes: { online: 1, expected: 2 } }), info({ online: ['MY', 'SEC'] }));
    expect(check).toMatchObject({ level: 'bad', says: '1 of 2 online; missing: ID' });
    expect(checkNodes(health({ nodes: { online: 1, expected: 2 } }), null).says).toBe('1 of 2 online');
  });

  it('warns when the co-signers do not keep up, and not of what came meanwhile', () => {
    const before = health({ ledger: { size: 10, witnessed: 8 } });
    expect(checkWitnessed(before, health({ ledger: { size: 15, witnessed: 10 } })).level).toBe('ok');
    expect(checkWitnessed(before, health({ ledger: { size: 15, witnessed: 9 } })).level).toBe('warn');
  });

  const noon = Date.UTC(2026, 0, 1, 12);
  it.each([
    ['the same second', noon, noon + 10, noon + 900, 'ok'],
    ['a slow answer', noon, noon - 4000, noon + 4000, 'ok'],
    ['three seconds', noon, noon + 4000, noon + 4100, 'ok'],
    ['ten seconds ahead', noon, noon + 11_000, noon + 11_100, 'warn'],
    ['ten seconds behind', noon, noon - 10_100, noon - 10_000, 'warn'],
    ['two minutes', noon, noon - 120_000, noon - 120_000, 'bad'],
  ] as const)('judges the clocks: %s', (_, server, before, after, level) => {
    expect(checkClock(server, before, after).level).toBe(level);
  });

  it('warns where there is no time to compare, and where versions differ', () => {
    expect(checkClock(null, 0, 0).level).toBe('warn');
    expect(checkVersions('0.2.0', '0.1.0').level).toBe('warn');
    expect(checkVersions('0.1.0', '0.1.0').level).toBe('ok');
  });
});
