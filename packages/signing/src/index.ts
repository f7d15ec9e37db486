export * from './base64url.ts';
export * from './canonical.ts';
export * from './confidential.ts';
export {
  type Applied,
  applyStateEvent,
  type Directory,
  directoryAt,
  emptyDirectory,
} from './directory/directory.ts';
export * from './directory/queries.ts';
export type { DirectoryKey, DirectoryMember, Founding, StateRefusal } from './directory/registry.ts';
export { recoveryEventHash } from './directory/state-event.ts';
export * from './enrolment.ts';
export {
  type Envelope,
  type EnvelopeInput,
  type EnvelopeRefusal,
  makeEnvelope,
  type Objection,
  type Opened,
  openEnvelope,
} from './envelope.ts';
export * from './errors.ts';
export * from './jws.ts';
export * from './keys.ts';
export * from './public-key.ts';
export * from './session-proof.ts';
export * from './statements.ts';
export * from './uuid.ts';
export * from './vkey.ts';
