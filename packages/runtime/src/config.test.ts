import { resolve } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import {
  choiceSetting,
  hostSetting,
  integerSetting,
  listVariables,
  onOffSetting,
  pathSetting,
  readConfig,
  strayVariables,
  textSetting,
  urlSetting,
} from './config.ts';
import { PersonError } from './person-error.ts';

const schema = {
  port: integerSetting({ env: 'T_PORT', says: 'The public port.', fallback: 8080, max: 65_535 }),
  host: hostSetting({ env: 'T_HOST', says: 'Where to listen.', fallback: '127.0.0.1' }),
  data: pathSetting({ env: 'T_DATA_DIR', says: 'Where data lies.', fallback: '.data' }),
  ambient: onOffSetting({ env: 'T_AMBIENT', says: 'Simulated traffic.', fallback: true }),
  database: urlSetting({ env: 'T_DATABASE', says: 'PostgreSQL.', schemes: ['postgres', 'postgresql'], fallback: null }),
  level: choiceSetting({ env: 'T_LEVEL', says: 'Log level.', words: ['info', 'warn'], fallback: 'info' }),
  run: textSetting({ env: 'T_RUN', says: 'Run.', pattern: /^[a-z]+$/, form: 'lower-case letters', fallback: null }),
};

test('defaults, typed and frozen; an empty value counts as not set', () => {
  const config = readConfig(schema, { T_PORT: '', T_AMBIENT: '  ' }, '/srv');
  expect(config).toEqual({
    port: 8080,
    host: '127.0.0.1',
    data: resolve('/srv', '.data'),
    ambient: true,
    database: null,
    level: 'info',
    run: null,
  });
  expect(Object.isFrozen(config)).toBe(true);
  expectTypeOf(config.port).toEqualTypeOf<number>();
  expectTypeOf(config.database).toEqualTypeOf<string | null>();
  expectTypeOf(config.level).toEqualTypeOf<'info' | 'warn'>();
  expectTypeOf(config.ambient).toEqualTypeOf<boolean>();
});

test('values', () => {
  const config = readConfig(
    schema,
    {
      T_PORT: ' 0 ',
      T_HOST: '::1',
      T_DATA_DIR: '/var/x',
      T_AMBIENT: 'OFF',
      T_DATABASE: 'postgres://u:p@h/d',
      T_LEVEL: 'warn',
    },
    '/srv',
  );
  expect(config).toMatchObject({
    port: 0,
    host: '::1',
    data: '/var/x',
    ambient: false,
    database: 'postgres://u:p@h/d',
    level: 'warn',
  });
});

test.each([
  ['T_PORT', '65536'],
  ['T_PORT', '-1'],
  ['T_PORT', '8e3'],
  ['T_PORT', '0x1f'],
  ['T_PORT', '80.5'],
  ['T_HOST', 'localhost:80'],
  ['T_HOST', '1.2.3'],
  ['T_HOST', 'a b'],
  ['T_DATA_DIR', '~/data'],
  ['T_AMBIENT', 'maybe'],
  ['T_AMBIENT', 'constructor'],
  ['T_DATABASE', 'mysql://h/d'],
  ['T_DATABASE', 'nothing'],
  ['T_LEVEL', 'loud'],
  ['T_RUN', 'UPPER'],
])('%s=%s is refused with its name', (name, value) => {
  expect(() => readConfig(schema, { [name]: value }, '/srv')).toThrow(new RegExp(`^${name} .*It takes .*\\.`));
});

test('all faults at once, each with name, value, form and remedy; a password is in none', () => {
  const required = { ...schema, must: integerSetting({ env: 'T_MUST', says: 'Needed.', unit: 'ms' }) };
  try {
    readConfig(required, { T_PORT: 'abc', T_DATABASE: 'mysql://u:PLANTED@h/d' }, '/srv');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(PersonError);
    const { message, exitCode } = error as PersonError;
    expect(exitCode).toBe(2);
    expect(message).toContain(
      'T_PORT is "abc". It takes a whole number from 0 to 65535. Mend it, or leave it out for 8080.',
    );
    expect(message).toContain('T_DATABASE has a value that cannot be used. It takes an address that begins with');
    expect(message).toContain('T_MUST is not set. It takes a whole number from 0 (ms). Set it.');
    expect(message).not.toContain('PLANTED');
  }
});

test('the variables as rows, and names that nobody knows', () => {
  expect(listVariables(schema).slice(0, 5)).toEqual([
    { env: 'T_PORT', form: 'a whole number from 0 to 65535', fallback: '8080', says: 'The public port.' },
    {
      env: 'T_HOST',
      form: 'an IP address or a host name, without a port',
      fallback: '127.0.0.1',
      says: 'Where to listen.',
    },
    { env: 'T_DATA_DIR', form: 'a path, written out (no ~)', fallback: '.data', says: 'Where data lies.' },
    { env: 'T_AMBIENT', form: 'on or off', fallback: 'on', says: 'Simulated traffic.' },
    {
      env: 'T_DATABASE',
      form: 'an address that begins with postgres:// or postgresql://',
      fallback: null,
      says: 'PostgreSQL.',
    },
  ]);
  expect(strayVariables([schema], { T_PROT: '1', T_PORT: '2', OTHER: '3' }, 'T_')).toEqual(['T_PROT']);
});
