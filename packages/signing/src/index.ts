export * from './base64url.ts';
export * from './canonical.ts';
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
export * from './envelope.ts';
export * from './errors.ts';
export * from './jws.ts';
export * from './keys.ts';
export * from './public-key.ts';
export * from './statements.ts';
export * from './uuid.ts';
export * from './vkey.ts';
