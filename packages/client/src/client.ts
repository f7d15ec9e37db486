import { type DeskEntry, type FeedEntry, type Health, memberCode, runName } from '@eads/protocol';
import { deskCalls, deskFeed } from './desk-calls.ts';
import { followFeed, type SubscribeOptions } from './follow.ts';
import { drainExport, type ExportSink, hubFeed, ledgerCalls, readHealth, runCalls } from './hub-calls.ts';
import { createRequester, type Requester } from './request.ts';

export interface ClientOptions {
  /** The public address, `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Of the role that calls; null opens `health` only. */
  readonly token: string | null;
  /** `practice` unless told. */
  readonly run?: string;
  /** The platform's `fetch`, unless told. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface MemberClientOptions extends ClientOptions {
  /** The force (or SEC) whose token it is: calls go to its own node. */
  readonly member: string;
}

const commonCalls = (hub: Requester, run: string) => ({
  run,
  /** How the exchange is, and the server's clock by its `Date` header (ms). Needs no token. */
  health: (): Promise<Health & { readonly serverTime: number | null }> => readHealth(hub),
  /** Runs: list, look, create, start, archive, restore, remove. */
  runs: runCalls(hub),
  /** Checkpoints, proofs, genesis; and what an operator does when a ledger stands still. */
  ledger: ledgerCalls(hub, run),
});

const hubClient = (hub: Requester, run: string) => ({
  ...commonCalls(hub, run),
  member: null,
  /** Every entry, for trainers, evaluators and auditors. See `SubscribeOptions`. */
  subscribe: (options: SubscribeOptions = {}): AsyncGenerator<FeedEntry, void, undefined> =>
    followFeed(hubFeed(hub, run), options),
  /** The whole ledger, for an auditor: its files, the signed manifest last. */
  exportTo: (sink: ExportSink, signal?: AbortSignal): Promise<void> =>
    drainExport(hub, `/hub/runs/${run}/export`, sink, signal),
});

const memberClient = (hub: Requester, node: Requester, run: string, member: string) => ({
  ...commonCalls(hub, run),
  ...deskCalls(node, run),
  member,
  /** What this member may read, in the ledger's order. See `SubscribeOptions`. */
  subscribe: (options: SubscribeOptions = {}): AsyncGenerator<DeskEntry, void, undefined> =>
    followFeed(deskFeed(node, run), options),
  /** This member's own view of the ledger: its files, the signed manifest last. */
  exportTo: (sink: ExportSink, signal?: AbortSignal): Promise<void> =>
    drainExport(node, `/runs/${run}/export`, sink, signal),
});

export type HubClient = ReturnType<typeof hubClient>;
export type MemberClient = ReturnType<typeof memberClient>;

const need = (holds: boolean, what: string): void => {
  if (!holds) throw new TypeError(what);
};

/**
 * A client of one run: with `member` of that force's node, without of the hub. Throws TypeError for an address, run or member code
 * that is none; every call rejects with `ClientError`.
 */
export function createClient(options: MemberClientOptions): MemberClient;
export function createClient(options: ClientOptions): HubClient;
export function createClient(options: ClientOptions & { readonly member?: string }): HubClient | MemberClient {
  const { token, run = 'practice', member, fetch } = options;
  const url = options.url.replace(/\/+$/, '');
  need(/^https?:$/.test(URL.parse(url)?.protocol ?? ''), `"${options.url}" is no http address.`);
  need(runName.safeParse(run).success, `"${run}" is no run name: 1 to 32 of a-z, 0-9 and -.`);
  const platform = fetch ? { fetch } : {};
  const hub = createRequester({ url, token, ...platform });
  if (member === undefined) return hubClient(hub, run);
  need(memberCode.safeParse(member).success, `"${member}" is no member code: two capital letters, or SEC.`);
  return memberClient(hub, createRequester({ url: `${url}/nodes/${member}`, token, ...platform }), run, member);
}
