import type { Notice } from '@eads/protocol';
import { sampleInterpol } from '@eads/samples';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { type FakeExchange, type FakeExchangeOptions, startFakeExchange } from '../testing/fake-exchange.ts';
import { runFake } from '../testing/fake-terminal.ts';

let exchange: FakeExchange | undefined;
afterEach(async () => {
  await exchange?.stop();
  exchange = undefined;
});

const record = (n: number, over: object = {}) => ({
  _exercise: true,
  entity_id: `2026/${n}`,
  name: 'SYNTHETIC',
  forename: 'PERSON',
  date_of_birth: '1980/01/02',
  nationalities: ['ID'],
  arrest_warrants: [{ charge: 'Theft', issuing_country_id: 'ID', charge_translation: null }],
  ...over,
});
const year = new Date().getUTCFullYear();

const run = async (input: unknown, args: string[] = [], options: FakeExchangeOptions = {}) => {
  exchange ??= await startFakeExchange(options);
  const text = typeof input === 'string' ? input : JSON.stringify(input, null, 1);
  return runFake(['import', '-', '--as', 'ID', ...args], { env: exchange.env, input: text });
};
const numbers = () => exchange?.published.map(({ notice }) => notice.number) ?? [];
const outcomes = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('eads import', () => {
  it('imports every record with numbers of its own and the source of each', async () => {
    const { code, out, err } = await run([record(1), record(2)]);
    expect([code, out]).toEqual([EXIT.ok, '']);
    expect(err).toBe('2 records: 2 imported.\n');
    expect(numbers().sort()).toEqual([`EX-ID-${year}-000001`, `EX-ID-${year}-000002`]);
    expect(exchange?.published[0]?.notice.source).toEqual({ format: 'interpol-public', reference: '2026/1' });
  });

  it('imports nothing twice, and goes on with the numbers', async () => {
    await run([record(1), record(2)]);
    const again = await run([record(1), record(2), record(3)], ['--json']);
    expect(again.code).toBe(EXIT.ok);
    expect(outcomes(again.out).map(({ outcome }) => outcome)).toEqual(['already-there', 'already-there', 'imported']);
    expect(numbers().sort().at(-1)).toBe(`EX-ID-${year}-000003`);
    expect(numbers()).toHaveLength(3);
  });

  it('tells each record that it cannot take, with its place, and imports the others', async () => {
    const { code, out, err } = await run([record(1), record(2, { date_of_birth: 'yesterday' }), null, record(4)]);
    expect(code).toBe(EXIT.wrong);
    expect(err).toBe('4 records: 2 imported, 2 not imported.\n');
    expect(out).toMatch(
      /^standard input:\d+:20: "yesterday" is not YYYY\/MM\/DD.*\(2026\/2\)\nstandard input:\d+:2: A record must be an object/,
    );
    expect(numbers()).toHaveLength(2);
  });

  it.each([
    ['no JSON', '{"a"'],
    ['nothing of INTERPOL', '{"hello": "world"}'],
    ['an empty list', '[]'],
    ['records that are all wrong', '[{"entity_id": 1}]'],
  ])('ends with 2 for a file with %s, and asks nobody', async (_, text) => {
    const { code } = await run(text);
    expect(code).toBe(EXIT.input);
    expect(exchange?.requests).toEqual([]);
  });

  it('takes records that do not say they are synthetic only when a person does', async () => {
    const real = [record(1, { _exercise: undefined }), record(2)];
    const first = await run(real);
    expect(first.code).toBe(EXIT.wrong);
    expect(first.out).toContain('--confirm-synthetic');
    expect(numbers()).toHaveLength(1);
    expect((await run(real, ['--confirm-synthetic'])).code).toBe(EXIT.ok);
    expect(numbers()).toHaveLength(2);
  });

  it('says what a dry run would do, and does nothing', async () => {
    const { code, out, err } = await run([record(1), record(2)], ['--dry-run', '--json']);
    expect(code).toBe(EXIT.ok);
    expect(outcomes(out)).toMatchObject([
      { outcome: 'would-import', number: `EX-ID-${year}-000001` },
      { outcome: 'would-import' },
    ]);
    expect(err).toBe('2 records: 2 would be imported.\n');
    expect(exchange?.requests.some((line) => line.startsWith('POST'))).toBe(false);
  });

  it('does a dry run without an exchange, and says what it could not know', async () => {
    const input = JSON.stringify(record(1));
    const env = { EADS_URL: 'http://127.0.0.1:9', EADS_TOKEN: 'x' };
    const { code, err } = await runFake(['import', '-', '--as', 'ID', '--dry-run'], { env, input });
    expect(code).toBe(EXIT.ok);
    expect(err).toContain('could not be asked');
  });

  it('tells each that is returned, by the node or by the hub', async () => {
    const { code, out, err } = await run([record(1), record(2), record(3)], [], {
      judge: ({ source }: Notice) => (source?.reference === '2026/2' ? { code: 'returned', detail: 'No.' } : undefined),
      state: (index) => (index === 1 ? 'returned' : 'receipted'),
    });
    expect(code).toBe(EXIT.wrong);
    expect(err).toBe('3 records: 1 imported, 2 not imported.\n');
    expect(out).toContain('Returned: No. (2026/2)');
    expect(out).toContain('Returned: The hub returned it.');
  });

  it('stops at a lost answer, says that it is uncertain, and mends it at the next run', async () => {
    let cut = true;
    const options: FakeExchangeOptions = {
      judge: (_, count) => (cut && count === 3 ? 'cut' : undefined),
    };
    const list = Array.from({ length: 40 }, (_, n) => record(n + 1));
    const { code, err } = await run(list, [], options);
    expect(code).toBe(EXIT.wrong);
    expect(err).toMatch(/1 uncertain/);
    expect(numbers().length).toBeLessThan(40);
    cut = false;
    expect((await run(list)).code).toBe(EXIT.ok);
    expect(new Set(exchange?.published.map(({ notice }) => notice.source?.reference)).size).toBe(40);
    expect(numbers()).toHaveLength(40);
    expect(new Set(numbers()).size).toBe(40);
  });

  it('reads the list of the API, and the sample file whole', async () => {
    const sample = sampleInterpol('import test', { count: 60, on: '2026-03-01' });
    const { code, err } = await run(sample);
    expect(code).toBe(EXIT.ok);
    expect(err).toMatch(/^60 records: 60 imported\./);
  });
});
