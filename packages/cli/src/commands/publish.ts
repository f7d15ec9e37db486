import type { Notice, SentMessage } from '@eads/protocol';
import { type AddCommand, type Context, examples } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type InputFile, readInputFile } from '../input-file.ts';
import { readNotice } from '../notice-issues.ts';
import { asOption, jsonOption, toOption, waitOption } from '../options.ts';
import { type Published, publishAll, waitAll } from '../send-all.ts';

interface Options {
  readonly as: string;
  readonly to: 'all' | string[];
  readonly wait?: 'receipted' | 'witnessed';
  readonly json?: boolean;
}

interface Placed {
  readonly notice: Notice;
  readonly at: string;
}

/** Every notice of the file, or everything that is wrong in it: nothing is published of a file with a fault. */
const readNotices = (file: InputFile): { notices: Placed[]; faults: string[] } => {
  const list = Array.isArray(file.value) ? (file.value as unknown[]) : null;
  const notices: Placed[] = [];
  const faults: string[] = [];
  if (list?.length === 0) faults.push(`${file.at([])}: The list is empty. Put at least one notice into it.`);
  for (const [i, value] of (list ?? [file.value]).entries()) {
    const base: PropertyKey[] = list === null ? [] : [i];
    const read = readNotice(value);
    if (read.ok) notices.push({ notice: read.notice, at: file.at(base) });
    else faults.push(...read.issues.map(({ path, says }) => `${file.at([...base, ...path])}: ${says}`));
  }
  return { notices, faults };
};

interface Outcome {
  readonly ref: string | null;
  readonly number: string;
  readonly at: string;
  readonly state: SentMessage['state'] | 'unknown' | 'not-tried';
  readonly seq: number | null;
  /** Why it did not get as far as was asked; null where it did. */
  readonly says: string | null;
}

const outcomeOf = (
  { notice: { number }, at }: Placed,
  published: Published,
  sent: SentMessage | undefined,
  { as, wait }: Options,
): Outcome => {
  if (published.result !== 'sent') {
    return { ref: null, number, at, state: published.result, seq: null, says: published.why };
  }
  const ref = `${as}/${published.id}`;
  const state = sent?.state ?? 'queued';
  const there = wait === undefined || state === 'witnessed' || state === wait;
  const late = `It was not ${wait} in time. The node keeps it and sends it by itself.`;
  const says = there ? null : state === 'returned' || state === 'held' ? (sent?.says ?? state) : late;
  return { ref, number, at, state, seq: sent?.seq ?? null, says };
};

const tell = async (context: Context, outcome: Outcome, json?: boolean): Promise<void> => {
  const { ref, number, at, state, seq, says } = outcome;
  if (json) return context.printJson(outcome);
  if (says === null) return context.print(`${ref}  ${number}  ${state}${seq === null ? '' : ` #${seq}`}`);
  return context.note(`${at}: ${number} ${state}: ${says}`);
};

const publish = async (context: Context, name: string, options: Options): Promise<void> => {
  const { signal } = context.terminal;
  const file = await readInputFile(context.terminal, name);
  const { notices, faults } = readNotices(file);
  if (faults.length > 0) {
    for (const fault of faults) await context.note(fault);
    await context.note('Nothing was published.');
    context.exitCode = EXIT.input;
    return;
  }
  const client = context.member(options.as);
  // Asked first, so that a node that is away is told as that, and not as an uncertain notice.
  await client.status(signal);
  const quietly = { signal, onProgress: () => undefined };
  const contents = notices.map(({ notice }) => notice);
  const results = await publishAll(client, contents, { to: options.to, ...quietly });
  const ids = results.flatMap((published) => (published.result === 'sent' ? [published.id] : []));
  const states = options.wait === undefined ? null : await waitAll(client, ids, { state: options.wait, ...quietly });
  for (const [i, placed] of notices.entries()) {
    const published = results[i] as Published;
    const sent = published.result === 'sent' ? states?.get(published.id) : undefined;
    const outcome = outcomeOf(placed, published, sent, options);
    if (outcome.says !== null) context.exitCode = EXIT.wrong;
    await tell(context, outcome, options.json);
  }
};

export const addPublish: AddCommand = (program, context) => {
  program
    .command('publish')
    .summary('publish notices from a file')
    .description(
      'Publishes a notice, or each of a list of notices, from a JSON file in the form of /openapi.json ("Notice"). With a fault anywhere in the file nothing is published.',
    )
    .argument('<file>', 'a JSON file; - for standard input')
    .addOption(asOption('the force that issues it'))
    .addOption(toOption())
    .addOption(waitOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'eads publish notice.json --as ID',
        'eads publish notices.json --as TH --to MY,SG --wait witnessed --json',
      ),
    )
    .action((file: string, options: Options) => publish(context, file, options));
};
