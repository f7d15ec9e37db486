import { createHash } from 'node:crypto';
import {
  append,
  commitAll,
  emptyFrontier,
  encodeRecord,
  leafHash,
  parseRecord,
  recipientsHash,
  rootOf,
  sha256,
} from '@eads/ledger';
import { seeded } from '@eads/samples';
import { uuidv7 } from '@eads/signing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvidence } from './checker/check.ts';
import type { Evidence, LedgerLine, MemberEvidence, Shown } from './checker/evidence.ts';

const CODES = ['ID', 'MY', 'SG', 'TH'];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Planting = { ledger: LedgerLine[]; members: Mutable<MemberEvidence>[] };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A sound history of `size` messages, with everything that its members then hold. */
const history = (seed: string, size: number): Planting => {
  const random = seeded(seed);
  let draws = 0;
  const bytes = (count: number): Uint8Array => {
    const parts = Array.from({ length: Math.ceil(count / 32) }, () =>
      createHash('sha256').update(`${seed} ${draws++}`).digest(),
    );
    return Buffer.concat(parts).subarray(0, count);
  };
  const rseqs = CODES.map(() => 0);
  const ledger: LedgerLine[] = [];
  const shown = CODES.map((): Shown[] => []);
  const sent = CODES.map((): { hash: string; id: string; receipts: string[] }[] => []);
  let frontier = emptyFrontier;
  const checkpoints: { size: number; root: string }[] = [];
  for (let seq = 0; seq < size; seq++) {
    const author = random.int(0, CODES.length - 1);
    const from = CODES[author] as string;
    const others = CODES.filter((code) => code !== from);
    const to = random.chance(0.4) ? 'all' : random.several(others, random.int(0, 2)).sort();
    const decisions = CODES.map((code) => (code !== from && (to === 'all' || to.includes(code)) ? 'deliver' : 'none'));
    decisions.forEach((decision, i) => {
      if (decision === 'deliver') rseqs[i] = (rseqs[i] as number) + 1;
    });
    const { commitments, full } = commitAll(CODES, decisions, rseqs, bytes);
    const id = uuidv7(1_790_000_000_000 + seq, bytes(10));
    const envelopeHash = sha256(`envelope ${seed} ${seq}`);
    const recipients = recipientsHash(commitments);
    const record = encodeRecord({
      ...{ seq, time: 1_790_000_000_000 + seq, from, id, code: 'accepted' },
      ...{ envelopeHash, recipientsHash: recipients },
    });
    const leaf = base64(leafHash(record));
    frontier = append(frontier, [leafHash(record)]);
    checkpoints.push({ size: seq + 1, root: base64(rootOf(frontier)) });
    const openings = full.map(([member, decision, , , rseq]) => [member, decision, rseq] as const);
    ledger.push({ seq, record, claims: { to, state: false }, openings });
    const hash = base64(envelopeHash);
    sent[author]?.push({ hash, id, receipts: random.chance(0.2) ? [record, record] : [record] });
    CODES.forEach((_, i) => {
      const content = decisions[i] === 'deliver' ? { from, id, hash, rseq: rseqs[i] as number } : null;
      shown[i]?.push({ seq, leaf, content });
    });
  }
  return {
    ledger,
    members: CODES.map((member, i) => ({
      ...{ member, sent: sent[i] ?? [], shown: shown[i] ?? [], acked: size },
      checkpoints: checkpoints.filter(() => random.chance(0.3)),
    })),
  };
};

const codesOf = (evidence: Evidence): string[] =>
  [...new Set(checkEvidence(evidence).map((violation) => violation.code))].sort();

const member = ({ members }: Planting, code: string): Mutable<MemberEvidence> =>
  members.find((each) => each.member === code) as Mutable<MemberEvidence>;

/** The last entry that this member was shown the content of. */
const lastRead = ({ shown }: MemberEvidence): number => shown.findLastIndex(({ content }) => content !== null);

const replaced = <T>(list: readonly T[], at: number, ...items: T[]): T[] => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at + 1),
];

