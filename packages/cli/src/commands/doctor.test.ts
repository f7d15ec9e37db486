import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { type FakeExchange, startFakeExchange } from '../testing/fake-exchange.ts';
import { runFake, temporaryFolder } from '../testing/fake-terminal.ts';

let folder: ReturnType<typeof temporaryFolder>;
let exchange: FakeExchange | undefined;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  folder.remove();
  await exchange?.stop();
  exchange = undefined;
});

const TOKEN = 'good'.padStart(40, 'x');
const info = (online: string[]) => ({
  ...{ run: 'practice', origin: 'x/practice/1', state: 'open', why: null, createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ size: 5, witnessed: 5, called: ['ID', 'MY', 'SEC'], online },
});
const start = async (online: string[]) => {
  exchange = await startFakeExchange({
    answer: (request, response) => {
      const forces = online.filter((member) => member !== 'SEC').length;
      const nodes = { online: forces, expected: 2 };
      const health = {
        status: forces === 2 ? 'ok' : 'degraded',
        version: '0.1.0',
        run: 'practice',
        nodes,
        ledger: { size: 5, witnessed: 5 },
      };
      response.end(JSON.stringify(request.url === '/health' ? health : info(online)));
      return true;
    },
  });
  const file = join(folder.path, 'access.json');
  writeFileSync(file, JSON.stringify({ url: exchange.url, tokens: { evaluator: TOKEN } }), { mode: 0o600 });
  return { EADS_DATA_DIR: folder.path };
};

describe('eads doctor', () => {
  it('finds all well, and asks health without a token', async () => {
    const { code, out } = await runFake(['doctor'], { env: await start(['ID', 'MY', 'SEC']) });
    expect(out.split('\n').filter((line) => line.startsWith('bad'))).toEqual([]);
    expect(code).toBe(EXIT.ok);
    expect(exchange?.requests.filter((line) => line.includes('/health')).every((line) => line.endsWith(' -'))).toBe(
      true,
    );
  });

  it('names a node that is away, ends with 1, and says it to programs too', async () => {
    const { code, out } = await runFake(['doctor', '--json'], { env: await start(['ID', 'SEC']) });
    expect(code).toBe(EXIT.wrong);
    const checks = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(checks.find(({ name }) => name === 'Nodes')).toMatchObject({
      level: 'bad',
      says: '1 of 2 online; missing: MY',
    });
    for (const { level, mend } of checks) expect(mend === null).toBe(level === 'ok');
  });

  it('says that nobody answers, and that there is nothing here at all', async () => {
    const env = await start(['ID', 'MY', 'SEC']);
    await exchange?.stop();
    exchange = undefined;
    const gone = await runFake(['doctor'], { env });
    expect(gone.code).toBe(EXIT.wrong);
    expect(gone.out).toMatch(/bad {3}Exchange: No answer/);
    const nothing = await runFake(['doctor'], { env: { EADS_DATA_DIR: join(folder.path, 'none') } });
    expect(nothing.code).toBe(EXIT.ok);
    expect(nothing.out).toMatch(/warn {2}Exchange: .*npm start/);
  });
});
