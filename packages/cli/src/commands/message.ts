import { DEFAULT_HANDLING } from '@eads/client';
import { InvalidArgumentError, Option } from 'commander';
import { type AddCommand, type Context, examples } from '../context.ts';
import { asOption, jsonOption, parseAddressees, waitOption } from '../options.ts';

interface Options {
  readonly as: string;
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly wait?: 'receipted' | 'witnessed';
  readonly json?: boolean;
}

const named = (text: string): string[] => {
  const to = parseAddressees(text);
  if (to === 'all') throw new InvalidArgumentError('A direct message goes to members by name, like MY,TH.');
  return to;
};

const send = async (context: Context, { as, to, subject, text, wait, json }: Options): Promise<void> => {
  const client = context.member(as);
  const { signal } = context.terminal;
  const body = { subject, text };
  const { id, state } = await client.submit({ kind: 'direct.message', to, handling: DEFAULT_HANDLING, body }, signal);
  const sent = wait === undefined ? null : await client.waitFor(id, wait, { signal });
  const outcome = { ref: `${as}/${id}`, state: sent?.state ?? state, seq: sent?.seq ?? null };
  await (json ? context.printJson(outcome) : context.print(`${outcome.ref}  ${outcome.state}`));
};

export const addMessage: AddCommand = (program, context) => {
  program
    .command('message')
    .summary('send a confidential direct message')
    .description(
      'Sends a direct message to members by name. It is encrypted for them: the hub sees who writes to whom, and not what.',
    )
    .addOption(asOption('who writes'))
    .addOption(new Option('--to <members>', 'who gets it, like MY,TH').argParser(named).makeOptionMandatory())
    .requiredOption('--subject <text>', 'what it is about')
    .requiredOption('--text <text>', 'the message')
    .addOption(waitOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('eads message --as ID --to MY --subject "Vehicle in Johor" --text "Seen this morning."'),
    )
    .action((options: Options) => send(context, options));
};
