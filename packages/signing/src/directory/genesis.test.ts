import { SECRETARIAT } from '@eads/protocol';
import { describe, expect, it } from 'vitest';
import { signEnrolment } from '../enrolment.ts';
import { generateRunKeys, generateSigningKey } from '../keys.ts';
import { envelopeOf, founded, genesisBody, genesisOf, keysOf, ORIGIN, testRun } from '../testing/run.ts';
import { formatVkey, LOG_KEY_TYPE, WITNESS_KEY_TYPE } from '../vkey.ts';
import { applyStateEvent, emptyDirectory } from './directory.ts';
import { quorum, roster } from './queries.ts';

const run = testRun();
const body = genesisBody(run);
const code = (changed: object, seq = 0): string => {
  const result = applyStateEvent(emptyDirectory(ORIGIN), seq, genesisOf(run, changed));
  return result.ok ? 'ok' : result.code;
};
const blockOf = (member: string, keys = keysOf(run, member), origin = ORIGIN) => ({
  member,
  block: signEnrolment(origin, member, keys),
});
const replaced = (member: string, entry: { member: string; block: string }) => ({
  ...body,
  members: body.members.map((each) => (each.member === member ? entry : each)),
});

describe('genesis', () => {
  it('founds the epoch, and says by which envelope', () => {
    const envelope = genesisOf(run);
    const result = applyStateEvent(emptyDirectory(ORIGIN), 0, envelope);
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    expect(result.directory.founding).toMatchObject({
      hash: Buffer.from(envelope.hash).toString('base64'),
      logKey: body.logKey,
      predecessor: null,
    });
  });

  it('is entry 0, once', () => {
    expect(code(body)).toBe('ok');
    expect(code(body, 1)).toBe('bad-state');
    const again = applyStateEvent(founded(run), 1, genesisOf(run));
    expect(again).toMatchObject({ ok: false, code: 'bad-state' });
  });

  it('counts the quorum over the forces: 11 give 8, none give 1', () => {
    const eleven = testRun(['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH', 'TL', 'VN']);
    expect(quorum(founded(eleven))).toBe(8);
    const alone = founded(testRun([]));
    expect([quorum(alone), roster(alone)]).toEqual([1, [SECRETARIAT]]);
    for (const wrong of [3, 5, 6]) expect(code({ ...body, quorum: wrong })).toBe('bad-state');
  });

  it('is signed by the Secretariat with the key of its block inside', () => {
    const sign = (from: string, key = keysOf(run, from).signing) =>
      applyStateEvent(emptyDirectory(ORIGIN), 0, envelopeOf(from, 'genesis', body, key));
    expect(sign(SECRETARIAT)).toMatchObject({ ok: true });
    expect(sign('ID')).toMatchObject({ ok: false, code: 'not-allowed' });
    expect(sign(SECRETARIAT, keysOf(run, 'ID').signing)).toMatchObject({ ok: false, code: 'bad-signature' });
    expect(sign(SECRETARIAT, generateSigningKey())).toMatchObject({ ok: false, code: 'bad-signature' });
    expect(code({ ...body, members: body.members.filter(({ member }) => member !== SECRETARIAT) })).toBe(
      'bad-signature',
    );
  });

  it('names its members in code order, none twice, each with its own block of this origin', () => {
    expect(code({ ...body, members: body.members.toReversed() })).toBe('bad-form');
    expect(code({ ...body, members: [body.members[0], ...body.members] })).toBe('bad-form');
    expect(code(replaced('ID', { member: 'ID', block: blockOf('MY').block }))).toBe('bad-form');
    expect(code(replaced('ID', blockOf('ID', keysOf(run, 'ID'), 'test0001/practice/2')))).toBe('bad-form');
  });

  it('has no key twice', () => {
    const fresh = generateRunKeys();
    expect(code(replaced('ID', blockOf('ID', fresh)))).toBe('ok');
    expect(code(replaced('ID', blockOf('ID', keysOf(run, 'MY'))))).toBe('bad-state');
    expect(code(replaced('ID', blockOf('ID', { ...fresh, witness: keysOf(run, 'MY').signing })))).toBe('bad-state');
    expect(code(replaced('ID', blockOf('ID', { ...fresh, encryption: keysOf(run, 'MY').encryption })))).toBe(
      'bad-state',
    );
    expect(code(replaced('ID', blockOf('ID', { ...fresh, signing: run.hub })))).toBe('bad-state');
    expect(code(replaced('ID', blockOf('ID', { ...fresh, witness: run.log })))).toBe('bad-state');
    expect(code({ ...body, hubKey: run.log.jwk })).toBe('bad-state');
  });

  it('names the log key by the origin, with the type of a log', () => {
    expect(code({ ...body, logKey: formatVkey('test0001/practice/2', LOG_KEY_TYPE, run.log) })).toBe('bad-form');
    expect(code({ ...body, logKey: formatVkey(ORIGIN, WITNESS_KEY_TYPE, run.log) })).toBe('bad-form');
  });

  it('has no key of small order', () => {
    const x = Buffer.from(`01${'00'.repeat(31)}`, 'hex').toString('base64url');
    expect(code({ ...body, hubKey: { kty: 'OKP', crv: 'Ed25519', x } })).toBe('bad-form');
  });
});
