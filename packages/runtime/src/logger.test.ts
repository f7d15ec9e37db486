import { describe, expect, test } from 'vitest';
import { createLogger, silentLogger } from './logger.ts';
import { redact, redactText } from './redact.ts';

const collect = (terminal: boolean) => {
  const lines: string[] = [];
  const logger = createLogger({
    name: 'hub',
    level: 'debug',
    terminal,
    colour: false,
    sink: { write: (line) => void lines.push(line) },
  });
  return { logger, lines };
};

describe('no secret in any line', () => {
  const secret = 'PLANTEDsecretPLANTEDsecretPLANTEDsecret0123';
  const attempts: readonly (readonly [string, (logger: typeof silentLogger) => void])[] = [
    ['header', (logger) => logger.info({ req: { headers: { authorization: `Bearer ${secret}` } } }, 'x')],
    ['header, capital', (logger) => logger.info({ a: { b: { c: { Authorization: secret } } } }, 'x')],
    ['token table', (logger) => logger.info({ access: { tokens: { ID: secret } } }, 'x')],
    ['private key', (logger) => logger.info({ key: { kty: 'OKP', crv: 'Ed25519', x: 'y', d: secret } }, 'x')],
    ['private key as text', (logger) => logger.info({ key: JSON.stringify({ kty: 'OKP', d: secret }) }, 'x')],
    ['message', (logger) => logger.info(`connecting to postgres://eads:${secret}@db:5432/hub`)],
    ['message with JWK', (logger) => logger.info(`{"kty":"OKP","d":"${secret}"}`)],
    ['message with header', (logger) => logger.info(`sent Authorization: Bearer ${secret}`)],
    ['child', (logger) => logger.child({ database: `postgres://eads:${secret}@db/hub` }).info('x')],
    ['child, nested', (logger) => logger.child({ a: [{ password: secret }] }).info('x')],
    ['error', (logger) => logger.error(new Error(`no answer from redis://:${secret}@redis:6379`))],
    ['cause', (logger) => logger.error(new Error('outer', { cause: new Error(`postgres://u:${secret}@h/d`) }), 'x')],
    ['query', (logger) => logger.info(`GET /feed?from=1&token=${secret}`)],
    ['note key', (logger) => logger.info(`PRIVATE+KEY+name+12345678+${secret}`)],
    ['PEM', (logger) => logger.info(`-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`)],
  ];
  test.each(attempts)('%s', (_name, attempt) => {
    for (const terminal of [false, true]) {
      const { logger, lines } = collect(terminal);
      attempt(logger);
      expect(lines).toHaveLength(1);
      expect(lines.join('')).not.toContain('PLANTED');
      expect(lines.join('')).toContain('[hidden]');
    }
  });

  test('what is no secret stays', () => {
    const harmless = {
      d: 1,
      tokenCount: 3,
      text: 'Basic facts, and d',
      at: 'http://h:80/x',
      none: null,
      token: null,
    };
    expect(redact(harmless)).toEqual(harmless);
    expect(redactText('http://127.0.0.1:8080/nodes/ID')).toBe('http://127.0.0.1:8080/nodes/ID');
  });
});

test('a long text of any kind costs next to nothing', () => {
  for (const piece of ['a', 'a://b:c', 'Bearer ', '-----BEGIN PRIVATE KEY-----', '"d":"', '?token=']) {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    const before = performance.now();
    redactText(text);
    expect(performance.now() - before).toBeLessThan(1000);
  }
});

test('JSON where nobody reads, one line of text where somebody does', () => {
  const json = collect(false);
  json.logger.child({ member: 'ID' }).info({ seq: 7 }, 'delivered');
  expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({
    name: 'hub',
    level: 30,
    member: 'ID',
    seq: 7,
    msg: 'delivered',
  });
  const text = collect(true);
  text.logger.child({ member: 'ID' }).warn({ seq: 7, why: 'two words' }, 'delivered');
  expect(text.lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}hub delivered member=ID seq=7 why="two words"\n$/);
});

test('text from outside cannot forge a line or move the cursor', () => {
  const { logger, lines } = collect(true);
  logger.info({ name2: 'a\n12:00:00 info  hub forged' }, 'x\u001b[2J\r\n12:00:00 info  hub forged \u202e');
  expect(lines[0]?.split('\n')).toHaveLength(2);
  for (const character of ['\u001b', '\r', '\u202e']) expect(lines[0]).not.toContain(character);
});

test('an error shows its stack under the line', () => {
  const { logger, lines } = collect(true);
  logger.error({ err: new Error('broken') }, 'could not deliver');
  expect(lines[0]).toMatch(/could not deliver.*\n {4}Error: broken\n {4} {4}at /);
});

test('level', () => {
  const { logger, lines } = collect(false);
  logger.trace('x');
  silentLogger.fatal('x');
  expect(lines).toEqual([]);
});
