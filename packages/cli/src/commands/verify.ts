import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type AuditReport, auditExport, auditReportText } from '@eads/ledger';
import { CliError } from '../cli-error.ts';
import { type AddCommand, type Context, examples } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { openExportFolder, type Stray } from '../export-reader.ts';
import { jsonOption } from '../options.ts';
import { type NoteVerdict, verifyNoteFile } from '../verify-note.ts';

interface Options {
  readonly trust?: string;
  readonly expect?: string;
  readonly with?: string;
  readonly json?: boolean;
}

const MAX_TEXT_BYTES = 1024 * 1024;

const readText = async ({ terminal }: Context, name: string): Promise<string> => {
  const path = resolve(terminal.cwd, name);
  if ((await stat(path)).size > MAX_TEXT_BYTES) {
    throw new CliError({ what: 'It is far too large for this', where: name, remedy: 'Check the name' });
  }
  return readFile(path, 'utf8');
};

const readOptional = async (context: Context, name: string | undefined): Promise<string | undefined> =>
  name === undefined ? undefined : readText(context, name);

const STRAY = 'not-a-file';
const STRAY_REMEDY = 'Find out who put it there. Without it the rest can be checked again.';

const strayText = ({ path, says }: Stray): string =>
  `\n${path}\n  ${STRAY}: Something lies there that is no file of the export. ${says}\n  To do: ${STRAY_REMEDY}\n`;

type Verdict = 'in-order' | 'self-consistent' | 'not-in-order';
const COLOUR = { 'in-order': 'green', 'self-consistent': 'yellow', 'not-in-order': 'red' } as const;

const verdictOf = ({ ok, trusted }: AuditReport, spoilt: boolean): Verdict =>
  !ok || spoilt ? 'not-in-order' : trusted ? 'in-order' : 'self-consistent';

/** The first line says how it stands. */
const printReport = (context: Context, verdict: Verdict, text: string): Promise<void> => {
  const [head = '', ...rest] = text.trimEnd().split('\n');
  return context.print([context.paint(COLOUR[verdict], head), ...rest].join('\n'));
};

const verifyFolder = async (context: Context, folder: string, options: Options): Promise<void> => {
  const { reader, strays } = await openExportFolder(folder);
  const trust = await readOptional(context, options.trust);
  const expect = await readOptional(context, options.expect);
  const report = await auditExport({ files: reader, trust, expect });
  const verdict = verdictOf(report, strays.length > 0);
  if (verdict === 'not-in-order') context.exitCode = EXIT.wrong;
  if (options.json) {
    const own = strays.map(({ path, says }) => ({ code: STRAY, where: { path }, what: says, remedy: STRAY_REMEDY }));
    const findings = [...own, ...report.findings];
    return context.printJson({ verdict, ...report, ok: verdict !== 'not-in-order', findings });
  }
  // The report knows of files only; a link or a device among them spoils its good word.
  const text = auditReportText(report);
  const spoilt = report.ok && strays.length > 0;
  const first = 'NOT IN ORDER: something lies there that is no file of the export.';
  return printReport(context, verdict, (spoilt ? text.replace(/^.*/, first) : text) + strays.map(strayText).join(''));
};

const noteText = ({ kind, origin, size, index, cosigners, fault, report }: NoteVerdict): string => {
  const what = kind === 'proof' ? `Proof of entry ${index} in ${origin}` : `Checkpoint of ${origin}`;
  const name = `${what}, size ${size}.`;
  if (fault !== null) return `NOT IN ORDER: ${fault.code}: ${fault.what}\n${name}`;
  if (!report.ok) return `NOT IN ORDER: it and the export do not hold together.\n${name}\n${auditReportText(report)}`;
  const verdict = report.trusted
    ? 'In order: signed by the log and a quorum, and of the run that the trust file names.'
    : 'Self-consistent only: it agrees with the export, and without a trust file anyone could have made both.';
  return `${verdict}\n${name}\nCo-signed by ${cosigners.join(', ')}.`;
};

const verifyNote = async (context: Context, name: string, options: Options): Promise<void> => {
  if (options.with === undefined || options.expect !== undefined) {
    throw new CliError({
      what: 'A single proof or checkpoint is checked with the keys of an export, and against it',
      where: name,
      remedy: 'Give the export with --with (and leave out --expect)',
    });
  }
  const { reader, strays } = await openExportFolder(resolve(context.terminal.cwd, options.with));
  const [stray] = strays;
  if (stray) {
    const remedy = 'Look at the export first: eads verify <folder>';
    throw new CliError({ what: `${stray.path} is no file of an export`, where: options.with, remedy });
  }
  const text = await readText(context, name);
  const trust = await readOptional(context, options.trust);
  const verdict = await verifyNoteFile({ name, text, reader, trust });
  const word = verdictOf(verdict.report, verdict.fault !== null);
  if (word === 'not-in-order') context.exitCode = EXIT.wrong;
  if (options.json) return context.printJson({ verdict: word, ok: word !== 'not-in-order', ...verdict });
  return printReport(context, word, noteText(verdict));
};

export const addVerify: AddCommand = (program, context) => {
  program
    .command('verify')
    .summary('check an export, a proof or a checkpoint, offline')
    .description(
      'Checks an export folder, or a single proof or checkpoint, without network and without token. Everything that is wrong is named.',
    )
    .argument('<path>', 'an export folder; or a file with a proof (C2SP tlog-proof) or a checkpoint')
    .option('--trust <file>', 'the trust file of the run; without it, all that can be said is "self-consistent only"')
    .option('--expect <file>', 'a checkpoint kept from before: the export must be at least as long, and agree with it')
    .option('--with <folder>', 'for a single file: the export with the keys and entries')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `${examples(
        'eads verify ./export --trust practice.trust',
        'eads verify ./export --trust practice.trust --expect ./last-week/checkpoint',
        'eads verify entry-42.proof --with ./export --trust practice.trust',
      )}\n\nExit codes: 0 nothing is wrong, 1 something is, 2 it cannot be read.`,
    )
    .action(async (path: string, options: Options) => {
      const full = resolve(context.terminal.cwd, path);
      const isFolder = (await stat(full)).isDirectory();
      await (isFolder ? verifyFolder(context, full, options) : verifyNote(context, path, options));
    });
};
