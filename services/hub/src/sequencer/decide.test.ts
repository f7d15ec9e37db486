import { randomBytes } from 'node:crypto';
import { append, emptyFrontier, leafHash, parseRecord, recipientsHash, rootOf, verifyFullOpenings } from '@eads/ledger';
import type { Claims, FullOpening, ItemCode } from '@eads/protocol';
import {
  applyStateEvent,
  type Directory,
  type Envelope,
  emptyDirectory,
  formatVkey,
  generateRunKeys,
  generateSigningKey,
  LOG_KEY_TYPE,
  makeEnvelope,
  type RunKeys,
  signEnrolment,
  uuidv7,
} from '@eads/signing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { type Decided, decideBatch, type Ground, needsOf } from './decide.ts';

const ORIGIN = 'inst/run/1';
const CODES = ['ID', 'MY', 'SEC', 'TH'];
const keys = new Map<string, RunKeys>(CODES.map((code) => [code, generateRunKeys()]));
const hubKey = generateSigningKey();
const logKey = formatVkey(ORIGIN, LOG_KEY_TYPE, generateSigningKey());

let clock = Date.UTC(2026, 10, 25);
const envelope = (from: string, kind: string, to: Claims['to'], body: object, over: Partial<Claims> = {}): Envelope =>
  makeEnvelope(
    {
      origin: ORIGIN,
      id: uuidv7(clock++, randomBytes(10)),
      kind,
      from: from as 'ID',
      actor: 'seat',
      to,
      sentAt: new Date(clock).toISOString(),
      inReplyTo: null,
      handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
      nonce: randomBytes(16).toString('base64url'),
      body: body as Claims['body'],
      ...over,
    },
    (keys.get(from) as RunKeys).signing,
  );
const candidate = (sent: Envelope, over: Partial<Candidate> = {}): Candidate => ({
  member: sent.claims.from,
  text: sent.jws,
  hash: Buffer.from(sent.hash).toString('base64'),
  id: sent.claims.id,
  refused: null,
  envelope: sent,
  signature: 'holds',
  ...over,
});
const rubbish = (member: string, refused: ItemCode = 'bad-form'): Candidate => ({
  member,
  text: 'x',
  hash: Buffer.alloc(32).toString('base64'),
  id: null,
  refused,
  envelope: null,
  signature: 'unchecked',
});

const { kty, crv, x } = hubKey.jwk;
const genesis = envelope('SEC', 'genesis', 'all', {
  protocol: 1,
  quorum: 3,
  logKey,
  hubKey: { kty, crv, x },
  predecessor: null,
  members: CODES.map((member) => ({ member, block: signEnrolment(ORIGIN, member, keys.get(member) as RunKeys) })),
});
const founded = (): Directory => {
  const applied = applyStateEvent(emptyDirectory(ORIGIN), 0, genesis);
  if (!applied.ok) throw new Error(applied.why);
  return applied.directory;
};

const directory = founded();
const ground = (over: Partial<Ground> = {}): Ground => ({
  origin: ORIGIN,
  epoch: 1,
  size: 1,
  timeMs: 1_000,
  frontier: append(emptyFrontier, [Buffer.alloc(32)]),
  rseqs: {},
  stateVersion: 1,
  directory,
  claimed: [],
  notices: [],
  erasable: new Map(),
  postponed: new Set(),
  ...over,
});
const decide = (candidates: readonly Candidate[], over: Partial<Ground> = {}, mayLog = () => true): Decided =>
  decideBatch(ground(over), candidates, randomBytes, mayLog);
const codesOf = (decided: Decided): string[] => decided.entries.map((entry) => entry.code);
const statement = (from = 'ID', over: Partial<Claims> = {}): Envelope =>
  envelope(from, 'delivery.statement', [], { through: 0, rseq: 0 }, over);
const cancel = (from: string, ref: string, version: number): Envelope =>
  envelope(from, 'notice.cancel', 'all', { ref, version, reason: 'exercise' });
const ID_NOTICE = { ref: 'ID/01890a5d-ac96-774b-bcce-b302099a8057', owner: 'ID', version: 1, closed: false };

