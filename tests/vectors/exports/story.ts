import { type Claims, type Handling, messageId } from '@eads/protocol';
import {
  formatVkey,
  LOG_KEY_TYPE,
  openEnvelope,
  parseCompact,
  type RunKeys,
  readPayload,
  type SigningKey,
  signCompact,
  signEnrolment,
  signingKeyOf,
  uuidv7,
} from '@eads/signing';
import { fixedBytes, fixedKey } from '../ledger/fixed-keys.ts';
import { hubKey, ORIGIN, runKeys } from './cast.ts';

export const FORCES = ['ID', 'MY', 'PH', 'SG', 'TH'] as const;
/** Joins late. */
const LATE = 'BN';

/** What reaches the hub, and what it answers. */
export interface Draft {
  readonly name: string;
  /** Whose session brought it. */
  readonly from: string;
  readonly text: string;
  readonly code: string;
  readonly id: string | null;
  /** `<from>/<id>` of the `erase` that took its bytes. */
  readonly erasedBy?: string;
}

const OPEN: Handling = { tlp: 'GREEN', code: 'H0', releasableTo: null, caveat: null };
export const TIME = Date.parse('2026-11-25T01:00:00.000Z');

export const idOf = (name: string): string => uuidv7(TIME, fixedBytes(`id ${name}`, 10));

/** Everything that a message says, and who signs it. Nothing is checked: vectors need wrong ones too. */
export interface Message {
  readonly name: string;
  readonly from: string;
  readonly key: SigningKey;
  readonly kind: string;
  readonly to: Claims['to'];
  readonly body: object;
  readonly over?: Partial<Claims>;
}

export const sign = ({ name, from, key, kind, to, body, over = {} }: Message): string => {
  const claims = {
    origin: ORIGIN,
    id: idOf(name),
    kind,
    v: 1,
    from,
    actor: 'seat-1',
    to,
    sentAt: new Date(TIME).toISOString(),
    inReplyTo: null,
    handling: OPEN,
    nonce: Buffer.from(fixedBytes(`nonce ${name}`, 16)).toString('base64url'),
    body,
    ...over,
  };
  return signCompact('eads+jws', claims, key);
};

/** An accepted message as a draft. */
export const accepted = (message: Message): Draft => {
  const text = sign(message);
  return { name: message.name, from: message.from, text, code: 'accepted', id: message.over?.id ?? idOf(message.name) };
};

const notice = (number: string, circumstances: string) => ({
  number,
  type: 'stolen-object',
  subject: {
    type: 'object',
    category: 'vehicle',
    description: 'EXERCISE. A white delivery van.',
    identifiers: [{ label: 'plate', value: 'EX 1234' }],
  },
  action: 'seize',
  legalBasis: { charges: [], warrants: [] },
  circumstances,
  grading: { source: 'B', information: '2' },
  validity: { from: '2026-11-25', until: '2027-11-25' },
  attachments: [],
  source: null,
});

const field = (name: string, length: number): string => Buffer.from(fixedBytes(name, length)).toString('base64url');

/**
 * A confidential body of the right shape. Sealing draws fresh keys, so that a sealed body never comes out the same twice;
 * the auditor cannot open one, and looks at the shape alone.
 */
const sealedBody = (name: string, keys: readonly RunKeys[]) => ({
  protected: Buffer.from('{"enc":"A256GCM"}').toString('base64url'),
  iv: field(`${name} iv`, 12),
  ciphertext: field(`${name} text`, 60),
  tag: field(`${name} tag`, 16),
  recipients: keys.map(({ encryption }) => ({
    header: {
      alg: 'ECDH-ES+A256KW',
      kid: encryption.kid,
      epk: { kty: 'OKP', crv: 'X25519', x: field(`${name} epk ${encryption.kid}`, 32) },
    },
    encrypted_key: field(`${name} key ${encryption.kid}`, 40),
  })),
});

const genesis = (set: string): Draft => {
  const log = signingKeyOf(fixedKey(`export ${set} log`));
  return accepted({
    name: 'genesis',
    from: 'SEC',
    key: runKeys(set, 'SEC').signing,
    kind: 'genesis',
    to: 'all',
    body: {
      protocol: 1,
      quorum: 4,
      logKey: formatVkey(ORIGIN, LOG_KEY_TYPE, log),
      hubKey: hubKey(set).jwk,
      predecessor: null,
      members: [...FORCES, 'SEC']
        .sort()
        .map((member) => ({ member, block: signEnrolment(ORIGIN, member, runKeys(set, member)) })),
    },
  });
};

const refused = (name: string, from: string, code: string, text: string): Draft => {
  let id: string | null = null;
  try {
    const read = messageId.safeParse(readPayload(parseCompact(text, 'eads+jws').payloadBytes).value.id);
    id = read.success ? read.data : null;
  } catch {
    // Not well formed: then the record says "-".
  }
  return { name, from, text, code, id };
};

