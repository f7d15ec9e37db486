import {
  type ExportLine,
  exportLine,
  type FeedEntry,
  feedEntry,
  type GenesisEnvelope,
  genesisEnvelope,
  type Health,
  health,
  runInfo,
  runName,
} from '@eads/protocol';
import * as z from 'zod';
import type { FeedSource } from './follow.ts';
import type { Requester } from './request.ts';

export type RunInfo = z.output<typeof runInfo>;

/** A file of an export may be one line: a thousand entries of 70 KB, and escapes. */
const EXPORT_LINE_BYTES = 256 * 1024 * 1024;

/** It is audited before it is laid down. */
const RESTORE_MS = 15 * 60_000;

export type ExportSink = (file: ExportLine) => void | Promise<void>;

/** Hands the files of an export to a sink, in order; the manifest comes last. */
export const drainExport = async (
  request: Requester,
  path: string,
  sink: ExportSink,
  signal?: AbortSignal,
): Promise<void> => {
  for await (const file of request.lines(exportLine, path, { signal, maxLineBytes: EXPORT_LINE_BYTES })) {
    if (file !== null) await sink(file);
  }
};

/** `GET /health`, and the server's clock by its `Date` header (whole seconds, ms; null where it has none). */
export const readHealth = async (request: Requester): Promise<Health & { readonly serverTime: number | null }> => {
  const { text, date } = await request.text('GET', '/health');
  return { ...request.parse(health, '/health', text), serverTime: date };
};

export const runCalls = (request: Requester) => ({
  list: (): Promise<RunInfo[]> => request.json(z.array(runInfo), 'GET', '/hub/runs'),
  get: (run: string, signal?: AbortSignal): Promise<RunInfo> =>
    request.json(runInfo, 'GET', `/hub/runs/${run}`, { signal }),
  /** Calls everyone unless told whom; the Secretariat must be among them. */
  create: (run: string, called?: readonly string[]): Promise<RunInfo> =>
    request.json(runInfo, 'POST', '/hub/runs', { body: { run, ...(called ? { called } : {}) } }),
  /** Starts without those who have not enrolled. */
  start: (run: string): Promise<RunInfo> => request.json(runInfo, 'POST', `/hub/runs/${run}/start`),
  archive: (run: string): Promise<RunInfo> => request.json(runInfo, 'POST', `/hub/runs/${run}/archive`),
  /** Lays an auditor's export down as an archived, read-only run under its own name. The manifest comes last. */
  restore: async (files: AsyncIterable<ExportLine>): Promise<string> => {
    const options = { lines: files, timeoutMs: RESTORE_MS };
    const { run } = await request.json(z.object({ run: runName }), 'POST', '/hub/runs/restore', options);
    return run;
  },
  remove: (run: string): Promise<void> => request.none('DELETE', `/hub/runs/${run}`),
});

export const ledgerCalls = (request: Requester, run: string) => {
  const base = `/hub/runs/${run}`;
  const text = async (path: string): Promise<string> => (await request.text('GET', `${base}${path}`)).text;
  return {
    /** The newest checkpoint (C2SP tlog-checkpoint), or the newest that a quorum cosigned. */
    checkpoint: ({ witnessed = false } = {}): Promise<string> => text(`/checkpoint?witnessed=${witnessed}`),
    /** An offline proof that an entry is in the witnessed log (C2SP tlog-proof). */
    proof: (seq: number): Promise<string> => text(`/proof/${seq}`),
    genesis: (): Promise<GenesisEnvelope> => request.json(genesisEnvelope, 'GET', `${base}/genesis`),
    /** Lets a ledger go on that waits for the nodes to vouch, or that is frozen. Becomes an entry. */
    open: (reason: string): Promise<void> => request.none('POST', `${base}/ledger/open`, { body: { reason } }),
    /** Begins an empty log under a new origin. */
    newEpoch: (reason: string): Promise<{ origin: string }> =>
      request.json(z.object({ origin: z.string() }), 'POST', `${base}/ledger/new-epoch`, { body: { reason } }),
  };
};

/** The evaluators' feed: every entry. */
export const hubFeed = (request: Requester, run: string): FeedSource<FeedEntry> => ({
  dense: true,
  position: (signal) => runCalls(request).get(run, signal),
  open: (from, follow, signal) =>
    request.lines(feedEntry, `/hub/runs/${run}/feed?from=${from}&follow=${follow}`, { signal }),
});
