import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { type FakeExchange, startFakeExchange } from './testing/fake-exchange.ts';
import { runFake } from './testing/fake-terminal.ts';

let exchange: FakeExchange | undefined;
afterEach(async () => {
  await exchange?.stop();
  exchange = undefined;
});

const LEAVES = [
  'watch',
  'publish',
  'import',
  'message',
  'cancel',
  'notices',
  'recalls',
  'ledger export',
  'ledger open',
  'ledger new-epoch',
  'verify',
  'run list',
  'run create',
  'run start',
  'run archive',
  'run restore',
  'run delete',
  'doctor',
];

describe('the command line', () => {
  it('shows its help without a command, with the exit codes', async () => {
    const { code, out } = await runFake([]);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('Exit codes');
    expect(out).toContain('npm run --silent eads --');
  });

  it.each(LEAVES)('has help with an example for %s', async (command) => {
    const { code, out } = await runFake([...command.split(' '), '--help']);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain(`$ eads ${command}`);
  });

  it.each([
    [['nonsense']],
    [['watch', '--nonsense']],
    [['publish']],
    [['publish', 'x.json']],
    [['watch', '--as', 'Indonesia']],
    [['watch', '--from', '-1']],
    [['import', 'x.json', '--as', 'ID', '--wait', 'never']],
    [['message', '--as', 'ID', '--to', 'all', '--subject', 's', '--text', 't']],
    [['cancel', 'EX-ID-2026-000001', '--as', 'ID', '--reason', 'x']],
    [['run', 'create', '../x']],
    [['ledger', 'open']],
  ])('ends with 2 for what it does not understand: %j', async (args) => {
    const { code, out, err } = await runFake(args);
    expect(code).toBe(EXIT.input);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
    expect(err).not.toContain('    at ');
  });

  it('takes a member in small letters', async () => {
    exchange = await startFakeExchange();
    await runFake(['notices', '--as', 'id'], { env: exchange.env });
    expect(exchange.requests[0]).toContain('/nodes/ID/');
  });

  it('says in one sentence, without a stack, that nobody answers', async () => {
    const { code, err } = await runFake(['watch'], { env: { EADS_URL: 'http://127.0.0.1:9', EADS_TOKEN: 'x' } });
    expect(code).toBe(EXIT.unreachable);
    expect(err).toMatch(/^No answer from http:\/\/127\.0\.0\.1:9 .*npm start\.\n$/);
  });

  it('shows a stack only when asked for details', async () => {
    const env = { EADS_URL: 'http://127.0.0.1:9', EADS_TOKEN: 'x', EADS_LOG_LEVEL: 'debug' };
    expect((await runFake(['watch'], { env })).err).toContain('    at ');
  });

  it('says which file is missing when there is no exchange here', async () => {
    const { code, err } = await runFake(['watch'], { env: { EADS_DATA_DIR: '/nowhere' } });
    expect(code).toBe(EXIT.unreachable);
    expect(err).toContain('/nowhere/access.json');
  });

  it('ends with 3 for a token that does not open, in the words of the server', async () => {
    exchange = await startFakeExchange();
    const { code, err } = await runFake(['notices', '--as', 'ID'], { env: { ...exchange.env, EADS_TOKEN: 'bad' } });
    expect([code, err]).toEqual([EXIT.unreachable, 'This token is not known.\n']);
  });

  it('never prints the token', async () => {
    const env = { EADS_URL: 'http://127.0.0.1:9', EADS_TOKEN: 'very-secret', EADS_LOG_LEVEL: 'debug' };
    const { out, err } = await runFake(['notices', '--as', 'ID'], { env });
    expect(out + err).not.toContain('very-secret');
  });

  it('lets no control character of the server reach the terminal', async () => {
    const detail = 'bad\u001b[2J\u202ething';
    exchange = await startFakeExchange({
      answer: (_, response) => {
        const body = { type: 'x', code: 'conflict', title: 't', status: 409, detail, retry: false };
        response.writeHead(409).end(JSON.stringify(body));
        return true;
      },
    });
    const { code, err } = await runFake(['notices', '--as', 'ID'], { env: exchange.env });
    expect([code, err]).toEqual([EXIT.wrong, 'badthing\n']);
  });

  it('ends quietly when nobody reads on', async () => {
    const { code, err } = await runFake(['run', '--help'], { closesAfter: 0 });
    expect([code, err]).toEqual([EXIT.ok, '']);
  });

  it.each([
    [['notices', '--as', 'ID'], EXIT.interrupted],
    [['run', 'list'], EXIT.interrupted],
    [['doctor'], EXIT.interrupted],
    // To end a feed is what Ctrl-C is for.
    [['watch', '--from', '0'], EXIT.ok],
  ])('ends at once at Ctrl-C while nobody answers: %j', async (args, expected) => {
    const stop = new AbortController();
    exchange = await startFakeExchange({
      answer: () => {
        stop.abort();
        return true;
      },
    });
    const { code, err } = await runFake(args, { env: exchange.env, signal: stop.signal });
    expect([code, err]).toEqual([expected, '']);
  });

  it('deletes a run only when told so twice', async () => {
    const methods: (string | undefined)[] = [];
    const info = {
      ...{ run: 'two', origin: 'x/two/1', state: 'open', why: null, createdAt: '2026-01-01T00:00:00.000Z' },
      ...{ size: 7, witnessed: 7, called: ['ID', 'SEC'], online: [] },
    };
    exchange = await startFakeExchange({
      answer: (request, response) => {
        methods.push(request.method);
        if (request.method === 'DELETE') response.writeHead(204).end();
        else response.end(JSON.stringify(info));
        return true;
      },
    });
    const { code, err } = await runFake(['run', 'delete', 'two'], { env: exchange.env });
    expect(code).toBe(EXIT.input);
    expect(err).toContain('7 entries');
    expect(methods).toEqual(['GET']);
    expect((await runFake(['run', 'delete', 'two', '--yes'], { env: exchange.env })).code).toBe(EXIT.ok);
    expect(methods).toEqual(['GET', 'GET', 'DELETE']);
  });

  it('reads the address and tokens once a command at most, and not for help', () => {
    const env = new Proxy(
      {},
      {
        get: () => {
          throw new Error('was read');
        },
      },
    );
    const terminal = { env, cwd: '/', out: {}, err: {} } as never;
    expect(() => createContext(terminal, '0', () => new Command().opts())).not.toThrow();
  });
});
