import { bases, drafts as honest } from './bases.ts';
import { buildLedger, type ExportOptions, exportOf, type Lie } from './build.ts';
import type { Case } from './case.ts';
import { hubKey, runKeys } from './cast.ts';
import { accepted, type Draft, idOf, type Message, sign, TIME } from './story.ts';
import { bent, resealed, withEntry, withFile } from './tamper.ts';

const base = 'auditor' as const;
const key = (member: string, generation = 1) => runKeys('true', member, generation).signing;

const telling = async (
  says: string,
  codes: Case['codes'],
  { lies = {}, drafts = honest }: { lies?: Record<string, Lie>; drafts?: readonly Draft[] },
  options: Partial<ExportOptions> = {},
): Promise<Case> => ({
  says,
  base,
  files: await exportOf(buildLedger(drafts, lies), { viewer: 'auditor', ...options }),
  codes,
});

const lying = (name: string, says: string, codes: Case['codes'], lie: Lie) =>
  telling(says, codes, { lies: { [name]: lie } });

/** One more entry at the end. */
const adding = (says: string, codes: Case['codes'], draft: Draft, lies: Record<string, Lie> = {}) =>
  telling(says, codes, { drafts: [...honest, draft], lies });

/** Another draft in the place of one. */
const inPlace = (name: string, says: string, codes: Case['codes'], change: (draft: Draft) => Draft) =>
  telling(says, codes, { drafts: honest.map((draft) => (draft.name === name ? change(draft) : draft)) });

const notice = (over: Partial<Message> & { name: string }): Message => ({
  from: 'MY',
  key: key('MY'),
  kind: 'recall.ack',
  to: ['ID'],
  body: { ref: `ID/${idOf('van')}`, held: true },
  ...over,
});

const set =
  (member: string, decision: 'deliver' | 'none' | `returned:${string}`): NonNullable<Lie['decisions']> =>
  (decisions, roster) =>
    decisions.map((each, i) => (roster[i] === member ? decision : each));

const eraseOf = (seqs: number[], over: Partial<Message> = {}): Draft =>
  accepted({
    name: 'wrong erase',
    from: 'MY',
    key: key('MY'),
    kind: 'erase',
    to: 'all',
    body: { seqs, reason: 'EXERCISE.' },
    ...over,
  });

