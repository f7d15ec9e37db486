export * from './access.ts';
export * from './claims.ts';
export * from './codes.ts';
export * from './desk-api.ts';
export { type AsyncApiDocument, type AsyncApiOptions, asyncApiDocument } from './documents/asyncapi.ts';
export {
  type FrameSchema,
  frameSchemas,
  type JsonSchema,
  type JsonSchemaTarget,
  type KindSchema,
  kindSchemas,
  toJsonSchema,
} from './documents/json-schema.ts';
export * from './export.ts';
export * from './frames.ts';
export * from './handling.ts';
export * from './http.ts';
export * from './hub-api.ts';
export { type JweGeneral, jweGeneral } from './jwe.ts';
export * from './keys.ts';
export { deliveryStatement } from './kinds/delivery-statement.ts';
export { directMessage, directMessageInner } from './kinds/direct-message.ts';
export { erase } from './kinds/erase.ts';
export { genesis } from './kinds/genesis.ts';
export { keyConfirm } from './kinds/key-confirm.ts';
export { keyRecover, recoveryEvent } from './kinds/key-recover.ts';
export { keyRevoke } from './kinds/key-revoke.ts';
export { keyRotate } from './kinds/key-rotate.ts';
export type { Kind } from './kinds/kind.ts';
export { ledgerOpen } from './kinds/ledger-open.ts';
export { memberJoin } from './kinds/member-join.ts';
export { memberLeave } from './kinds/member-leave.ts';
export { noticeCancel } from './kinds/notice-cancel.ts';
export { noticePublish } from './kinds/notice-publish.ts';
export { noticeUpdate } from './kinds/notice-update.ts';
export { recallAck } from './kinds/recall-ack.ts';
export { refusalSummary } from './kinds/refusal-summary.ts';
export { KINDS, type KindName, kindOf } from './kinds/register.ts';
export { returned } from './kinds/returned.ts';
export * from './limits.ts';
export * from './members.ts';
export * from './notice/notice.ts';
export * from './notice/person.ts';
export * from './signed.ts';
export * from './text.ts';
