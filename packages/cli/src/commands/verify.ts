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
  readonly genesis?: string;
  readonly record?: string;
  readonly json?: boolean;
}

const MAX_TEXT_BYTES = 1024 * 1024;

const readText = async ({ terminal }: Context, name: string): Promise<string> => {
  const bytes = await readFile(resolve(terminal.cwd, name));
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new CliError({ what: 'It is far too large for this', where: name, remedy: 'Check the name' });
  }
  return bytes.toString('utf8');
};

const STRAY = 'not-a-file';
const STRAY_REMEDY = 'Find out who put it there. Without it the rest can be checked again.';

const strayText = ({ path, says }: Stray): string =>
  `\n${path}\n  ${STRAY}: Something lies there that is no file of the export. ${says}\n  To do: ${STRAY_REMEDY}\n`;

const verdictOf = (report: AuditReport, strays: readonly Stray[]): 'in-order' | 'self-consistent' | 'not-in-order' => {
  if (!report.ok || strays.length > 0) return 'not-in-order';
  return report.trusted ? 'in-order' : 'self-consistent';
};

const verifyFolder = async (context: Context, folder: string, options: Options): Promise<void> => {
  if (options.genesis !== undefined || options.record !== undefined) {
    const remedy = 'Leave them out: an export brings its own';
    throw new CliError({ what: '--genesis and --record belong to a single proof or checkpoint', remedy });
  }
  const { reader, strays } = await openExportFolder(folder);
  const report = await auditExport({
    files: reader,
    trust: options.trust === undefined ? undefined : await readText(context, options.trust),
    expect: options.expect === undefined ? undefined : await readText(context, options.expect),
  });
  const verdict = verdictOf(report, strays);
  if (verdict === 'not-in-order') context.exitCode = EXIT.wrong;
  if (options.json) {
    const findings = [
      ...strays.map(({ path, says }) => ({ code: STRAY, where: { path }, what: says, remedy: STRAY_REMEDY })),
      ...report.findings,
    ];
    await context.printJson({ verdict, ...report, ok: verdict !== 'not-in-order', findings });
    return;
  }
  const text = auditReportText(report);
  const [head = '', ...rest] = text.split('\n');
  // The report knows only of files; a link or a device beside them spoils its good word.
  const first =
    report.ok && strays.length > 0 ? 'NOT IN ORDER: something lies there that is no file of the export.' : head;
  const colour = { 'in-order': 'green', 'self-consistent': 'yellow', 'not-in-order': 'red' } as const;
  await context.print(
    `${context.paint(colour[verdict], first)}\n${rest.join('\n')}${strays.map(strayText).join('')}`.trimEnd(),
  );
};

const noteText = ({ kind, origin, size, index, cosigners, quorum, trusted, findings }: NoteVerdict): string => {
  const what = kind === 'proof' ? `Proof that entry ${index} stands in ${origin}` : `Checkpoint of ${origin}`;
  const lines = [
    `${what}, size ${size}.`,
    `Co-signed by ${cosigners.length === 0 ? 'nobody' : cosigners.join(', ')} (${quorum} needed).`,
    ...findings.map(({ code, what: says }) => `${code}: ${says}`),
  ];
  if (findings.length > 0)
    return [`NOT IN ORDER: ${findings.length} finding${findings.length === 1 ? '' : 's'}.`, ...lines].join('\n');
  const verdict = trusted
    ? 'In order: signed by the log and its co-signers, and of the run that the trust file names.'
    : 'Self-consistent only: it agrees with the genesis beside it, and without a trust file anyone could have made both.';
  return [verdict, ...lines].join('\n');
};

const verifyNote = async (context: Context, name: string, options: Options): Promise<void> => {
  if (options.genesis === undefined) {
    throw new CliError({
      what: 'A single proof or checkpoint does not bring the keys that it is signed with',
      where: name,
      remedy: 'Give the genesis with --genesis; it lies in every export as genesis.jws',
    });
  }
  const optional = async (file: string | undefined) => (file === undefined ? undefined : readText(context, file));
  const verdict = await verifyNoteFile({
    name,
    text: await readText(context, name),
    genesis: await readText(context, options.genesis),
    record: await optional(options.record),
    trust: await optional(options.trust),
    expect: await optional(options.expect),
  });
  if (verdict.findings.length > 0) context.exitCode = EXIT.wrong;
  if (options.json) return context.printJson({ ok: verdict.findings.length === 0, ...verdict });
  const colour = verdict.findings.length > 0 ? 'red' : verdict.trusted ? 'green' : 'yellow';
  const [head = '', ...rest] = noteText(verdict).split('\n');
  return context.print([context.paint(colour, head), ...rest].join('\n'));
};

export const addVerify: AddCommand = (program, context) => {
  program
    .command('verify')
    .summary('check an export, a proof or a checkpoint, offline')
    .description(
      'Checks an export folder, or a single proof or checkpoint, without network and without token. Everything that is wrong is named.',
    )
    .argument('<path>', 'an export folder; or a file with a proof (C2SP tlog-proof) or a checkpoint')
    .option('--trust <file>', 'the trust file of the run: without it, all that can be said is "self-consistent"')
    .option('--expect <file>', 'a checkpoint kept from before: it must not be contradicted, nor be larger')
    .option('--genesis <file>', 'for a single file: the genesis with the keys (genesis.jws of an export)')
    .option('--record <file>', 'for a proof: the entry it is about, as record or as a line of a feed')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'eads verify ./export --trust practice.trust',
        'eads verify ./export --trust practice.trust --expect ./last-week/checkpoint',
        'eads verify entry-42.proof --genesis ./export/genesis.jws --record entry-42.json --trust practice.trust',
      ),
    )
    .action(async (path: string, options: Options) => {
      const full = resolve(context.terminal.cwd, path);
      const isFolder = (await stat(full)).isDirectory();
      await (isFolder ? verifyFolder(context, full, options) : verifyNote(context, path, options));
    });
};
