import * as z from 'zod';
import { plainText } from '../text.ts';
import { defineKind } from './kind.ts';

/** A person overrode the check of a restarted or frozen ledger. */
export const ledgerOpen = defineKind({
  kind: 'ledger.open',
  v: 1,
  says: 'The ledger was opened by a person without waiting for the nodes to vouch for it.',
  body: z.strictObject({ reason: plainText(500).min(1) }).meta({ id: 'LedgerOpen' }),
  inner: null,
  state: false,
  authors: 'hub',
  addresses: 'all',
});
