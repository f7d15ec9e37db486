import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMiniWorkspace, type MiniWorkspace } from './mini-workspace.ts';

// Every rule of `npm run check` is shown to bite: a clean workspace passes, and each violation planted in it is named.

const SETTINGS = [
  'biome.json',
  'tsconfig.json',
  '.oxlintrc.json',
  'knip.json',
  '.dependency-cruiser.mjs',
  '.gitignore',
  'infra/checks/check.ts',
  'infra/checks/layers.ts',
];

function manifest(name: string, dependencies: Record<string, string>): string {
  const fields = { name: `@eads/${name}`, type: 'module', exports: { '.': './src/index.ts' }, dependencies };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

const CLEAN: Record<string, string> = {
  'package.json': `${JSON.stringify({ name: 'mini', type: 'module', devDependencies: { '@types/node': '24', 'dependency-cruiser': '18' } }, null, 2)}\n`,
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - services/*\n',
  'packages/protocol/package.json': manifest('protocol', { zod: '4' }),
  'packages/protocol/src/index.ts':
    "import { z } from 'zod';\nimport { limit } from './limits.ts';\n\nexport const size = z.number().max(limit);\n",
  'packages/protocol/src/limits.ts': 'export const limit = 48;\n',
  'packages/signing/package.json': manifest('signing', { '@eads/protocol': 'workspace:*' }),
  'packages/signing/src/index.ts':
    "import { createHash } from 'node:crypto';\nimport { size } from '@eads/protocol';\n\nexport const digest = (value: number) => createHash('sha256').update(Uint8Array.of(size.parse(value)));\n",
  'packages/ledger/package.json': manifest('ledger', {
    '@eads/protocol': 'workspace:*',
    '@eads/signing': 'workspace:*',
  }),
  'packages/ledger/src/index.ts':
    "import type { size } from '@eads/protocol';\nimport { digest } from '@eads/signing';\n\nexport const leaf = (value: ReturnType<typeof size.parse>) => digest(value);\n",
  'packages/runtime/package.json': manifest('runtime', {}),
  'packages/runtime/src/index.ts': 'export const now = () => Date.now();\n',
  'packages/testkit/package.json': manifest('testkit', { '@eads/hub': 'workspace:*' }),
  'packages/testkit/src/index.ts': "export { createHub } from '@eads/hub';\n",
  'services/hub/package.json': manifest('hub', { '@eads/ledger': 'workspace:*', '@eads/runtime': 'workspace:*' }),
  'services/hub/src/index.ts':
    "import { leaf } from '@eads/ledger';\nimport { now } from '@eads/runtime';\n\nexport const createHub = () => leaf(now());\n",
  'services/node/package.json': manifest('node', { '@eads/runtime': 'workspace:*' }),
  'services/node/src/index.ts': "import { now } from '@eads/runtime';\n\nexport const createNode = () => now();\n",
  'services/standalone/package.json': manifest('standalone', {
    '@eads/hub': 'workspace:*',
    '@eads/node': 'workspace:*',
  }),
  'services/standalone/src/index.ts':
    "import { createHub } from '@eads/hub';\nimport { createNode } from '@eads/node';\n\nexport const all = [createHub, createNode];\n",
};

type Plant = { rule: string; tool: string; path: string; text: string; says: string | RegExp };

const layer = (rule: string, path: string, text: string): Plant => ({
  rule,
  tool: 'layers',
  path,
  text,
  says: `${rule.split(' ')[0]}: ${path}`,
});

const PLANTS: Plant[] = [
  layer('layer-protocol', 'packages/protocol/src/planted-up.ts', "export { digest } from '@eads/signing';\n"),
  layer('layer-signing', 'packages/signing/src/planted-up.ts', "export { leaf } from '@eads/ledger';\n"),
  layer(
    'layer-signing (types only)',
    'packages/signing/src/planted-type.ts',
    "export type { leaf } from '@eads/ledger';\n",
  ),
  layer('layer-ledger', 'packages/ledger/src/planted-up.ts', "export { now } from '@eads/runtime';\n"),
  layer('layer-runtime', 'packages/runtime/src/planted-up.ts', "export { size } from '@eads/protocol';\n"),
  layer(
    'layer-node (service imports service)',
    'services/node/src/planted-hub.ts',
    "export { createHub } from '@eads/hub';\n",
  ),
  layer('layer-unlisted', 'packages/newcomer/src/index.ts', "export { size } from '@eads/protocol';\n"),
  layer('no-service-imports', 'packages/ledger/src/planted-service.ts', "export { createHub } from '@eads/hub';\n"),
  layer(
    'testkit-in-tests-only',
    'services/standalone/src/planted-kit.ts',
    "export { createHub } from '@eads/testkit';\n",
  ),
  layer('face-only', 'packages/ledger/src/planted-deep.ts', "export { limit } from '../../protocol/src/limits.ts';\n"),
  layer(
    'face-only-from-outside',
    'tests/planted-deep.ts',
    "export { limit } from '../packages/protocol/src/limits.ts';\n",
  ),
  layer(
    'no-relative-path-to-another-package',
    'packages/ledger/src/planted-path.ts',
    "export { size } from '../../protocol/src/index.ts';\n",
  ),
  layer(
    'no-unresolvable (past the exports map)',
    'packages/ledger/src/planted-exports.ts',
    "export { limit } from '@eads/protocol/src/limits.ts';\n",
  ),
  layer(
    'no-cycles',
    'packages/ledger/src/planted-a.ts',
    "import { b } from './planted-b.ts';\n\nexport const a = () => b;\n",
  ),
  {
    rule: 'no-cycles (the other half)',
    tool: 'layers',
    path: 'packages/ledger/src/planted-b.ts',
    text: "import { a } from './planted-a.ts';\n\nexport const b = () => a;\n",
    says: /no-cycles: .*planted-a\.ts -> packages\/ledger\/src\/planted-b\.ts/,
  },
  layer(
    'no-tests-in-source',
    'packages/ledger/src/planted-test-import.ts',
    "export { it } from './planted.test.ts';\n",
  ),
  layer(
    'pure-packages-no-builtins',
    'packages/ledger/src/planted-io.ts',
    "export { readFile } from 'node:fs/promises';\n",
  ),
  layer(
    'pure-packages-no-builtins (net)',
    'packages/protocol/src/planted-io.ts',
    "export { connect } from 'node:net';\n",
  ),
  layer('pure-packages-no-libraries', 'packages/ledger/src/planted-pg.ts', "export { Pool } from 'pg';\n"),
  {
    rule: 'a type error',
    tool: 'tsc',
    path: 'packages/ledger/src/planted-type-error.ts',
    text: "export const count: number = 'three';\n",
    says: 'packages/ledger/src/planted-type-error.ts(1,14): error TS2322',
  },
  {
    rule: 'an index that may be missing',
    tool: 'tsc',
    path: 'packages/ledger/src/planted-index.ts',
    text: 'const list = [1];\n\nexport const first: number = list[0];\n',
    says: 'packages/ledger/src/planted-index.ts(3,14): error TS2322',
  },
  {
    rule: 'syntax that cannot be stripped',
    tool: 'tsc',
    path: 'packages/ledger/src/planted-enum.ts',
    text: 'export enum Colour {\n  Red = 1,\n}\n',
    says: 'packages/ledger/src/planted-enum.ts(1,13): error TS1294',
  },
  {
    rule: 'a package that nobody declares',
    tool: 'tsc',
    path: 'packages/ledger/src/planted-package.ts',
    text: "export { Redis } from 'ioredis';\n",
    says: 'packages/ledger/src/planted-package.ts(1,23): error TS2307',
  },
  {
    rule: 'a package that only the root declares',
    tool: 'biome',
    path: 'packages/runtime/src/planted-undeclared.ts',
    text: "export { WebSocket } from 'ws';\n",
    says: /packages\/runtime\/src\/planted-undeclared\.ts:1:27 lint\/correctness\/noUndeclaredDependencies/,
  },
  {
    rule: 'formatting',
    tool: 'biome',
    path: 'packages/ledger/src/planted-format.ts',
    text: 'export const x   = "1"\n',
    says: 'packages/ledger/src/planted-format.ts format',
  },
  {
    rule: 'any',
    tool: 'biome',
    path: 'packages/ledger/src/planted-any.ts',
    text: 'export const anything = (value: any) => value;\n',
    says: /planted-any\.ts:1:33 lint\/suspicious\/noExplicitAny/,
  },
  {
    rule: 'a forgotten promise',
    tool: 'oxlint',
    path: 'packages/ledger/src/planted-promise.ts',
    text: 'const later = async () => 1;\n\nexport function start(): void {\n  later();\n}\n',
    says: /no-floating-promises[\s\S]*planted-promise\.ts:4:3/,
  },
  {
    rule: 'a promise where a plain function is wanted',
    tool: 'oxlint',
    path: 'packages/ledger/src/planted-misused.ts',
    text: 'export function start(list: number[]): void {\n  list.forEach(async (item) => item);\n}\n',
    says: /no-misused-promises[\s\S]*planted-misused\.ts:2:29/,
  },
  {
    rule: 'an export that nobody uses',
    tool: 'knip',
    path: 'packages/protocol/src/limits.ts',
    text: 'export const limit = 48;\nexport const forgotten = 1;\n',
    says: /Unused exports \(1\)\nforgotten +packages\/protocol\/src\/limits\.ts:2:14/,
  },
  {
    rule: 'a file that nobody imports',
    tool: 'knip',
    path: 'packages/runtime/src/planted-unused.ts',
    text: 'export const nobody = 1;\n',
    says: 'packages/runtime/src/planted-unused.ts',
  },
  {
    rule: 'a dependency that nobody uses',
    tool: 'knip',
    path: 'services/node/package.json',
    text: manifest('node', { '@eads/runtime': 'workspace:*', ws: '8' }),
    says: /Unused dependencies \(\d\)[\s\S]*^ws +services\/node\/package\.json/m,
  },
  {
    rule: 'a dependency that is used but not declared',
    tool: 'knip',
    path: 'services/node/src/index.ts',
    text: "import { now } from '@eads/runtime';\nimport { z } from 'zod';\n\nexport const createNode = () => z.number().parse(now());\n",
    says: /Unlisted dependencies \(\d\)[\s\S]*^zod +services\/node\/src\/index\.ts/m,
  },
];

const SUPPORT: Record<string, string> = {
  'packages/newcomer/package.json': manifest('newcomer', { '@eads/protocol': 'workspace:*' }),
  'packages/ledger/src/planted.test.ts': 'export const it = 1;\n',
};

describe('npm run check', () => {
  let workspace: MiniWorkspace;
  let clean: Awaited<ReturnType<MiniWorkspace['run']>>;
  let planted: Awaited<ReturnType<MiniWorkspace['run']>>;
  const sections = new Map<string, string>();

  beforeAll(async () => {
    workspace = createMiniWorkspace(SETTINGS, CLEAN);
    clean = await workspace.run('infra/checks/check.ts');
    for (const [path, text] of Object.entries(SUPPORT)) workspace.write(path, text);
    for (const { path, text } of PLANTS) workspace.write(path, text);
    planted = await workspace.run('infra/checks/check.ts');
    for (const part of planted.output.split('\n--- ').slice(1)) sections.set(part.split(' ')[0] ?? '', part);
  });
  afterAll(() => workspace.remove());

  test('passes a clean workspace, and prints a line a tool and nothing more', () => {
    expect(clean.output).toMatch(/^(ok +\d+\.\d s {2}\w+: .*\n){5}\nAll checks passed in \d+\.\d s\n$/);
    expect(clean.code).toBe(0);
  });

  test('fails the planted one and names every tool that found something', () => {
    expect(planted.code).toBe(1);
    expect(planted.output).toMatch(/\nFailed in \d+\.\d s: biome, knip, layers, oxlint, tsc\n$/);
  });

  test.each(PLANTS)('$tool finds: $rule', ({ tool, says }) => {
    expect(sections.get(tool)).toMatch(says);
  });
});

test('the layer check fails when it does not see every file, instead of passing with nothing seen', async () => {
  const workspace = createMiniWorkspace(SETTINGS, {
    'package.json': '{ "type": "module" }',
    'packages/protocol/src/index.ts': 'export const one = 1;\n',
  });
  try {
    // With no compiler to its liking, dependency-cruiser passes over .ts files; here it is told to.
    workspace.write(
      '.dependency-cruiser.mjs',
      "export default { forbidden: [], options: { exclude: { path: '\\\\.ts$' } } };\n",
    );
    const { code, output } = await workspace.run('infra/checks/layers.ts', { args: ['.'] });
    expect(output).toMatch(/^0 violations in 0 modules\nNot read: .*packages\/protocol\/src\/index\.ts/);
    expect(code).toBe(1);
  } finally {
    workspace.remove();
  }
});
