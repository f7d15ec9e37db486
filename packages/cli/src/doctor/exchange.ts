import type { HubClient, RunInfo } from '@eads/client';
import { bad, type Check, ok, warn } from './check.ts';

type Health = Awaited<ReturnType<HubClient['health']>>;

const SKEW_WARN_MS = 5_000;
const SKEW_BAD_MS = 60_000;

export const checkStatus = ({ status, run }: Health, info: RunInfo | null): Check => {
  const name = 'Exchange';
  const why = info?.why ? ` (${info.why})` : '';
  switch (status) {
    case 'ok':
      return ok(name, `is up, run ${run}`);
    case 'starting':
      return warn(name, `is starting${why}`, 'Wait a moment. If it stays, look at the log in the data folder.');
    case 'degraded':
      return warn(name, 'is up, but not every node is linked', 'See the nodes below.');
    case 'frozen':
      return bad(
        name,
        `is frozen${why}: the ledger and the nodes disagree`,
        'Look at what the nodes hold before anything else; then "eads ledger open" or "eads ledger new-epoch".',
      );
  }
};

export const checkNodes = ({ nodes }: Health, info: RunInfo | null): Check => {
  const name = 'Nodes';
  const says = `${nodes.online} of ${nodes.expected} online`;
  if (nodes.online >= nodes.expected) return ok(name, says);
  const missing = info?.called.filter((member) => !info.online.includes(member)) ?? [];
  const who = missing.length > 0 ? `; missing: ${missing.join(', ')}` : '';
  return bad(
    name,
    says + who,
    'Start the missing nodes; what is sent to them waits. Their own status says why they are not linked.',
  );
};

/** Whether what the ledger had a moment ago is co-signed by now. */
export const checkWitnessed = (before: Health, now: Health): Check => {
  const name = 'Ledger';
  const says = `${now.ledger.size} entries, ${now.ledger.witnessed} witnessed`;
  if (now.ledger.witnessed >= before.ledger.size) return ok(name, says);
  return warn(
    name,
    `${says}: the co-signers are behind`,
    'Receipts stand on the word of the hub until enough nodes are online to co-sign.',
  );
};

/** The Date header has whole seconds, so that up to one of them is nothing. */
export const checkClock = (serverMs: number | null, beforeMs: number, afterMs: number): Check => {
  const name = 'Clock';
  if (serverMs === null) return warn(name, 'the exchange does not tell its time', 'Compare the clocks by hand.');
  const skew = Math.max(0, beforeMs - (serverMs + 1000), serverMs - afterMs);
  if (skew === 0) return ok(name, 'this machine and the exchange agree');
  const says = `this machine and the exchange differ by ${Math.round(skew / 1000)} s`;
  const mend =
    'Set the clock of the machine that is wrong (or let it follow a time server): times on messages are wall clock.';
  if (skew > SKEW_BAD_MS) return bad(name, says, mend);
  return skew > SKEW_WARN_MS ? warn(name, says, mend) : ok(name, says);
};

export const checkVersions = (server: string, own: string): Check =>
  server === own
    ? ok('Versions', own)
    : warn(
        'Versions',
        `the exchange is ${server}, this command ${own}`,
        'Use the command of the same checkout as the exchange.',
      );
