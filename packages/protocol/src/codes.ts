import * as z from 'zod';

/** What a sender does with an envelope that was not accepted. */
export type Retry =
  /** Final for these bytes; the id is unclaimed and may be used again with other bytes. */
  | 'never-these-bytes'
  /** Final for this id. */
  | 'never-this-id'
  /** Held until versions change. */
  | 'after-upgrade'
  /** Try the same bytes again after `afterMs`; nothing was claimed. */
  | 'later';

interface ItemRow {
  readonly retry: Retry;
  /** Whether the refusal becomes a ledger entry (under the member's quota). */
  readonly logged: boolean;
  /** For a person: what happened and what to do. */
  readonly says: string;
}

/** Every answer to one envelope, but acceptance. Closed: a code outside this table does not exist. */
export const ITEM_CODES = {
  'bad-form': {
    retry: 'never-these-bytes',
    logged: true,
    says: 'The envelope is not of the form that the protocol names. Mend it and send it as a new message.',
  },
  'bad-signature': {
    retry: 'never-these-bytes',
    logged: true,
    says: 'The signature does not hold for these bytes. Sign the message again with a current key.',
  },
  'not-yours': {
    retry: 'never-these-bytes',
    logged: true,
    says: 'The envelope names another author than the member that sent it. Send only your own messages.',
  },
  'other-origin': {
    retry: 'never-these-bytes',
    logged: true,
    says: 'The envelope was made for another run or epoch. Confirm it to send it in this one, with a new id.',
  },
  'too-large': {
    retry: 'never-these-bytes',
    logged: true,
    says: 'The envelope is over 48 KiB. Shorten it, or send large files as attachments.',
  },
  'id-conflict': {
    retry: 'never-these-bytes',
    logged: true,
    says: 'Another message with this id was accepted before; that one stands. Send this one with a new id.',
  },
  'key-revoked': {
    retry: 'never-this-id',
    logged: true,
    says: 'The key that signed this was revoked. Sign a new message with a current key.',
  },
  'not-owner': {
    retry: 'never-this-id',
    logged: true,
    says: 'Only the force that issued a notice may change or withdraw it. Send the owner a proposal.',
  },
  'unknown-notice': {
    retry: 'never-this-id',
    logged: true,
    says: 'There is no notice with this reference in this run. Check the reference.',
  },
  'stale-version': {
    retry: 'never-this-id',
    logged: true,
    says: 'The notice has moved on: this version number is taken. Read the newest version and change that.',
  },
  'notice-closed': {
    retry: 'never-this-id',
    logged: true,
    says: 'The notice was cancelled. Publish a new one.',
  },
  'not-allowed': {
    retry: 'never-this-id',
    logged: true,
    says: 'This member may not send this kind of message. Ask the Secretariat.',
  },
  'bad-state': {
    retry: 'never-this-id',
    logged: true,
    says: 'The registry does not allow this change as things stand. Read the registry, then send a change that fits it.',
  },
  'no-recipient': {
    retry: 'never-this-id',
    logged: true,
    says: 'Nobody named in "to" may receive this. See the rule beside each recipient.',
  },
  'kind-unknown': {
    retry: 'after-upgrade',
    logged: true,
    says: 'The hub does not know this kind of message yet. It stays in the outbox until the hub is upgraded.',
  },
  overloaded: { retry: 'later', logged: false, says: 'The hub is busy. It is sent again by itself.' },
  quota: { retry: 'later', logged: false, says: 'The quota of this minute is used up. It is sent again by itself.' },
  storage: { retry: 'later', logged: false, says: 'The hub cannot store at the moment. It is sent again by itself.' },
  starting: { retry: 'later', logged: false, says: 'The hub is starting. It is sent again by itself.' },
  frozen: {
    retry: 'later',
    logged: false,
    says: 'The run is frozen, because the ledger and the nodes disagree. The trainer must look at "Ledger".',
  },
} as const satisfies Record<string, ItemRow>;

export type ItemCode = keyof typeof ITEM_CODES;
export const itemCode = z.enum(Object.keys(ITEM_CODES) as [ItemCode, ...ItemCode[]]);

/** The code of a record: accepted, or the refusal. */
export const recordCode = z.enum(['accepted', ...(Object.keys(ITEM_CODES) as ItemCode[])]);
export type RecordCode = z.infer<typeof recordCode>;

export const retryOf = (code: ItemCode): Retry => ITEM_CODES[code].retry;

/** What a node does after its socket closed with a code. */
export type AfterClose =
  /** A fault to be shown; try again after 60 s. */
  | 'fault-retry-60s'
  /** Stop until a person acts. */
  | 'stop'
  /** Back-off with jitter, floor 250 ms. */
  | 'back-off'
  /** Another session of the same member took over: no retry for 60 s, and say so. */
  | 'replaced'
  /** Fetch genesis, check its predecessor, then start at next = 0. */
  | 'new-origin'
  /** Red; keep the checkpoint as evidence; retry after 30 s. */
  | 'red-retry-30s';

interface CloseRow {
  readonly name: string;
  readonly after: AfterClose;
}

/** Every close code that either end sends or acts on (RFC 6455 section 7.4; 4000-4999 are ours). */
export const CLOSE_CODES = {
  1001: { name: 'going-away', after: 'back-off' },
  1006: { name: 'cut', after: 'back-off' },
  1011: { name: 'internal', after: 'back-off' },
  4400: { name: 'malformed', after: 'fault-retry-60s' },
  4401: { name: 'unauthenticated', after: 'stop' },
  4403: { name: 'revoked', after: 'stop' },
  4406: { name: 'version', after: 'stop' },
  4408: { name: 'ping', after: 'back-off' },
  4409: { name: 'replaced', after: 'replaced' },
  4410: { name: 'other-origin', after: 'new-origin' },
  4412: { name: 'cursor-ahead', after: 'red-retry-30s' },
  4413: { name: 'frame-too-big', after: 'fault-retry-60s' },
  4423: { name: 'frozen', after: 'red-retry-30s' },
  4429: { name: 'slow', after: 'back-off' },
  4503: { name: 'draining', after: 'back-off' },
} as const satisfies Record<number, CloseRow>;

export type CloseCode = keyof typeof CLOSE_CODES;

/** A code outside the table is a cut line. */
export const afterClose = (code: number): AfterClose =>
  code in CLOSE_CODES ? CLOSE_CODES[code as CloseCode].after : 'back-off';
