import { ledgerOpen } from '@eads/protocol';
import { handlerOf } from '../handling/handler.ts';

/** A person opened the ledger: it is read at the desk like any entry, and asks nothing of the node. */
export const handleLedgerOpen = handlerOf(ledgerOpen, () => []);
