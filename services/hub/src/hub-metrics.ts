import type { Metrics } from '@eads/runtime';

/** What the hub counts, for Prometheus. Labels name runs and codes, never persons or contents. */
export const createHubMetrics = (metrics: Metrics) => ({
  entries: metrics.counter('eads_hub_entries_total', 'Entries sequenced by this replica, by code.', ['run', 'code']),
  batches: metrics.histogramMs('eads_hub_batch_ms', 'From taking a batch until its COMMIT was confirmed.', ['run']),
  batchItems: metrics.counter('eads_hub_batch_items_total', 'Envelopes that went through batches.', ['run']),
  notNow: metrics.counter('eads_hub_retry_total', 'Envelopes asked to come again, by code.', ['run', 'code']),
  sessions: metrics.gauge('eads_hub_sessions', 'Sessions that this replica holds.', ['run']),
  size: metrics.gauge('eads_hub_ledger_size', 'Entries in the ledger, as this replica knows it.', ['run']),
  witnessed: metrics.gauge('eads_hub_witnessed_size', 'Size of the largest checkpoint that a quorum cosigned.', [
    'run',
  ]),
  queue: metrics.gauge('eads_hub_queue', 'Envelopes in line before the sequencer.', ['run']),
});

export type HubMetrics = ReturnType<typeof createHubMetrics>;
