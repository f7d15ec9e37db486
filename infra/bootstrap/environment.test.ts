import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { forInstall, withNodeFirst } from './environment.mjs';

test('what would leave an install half done does not reach it', () => {
  const env = forInstall({
    npm_config_ignore_scripts: 'true',
    npm_config_omit: 'dev',
    npm_config_global: 'true',
    npm_config_dry_run: 'true',
    npm_package_name: 'e-ads-training',
    npm_lifecycle_event: 'test',
    pnpm_config_ignore_scripts: 'true',
    NODE_ENV: 'production',
    NODE_OPTIONS: '--inspect',
  });
  expect(env).toEqual({ CI: 'true' });
});

test('the way to the registry does, for pnpm too', () => {
  const env = forInstall({
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'http://mirror/',
    npm_config_cafile: '/etc/ca.crt',
    'npm_config_//mirror/:_authToken': 'x',
  });
  expect(env).toEqual({
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'http://mirror/',
    pnpm_config_registry: 'http://mirror/',
    npm_config_cafile: '/etc/ca.crt',
    'npm_config_//mirror/:_authToken': 'x',
    CI: 'true',
  });
});

test('the fetched Node comes before the one that is there, whatever case PATH has', () => {
  expect(withNodeFirst({ Path: '/usr/bin' }, '/tools/bin/node')).toEqual({ Path: `/tools/bin${delimiter}/usr/bin` });
  expect(withNodeFirst({}, '/tools/bin/node')).toEqual({ PATH: '/tools/bin' });
});