/** What the hub itself does, with all its keys, and its co-signers none the wiser: they never see an entry. */
export const hubCases = async (): Promise<Record<string, Case>> => ({
  'hub/passed-over': await lying('van', 'A message for all is not given to one.', ['decision-mismatch'], {
    decisions: set('MY', 'none'),
  }),
  'hub/given-to-a-stranger': await lying(
    'limited',
    'A message is given to one it does not name.',
    ['decision-mismatch'],
    {
      decisions: set('PH', 'deliver'),
    },
  ),
  'hub/given-to-its-sender': await lying('van', 'A message is given to its own sender.', ['decision-mismatch'], {
    decisions: set('ID', 'deliver'),
  }),
  'hub/given-though-not-released': await lying(
    'limited',
    'A message is given to one to whom its author did not release it.',
    ['decision-mismatch'],
    { decisions: set('MY', 'deliver') },
  ),
  'hub/state-event-returned': await lying('TH rotates', 'A change of keys is kept from one.', ['decision-mismatch'], {
    decisions: set('MY', 'returned:not-releasable'),
  }),
  'hub/erased-one-given-to-its-sender': await lying(
    'letter',
    'An erased message was given to its own sender.',
    ['decision-mismatch'],
    { decisions: set('SG', 'deliver') },
  ),
  'hub/number-skipped': await lying('boat', 'One recipient’s own number skips one, and goes back.', ['rseq-gap'], {
    rseqs: (rseqs, roster) => rseqs.map((rseq, i) => (roster[i] === 'MY' ? rseq + 1 : rseq)),
  }),
  'hub/member-left-out': await lying('boat', 'One member is left out of the sealed recipients.', ['roster-mismatch'], {
    roster: (roster) => roster.filter((member) => member !== 'MY'),
  }),
  'hub/member-too-many': await lying(
    'boat',
    'One that took no part is among the sealed recipients.',
    ['roster-mismatch'],
    {
      roster: (roster) => ['BN', ...roster],
    },
  ),
  'hub/time-goes-back': await lying('boat', 'An entry is older than the one before it.', ['time-goes-back'], {
    time: TIME,
  }),
  'hub/another-author': await lying('boat', 'The record names another author.', ['wrong-author'], { from: 'MY' }),
  'hub/another-id': await lying('boat', 'The record names another id.', ['wrong-author'], { id: idOf('another') }),
  'hub/another-message': await lying('boat', 'The record was made over another message.', ['entry-altered'], {
    envelopeHash: Buffer.alloc(32, 7),
  }),
  'hub/accepted-twice': await adding('A message was accepted again.', ['duplicate-id'], {
    ...(honest.find(({ name }) => name === 'recall ack') as Draft),
    name: 'again',
  }),
  'hub/accepted-with-a-bad-signature': await inPlace(
    'recall ack',
    'A message was accepted whose signature does not hold.',
    ['bad-signature'],
    (draft) => ({ ...draft, text: bent(draft.text, -40) }),
  ),
  'hub/accepted-with-anothers-key': await adding(
    'A message in the name of ID was accepted that MY signed.',
    ['key-not-valid-at-position'],
    accepted(notice({ name: 'in the name of ID', from: 'ID', to: ['TH'] })),
  ),
  'hub/accepted-with-a-replaced-key': await adding(
    'A message was accepted that a key signed which another had replaced.',
    ['key-not-valid-at-position'],
    accepted(notice({ name: 'replaced', from: 'TH', key: key('TH') })),
  ),
  'hub/accepted-with-a-revoked-key': await adding(
    'A message was accepted that a revoked key signed.',
    ['key-not-valid-at-position'],
    accepted(notice({ name: 'revoked', from: 'PH', key: key('PH') })),
  ),
  'hub/accepted-after-leaving': await adding(
    'A message was accepted of a member that had left.',
    ['key-not-valid-at-position'],
    accepted(notice({ name: 'left', from: 'SG', key: key('SG') })),
  ),
  'hub/accepted-before-joining': await telling(
    'A message was accepted of a member that had not joined yet.',
    ['key-not-valid-at-position'],
    {
      drafts: honest.map((draft) =>
        draft.name === 'recall ack' ? accepted(notice({ name: 'too early', from: 'BN', key: key('BN') })) : draft,
      ),
    },
  ),
  'hub/accepted-with-the-hub-key': await adding(
    'A message in the name of ID was accepted that the hub signed.',
    ['key-not-valid-at-position'],
    accepted(notice({ name: 'by the hub', from: 'ID', key: hubKey('true'), to: ['TH'] })),
  ),
  'hub/accepted-of-another-run': await adding(
    'A message of another run was accepted.',
    ['origin-mismatch'],
    accepted(notice({ name: 'elsewhere', over: { origin: 'vectors/exercise/e1' } })),
  ),
  'hub/accepted-malformed': await adding(
    'A message was accepted that is not of its kind’s form.',
    ['envelope-form'],
    accepted(notice({ name: 'malformed', body: { held: 'yes' } })),
    { malformed: { decisions: set('ID', 'deliver') } },
  ),
  'hub/accepted-not-canonical': await adding(
    'A message was accepted whose payload has two readings.',
    ['envelope-form'],
    (() => {
      const text = sign(notice({ name: 'two readings' }));
      const [header, payload, signature] = text.split('.') as [string, string, string];
      const spaced = Buffer.from(payload, 'base64url').toString().replace('"v":1', '"v": 1');
      const other = `${header}.${Buffer.from(spaced).toString('base64url')}.${signature}`;
      return { name: 'two readings', from: 'MY', text: other, code: 'accepted', id: idOf('two readings') };
    })(),
  ),
  'hub/accepted-that-it-may-not-send': await adding(
    'A notice of the Secretariat was accepted, which issues none.',
    ['wrong-author'],
    accepted(
      notice({
        name: 'may not',
        from: 'SEC',
        key: key('SEC'),
        kind: 'notice.cancel',
        body: { ref: `ID/${idOf('van')}`, version: 4, reason: 'EXERCISE.' },
      }),
    ),
  ),
  'hub/accepted-without-id': await inPlace(
    'recall ack',
    'A message was accepted, and its record names no id.',
    ['entry-altered', 'wrong-author'],
    (draft) => ({ ...draft, id: null }),
  ),
  'good/kind-of-a-later-version': await adding(
    'A kind that this version does not know: signed, and not understood.',
    [],
    accepted(notice({ name: 'later', kind: 'case.open', body: { title: 'EXERCISE' } })),
    { later: { decisions: set('ID', 'deliver') } },
  ),
  'hub/erase-of-anothers': await adding('A member erased what another sent.', ['erase-invalid'], eraseOf([1])),
  'hub/erase-of-keys': await adding(
    'A change of keys was erased.',
    ['erase-invalid'],
    eraseOf([7], { from: 'SEC', key: key('SEC') }),
  ),
  'hub/erase-of-itself': await adding('An erasure names itself.', ['erase-invalid'], eraseOf([honest.length])),
  'good/erase-still-there': await adding(
    'An erasure at the very end, whose message is still there: noted, and nothing wrong.',
    [],
    eraseOf([3]),
  ),
  'hub/erase-that-names-another': await inPlace(
    'erase',
    'The erasure of a message names another.',
    ['missing-signature'],
    (draft) =>
      accepted({
        name: draft.name,
        from: 'SG',
        key: key('SG'),
        kind: 'erase',
        to: 'all',
        body: { seqs: [4], reason: 'EXERCISE.' },
      }),
  ),
  'hub/erase-erased': await telling(
    'The erasure of a message was itself erased: nothing shows any more what it named.',
    ['missing-signature'],
    {
      drafts: [
        ...honest.map((draft) =>
          draft.name === 'erase' ? { ...draft, erasedBy: `SEC/${idOf('wrong erase')}` } : draft,
        ),
        eraseOf([16], { from: 'SEC', key: key('SEC') }),
      ],
    },
  ),
  'hub/refused-and-given': await lying('not json', 'A refused message was given to one.', ['refusal-form'], {
    decisions: set('MY', 'deliver'),
  }),
  'hub/refused-with-no-known-code': await inPlace(
    'not json',
    'A message was refused with a code that does not exist.',
    ['refusal-form'],
    (draft) => ({ ...draft, code: 'not-today' }),
  ),
  'hub/refused-with-a-code-for-later': await inPlace(
    'not json',
    'A message was refused for good with a code that says to come again.',
    ['refusal-form'],
    (draft) => ({ ...draft, code: 'overloaded' }),
  ),
  'hub/refused-and-kept': {
    says: 'The bytes of a refused message are in the export.',
    base,
    files: resealed(
      withEntry(bases.auditor, 4, ({ openings, ...entry }) => ({
        ...entry,
        envelope: 'this is no envelope',
        openings,
      })),
    ),
    codes: ['refusal-form'],
  },
  'hub/refused-of-a-stranger': await inPlace(
    'not json',
    'A refusal names one that is no member.',
    ['wrong-author'],
    (draft) => ({ ...draft, from: 'LA' }),
  ),
  'hub/second-genesis': await adding(
    'A second genesis was accepted.',
    ['state-event-invalid'],
    (() => {
      const genesis = honest[0] as Draft;
      const body = JSON.parse(Buffer.from(genesis.text.split('.')[1] as string, 'base64url').toString()).body as object;
      return accepted({ name: 'second', from: 'SEC', key: key('SEC'), kind: 'genesis', to: 'all', body });
    })(),
  ),
  'hub/confirmed-without-suspicion': await adding(
    'A confirmation was accepted of an entry that nobody suspects.',
    ['state-event-invalid'],
    accepted({ name: 'needless', from: 'MY', key: key('MY'), kind: 'key.confirm', to: 'all', body: { seqs: [3] } }),
  ),
  'hub/state-event-with-a-bad-signature': await inPlace(
    'BN joins',
    'A new member was let in with a signature that does not hold.',
    ['bad-signature', 'key-not-valid-at-position'],
    (draft) => ({ ...draft, text: bent(draft.text, -40) }),
  ),
  'hub/state-event-with-a-replaced-key': await adding(
    'A member’s keys were changed with a key that another had replaced.',
    ['key-not-valid-at-position'],
    accepted({ name: 'stale', from: 'TH', key: key('TH'), kind: 'key.confirm', to: 'all', body: { seqs: [2] } }),
  ),
  'hub/another-genesis-beside': {
    says: 'Another genesis of the same keys lies beside.',
    base,
    files: resealed(
      withFile(bases.auditor, 'genesis.jws', () => {
        const genesis = honest[0] as Draft;
        const claims = JSON.parse(Buffer.from(genesis.text.split('.')[1] as string, 'base64url').toString());
        return sign({ name: 'other', from: 'SEC', key: key('SEC'), kind: 'genesis', to: 'all', body: claims.body });
      }),
    ),
    codes: ['genesis-mismatch'],
  },
  'hub/another-genesis-beside-without-trust': {
    says: 'The same, without a trust file: entry 0 tells.',
    base,
    files: resealed(
      withFile(bases.auditor, 'genesis.jws', () => {
        const genesis = honest[0] as Draft;
        const claims = JSON.parse(Buffer.from(genesis.text.split('.')[1] as string, 'base64url').toString());
        return sign({ name: 'other', from: 'SEC', key: key('SEC'), kind: 'genesis', to: 'all', body: claims.body });
      }),
    ),
    trust: null,
    codes: ['genesis-mismatch'],
  },
});
