export { EXIT, type ExitCode } from './exit-codes.ts';
export { runCli } from './program.ts';
export type { Output, Terminal } from './terminal.ts';
