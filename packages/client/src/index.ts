export {
  type ClientOptions,
  createClient,
  type HubClient,
  type MemberClient,
  type MemberClientOptions,
} from './client.ts';
export { ClientError, type ClientErrorCode } from './client-error.ts';
export { DEFAULT_HANDLING, type NoticeFilter, type PublishOptions, type WaitOptions } from './desk-calls.ts';
export type { Evidence, NodeRunStatus, NodeTrust, NoticeVersion, RecallBoard, Submitted } from './desk-schemas.ts';
export type { SubscribeOptions } from './follow.ts';
export type { ExportSink, RunInfo } from './hub-calls.ts';
export { createEntryVerifier, type EntryCheck, type EntryFault, readTrust, type Trust } from './verify-entry.ts';
