import { sampleNotice } from '@eads/samples';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { type FakeExchange, type FakeExchangeOptions, startFakeExchange } from '../testing/fake-exchange.ts';
import { runFake } from '../testing/fake-terminal.ts';

let exchange: FakeExchange;
afterEach(() => exchange?.stop());

const notice = (serial = 1) =>
  sampleNotice('publish', { force: 'ID', year: 2026, serial, on: '2026-03-01', type: 'wanted' });
const publish = async (input: unknown, args: string[] = [], options: FakeExchangeOptions = {}) => {
  exchange = await startFakeExchange(options);
  const text = typeof input === 'string' ? input : JSON.stringify(input, null, 2);
  return runFake(['publish', '-', '--as', 'ID', ...args], { env: exchange.env, input: text });
};

describe('eads publish', () => {
  it('publishes one notice, to all unless told', async () => {
    const { code, out } = await publish(notice());
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/^ID\/[0-9a-f-]{36} {2}EX-ID-2026-000001 {2}queued\n$/);
    expect(exchange.published[0]).toMatchObject({ to: 'all', notice: { number: 'EX-ID-2026-000001' } });
  });

  it('publishes a list, to those named in code order, and waits', async () => {
    const { code, out } = await publish([notice(1), notice(2)], ['--to', 'th,MY', '--wait', 'receipted', '--json']);
    expect(code).toBe(EXIT.ok);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { state: 'receipted', seq: 0, says: null },
      { state: 'receipted', seq: 1 },
    ]);
    expect(exchange.published.map(({ to }) => to)).toEqual([
      ['MY', 'TH'],
      ['MY', 'TH'],
    ]);
  });

  it('publishes nothing of a list with a fault, and names every fault with line and column', async () => {
    const bad = { ...notice(2), number: 'ID-2', type: 'arrest', extra: 1, validity: undefined };
    const text = JSON.stringify([notice(1), bad], null, 2);
    const { code, out, err } = await publish(text);
    expect([code, out, exchange.published]).toEqual([EXIT.input, '', []]);
    const lineOf = (part: string) => text.slice(0, text.lastIndexOf(part)).split('\n').length;
    expect(err).toContain(`standard input:${lineOf('"ID-2"')}:15: "number": a notice number is EX-`);
    expect(err).toContain(`standard input:${lineOf('"arrest"')}:13: "type" must be one of wanted, locate,`);
    expect(err).toContain('"validity" is missing. It must be of type object. Add it.');
    expect(err).toContain('"extra" is no field here.');
    expect(err).toMatch(/Nothing was published\.\n$/);
  });

  it('looks into the form that a value comes nearest to', async () => {
    const { err } = await publish({
      ...notice(),
      subject: { ...notice().subject, born: { value: '31.12.1980', approximate: false, asWritten: null } },
    });
    expect(err).toContain('"subject.born.value": YYYY, YYYY-MM or YYYY-MM-DD');
  });

  it.each([
    ['{"number": "EX', '1:12', 'not closed'],
    ['[]', '1:1', 'list is empty'],
    ['[1,]', '1:4', 'A value is expected'],
  ])('says where %j is broken', async (text, place, says) => {
    const { code, err } = await publish(text);
    expect(code).toBe(EXIT.input);
    expect(err).toContain(`standard input:${place}: `);
    expect(err).toContain(says);
  });

  it('says so where the file is not UTF-8, or not there', async () => {
    exchange = await startFakeExchange();
    const { env } = exchange;
    const latin = await runFake(['publish', '-', '--as', 'ID'], { env, input: Buffer.from([0x22, 0xe9, 0x22]) });
    expect([latin.code, latin.err]).toEqual([EXIT.input, 'standard input: It is not UTF-8 text. Save it as UTF-8.\n']);
    const missing = await runFake(['publish', '/nowhere/x.json', '--as', 'ID'], { env });
    expect([missing.code, missing.err]).toEqual([
      EXIT.input,
      '/nowhere/x.json: There is no such file or folder. Check the name.\n',
    ]);
  });

  it('goes on after one that is returned, and ends with 1', async () => {
    const { code, out, err } = await publish([notice(1), notice(2), notice(3)], [], {
      judge: ({ number }) => (number.endsWith('2') ? { code: 'returned', detail: 'Not like this.' } : undefined),
    });
    expect(code).toBe(EXIT.wrong);
    expect(out.trim().split('\n')).toHaveLength(2);
    expect(err).toMatch(/^standard input:\d+:3: EX-ID-2026-000002 returned: Not like this\.\n$/);
  });

  it('tells what the hub returned later, when it was waited for', async () => {
    const { code, err } = await publish(notice(), ['--wait', 'witnessed'], { state: () => 'returned' });
    expect(code).toBe(EXIT.wrong);
    expect(err).toContain('returned: The hub returned it.');
  });

  it('does not send again what may have been taken', async () => {
    const { code, err } = await publish([notice(1)], [], { judge: () => 'cut' });
    expect(code).toBe(EXIT.wrong);
    expect(err).toContain('unknown: No answer');
    expect(exchange.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('sends again what the door did not let in', async () => {
    const { code } = await publish([notice(1)], [], {
      judge: (_, count) => (count === 1 ? { code: 'too-many', detail: 'Slower.' } : undefined),
    });
    expect(code).toBe(EXIT.ok);
    expect(exchange.published).toHaveLength(1);
  });
});