/** A day of a small run, in the order of its entries. `set` says whose keys: the run's, or those of an attacker. */
export const story = (set = 'true'): Draft[] => {
  const signing = (member: string, generation = 1): SigningKey => runKeys(set, member, generation).signing;
  const rotate = (member: string): Draft =>
    accepted({
      name: `${member} rotates`,
      from: member,
      key: signing(member),
      kind: 'key.rotate',
      to: 'all',
      body: { block: signEnrolment(ORIGIN, member, runKeys(set, member, 2)) },
    });
  const publish = (name: string, from: string, key: SigningKey, n: number, over: Partial<Claims> = {}): Draft =>
    accepted({
      name,
      from,
      key,
      kind: 'notice.publish',
      to: over.to ?? 'all',
      body: { notice: notice(`EX-${from}-2026-00000${n}`, `EXERCISE. ${name}.`) },
      over,
    });
  const van = `ID/${idOf('van')}`;
  const letter = `SG/${idOf('letter')}`;
  const drafts: Draft[] = [
    genesis(set),
    publish('van', 'ID', signing('ID'), 1),
    publish('limited', 'TH', signing('TH'), 1, { to: ['MY', 'SG'], handling: { ...OPEN, releasableTo: ['SG'] } }),
    accepted({
      name: 'sealed',
      from: 'MY',
      key: signing('MY'),
      kind: 'direct.message',
      to: ['PH', 'SEC'],
      body: sealedBody('sealed', [runKeys(set, 'PH'), runKeys(set, 'SEC')]),
    }),
    refused('not json', 'SG', 'bad-form', 'this is no envelope'),
    refused('forged', 'ID', 'bad-signature', publish('forged', 'ID', signing('MY'), 9).text),
    accepted({
      name: 'van update',
      from: 'ID',
      key: signing('ID'),
      kind: 'notice.update',
      to: 'all',
      body: {
        ref: van,
        version: 2,
        notice: notice('EX-ID-2026-000001', 'EXERCISE. Seen again.'),
        reason: 'Seen again.',
      },
    }),
    rotate('TH'),
    publish('boat', 'TH', signing('TH', 2), 2),
    accepted({
      name: 'letter',
      from: 'SG',
      key: signing('SG'),
      kind: 'direct.message',
      to: ['ID', 'MY'],
      body: sealedBody('letter', [runKeys(set, 'ID'), runKeys(set, 'MY')]),
    }),
    accepted({
      name: 'letter returned',
      from: 'MY',
      key: signing('MY'),
      kind: 'returned',
      to: ['SG'],
      body: { ref: letter, rule: 'no-victim-data', why: 'EXERCISE. Names a victim.' },
    }),
    publish('stolen laptop', 'PH', signing('PH'), 1),
    publish('own after all', 'PH', signing('PH'), 2),
    rotate('PH'),
    accepted({
      name: 'PH revokes',
      from: 'PH',
      key: signing('PH', 2),
      kind: 'key.revoke',
      to: 'all',
      body: { kid: signing('PH').kid, since: 11, reason: 'A laptop was lost.' },
    }),
    accepted({
      name: 'PH confirms',
      from: 'PH',
      key: signing('PH', 2),
      kind: 'key.confirm',
      to: 'all',
      body: { seqs: [12] },
    }),
    accepted({
      name: 'erase',
      from: 'SG',
      key: signing('SG'),
      kind: 'erase',
      to: 'all',
      body: { seqs: [9], reason: 'Sent by mistake.' },
    }),
    accepted({
      name: 'van cancel',
      from: 'ID',
      key: signing('ID'),
      kind: 'notice.cancel',
      to: 'all',
      body: { ref: van, version: 3, reason: 'Found.' },
    }),
    accepted({
      name: 'recall ack',
      from: 'MY',
      key: signing('MY'),
      kind: 'recall.ack',
      to: ['ID'],
      body: { ref: van, held: true },
      over: { inReplyTo: `ID/${idOf('van cancel')}` },
    }),
    accepted({
      name: 'BN joins',
      from: 'SEC',
      key: signing('SEC'),
      kind: 'member.join',
      to: 'all',
      body: { member: LATE, block: signEnrolment(ORIGIN, LATE, runKeys(set, LATE)) },
    }),
    accepted({
      name: 'statement',
      from: 'SG',
      key: signing('SG'),
      kind: 'delivery.statement',
      to: [],
      body: { through: 19, rseq: 10 },
    }),
    accepted({
      name: 'summary',
      from: 'HUB',
      key: hubKey(set),
      kind: 'refusal-summary',
      to: [],
      body: {
        member: 'SG',
        code: 'bad-form',
        count: 40,
        first: '2026-11-25T00:59:00.000Z',
        last: '2026-11-25T01:00:00.000Z',
      },
    }),
    accepted({
      name: 'SG leaves',
      from: 'SEC',
      key: signing('SEC'),
      kind: 'member.leave',
      to: 'all',
      body: { member: 'SG', reason: 'Called away.' },
    }),
    publish('bicycle', 'BN', signing('BN'), 1),
    publish('scooter', 'MY', signing('MY'), 1),
  ];
  const erased = `SG/${idOf('erase')}`;
  return drafts.map((draft) => (draft.name === 'letter' ? { ...draft, erasedBy: erased } : draft));
};

/** Where the entry of that name stands. */
export const seqOf = (drafts: readonly Draft[], name: string): number => {
  const seq = drafts.findIndex((draft) => draft.name === name);
  if (seq < 0) throw new Error(`the story has no ${name}`);
  return seq;
};

/** Throws unless the story's accepted messages are ones that a hub would take. */
export const checkStory = (drafts: readonly Draft[]): void => {
  for (const { name, text, code } of drafts) {
    const opened = openEnvelope(text);
    if (code === 'accepted' && !opened.ok) throw new Error(`${name}: ${opened.refusal.why}`);
  }
};
