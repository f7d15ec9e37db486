import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout } from './mini-workspace.ts';
import { type SourceFile, treeRules } from './tree-rules.ts';

const NOT_OURS = ['node_modules', 'dist', 'coverage'];

function ownFiles(folder: string): SourceFile[] {
  return readdirSync(join(checkout, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const hidden = entry.name.startsWith('.') && entry.name !== '.ci' && entry.name !== '.dependency-cruiser.mjs';
    if (hidden || NOT_OURS.includes(entry.name)) return [];
    if (entry.isDirectory()) return ownFiles(path);
    return entry.isFile() ? [{ path, text: readFileSync(join(checkout, path), 'utf8') }] : [];
  });
}

function findBy(name: RegExp, files: SourceFile[]): string[] {
  const rule = treeRules.find((candidate) => name.test(candidate.name));
  if (rule === undefined) throw new Error(`No rule is called ${name}`);
  return rule.find(files);
}

const lines = (count: number) => 'x\n'.repeat(count);
/** Put together here, since these words must not stand in any file. */
const word = (...parts: string[]) => parts.join('');

describe('the repository', () => {
  const files = ownFiles('');

  test('is there', () => {
    expect(files.some(({ path }) => path === 'packages/protocol/src/index.ts')).toBe(true);
    expect(files.some(({ path }) => path === 'tests/architecture/tree-rules.ts')).toBe(true);
  });

  test.each(treeRules)('$name', ({ find }) => {
    expect(find(files)).toEqual([]);
  });
});

type Case = { rule: RegExp; bad: SourceFile[]; found: string[]; good: SourceFile[] };

const manifest = (name: string, more: object = {}) =>
  JSON.stringify({ name: `@eads/${name}`, private: true, exports: { '.': './src/index.ts' }, ...more });

