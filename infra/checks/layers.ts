import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Fewer modules than this means that the tool could not read TypeScript at all, and would pass everything. */
const LEAST_MODULES = 5;

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
const { summary } = output as ICruiseResult;
const comments = new Map<string, string>(
  config.forbidden.map((rule: { name: string; comment: string }) => [rule.name, rule.comment]),
);
for (const { rule, from, to, cycle } of summary.violations) {
  const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> ');
  console.log(`${rule.name}: ${from} -> ${way}\n  ${comments.get(rule.name) ?? ''}`);
}
console.log(`${summary.violations.length} violations in ${summary.totalCruised} modules`);
if (summary.totalCruised < LEAST_MODULES) {
  console.log(
    `Only ${summary.totalCruised} modules were read: dependency-cruiser finds no TypeScript compiler it can use (package "typescript").`,
  );
  process.exitCode = 1;
}
if (summary.violations.length > 0) process.exitCode = 1;
