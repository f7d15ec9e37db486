import type { MemberClient } from '@eads/client';
import type { Notice } from '@eads/protocol';
import { readInterpol } from '@eads/samples';
import { Option } from 'commander';
import { type AddCommand, type Context, examples } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askKnown, askKnownIfThere } from '../import/known.ts';
import { NOTHING_KNOWN, type PlannedRecord, planImport } from '../import/plan.ts';
import { outcomeOf, type RecordOutcome, tallyOf, tallyText } from '../import/report.ts';
import { type InputFile, readInputFile } from '../input-file.ts';
import { asOption, jsonOption, toOption } from '../options.ts';
import { publishAll, waitAll } from '../send-all.ts';
import { plain } from '../style.ts';

interface Options {
  readonly as: string;
  readonly to: 'all' | string[];
  readonly dryRun?: boolean;
  readonly confirmSynthetic?: boolean;
  readonly wait: 'none' | 'receipted' | 'witnessed';
  readonly remarks?: boolean;
  readonly json?: boolean;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** A line on a terminal that is written over; elsewhere nothing. */
const progressOn = ({ terminal }: Context, total: number) => {
  let last = 0;
  const show = (words: string) => (done: number) => {
    const now = performance.now();
    if (!terminal.err.isTerminal || (now - last < 100 && done < total)) return;
    last = now;
    void terminal.err.write(`\r${words} ${done} of ${total} `).catch(() => undefined);
  };
  const clear = async (): Promise<void> => {
    if (terminal.err.isTerminal) await terminal.err.write('\r\u001b[2K');
  };
  return { show, clear };
};

const isToPublish = ({ planned }: PlannedRecord): boolean => planned.step === 'publish';

const carryOut = async (
  context: Context,
  client: MemberClient,
  file: InputFile,
  plan: readonly PlannedRecord[],
  { to, wait }: Options,
): Promise<RecordOutcome[]> => {
  const { signal } = context.terminal;
  const todo = plan.filter(isToPublish);
  const notices = todo.flatMap(({ planned }): Notice[] => (planned.step === 'publish' ? [planned.notice] : []));
  const progress = progressOn(context, notices.length);
  const results = await publishAll(client, notices, { to, signal, onProgress: progress.show('Handed in') });
  const ids = results.flatMap((published) => (published.result === 'sent' ? [published.id] : []));
  const states =
    wait === 'none' || ids.length === 0
      ? new Map()
      : await waitAll(client, ids, {
          state: wait,
          signal,
          onProgress: progress.show(wait === 'receipted' ? 'Receipted' : 'Witnessed'),
        });
  await progress.clear();
  const resultOf = new Map(todo.map((planned, i) => [planned, results[i]]));
  return plan.map((planned) => {
    const published = resultOf.get(planned);
    const sent = published?.result === 'sent' ? states.get(published.id) : undefined;
    return outcomeOf(file, client.member, planned, published, sent, wait !== 'none');
  });
};

const exitCodeOf = (outcomes: readonly RecordOutcome[], readable: number): ExitCode => {
  if (readable === 0) return EXIT.input;
  const tally = tallyOf(outcomes);
  return tally['not-imported'] + tally['on-its-way'] + tally.unknown > 0 ? EXIT.wrong : EXIT.ok;
};

const report = async (
  context: Context,
  outcomes: readonly RecordOutcome[],
  { json, remarks }: Options,
): Promise<void> => {
  for (const outcome of outcomes) {
    if (json) await context.printJson(outcome);
    else
      for (const reason of outcome.reasons)
        await context.print(`${plain(reason)}${outcome.entityId === null ? '' : ` (${plain(outcome.entityId)})`}`);
    if (!json && remarks)
      for (const remark of outcome.remarks) await context.print(context.paint('dim', plain(remark)));
  }
  await context.note(tallyText(outcomes));
};

const runImport = async (context: Context, name: string, options: Options): Promise<void> => {
  const { terminal } = context;
  const file = await readInputFile(terminal, name);
  const read = readInterpol(file.value);
  for (const { text } of read.remarks) await context.note(`${name}: ${text}`);
  const readable = read.records.filter(({ result }) => result.ok).length;
  if (read.records.length === 0)
    await context.note(`${name}: There is no record in it. Give a notice, or a list of notices.`);
  const client = context.member(options.as);
  const ask = options.dryRun ? askKnownIfThere : askKnown;
  // Where nothing can be imported, nobody needs to be asked what is there.
  const known = readable === 0 ? NOTHING_KNOWN : await ask(client, terminal.signal);
  if (known === null) {
    await context.note(
      'The node could not be asked, so that what is there already is not recognised and numbers begin at 1.',
    );
  }
  const terms = { force: options.as, on: today(), confirmed: options.confirmSynthetic === true };
  const plan = planImport(read, known ?? NOTHING_KNOWN, terms);
  const outcomes = options.dryRun
    ? plan.map((planned) => outcomeOf(file, options.as, planned))
    : await carryOut(context, client, file, plan, options);
  await report(context, outcomes, options);
  context.exitCode = exitCodeOf(outcomes, readable);
};

export const addImport: AddCommand = (program, context) => {
  program
    .command('import')
    .summary("take over notices from a file of INTERPOL's public notices")
    .description(
      "Takes over notices in the JSON of INTERPOL's public notices API: one, an array, or a list as the API gives it. Every record is imported, or told with its place and reason. The same file again imports nothing twice.",
    )
    .argument('<file>', 'a JSON file; - for standard input')
    .addOption(asOption('the force that issues them'))
    .addOption(toOption())
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--confirm-synthetic', 'nobody in it is real, although the data does not say so ("_exercise": true)')
    .addOption(
      new Option('--wait <state>', 'wait until they are this far')
        .choices(['none', 'receipted', 'witnessed'])
        .default('receipted'),
    )
    .option('--remarks', 'also show what was dropped, changed or assumed')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `${examples('eads import notices.json --as ID --dry-run', 'eads import notices.json --as ID --to all')}

Exit codes: 0 all imported (or there already), 1 some were not, 2 nothing could be read.`,
    )
    .action((file: string, options: Options) => runImport(context, file, options));
};
