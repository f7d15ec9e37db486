import { HANDLING, plainNotice } from '@eads/testkit';

const NOBODY = '01890a5d-ac96-774b-bcce-b302099a8057';

/** One thing that somebody got wrong, and where the answer must point. */
export interface Wrong {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly raw?: string;
  readonly type?: string;
  readonly status: number;
  /** A place that `at` must name; null where the input as a whole is the matter. */
  readonly at: string | null;
}

const notice = (over: object) => ({ ...plainNotice('ID', 1), ...over });
const message = (over: object) => ({
  kind: 'notice.publish',
  to: 'all',
  handling: HANDLING,
  body: { notice: plainNotice('ID', 1) },
  ...over,
});
const direct = (over: object, body: object = { subject: 'x', text: 'y' }) =>
  message({ kind: 'direct.message', to: ['MY'], body, ...over });
const publish = (over: object) => message({ body: { notice: notice(over) } });
const person = (over: object) => publish({ subject: { ...plainNotice('ID', 1).subject, ...over } });

/** Messages that a desk of ID hands in. */
export const WRONG_MESSAGES: readonly Omit<Wrong, 'path'>[] = [
  { name: 'no JSON', raw: '{"kind":', status: 400, at: null },
  { name: 'no JSON type', raw: 'kind=x', type: 'application/x-www-form-urlencoded', status: 400, at: null },
  { name: 'a list', body: [], status: 400, at: 'body' },
  { name: 'nothing', body: {}, status: 400, at: 'body/kind' },
  { name: 'a field too many', body: message({ extra: 1 }), status: 400, at: 'body' },
  { name: 'an unknown kind', body: message({ kind: 'notice.publsh' }), status: 400, at: 'body/kind' },
  { name: 'a kind of the node’s own', body: message({ kind: 'recall.ack' }), status: 422, at: 'body/kind' },
  {
    name: 'a kind of the Secretariat’s',
    body: message({ kind: 'member.leave', body: { member: 'MY', reason: '' } }),
    status: 422,
    at: 'body/kind',
  },
  { name: 'an actor with a name in it', body: message({ actor: 'Budi Contoh' }), status: 400, at: 'body/actor' },
  { name: 'addressees out of order', body: message({ to: ['MY', 'ID'] }), status: 400, at: 'body/to' },
  { name: 'an addressee twice', body: message({ to: ['MY', 'MY'] }), status: 400, at: 'body/to' },
  { name: 'an addressee in small letters', body: message({ to: ['my'] }), status: 400, at: 'body/to/0' },
  { name: 'nobody who takes part', body: message({ to: ['TH'] }), status: 422, at: 'body/to' },
  { name: 'only oneself', body: message({ to: ['ID'] }), status: 400, at: 'body/to' },
  {
    name: 'a TLP that is none',
    body: message({ handling: { ...HANDLING, tlp: 'PINK' } }),
    status: 400,
    at: 'body/handling/tlp',
  },
  {
    name: 'TLP:RED for all',
    body: message({ handling: { ...HANDLING, tlp: 'RED' } }),
    status: 422,
    at: 'body/handling/tlp',
  },
  {
    name: 'releasable to nobody',
    body: message({ handling: { ...HANDLING, releasableTo: [] } }),
    status: 422,
    at: 'body/handling/releasableTo',
  },
  { name: 'a reply to no reference', body: message({ inReplyTo: NOBODY }), status: 400, at: 'body/inReplyTo' },
  {
    name: 'a notice number of another form',
    body: publish({ number: 'ID-1' }),
    status: 400,
    at: 'body/body/notice/number',
  },
  { name: 'a type that is none', body: publish({ type: 'purple' }), status: 400, at: 'body/body/notice/type' },
  { name: 'a person without a name', body: person({ names: [] }), status: 400, at: 'body/body/notice/subject/names' },
  {
    name: 'a day that is none',
    body: publish({ validity: { from: '2026-02-30', until: '2027-01-01' } }),
    status: 400,
    at: 'body/body/notice/validity/from',
  },
  {
    name: 'validity the wrong way round',
    body: publish({ validity: { from: '2027-01-01', until: '2026-01-01' } }),
    status: 400,
    at: 'body/body/notice/validity',
  },
  {
    name: 'a real-looking document',
    body: person({ documents: [{ type: 'passport', number: 'A1234567', country: 'ID' }] }),
    status: 400,
    at: 'body/body/notice/subject/documents/0/number',
  },
  {
    name: 'a control character',
    body: publish({ circumstances: 'a\u0007b' }),
    status: 400,
    at: 'body/body/notice/circumstances',
  },
  {
    name: 'text that turns the reading direction',
    body: publish({ circumstances: 'a\u202eb' }),
    status: 400,
    at: 'body/body/notice/circumstances',
  },
  {
    name: 'half a character',
    raw: JSON.stringify(publish({ circumstances: 'x' })).replace('"circumstances":"x"', '"circumstances":"\\ud800"'),
    status: 400,
    at: 'body/body/notice/circumstances',
  },
  {
    name: '__proto__',
    raw: JSON.stringify(message({})).replace('"kind"', '"__proto__":{"x":1},"kind"'),
    status: 400,
    at: null,
  },
  {
    name: '__proto__ inside a notice',
    raw: JSON.stringify(message({})).replace('"number"', '"__proto__":{"x":1},"number"'),
    status: 400,
    at: null,
  },
  {
    name: 'a notice beyond 48 KiB',
    body: publish({
      legalBasis: {
        charges: Array.from({ length: 10 }, () => ({
          text: 'ភ'.repeat(2000),
          translation: null,
          country: null,
          maxPenaltyYears: null,
        })),
        warrants: [],
      },
    }),
    status: 400,
    at: 'body/body',
  },
  {
    name: 'a body over the limit of the route',
    raw: JSON.stringify(publish({ circumstances: 'x'.repeat(300_000) })),
    status: 413,
    at: null,
  },
  { name: 'a confidential message to all', body: direct({ to: 'all' }), status: 400, at: 'body/to' },
  { name: 'a confidential message to nobody', body: direct({ to: [] }), status: 400, at: 'body/to' },
  {
    name: 'a confidential message to one without a key',
    body: direct({ to: ['MY', 'TH'] }),
    status: 400,
    at: 'body/to',
  },
  {
    name: 'a confidential message without a subject',
    body: direct({}, { subject: '', text: 'y' }),
    status: 400,
    at: 'body/body/subject',
  },
  {
    name: 'a confidential message that is too long',
    body: direct({}, { subject: 'x', text: 'y'.repeat(12_001) }),
    status: 400,
    at: 'body/body/text',
  },
  {
    name: 'a confidential message over 16 KiB',
    body: direct({}, { subject: 'x', text: 'ภ'.repeat(12_000) }),
    status: 400,
    at: 'body/body',
  },
  {
    name: 'a change to what nobody published',
    body: message({ kind: 'notice.update', body: { ref: `ID/${NOBODY}`, version: 2, notice: notice({}), reason: '' } }),
    status: 422,
    at: 'body/body/ref',
  },
  {
    name: 'a reference of another form',
    body: message({ kind: 'notice.cancel', body: { ref: NOBODY, version: 2, reason: '' } }),
    status: 400,
    at: 'body/body/ref',
  },
];

