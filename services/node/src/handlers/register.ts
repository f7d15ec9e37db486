import type { Handler } from '../handling/handler.ts';
import { handleDirectMessage } from './direct-message.ts';
import { handleErase } from './erase.ts';
import { handleGenesis } from './genesis.ts';
import { handleKeyConfirm } from './key-confirm.ts';
import { handleKeyRecover } from './key-recover.ts';
import { handleKeyRevoke } from './key-revoke.ts';
import { handleKeyRotate } from './key-rotate.ts';
import { handleLedgerOpen } from './ledger-open.ts';
import { handleMemberJoin } from './member-join.ts';
import { handleMemberLeave } from './member-leave.ts';
import { handleNoticeCancel } from './notice-cancel.ts';
import { handleNoticePublish } from './notice-publish.ts';
import { handleNoticeUpdate } from './notice-update.ts';
import { handleRecallAck } from './recall-ack.ts';
import { handleReturned } from './returned.ts';

/** What a node does with each kind of message that can reach it. */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  handleDirectMessage,
  handleErase,
  handleGenesis,
  handleKeyConfirm,
  handleKeyRecover,
  handleKeyRevoke,
  handleKeyRotate,
  handleLedgerOpen,
  handleMemberJoin,
  handleMemberLeave,
  handleNoticeCancel,
  handleNoticePublish,
  handleNoticeUpdate,
  handleRecallAck,
  handleReturned,
]);

/** Kinds that address nobody (`to: []`): they stand in the ledger and reach no node. */
export const NEVER_DELIVERED: ReadonlySet<string> = new Set(['delivery.statement', 'refusal-summary']);
