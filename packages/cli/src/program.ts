import { Command, CommanderError } from 'commander';
import type { GlobalOptions } from './access.ts';
import { addCancel } from './commands/cancel.ts';
import { addDoctor } from './commands/doctor.ts';
import { addImport } from './commands/import.ts';
import { addLedger } from './commands/ledger.ts';
import { addMessage } from './commands/message.ts';
import { addNotices } from './commands/notices.ts';
import { addPublish } from './commands/publish.ts';
import { addRecalls } from './commands/recalls.ts';
import { addRun } from './commands/run.ts';
import { addVerify } from './commands/verify.ts';
import { addWatch } from './commands/watch.ts';
import { type AddCommand, createContext } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { explain } from './explain.ts';
import { PipeClosedError, type Terminal } from './terminal.ts';

const COMMANDS: readonly AddCommand[] = [
  addWatch,
  addPublish,
  addImport,
  addMessage,
  addCancel,
  addNotices,
  addRecalls,
  addLedger,
  addVerify,
  addRun,
  addDoctor,
];

const CODES = `
Start it with: npm run --silent eads -- <command>

Exit codes: 0 done, 1 something was wrong or not all of it was done, 2 the command line or a file cannot be understood,
3 the exchange cannot be reached or does not let you in, 70 a fault of this program.
The address and the tokens come from access.json in the data folder (EADS_DATA_DIR), unless --url and --token, or EADS_URL
and EADS_TOKEN, say otherwise.`;

/** Commander ends through an exception: its help and its complaints are not faults. */
const commanderExit = (error: CommanderError): ExitCode =>
  ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code) ? EXIT.ok : EXIT.input;

/** Runs one command line (without the program's name) and returns its exit code. Never throws. */
export const runCli = async (args: readonly string[], terminal: Terminal, version: string): Promise<number> => {
  const debug = terminal.env.EADS_LOG_LEVEL === 'debug';
  // Commander writes at once and does not wait; what it says is handed on at the end.
  const said: ['out' | 'err', string][] = [];
  const program = new Command('eads');
  const context = createContext(terminal, version, () => program.opts<GlobalOptions>());
  program
    .description('The command line of the e-ADS training system. All data in it is simulated.')
    .version(version)
    .option('--url <address>', 'the exchange, like http://127.0.0.1:8080')
    .option('--token <token>', 'the token to use (better: EADS_TOKEN, which no list of processes shows)')
    .option('--run <name>', 'the run (practice unless told; EADS_RUN)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => said.push(['out', text]),
      writeErr: (text) => said.push(['err', text]),
      getOutHasColors: () => terminal.out.colours,
      getErrHasColors: () => terminal.err.colours,
    })
    .showHelpAfterError('See "eads help <command>" for how it is called.')
    .exitOverride()
    .addHelpText('after', CODES);
  for (const add of COMMANDS) add(program, context);

  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    for (const [where, text] of said) await terminal[where].write(text);
    return context.exitCode;
  } catch (error) {
    if (error instanceof PipeClosedError) return EXIT.ok;
    try {
      for (const [where, text] of said) await terminal[where].write(text);
      if (error instanceof CommanderError) return commanderExit(error);
      if (terminal.signal.aborted) return EXIT.interrupted;
      const { text, exitCode } = explain(error, debug);
      await terminal.err.write(`${text}\n`);
      return exitCode;
    } catch (second) {
      return second instanceof PipeClosedError ? EXIT.ok : EXIT.fault;
    }
  }
};