/** What else is asked of a desk or of the hub, as its own force or the trainer. */
export const WRONG_REQUESTS: readonly Wrong[] = [
  { name: 'an unknown run', path: '/nodes/ID/runs/drill/notices', status: 404, at: null },
  { name: 'no run name', path: '/nodes/ID/runs/UPPER/notices', status: 400, at: 'params/run' },
  { name: 'an unknown path', path: '/nodes/ID/runs/practice/notes', status: 404, at: null },
  { name: 'another method', method: 'PUT', path: '/nodes/ID/runs/practice/messages', body: {}, status: 404, at: null },
  { name: 'no id', path: '/nodes/ID/runs/practice/messages/7', status: 400, at: 'params/id' },
  { name: 'an id that nothing has', path: `/nodes/ID/runs/practice/messages/${NOBODY}`, status: 404, at: null },
  { name: 'a notice that nobody has', path: `/nodes/ID/runs/practice/notices/MY/${NOBODY}`, status: 404, at: null },
  { name: 'a board of another’s notice', path: `/nodes/ID/runs/practice/recalls/MY/${NOBODY}`, status: 404, at: null },
  { name: 'a limit of none', path: '/nodes/ID/runs/practice/notices?limit=0', status: 400, at: 'querystring/limit' },
  {
    name: 'a place before the first',
    path: '/nodes/ID/runs/practice/entries?from=-1',
    status: 400,
    at: 'querystring/from',
  },
  {
    name: 'a place that is no number',
    path: '/nodes/ID/runs/practice/entries?from=x',
    status: 400,
    at: 'querystring/from',
  },
  {
    name: 'a confirmation of what is not held',
    method: 'POST',
    path: `/nodes/ID/runs/practice/messages/${NOBODY}/confirm`,
    status: 400,
    at: null,
  },
  {
    name: 'a revocation of no key',
    method: 'POST',
    path: '/nodes/ID/runs/practice/keys/revoke',
    body: { kid: 'x', since: 0, reason: '' },
    status: 400,
    at: 'body/kid',
  },
  {
    name: 'a revocation from a time to come',
    method: 'POST',
    path: '/nodes/ID/runs/practice/keys/revoke',
    body: { kid: 'A'.repeat(43), since: -1, reason: '' },
    status: 400,
    at: 'body/since',
  },
  {
    name: 'the recovery of oneself',
    method: 'POST',
    path: '/nodes/ID/runs/practice/keys/approvals',
    body: { member: 'ID', block: 'a.b.c', revokes: [] },
    status: 409,
    at: null,
  },
  {
    name: 'a run name with a space',
    method: 'POST',
    path: '/hub/runs',
    body: { run: 'a b' },
    status: 400,
    at: 'body/run',
  },
  { name: 'a run that is there', method: 'POST', path: '/hub/runs', body: { run: 'practice' }, status: 409, at: null },
  {
    name: 'a member called twice',
    method: 'POST',
    path: '/hub/runs',
    body: { run: 'x', called: ['ID', 'ID', 'SEC'] },
    status: 400,
    at: 'body/called',
  },
  {
    name: 'a run without the Secretariat',
    method: 'POST',
    path: '/hub/runs',
    body: { run: 'x', called: ['ID', 'MY'] },
    status: 400,
    at: 'body/called',
  },
  { name: 'a run that is not there', path: '/hub/runs/drill', status: 404, at: null },
  { name: 'an archive of no run', method: 'POST', path: '/hub/runs/drill/archive', status: 404, at: null },
  {
    name: 'an opening without a reason',
    method: 'POST',
    path: '/hub/runs/practice/ledger/open',
    body: {},
    status: 400,
    at: 'body/reason',
  },
  {
    name: 'an epoch without a reason',
    method: 'POST',
    path: '/hub/runs/practice/ledger/new-epoch',
    body: { reason: 7 },
    status: 400,
    at: 'body/reason',
  },
  { name: 'a feed from nowhere', path: '/hub/runs/practice/feed?from=1.5', status: 400, at: 'querystring/from' },
  { name: 'no tile', path: '/hub/runs/practice/tile/0/1', status: 400, at: null },
  { name: 'a tile that the log does not reach', path: '/hub/runs/practice/tile/0/000', status: 404, at: null },
  { name: 'a proof of what is not there', path: '/hub/runs/practice/proof/100000', status: 404, at: null },
  { name: 'a proof of no number', path: '/hub/runs/practice/proof/first', status: 400, at: 'params/seq' },
  {
    name: 'a restoration of nonsense',
    method: 'POST',
    path: '/hub/runs/restore',
    raw: '{"path":1}\n',
    type: 'application/x-ndjson',
    status: 400,
    at: null,
  },
  {
    name: 'a restoration of half an export',
    method: 'POST',
    path: '/hub/runs/restore',
    raw: '{"path":"checkpoint","text":"x"}\n',
    type: 'application/x-ndjson',
    status: 409,
    at: null,
  },
];
