import type { Metrics } from '@eads/runtime';
import type { RunStatus } from './status.ts';

const LABELS = ['member', 'run'] as const;

/** A run's figures for Prometheus, one label a member, so that eleven nodes in one process stay apart. */
export const createRunMetrics = (metrics: Metrics, member: string, run: string) => {
  const gauge = (name: string, help: string) => metrics.gauge(`eads_node_${name}`, help, LABELS);
  const gauges = {
    size: gauge('entries', 'Ledger entries held.'),
    witnessed: gauge('witnessed', 'Entries that a verified quorum covers.'),
    rseq: gauge('received', 'Messages that were addressed to this member.'),
    pending: gauge('pending', 'Entries that wait to be handled.'),
    failed: gauge('failed', 'Entries that could not be handled yet.'),
    unsent: gauge('unsent', 'Messages without a receipt.'),
    linked: gauge('linked', '1 while there is a session with the hub.'),
    red: gauge('red', '1 while there is evidence of a fault.'),
  };
  return (status: RunStatus): void => {
    const { size, witnessed, rseq, handling, outbox, link, colour } = status;
    const figures: Record<keyof typeof gauges, number> = {
      ...{ size, witnessed, rseq },
      pending: handling.pending,
      failed: handling.failed,
      unsent: (outbox.queued ?? 0) + (outbox.sent ?? 0),
      linked: link?.status === 'linked' ? 1 : 0,
      red: colour === 'red' ? 1 : 0,
    };
    for (const [name, value] of Object.entries(figures)) {
      gauges[name as keyof typeof gauges].set({ member, run }, value);
    }
  };
};