const CASES: Case[] = [
  {
    rule: /at most/,
    bad: [
      { path: 'packages/a/src/x.ts', text: lines(401) },
      { path: 'packages/a/src/x.test.ts', text: lines(801) },
      { path: 'tests/network/help.ts', text: lines(801) },
    ],
    found: ['packages/a/src/x.ts', 'packages/a/src/x.test.ts', 'tests/network/help.ts'],
    good: [
      { path: 'packages/a/src/x.ts', text: lines(400) },
      { path: 'packages/a/src/x.test.ts', text: lines(800) },
      { path: 'tests/fixtures/long.json', text: lines(9000) },
    ],
  },
  {
    rule: /kebab/,
    bad: [
      { path: 'packages/a/src/keyDirectory.ts', text: '' },
      { path: 'packages/a/src/key_directory.ts', text: '' },
      { path: 'packages/A/src/key.ts', text: '' },
    ],
    found: ['packages/a/src/keyDirectory.ts', 'packages/a/src/key_directory.ts', 'packages/A/src/key.ts'],
    good: [
      { path: 'packages/a/src/key-directory.test.ts', text: '' },
      { path: 'packages/a/README.md', text: '' },
      { path: 'packages/a/migrations/001-start.sql', text: '' },
      { path: 'tests/vectors/export/tile/0/x001/Data_1', text: '' },
    ],
  },
  {
    rule: /README/,
    bad: [
      { path: 'packages/a/src/index.ts', text: '' },
      { path: 'services/b/package.json', text: '' },
      { path: 'services/b/README.md', text: '# b\n' },
    ],
    found: ['packages/a', 'services/b'],
    good: [
      { path: 'packages/a/src/index.ts', text: '' },
      {
        path: 'packages/a/README.md',
        text: 'What it is for, what it may import, and the decisions that shaped it, in a few lines.',
      },
    ],
  },
  {
    rule: /one barrel/,
    bad: [
      { path: 'packages/a/src/keys/index.ts', text: 'export const a = 1;\n' },
      {
        path: 'packages/a/src/all.ts',
        text: "/** All. */\nexport * from './a.ts';\nexport type { B } from './b.ts';\n",
      },
    ],
    found: ['packages/a/src/keys/index.ts', 'packages/a/src/all.ts'],
    good: [
      { path: 'packages/a/src/index.ts', text: "export * from './a.ts';\n" },
      { path: 'packages/a/src/a.ts', text: "export * from './b.ts';\nexport const a = 1;\n" },
    ],
  },
  {
    rule: /through its face/,
    bad: [
      {
        path: 'packages/a/package.json',
        text: manifest('a', { exports: { '.': './src/index.ts', './deep': './src/deep.ts' } }),
      },
      { path: 'packages/b/package.json', text: manifest('c') },
      { path: 'packages/d/package.json', text: manifest('d', { private: false }) },
    ],
    found: ['packages/a/package.json', 'packages/b/package.json', 'packages/d/package.json'],
    good: [{ path: 'packages/a/package.json', text: manifest('a') }],
  },
  {
    rule: /catalog/,
    bad: [{ path: 'packages/a/package.json', text: manifest('a', { dependencies: { zod: '^4.0.0' } }) }],
    found: ['packages/a/package.json zod'],
    good: [
      {
        path: 'packages/a/package.json',
        text: manifest('a', { dependencies: { zod: 'catalog:', '@eads/b': 'workspace:*' } }),
      },
    ],
  },
  {
    rule: /exports have names/,
    bad: [
      {
        path: 'packages/a/src/x.ts',
        text: `const x = 1;\n${word('export ', 'default')} x;\nexport { x ${word('as ', 'default')} };\n`,
      },
    ],
    found: ['packages/a/src/x.ts:2', 'packages/a/src/x.ts:3'],
    good: [{ path: 'vitest.config.ts', text: `${word('export ', 'default')} {};\n` }],
  },
  {
    rule: /switched off or singled out/,
    bad: [
      {
        path: 'packages/a/src/x.test.ts',
        text: [word('it.', 'skip'), word('test.', 'only'), word('describe.', 'todo'), word('test.concurrent.', 'skip')]
          .map((call) => `${call}('x')\n`)
          .join(''),
      },
    ],
    found: [1, 2, 3, 4].map((line) => `packages/a/src/x.test.ts:${line}`),
    good: [
      {
        path: 'packages/a/src/x.test.ts',
        text: "test('x', requires('redis'), () => {});\ntest.each([1])('y', () => {});\n",
      },
    ],
  },
  {
    rule: /no type is switched off/,
    bad: [{ path: 'packages/a/src/x.ts', text: `// ${word('@ts-', 'ignore')}\n// ${word('@ts-', 'nocheck')}\n` }],
    found: ['packages/a/src/x.ts:1', 'packages/a/src/x.ts:2'],
    good: [{ path: 'packages/a/src/x.ts', text: '// ts\n' }],
  },
  {
    rule: /without a reason/,
    bad: [
      {
        path: 'packages/a/src/x.ts',
        text: `// ${word('biome-', 'ignore')} lint/x:\n// ${word('oxlint-', 'disable')}-next-line\n`,
      },
    ],
    found: ['packages/a/src/x.ts:1', 'packages/a/src/x.ts:2'],
    good: [
      { path: 'packages/a/src/x.ts', text: `// ${word('biome-', 'ignore')} lint/x: the format of others has it\n` },
    ],
  },
  {
    rule: /mocked/,
    bad: [{ path: 'packages/a/src/x.test.ts', text: `${word('vi.', 'mock')}('./y.ts');\n` }],
    found: ['packages/a/src/x.test.ts:1'],
    good: [{ path: 'packages/a/src/x.test.ts', text: 'const probe = vi.fn();\n' }],
  },
  {
    rule: /left for later/,
    bad: [
      { path: 'packages/a/src/x.ts', text: `// ${word('TO', 'DO')}: rest\n` },
      { path: 'README.md', text: `${word('FIX', 'ME')}\n` },
    ],
    found: ['packages/a/src/x.ts:1', 'README.md:1'],
    good: [{ path: 'packages/a/src/x.ts', text: 'const todos = [];\n' }],
  },
  {
    rule: /path of one machine/,
    bad: [
      {
        path: 'packages/a/src/x.ts',
        text: `const a = '${word('/ro', 'ot/x')}';\nconst b = '${word('/home', '/ann/x')}';\n`,
      },
      { path: 'pnpm-lock.yaml', text: `tarball: https://${word('registry.', 'npmjs')}.org/x\n` },
    ],
    found: ['packages/a/src/x.ts:1', 'packages/a/src/x.ts:2', 'pnpm-lock.yaml:1'],
    good: [{ path: 'packages/a/src/x.ts', text: "const a = '/api/root/x';\nconst b = './work/x';\n" }],
  },
  {
    rule: /pure packages/,
    bad: [
      {
        path: 'packages/ledger/src/x.ts',
        text: 'Date.now();\nnew Date();\nMath.random();\ncrypto.randomUUID();\nprocess.env;\nsetTimeout(f, 1);\nfetch(u);\nconsole.log(1);\n',
      },
      { path: 'packages/policy/src/x.ts', text: "import {\n  createHash,\n  randomBytes,\n} from 'node:crypto';\n" },
    ],
    found: [...[1, 2, 3, 4, 5, 6, 7, 8].map((line) => `packages/ledger/src/x.ts:${line}`), 'packages/policy/src/x.ts'],
    good: [
      { path: 'packages/ledger/src/x.ts', text: 'new Date(entry.time);\nseal(randomBytes(16));\n' },
      { path: 'packages/ledger/src/x.test.ts', text: 'Date.now();\n' },
      { path: 'packages/runtime/src/x.ts', text: 'Date.now();\n' },
    ],
  },
];

describe('each rule', () => {
  test.each(CASES)('$rule finds what is planted, and only that', ({ rule, bad, found, good }) => {
    expect(findBy(rule, bad).sort()).toEqual([...found].sort());
    expect(findBy(rule, good)).toEqual([]);
  });

  test('has such a case', () => {
    const without = treeRules.filter(({ name }) => !CASES.some(({ rule }) => rule.test(name)));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});
