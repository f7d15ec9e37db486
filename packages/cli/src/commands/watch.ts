import type { SubscribeOptions } from '@eads/client';
import { CliError } from '../cli-error.ts';
import { type AddCommand, type Context, examples } from '../context.ts';
import { createFilter } from '../feed-filter.ts';
import { deskLine, feedLine } from '../feed-line.ts';
import { jsonOption, parseList, parseMember, parseSeq } from '../options.ts';

interface Options {
  readonly as?: string;
  readonly from?: number;
  readonly follow: boolean;
  readonly kind?: readonly string[];
  readonly member?: readonly string[];
  readonly code?: readonly string[];
  readonly json?: boolean;
}

/** Entries shown before the live ones, unless told where to begin. */
const TAIL = 10;

/** Where to begin, when nothing was said: a live feed with the last few, a printout with the first. */
const beginAt = async ({ from, follow }: Options, size: () => Promise<number>): Promise<number> =>
  from ?? (follow ? Math.max(0, (await size()) - TAIL) : 0);

const subscription = (context: Context, from: number, follow: boolean): SubscribeOptions => ({
  from,
  follow,
  signal: context.terminal.signal,
  onCut: (error, waitMs) => {
    const what = error.code === 'unreachable' ? 'The exchange does not answer.' : 'The feed was cut.';
    void context.note(`${what} Trying again in ${(waitMs / 1000).toFixed(1)} s.`).catch(() => undefined);
  },
});

const watch = async (context: Context, options: Options): Promise<void> => {
  const { as, follow, kind = [], member = [], code = [] } = options;
  if (as !== undefined && code.length > 0) {
    const remedy = 'Leave out --code, or leave out --as to watch as evaluator';
    throw new CliError({ what: "A member's own feed holds accepted messages only", remedy });
  }
  const fits = createFilter({ kinds: kind, members: member.map(parseMember), codes: code });
  const asJson = options.json === true || !context.terminal.out.isTerminal;
  const { paint } = context;
  if (as === undefined) {
    const client = context.hub('evaluator');
    const from = await beginAt(options, async () => (await client.runs.get(client.run)).size);
    for await (const entry of client.subscribe(subscription(context, from, follow))) {
      if (fits(entry)) await (asJson ? context.printJson(entry) : context.print(feedLine(entry, paint)));
    }
    return;
  }
  const client = context.member(as);
  const from = await beginAt(options, async () => (await client.status()).size);
  for await (const entry of client.subscribe(subscription(context, from, follow))) {
    if (fits(entry)) await (asJson ? context.printJson(entry) : context.print(deskLine(entry, paint)));
  }
};

export const addWatch: AddCommand = (program, context) => {
  program
    .command('watch')
    .summary('show the live feed')
    .description(
      "Shows the feed as it comes, with every verdict; with --as, what that member's own node received. JSON, one entry a line, where the output is no terminal.",
    )
    .option('--as <member>', "watch this member's own feed", parseMember)
    .option('--from <entry>', 'begin at this entry (the last ten unless told; the first with --no-follow)', parseSeq)
    .option('--follow', 'stay for what comes', true)
    .option('--no-follow', 'end at the last entry that is there')
    .option('--kind <glob>', 'only these kinds of message, like "notice.*"; may be repeated', parseList)
    .option('--member <codes>', 'only what these members sent or received; may be repeated', parseList)
    .option('--code <codes>', 'only these verdicts, like accepted or not-owner; may be repeated', parseList)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'eads watch',
        'eads watch --from 0 --no-follow --json | jq .kind',
        'eads watch --kind "notice.*" --member TH,MY',
        'eads watch --as ID',
      ),
    )
    .action((options: Options) => watch(context, options));
};
