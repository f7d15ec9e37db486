import { deliveryStatement } from './delivery-statement.ts';
import { directMessage } from './direct-message.ts';
import { erase } from './erase.ts';
import { genesis } from './genesis.ts';
import { keyConfirm } from './key-confirm.ts';
import { keyRecover } from './key-recover.ts';
import { keyRevoke } from './key-revoke.ts';
import { keyRotate } from './key-rotate.ts';
import type { Kind } from './kind.ts';
import { ledgerOpen } from './ledger-open.ts';
import { memberJoin } from './member-join.ts';
import { memberLeave } from './member-leave.ts';
import { noticeCancel } from './notice-cancel.ts';
import { noticePublish } from './notice-publish.ts';
import { noticeUpdate } from './notice-update.ts';
import { recallAck } from './recall-ack.ts';
import { refusalSummary } from './refusal-summary.ts';
import { returned } from './returned.ts';

/** Every kind that this version of the exchange understands. */
export const KINDS = [
  deliveryStatement,
  directMessage,
  erase,
  genesis,
  keyConfirm,
  keyRecover,
  keyRevoke,
  keyRotate,
  ledgerOpen,
  memberJoin,
  memberLeave,
  noticeCancel,
  noticePublish,
  noticeUpdate,
  recallAck,
  refusalSummary,
  returned,
] as const satisfies readonly Kind[];

export type KindName = (typeof KINDS)[number]['kind'];

const byName: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.kind, kind]));

/** The kind of this name and version, or undefined: then it is `kind-unknown` at the hub, "not understood" at a node. */
export const kindOf = (name: string, v: number): Kind | undefined => {
  const kind = byName.get(name);
  return kind && kind.v === v ? kind : undefined;
};