/** What is planted, and all that the checker must call it. */
const PLANTED: readonly [name: string, codes: string[], plant: (history: Planting) => void][] = [
  [
    'a receipted entry that the ledger lost at its end',
    ['altered', 'lost'],
    (planting) => {
      planting.ledger.pop();
      for (const each of planting.members) each.checkpoints = [];
    },
  ],
  [
    'a message that an addressee was given as a leaf hash',
    ['lost'],
    (planting) => {
      const my = member(planting, 'MY');
      const at = lastRead(my);
      my.shown = replaced(my.shown, at, { ...(my.shown[at] as Shown), content: null });
    },
  ],
  [
    'a member that ends before the ledger does',
    ['lost'],
    (planting) => {
      const my = member(planting, 'MY');
      my.acked = lastRead(my);
      my.shown = my.shown.slice(0, my.acked);
    },
  ],
  [
    'an envelope that never got a receipt',
    ['unanswered'],
    (planting) => {
      const id = member(planting, 'ID');
      id.sent = replaced(id.sent, 0, { ...(id.sent[0] as (typeof id.sent)[0]), receipts: [] });
    },
  ],
  [
    'an entry shown twice',
    ['duplicate', 'rseq-hole'],
    (planting) => {
      const th = member(planting, 'TH');
      const at = lastRead(th);
      th.shown = replaced(th.shown, at, th.shown[at] as Shown, th.shown[at] as Shown);
    },
  ],
  [
    'an old message shown again under a new number',
    ['altered', 'duplicate'],
    (planting) => {
      const th = member(planting, 'TH');
      const at = lastRead(th);
      const first = th.shown.find(({ content }) => content !== null) as Shown;
      const last = th.shown[at] as Shown;
      if (!first.content || !last.content) throw new Error('nothing was read');
      const again = { ...last, content: { ...first.content, rseq: last.content.rseq } };
      th.shown = replaced(th.shown, at, again);
    },
  ],
  [
    'two entries in the wrong order',
    ['gap', 'reordered'],
    (planting) => {
      const sg = member(planting, 'SG');
      const at = sg.shown.findIndex(({ content }, i) => content === null && sg.shown[i + 1]?.content === null);
      sg.shown = replaced(replaced(sg.shown, at, sg.shown[at + 1] as Shown), at + 1, sg.shown[at] as Shown);
    },
  ],
  [
    'an entry left out',
    ['gap'],
    (planting) => {
      const sg = member(planting, 'SG');
      const at = sg.shown.findIndex(({ content }) => content === null);
      sg.shown = sg.shown.filter((_, i) => i !== at);
    },
  ],
  [
    'a second receipt with another record',
    ['lost', 'receipt-changed'],
    (planting) => {
      const id = member(planting, 'ID');
      const one = id.sent[0] as (typeof id.sent)[0];
      const other = encodeRecord({ ...parseRecord(one.receipts[0] as string), time: 5 });
      id.sent = replaced(id.sent, 0, { ...one, receipts: [...one.receipts, other] });
    },
  ],
  [
    'a receipt that names the record of another envelope',
    ['receipt-changed'],
    (planting) => {
      const id = member(planting, 'ID');
      const [one, other] = id.sent as [(typeof id.sent)[0], (typeof id.sent)[0]];
      id.sent = replaced(id.sent, 0, { ...one, receipts: other.receipts });
    },
  ],
  [
    'an id that was accepted twice',
    ['two-records'],
    (planting) => {
      const { ledger } = planting;
      const first = ledger[0] as LedgerLine;
      const { id, from } = parseRecord(first.record);
      const at = ledger.findLastIndex((line) => parseRecord(line.record).from === from);
      const last = ledger[at] as LedgerLine;
      const record = encodeRecord({ ...parseRecord(last.record), id });
      planting.ledger = replaced(ledger, at, { ...last, record });
      const leaf = base64(leafHash(record));
      for (const each of planting.members) {
        each.checkpoints = [];
        const { content } = each.shown[at] as Shown;
        each.shown = replaced(each.shown, at, { seq: at, leaf, content: content && { ...content, id: null } });
        each.sent = each.sent.map((one) => (one.receipts[0] === last.record ? { ...one, receipts: [record] } : one));
      }
    },
  ],
  [
    'content shown to one whom it was not addressed to',
    ['not-addressed'],
    (planting) => {
      const my = member(planting, 'MY');
      const at = my.shown.findIndex(
        ({ content }, i) => content === null && parseRecord((planting.ledger[i] as LedgerLine).record).from !== 'MY',
      );
      const { from, id, envelopeHash } = parseRecord((planting.ledger[at] as LedgerLine).record);
      const content = { from, id, hash: base64(envelopeHash), rseq: null };
      my.shown = replaced(my.shown, at, { ...(my.shown[at] as Shown), content });
    },
  ],
  [
    'an own number left out',
    ['rseq-hole'],
    (planting) => {
      const my = member(planting, 'MY');
      const at = lastRead(my);
      const last = my.shown[at] as Shown;
      my.shown = replaced(my.shown, at, {
        ...last,
        content: last.content && { ...last.content, rseq: (last.content.rseq ?? 0) + 1 },
      });
    },
  ],
  [
    'a number that the ledger itself gives twice',
    ['rseq-hole'],
    (planting) => {
      const at = planting.ledger.length - 1;
      const last = planting.ledger[at] as LedgerLine;
      const [first, ...rest] = last.openings as [LedgerLine['openings'][0], ...LedgerLine['openings']];
      planting.ledger = replaced(planting.ledger, at, {
        ...last,
        openings: [[first[0], first[1], first[2] - 1], ...rest],
      });
    },
  ],
  [
    'other bytes than the ledger has',
    ['altered'],
    (planting) => {
      const my = member(planting, 'MY');
      const at = lastRead(my);
      const last = my.shown[at] as Shown;
      my.shown = replaced(my.shown, at, {
        ...last,
        content: last.content && { ...last.content, hash: base64(sha256('other')) },
      });
    },
  ],
  [
    'a message that its author never sent',
    ['invented'],
    (planting) => {
      const id = member(planting, 'ID');
      id.sent = id.sent.slice(0, -1);
    },
  ],
  [
    'a checkpoint past the end of the ledger',
    ['rolled-back'],
    (planting) => {
      member(planting, 'SG').checkpoints = [{ size: planting.ledger.length + 1, root: base64(sha256('x')) }];
    },
  ],
  [
    'a checkpoint of a ledger that went another way',
    ['fork'],
    (planting) => {
      member(planting, 'SG').checkpoints = [{ size: 2, root: base64(sha256('x')) }];
    },
  ],
];

