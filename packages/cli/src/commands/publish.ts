import { ClientError, type MemberClient } from '@eads/client';
import type { Notice, SentMessage } from '@eads/protocol';
import { type AddCommand, type Context, examples } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type InputFile, readInputFile } from '../input-file.ts';
import { readNotice } from '../notice-issues.ts';
import { asOption, jsonOption, toOption, waitOption } from '../options.ts';

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
  readonly state: SentMessage['state'];
  readonly seq: number | null;
  readonly says: string | null;
}

const publishOne = async (
  client: MemberClient,
  { notice, at }: Placed,
  { to, wait }: Options,
  signal: AbortSignal,
): Promise<Outcome> => {
  const { number } = notice;
  let ref: string | null = null;
  try {
    const { id, state } = await client.publish(notice, { to }, signal);
    ref = `${client.member}/${id}`;
    const sent = wait === undefined ? null : await client.waitFor(id, wait, { signal });
    return { ref, number, at, state: sent?.state ?? state, seq: sent?.seq ?? null, says: null };
  } catch (error) {
    // One notice that is returned keeps no other from going out; a node that is away keeps them all.
    if (!(error instanceof ClientError) || !['returned', 'held', 'bad-request', 'conflict'].includes(error.code))
      throw error;
    const state = error.code === 'held' ? 'held' : 'returned';
    return { ref, number, at, state, seq: null, says: error.detail };
  }
};

const publish = async (context: Context, name: string, options: Options): Promise<void> => {
  const { terminal } = context;
  const file = await readInputFile(terminal, name);
  const { notices, faults } = readNotices(file);
  if (faults.length > 0) {
    for (const fault of faults) await context.note(fault);
    await context.note('Nothing was published.');
    context.exitCode = EXIT.input;
    return;
  }
  const client = context.member(options.as);
  for (const placed of notices) {
    const outcome = await publishOne(client, placed, options, terminal.signal);
    const { ref, number, at, state, seq, says } = outcome;
    if (says !== null) context.exitCode = EXIT.wrong;
    if (options.json) await context.printJson(outcome);
    else if (says === null) await context.print(`${ref}  ${number}  ${state}${seq === null ? '' : ` #${seq}`}`);
    else await context.note(`${at}: ${number} ${state}: ${says}`);
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
