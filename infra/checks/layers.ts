import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Folders that the rules exclude too. */
const NOT_OURS = ['node_modules', 'dist'];

/**
 * Checks the layer order with the rules of `.dependency-cruiser.mjs`.
 *
 * Usage: node infra/checks/layers.ts [folder of the checkout]
 */
const root = resolve(process.argv[2] ?? '.');
process.chdir(root);
const { default: config } = await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href);
const folders = ['packages', 'services', 'tests', 'infra'].filter((name) => existsSync(name));
const { output } = await cruise(
  folders,
  { ruleSet: { forbidden: config.forbidden }, validate: true, ...config.options },
  config.options.enhancedResolveOptions,
  { tsConfig: extractTsConfig('tsconfig.json') },
);
const { summary, modules } = output as ICruiseResult;
const comments = new Map<string, string>(
  config.forbidden.map((rule: { name: string; comment: string }) => [rule.name, rule.comment]),
);
for (const { rule, from, to, cycle } of summary.violations) {
  const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> ');
  console.log(`${rule.name}: ${from} -> ${way}\n  ${comments.get(rule.name) ?? ''}`);
}
console.log(`${summary.violations.length} violations in ${summary.totalCruised} modules`);
if (summary.violations.length > 0) process.exitCode = 1;

// Where dependency-cruiser finds no TypeScript compiler that it can use, it sees nothing and passes everything.
const seen = new Set(modules.map(({ source }) => source));
const unseen = globSync(`{${folders.join(',')}}/**/*.{ts,tsx}`, { exclude: (name) => NOT_OURS.includes(name) })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !seen.has(path));
if (unseen.length > 0) {
  console.log(`Not read: ${unseen.slice(0, 5).join(', ')}${unseen.length > 5 ? ` and ${unseen.length - 5} more` : ''}`);
  process.exitCode = 1;
}
