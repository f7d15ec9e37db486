import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { type Clock, realClock } from './clock.ts';
import { silentLogger } from './logger.ts';
import { PersonError } from './person-error.ts';
import { explainFailure, runMain } from './run-main.ts';
import { createShutdown } from './shutdown.ts';

const fakeProcess = () => {
  const exits: number[] = [];
  const handle = Object.assign(new EventEmitter(), {
    exit: (code: number) => void exits.push(code),
    exitCode: undefined as number | string | null | undefined,
  });
  return { handle, exits };
};

const manualClock = () => {
  const due: (() => void)[] = [];
  const clock: Clock = {
    ...realClock,
    setTimeout: (fn) => {
      due.push(fn);
      return { cancel: () => void due.splice(due.indexOf(fn), 1) };
    },
  };
  return { clock, due };
};

const create = (clock: Clock = realClock) => {
  const { handle, exits } = fakeProcess();
  return { shutdown: createShutdown({ logger: silentLogger, clock, process: handle }), handle, exits };
};

test('what was opened last is closed first, each waits for the one before, and once only', async () => {
  const { shutdown, handle } = create();
  const order: string[] = [];
  const step = (name: string) =>
    shutdown.add(name, async () => {
      await Promise.resolve();
      order.push(name);
    });
  step('database');
  const forget = step('forgotten');
  step('server');
  forget();
  handle.emit('SIGTERM');
  expect(shutdown.signal.aborted).toBe(true);
  await Promise.all([shutdown.run('again'), shutdown.run('and again')]);
  expect(order).toEqual(['server', 'database']);
  expect(handle.exitCode).toBe(0);
});

test('a step that fails stops no other, and shows in the exit code', async () => {
  const { shutdown, handle } = create();
  let closed = false;
  shutdown.add('first', () => {
    closed = true;
  });
  shutdown.add('second', () => Promise.reject(new Error('broken')));
  await shutdown.run('test');
  expect(closed).toBe(true);
  expect(handle.exitCode).toBe(1);
});

test('a step that hangs is cut at the deadline', () => {
  const { clock, due } = manualClock();
  const { shutdown, exits } = create(clock);
  shutdown.add('hangs', () => new Promise(() => {}));
  void shutdown.run('test');
  expect(exits).toEqual([]);
  due[0]?.();
  expect(exits).toEqual([1]);
});

test('a second signal ends at once', () => {
  const { shutdown, handle, exits } = create();
  shutdown.add('hangs', () => new Promise(() => {}));
  handle.emit('SIGINT');
  expect(exits).toEqual([]);
  handle.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('a real process: ends cleanly at SIGTERM, with its steps run', async () => {
  const program = `
    import { createShutdown, realClock, silentLogger } from '${new URL('./index.ts', import.meta.url).href}';
    const shutdown = createShutdown({ logger: silentLogger, clock: realClock });
    const timer = setInterval(() => {}, 1000);
    shutdown.add('timer', () => { clearInterval(timer); console.log('closed'); });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
    if (output === 'ready\n') child.kill('SIGTERM');
  });
  const [code] = await once(child, 'close');
  expect({ code, output }).toEqual({ code: 0, output: 'ready\nclosed\n' });
});

test('a failure at start: one sentence, everything closed, the exit code', async () => {
  const { shutdown, handle } = create();
  const written: string[] = [];
  const main = Object.assign(new EventEmitter(), { stderr: { write: (text: string) => written.push(text) } });
  let closed = false;
  await runMain(
    async () => {
      shutdown.add('database', () => {
        closed = true;
      });
      throw new PersonError({
        what: 'The folder cannot be written',
        where: '/data',
        remedy: 'Give it to this user',
        exitCode: 3,
      });
    },
    shutdown,
    main,
  );
  expect(written).toEqual(['The folder cannot be written (/data). Give it to this user.\n']);
  expect(closed).toBe(true);
  expect(handle.exitCode).toBe(3);
});

test('what nobody caught is explained and closes everything', async () => {
  const { shutdown, handle } = create();
  const written: string[] = [];
  const main = Object.assign(new EventEmitter(), { stderr: { write: (text: string) => written.push(text) } });
  await runMain(async () => {}, shutdown, main);
  main.emit('unhandledRejection', new Error('postgres://u:PLANTED@h/d is away'));
  await shutdown.run('wait');
  expect(written[0]).toMatch(/^A fault of this program, not of yours\./);
  expect(written[0]).not.toContain('PLANTED');
  expect(handle.exitCode).toBe(70);
  expect(explainFailure('text').exitCode).toBe(70);
});
