import packageJson from '../package.json' with { type: 'json' };
import { runCli } from './program.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runCli(process.argv.slice(2), processTerminal(), packageJson.version);