describe('the checker', () => {
  it('finds nothing wrong in a sound history, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 40 }), (seed, size) => {
        expect(checkEvidence(history(seed, size))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it.each(PLANTED)('names %s', (_name, codes, plant) => {
    for (const seed of ['one', 'two', 'three']) {
      const planting = history(seed, 60);
      plant(planting);
      expect(codesOf(planting), `seed ${seed}`).toEqual(codes);
    }
  });

  it('says where it is and whom it befell', () => {
    const planting = history('where', 30);
    const my = member(planting, 'MY');
    const at = lastRead(my);
    my.shown = replaced(my.shown, at, { ...(my.shown[at] as Shown), content: null });
    expect(checkEvidence(planting)).toMatchObject([{ code: 'lost', member: 'MY', seq: at }]);
  });

  it('notices any one entry of any one member that is dropped, doubled, or changed with its neighbour', () => {
    const bends: readonly ((shown: readonly Shown[], at: number) => Shown[])[] = [
      (shown, at) => shown.filter((_, i) => i !== at),
      (shown, at) => replaced(shown, at, shown[at] as Shown, shown[at] as Shown),
      (shown, at) => replaced(replaced(shown, at, shown[at + 1] as Shown), at + 1, shown[at] as Shown),
    ];
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 28 }),
        fc.constantFrom(...bends),
        (seed, who, at, bend) => {
          const planting = history(seed, 30);
          const one = planting.members[who] as Mutable<MemberEvidence>;
          one.shown = bend(one.shown, at);
          expect(checkEvidence(planting)).not.toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