describe('a batch under the lock', () => {
  it('gives records that fit their commitments, and a root that is that of the records', () => {
    const decided = decide([candidate(statement()), rubbish('MY'), candidate(cancel('ID', ID_NOTICE.ref, 2))], {
      notices: [ID_NOTICE],
    });
    expect(codesOf(decided)).toEqual(['accepted', 'bad-form', 'accepted']);
    decided.entries.forEach((entry, i) => {
      const commitments = Buffer.from(entry.commitments, 'base64');
      verifyFullOpenings(commitments, decided.openings[i] as FullOpening[]);
      expect(Buffer.from(recipientsHash(commitments)).toString('base64')).toBe(entry.recipientsHash);
    });
    expect(decided.frontier.size).toBe(4);
    expect(decided.root).toEqual(rootOf(decided.frontier));
  });

  it('counts a recipient up for what is delivered to it and for nothing else', () => {
    const decided = decide([candidate(statement()), candidate(cancel('ID', ID_NOTICE.ref, 2)), rubbish('TH')], {
      notices: [ID_NOTICE],
      rseqs: { MY: 7 },
    });
    expect(decided.rseqs).toEqual({ MY: 8, SEC: 1, TH: 1 });
    const mine = decided.openings.map((each) => each.find(([member]) => member === 'MY'));
    expect(mine.map((opening) => [opening?.[1], opening?.[4]])).toEqual([
      ['none', 7],
      ['deliver', 8],
      ['none', 8],
    ]);
  });

  it('answers the same bytes with the original, also within one batch, and other bytes with id-conflict', () => {
    const first = statement();
    const other = statement('ID', { id: first.claims.id });
    const decided = decide([candidate(first), candidate(first), candidate(other)]);
    expect(decided.outcomes).toEqual([
      { type: 'entry', seq: 1 },
      { type: 'original', seq: 1 },
      { type: 'entry', seq: 2 },
    ]);
    expect(codesOf(decided)).toEqual(['accepted', 'id-conflict']);
    expect(decided.entries.map((entry) => entry.claims)).toEqual([true, false]);
  });

  it('claims an id with a refusal of policy, and leaves it free with a refusal of form', () => {
    const decided = decide(
      [candidate(cancel('MY', ID_NOTICE.ref, 2)), candidate(statement(), { refused: 'not-yours' })],
      {
        notices: [ID_NOTICE],
      },
    );
    expect(codesOf(decided)).toEqual(['not-owner', 'not-yours']);
    expect(decided.entries.map((entry) => entry.claims)).toEqual([true, false]);
  });

  it('refuses a kind that it does not know, in the ledger, and leaves the id free for when it does', () => {
    const known = statement();
    const { jws, claims } = known;
    const unknown = { ...known, kind: null, objection: { code: 'kind-unknown', why: '' } } as const;
    const decided = decide([candidate(unknown), candidate(known)]);
    expect(codesOf(decided)).toEqual(['kind-unknown', 'accepted']);
    expect(decided.entries.map((entry) => entry.claims)).toEqual([false, true]);
    expect(decided.entries.map(({ id, envelope: kept }) => [id, kept])).toEqual([
      [claims.id, null],
      [claims.id, jws],
    ]);
  });

  it('lets a notice be changed only from what the entry before left of it', () => {
    const decided = decide(
      [
        candidate(cancel('ID', ID_NOTICE.ref, 2)),
        candidate(cancel('ID', ID_NOTICE.ref, 3)),
        candidate(cancel('ID', 'ID/01890a5d-ac96-774b-bcce-b302099a8058', 2)),
      ],
      { notices: [ID_NOTICE] },
    );
    expect(codesOf(decided)).toEqual(['accepted', 'notice-closed', 'unknown-notice']);
    expect(decided.notices).toEqual([{ ...ID_NOTICE, version: 2, closed: true }]);
  });

  it('acts on state events within the batch: an old key signs nothing after its rotation', () => {
    const fresh = generateRunKeys();
    const rotation = envelope('TH', 'key.rotate', 'all', { block: signEnrolment(ORIGIN, 'TH', fresh) });
    const late = statement('TH');
    const leave = envelope('SEC', 'member.leave', 'all', { member: 'MY', reason: '' });
    const decided = decide([
      candidate(rotation),
      candidate(late),
      candidate(leave),
      candidate(statement('MY')),
      candidate(statement('ID')),
    ]);
    expect(codesOf(decided)).toEqual(['accepted', 'bad-signature', 'accepted', 'not-allowed', 'accepted']);
    expect(decided.stateVersion).toBe(3);
    expect(decided.openings.at(-1)?.map(([member]) => member)).toEqual(['ID', 'SEC', 'TH']);
  });

  it('refuses an erasure by a stranger, of a state event, and of an erasure; the author and the Secretariat may', () => {
    const erasable = new Map([
      [3, { sender: 'ID', kind: 'notice.publish' }],
      [4, { sender: 'SEC', kind: 'member.leave' }],
      [5, { sender: 'ID', kind: 'erase' }],
    ]);
    const erase = (from: string, seqs: number[]): Candidate =>
      candidate(envelope(from, 'erase', 'all', { seqs, reason: '' }));
    const decided = decide(
      [
        ...[erase('MY', [3]), erase('SEC', [4]), erase('ID', [3, 99]), erase('ID', [5]), erase('SEC', [3, 5])],
        ...[erase('ID', [3]), erase('SEC', [3])],
      ],
      { size: 10, erasable },
    );
    expect(codesOf(decided)).toEqual([...Array(5).fill('not-allowed'), 'accepted', 'accepted']);
    expect(decided.erasures).toHaveLength(2);
  });

  it('logs no refusal over the quota: it asks to come again and claims nothing', () => {
    const decided = decide([rubbish('TH')], {}, () => false);
    expect(decided.entries).toEqual([]);
    expect(decided.outcomes).toEqual([{ type: 'retry', code: 'quota', afterMs: 60_000 }]);
  });

  it('refuses a message that reaches nobody, and one for strangers', () => {
    const stranger = envelope('ID', 'recall.ack', ['VN'], { ref: ID_NOTICE.ref, held: false });
    const returned = envelope(
      'ID',
      'recall.ack',
      ['MY'],
      { ref: ID_NOTICE.ref, held: false },
      {
        handling: { tlp: 'AMBER', code: 'H0', releasableTo: ['TH'], caveat: null },
      },
    );
    expect(codesOf(decide([candidate(stranger), candidate(returned)]))).toEqual(['no-recipient', 'no-recipient']);
  });

  it('gives entry 0 to the genesis alone, and logs nothing before it', () => {
    const empty = { size: 0, frontier: emptyFrontier, directory: emptyDirectory(ORIGIN), stateVersion: 0 };
    const before = decide([rubbish('ID'), candidate(statement()), candidate(genesis), candidate(statement())], empty);
    expect(before.outcomes).toMatchObject([
      { type: 'retry', code: 'starting' },
      { type: 'retry', code: 'starting' },
      { type: 'entry', seq: 0 },
      { type: 'entry', seq: 1 },
    ]);
    expect(codesOf(before)).toEqual(['accepted', 'accepted']);
    expect(codesOf(decide([candidate(genesis)]))).toEqual(['bad-state']);
  });

  it('checks a signature under the lock whose key came with an earlier entry, and takes no other', () => {
    const fresh = generateRunKeys();
    const rotation = envelope('TH', 'key.rotate', 'all', { block: signEnrolment(ORIGIN, 'TH', fresh) });
    const { signing } = keys.get('TH') as RunKeys;
    keys.set('TH', fresh);
    const late = statement('TH');
    keys.set('TH', { ...fresh, signing });
    const unknown = { signature: 'unknown-key' } as const;
    const forged = { ...late, parsed: { ...late.parsed, signature: Buffer.alloc(64) } };
    const decided = decide([
      candidate(late, unknown),
      candidate(rotation),
      candidate(forged, unknown),
      candidate(late, unknown),
    ]);
    expect(codesOf(decided)).toEqual(['bad-signature', 'accepted', 'bad-signature', 'accepted']);
  });

  it('lets one that it fails over hold up no other, and leaves no trace of it', () => {
    const broken = candidate(statement('MY'));
    const failing = {
      ...broken,
      get hash(): string {
        throw new Error('planted');
      },
    };
    const decided = decide([candidate(statement()), failing, candidate(cancel('ID', ID_NOTICE.ref, 2))], {
      notices: [ID_NOTICE],
    });
    expect(decided.outcomes).toMatchObject([{ seq: 1 }, { type: 'retry', code: 'overloaded' }, { seq: 2 }]);
    expect(decided.faults).toHaveLength(1);
    expect(decided.frontier.size).toBe(3);
    expect(decided.rseqs).toEqual({ MY: 1, SEC: 1, TH: 1 });
  });

  it('takes no more erasures and state events at once than the lock can bear', () => {
    const erase = (from: number) =>
      candidate(
        envelope('ID', 'erase', 'all', { seqs: Array.from({ length: 1_000 }, (_, i) => from + i), reason: '' }),
      );
    const erasures = [0, 1, 2, 3, 4, 5, 6].map((i) => erase(i * 1_000 + 10));
    const rotations = Array.from({ length: 20 }, () =>
      candidate(envelope('MY', 'key.rotate', 'all', { block: signEnrolment(ORIGIN, 'MY', generateRunKeys()) })),
    );
    const other = candidate(statement('TH'));
    const needs = needsOf([...erasures, ...rotations, other]);
    expect(needs.erased.length).toBe(5_000);
    expect(needs.postponed.size).toBe(2 + 4);
    expect(needs.postponed.has(other)).toBe(false);
    expect(decide(erasures, { postponed: needs.postponed }).outcomes.at(-1)).toMatchObject({
      type: 'retry',
      code: 'overloaded',
    });
  });

  it('is the same whichever way a stream is cut into batches (property)', () => {
    const pool = [
      ...Array.from({ length: 6 }, (_, i) => candidate(statement(CODES[i % 4]))),
      rubbish('MY'),
      rubbish('ID', 'bad-signature'),
      candidate(cancel('ID', ID_NOTICE.ref, 2)),
      candidate(cancel('ID', ID_NOTICE.ref, 3)),
    ];
    const run = (batches: readonly Candidate[][]) => {
      let state = ground({ notices: [ID_NOTICE] });
      const codes: string[] = [];
      for (const batch of batches) {
        const decided = decideBatch(state, batch, randomBytes, () => true);
        codes.push(...codesOf(decided));
        const claimed = decided.entries.flatMap((entry) =>
          entry.claims && entry.id !== null
            ? [{ sender: entry.sender, id: entry.id, envelopeHash: entry.envelopeHash, epoch: 1, seq: entry.seq }]
            : [],
        );
        decided.entries.forEach((entry, i) => {
          expect(entry.seq).toBe(state.size + i);
          const record = decided.entries[i];
          expect(record?.leaf).toBe(Buffer.from(leafHash(Buffer.from(recordOf(entry)))).toString('base64'));
        });
        state = {
          ...state,
          size: decided.frontier.size,
          frontier: decided.frontier,
          rseqs: decided.rseqs,
          stateVersion: decided.stateVersion,
          directory: decided.directory,
          claimed: [...state.claimed, ...claimed],
          notices: [...state.notices.filter((n) => !decided.notices.some((c) => c.ref === n.ref)), ...decided.notices],
        };
      }
      return { codes, rseqs: state.rseqs, size: state.size };
    };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pool), { maxLength: 24 }),
        fc.array(fc.nat(5), { maxLength: 24 }),
        (stream, cuts) => {
          const batches: Candidate[][] = [];
          let rest = [...stream];
          for (const cut of [...cuts, rest.length]) {
            batches.push(rest.slice(0, cut));
            rest = rest.slice(cut);
          }
          expect(run(batches)).toEqual(run([stream]));
        },
      ),
      { numRuns: 60 },
    );
  });
});

const recordOf = (entry: Decided['entries'][number]): string => {
  const text = `eads-entry/v1\n${entry.seq}\n${entry.timeMs}\n${entry.sender}\n${entry.id ?? '-'}\n${entry.code}\n${entry.envelopeHash}\n${entry.recipientsHash}\n`;
  expect(parseRecord(text).seq).toBe(entry.seq);
  return text;
};
