export { type HubBench, startHubBench, startTestPostgres } from './hub-bench.ts';
export { createScriptedMember, HANDLING, type Heard, type ScriptedMember } from './scripted-member.ts';
