import { delimiter, dirname } from 'node:path';

/**
 * npm hands every script its whole configuration as npm_config_*; of these only what leads to the registry may reach an install.
 * (`ignore-scripts`, `omit=dev`, `global`, `dry-run` and the like would leave it half done.)
 */
const KEPT =
  /^p?npm_config_(registry|.*:registry|\/\/.*|cafile|ca|cert|key|strict_ssl|proxy|https_proxy|http_proxy|noproxy|cache|userconfig|globalconfig|prefer_offline|offline|fetch_timeout|maxsockets)$/i;

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} node path of the Node binary that children find first
 * @returns {NodeJS.ProcessEnv}
 */
export function withNodeFirst(env, node) {
  const result = { ...env };
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const rest = env[name];
  result[name] = rest === undefined ? dirname(node) : `${dirname(node)}${delimiter}${rest}`;
  return result;
}

/**
 * The environment for npm and pnpm: no script leftovers, every dependency installed, nothing asked.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function forInstall(env) {
  /** @type {NodeJS.ProcessEnv} */
  const result = {};
  for (const [name, value] of Object.entries(env)) {
    if (/^p?npm_/i.test(name) && !KEPT.test(name)) continue;
    if (/^(NODE_ENV|NODE_OPTIONS|INIT_CWD)$/.test(name)) continue;
    result[name] = value;
  }
  // pnpm reads npm's .npmrc, but not npm's variables.
  if (result.npm_config_registry !== undefined) result.pnpm_config_registry ??= result.npm_config_registry;
  result.CI = 'true';
  return result;
}
