import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EXPORT_FILES } from '@eads/protocol';
import { openEnvelope } from '@eads/signing';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { type AddCommand, type Context, examples } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { writeExportFolder } from '../export-writer.ts';
import { jsonOption, parseMember } from '../options.ts';

interface ExportOptions {
  readonly as?: string;
  readonly trustOut?: string;
  readonly json?: boolean;
}

interface ReasonOptions {
  readonly reason: string;
}

/** The trust file of an export's own genesis: origin and base64 SHA-256, a line each. */
const trustOf = async (folder: string): Promise<string> => {
  const genesis = await readFile(join(folder, EXPORT_FILES.genesis), 'utf8');
  const opened = openEnvelope(genesis);
  if (!opened.ok) {
    const remedy = 'Keep the export as evidence and show it to the trainer';
    throw new CliError({
      what: 'The genesis in the export is not readable',
      where: folder,
      remedy,
      exitCode: EXIT.wrong,
    });
  }
  return `${opened.envelope.claims.origin}\n${hash('sha256', genesis, 'base64')}\n`;
};

/** A trust file that says something else is not overwritten: that it differs is what it is for. */
const writeTrust = async (path: string, text: string): Promise<void> => {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (before === text) return;
  if (before !== null) {
    throw new CliError({
      what: 'A trust file for another genesis lies there already, and was left as it is',
      where: path,
      remedy:
        'If the run was made anew, take another name; if not, this export is of another log than the one you trusted',
      exitCode: EXIT.wrong,
    });
  }
  await writeFile(path, text, { flag: 'wx' });
};

const runExport = async (context: Context, name: string, { as, trustOut, json }: ExportOptions): Promise<void> => {
  const { terminal } = context;
  const folder = resolve(terminal.cwd, name);
  const client = as === undefined ? context.hub('auditor') : context.member(as);
  const files = await writeExportFolder(folder, (sink) => client.exportTo(sink, terminal.signal));
  const trust = await trustOf(folder);
  if (trustOut !== undefined) await writeTrust(resolve(terminal.cwd, trustOut), trust);
  const [origin = '', genesisHash = ''] = trust.split('\n');
  if (json) return context.printJson({ folder, files, viewer: as ?? 'auditor', origin, genesisHash });
  const whose = as === undefined ? 'the whole ledger' : `what ${as} may see of the ledger`;
  await context.print(`Exported ${whose} of ${origin} to ${name} (${files} files).`);
  if (trustOut === undefined) return context.print(`Check it with: eads verify ${name} --trust <trust file>`);
  await context.print(
    `Wrote ${trustOut}. It says what this server says of itself: compare its first eight characters, ${genesisHash.slice(0, 8)},`,
  );
  return context.print(`with those that a desk shows. Then: eads verify ${name} --trust ${trustOut}`);
};

const addExport = (ledger: Command, context: Context): void => {
  ledger
    .command('export')
    .summary('write the ledger to a folder that anyone can verify')
    .description('Writes the ledger to a new or empty folder: all of it as auditor, or what one member may see of it.')
    .argument('<folder>', 'a folder that is empty, or not there yet')
    .option('--as <member>', 'the view of this member, from its own node', parseMember)
    .option('--trust-out <file>', 'also write the trust file: origin and hash of the genesis')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('eads ledger export ./export --trust-out practice.trust', 'eads ledger export ./export-id --as ID'),
    )
    .action((folder: string, options: ExportOptions) => runExport(context, folder, options));
};

const addOpen = (ledger: Command, context: Context): void => {
  ledger
    .command('open')
    .summary('let a ledger go on that waits or is frozen')
    .description(
      'Lets a ledger go on that waits for the nodes after a restart of the database, or that is frozen. Becomes an entry that everyone sees.',
    )
    .requiredOption('--reason <text>', 'why; everyone will read it')
    .addHelpText('after', examples('eads ledger open --reason "Database restored from last night, compared by hand"'))
    .action(async ({ reason }: ReasonOptions) => {
      const client = context.hub('operator');
      await client.ledger.open(reason);
      await context.print(`The ledger of ${client.run} is open.`);
    });
};

const addNewEpoch = (ledger: Command, context: Context): void => {
  ledger
    .command('new-epoch')
    .summary('begin an empty ledger on top of what was witnessed')
    .description(
      'Begins a new epoch: an empty ledger under a new origin, whose genesis names the last witnessed checkpoint.',
    )
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', examples('eads ledger new-epoch --reason "The disk of the hub was lost"'))
    .action(async ({ reason }: ReasonOptions) => {
      const { origin } = await context.hub('operator').ledger.newEpoch(reason);
      await context.print(`The new epoch is ${origin}. Trust files and cursors of the old one do not hold for it.`);
    });
};

export const addLedger: AddCommand = (program, context) => {
  const ledger = program.command('ledger').description('The tamper-evident ledger: export it, or get it going again.');
  addExport(ledger, context);
  addOpen(ledger, context);
  addNewEpoch(ledger, context);
};
