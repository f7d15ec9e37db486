import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMiniWorkspace, type MiniWorkspace } from './mini-workspace.ts';

const SETTINGS = ['vitest.config.ts', 'tsconfig.json', 'infra/checks', 'tests/requirements.ts'];
const PASSING = "import { expect, test } from 'vitest';\n\ntest('adds', () => {\n  expect(1 + 1).toBe(2);\n});\n";
const FAILING = PASSING.replace('toBe(2)', 'toBe(3)');

let workspace: MiniWorkspace;
beforeEach(() => {
  workspace = createMiniWorkspace(SETTINGS, { 'package.json': '{ "type": "module" }' });
});
afterEach(() => workspace.remove());

async function runTests(args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const { code, output } = await workspace.run('infra/checks/test.ts', { args, env });
  return { code, output, last: output.trimEnd().split('\n').at(-1) };
}

describe('npm test', () => {
  test('counts what passed', async () => {
    workspace.write('packages/a/src/a.test.ts', PASSING);
    expect(await runTests()).toMatchObject({ code: 0, last: '1 passed, 0 failed, 0 skipped' });
  });

  test('runs every kind of test', async () => {
    for (const kind of ['vectors', 'network', 'faults', 'architecture'])
      workspace.write(`tests/${kind}/a.test.ts`, PASSING);
    workspace.write('services/a/src/a.test.ts', PASSING);
    expect(await runTests()).toMatchObject({ code: 0, last: '5 passed, 0 failed, 0 skipped' });
  });

  test('fails with a failing test, and with an error outside any test', async () => {
    workspace.write('packages/a/src/a.test.ts', FAILING);
    workspace.write(
      'packages/a/src/b.test.ts',
      `${PASSING}\nqueueMicrotask(() => {\n  throw new Error('lost');\n});\n`,
    );
    expect(await runTests()).toMatchObject({ code: 1, last: '1 passed, 2 failed, 0 skipped' });
  });

  test('counts a file that does not load', async () => {
    workspace.write('packages/a/src/a.test.ts', PASSING);
    workspace.write('packages/a/src/b.test.ts', "import './nowhere.ts';\n");
    expect(await runTests()).toMatchObject({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  test('counts a hook that throws', async () => {
    workspace.write(
      'packages/a/src/a.test.ts',
      `${PASSING.replace('{ expect, test }', '{ afterAll, expect, test }')}\nafterAll(() => {\n  throw new Error('left open');\n});\n`,
    );
    expect(await runTests()).toMatchObject({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  test('fails when a test process dies', async () => {
    workspace.write(
      'packages/a/src/a.test.ts',
      `${PASSING}\ntest('dies', () => {\n  process.kill(process.pid, 'SIGKILL');\n});\n`,
    );
    const { code, last } = await runTests();
    expect(code).toBe(1);
    expect(last).toMatch(/^\d passed, [1-9] failed, \d skipped$/);
  });

  test('fails when no test ran', async () => {
    const { code, output, last } = await runTests(['no-such-file']);
    expect(code).toBe(1);
    expect(output).toContain('No test ran.');
    expect(last).toMatch(/^0 passed, \d failed, 0 skipped$/);
  });

  test('passes arguments on', async () => {
    workspace.write('packages/a/src/a.test.ts', PASSING);
    workspace.write('packages/b/src/b.test.ts', FAILING);
    expect(await runTests(['packages/a'])).toMatchObject({ code: 0, last: '1 passed, 0 failed, 0 skipped' });
  });

  const needy = `import { expect, test } from 'vitest';
import { requires } from '../../../tests/requirements.ts';

test('reads the vectors', requires('vectors'), () => {
  expect.fail('there are none beside a folder in the temporary one');
});
`;

  test('lists what it skipped, by name and with the reason', async () => {
    workspace.write('packages/a/src/a.test.ts', PASSING);
    workspace.write('packages/a/src/b.test.ts', needy);
    const { code, output, last } = await runTests();
    expect({ code, last }).toEqual({ code: 0, last: '1 passed, 0 failed, 1 skipped' });
    expect(output).toContain(
      'Skipped:\n  packages/a/src/b.test.ts > reads the vectors (no folder ../shared/vectors beside the checkout)\n',
    );
  });

  test('fails when EADS_TEST_REQUIRE names what is missing, whether or not a test wants it', async () => {
    workspace.write('packages/a/src/a.test.ts', PASSING);
    const alone = await runTests([], { EADS_TEST_REQUIRE: 'vectors' });
    expect(alone).toMatchObject({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
    expect(alone.output).toContain('EADS_TEST_REQUIRE names vectors: no folder ../shared/vectors beside the checkout.');
    workspace.write('packages/a/src/b.test.ts', needy);
    expect(await runTests([], { EADS_TEST_REQUIRE: 'vectors' })).toMatchObject({
      code: 1,
      last: '1 passed, 2 failed, 0 skipped',
    });
  });

  test('fails when EADS_TEST_REQUIRE names what nobody knows', async () => {
    workspace.write('packages/a/src/a.test.ts', PASSING);
    const { code, output } = await runTests([], { EADS_TEST_REQUIRE: 'mainframe' });
    expect(code).toBe(1);
    expect(output).toContain('EADS_TEST_REQUIRE names "mainframe"; known are postgres, redis, vectors, browser.');
  });
});
