export { type Answer, type Cast, createCast, hubCaller } from './cast.ts';
export { type Constellation, startConstellation } from './constellation.ts';
export { type CommitFate, type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
export { eventually } from './eventually.ts';
export { type HubBench, startHubBench } from './hub-bench.ts';
export { forkHub, type HubChild, type WaitingHub } from './hub-child.ts';
export { type HubServer, type HubServerOptions, startHubServer, startTestPostgres, testTokens } from './hub-server.ts';
export { plainNotice } from './notice.ts';
export {
  createScriptedMember,
  HANDLING,
  type Heard,
  type ScriptedConnect,
  type ScriptedMember,
} from './scripted-member.ts';
export { createWitness, type ScriptedWitness } from './witness.ts';
