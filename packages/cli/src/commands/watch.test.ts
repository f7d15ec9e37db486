import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { type FakeExchange, startFakeExchange } from '../testing/fake-exchange.ts';
import { runFake } from '../testing/fake-terminal.ts';

let exchange: FakeExchange;
afterEach(() => exchange?.stop());

const HASH = `${'A'.repeat(43)}=`;
const entry = (seq: number) => ({
  ...{ origin: 'x/practice/1', seq, time: '2026-01-01T00:00:00.000Z', from: 'ID', id: null, code: 'bad-form' },
  ...{ kind: seq % 2 === 0 ? 'notice.publish' : null, record: 'r', leaf: HASH, envelope: null, erasedBy: null },
  ...{ openings: [], claims: null },
});
const SIZE = 25;
const info = {
  ...{ run: 'practice', origin: 'x/practice/1', state: 'open', why: null, createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ size: SIZE, witnessed: 0, called: ['ID', 'SEC'], online: [] },
};
/** A hub whose feed ends, also for those who would stay. */
const start = async (onFeed: () => void = () => undefined) => {
  exchange = await startFakeExchange({
    answer: (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      if (!pathname.endsWith('/feed')) response.end(JSON.stringify(info));
      else {
        const from = Number(searchParams.get('from'));
        for (let seq = from; seq < SIZE; seq++) response.write(`${JSON.stringify(entry(seq))}\n`);
        response.end(() => onFeed());
      }
      return true;
    },
  });
  return exchange.env;
};
const seqs = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).seq);

describe('eads watch', () => {
  it('writes one JSON object a line where nobody looks, from the first entry to the last', async () => {
    const { code, out } = await runFake(['watch', '--no-follow'], { env: await start() });
    expect(code).toBe(EXIT.ok);
    expect(seqs(out)).toEqual(Array.from({ length: SIZE }, (_, i) => i));
  });

  it('begins where it is told, and shows what is asked for', async () => {
    const { out } = await runFake(['watch', '--no-follow', '--from', '20', '--kind', 'notice.*'], {
      env: await start(),
    });
    expect(seqs(out)).toEqual([20, 22, 24]);
  });

  it('begins ten back when it stays, goes on after a cut, and says so', async () => {
    const stop = new AbortController();
    let feeds = 0;
    const env = await start(() => {
      feeds += 1;
      if (feeds === 2) stop.abort();
    });
    const { code, out, err } = await runFake(['watch', '--json'], { env, signal: stop.signal });
    expect(code).toBe(EXIT.ok);
    expect(seqs(out)).toEqual(Array.from({ length: 10 }, (_, i) => i + SIZE - 10));
    expect(err).toContain('Trying again in 0.3 s.');
  });

  it('writes for people on a terminal, unless told', async () => {
    const env = await start();
    const shown = await runFake(['watch', '--no-follow', '--from', '24'], { env, isTerminal: true });
    expect(shown.out).toMatch(/#24 .*bad-form: /);
    const json = await runFake(['watch', '--no-follow', '--from', '24', '--json'], { env, isTerminal: true });
    expect(seqs(json.out)).toEqual([24]);
  });

  it('ends with the reader', async () => {
    const { code, out, err } = await runFake(['watch', '--no-follow'], { env: await start(), closesAfter: 2 });
    expect([code, seqs(out), err]).toEqual([EXIT.ok, [0, 1], '']);
  });

  it('says that there is no such entry yet', async () => {
    const { code, err } = await runFake(['watch', '--from', '26'], { env: await start() });
    expect(code).toBe(EXIT.wrong);
    expect(err).toContain('Entry 26 was asked for');
  });

  it("asks for no verdicts in a member's own feed", async () => {
    const { code } = await runFake(['watch', '--as', 'ID', '--code', 'accepted'], { env: await start() });
    expect(code).toBe(EXIT.input);
  });
});
