import { DEFAULT_HANDLING } from '@eads/client';
import { messageRef } from '@eads/protocol';
import { InvalidArgumentError } from 'commander';
import { type AddCommand, type Context, examples } from '../context.ts';
import { asOption, jsonOption, waitOption } from '../options.ts';

interface Options {
  readonly as: string;
  readonly reason: string;
  readonly wait?: 'receipted' | 'witnessed';
  readonly json?: boolean;
}

/** `<from>/<id>`, as publish and notices print it. */
export const parseRef = (text: string): string => {
  if (!messageRef.safeParse(text).success) {
    throw new InvalidArgumentError('A reference is <force>/<id>, as "eads notices" shows it.');
  }
  return text;
};

const cancel = async (context: Context, ref: string, { as, reason, wait, json }: Options): Promise<void> => {
  const client = context.member(as);
  const { signal } = context.terminal;
  const versions = await client.notice(ref);
  const last = versions.at(-1);
  const version = (last?.version ?? 1) + 1;
  // A withdrawal reaches every holder; whoever is not one learns only that there was something.
  const holders = (await client.recalls(ref)).holders.map(({ member }) => member);
  const to = holders.length > 0 ? holders : 'all';
  const handling = last?.handling ?? DEFAULT_HANDLING;
  const body = { ref, version, reason };
  const { id, state } = await client.submit({ kind: 'notice.cancel', to, handling, body }, signal);
  const sent = wait === undefined ? null : await client.waitFor(id, wait, { signal });
  const outcome = { ref: `${as}/${id}`, cancels: ref, to, state: sent?.state ?? state, seq: sent?.seq ?? null };
  if (json) return context.printJson(outcome);
  await context.print(`${outcome.ref}  ${outcome.state}, to ${to === 'all' ? 'all' : to.join(',')}`);
  return context.print(`Who has acknowledged it: eads recalls ${ref} --as ${as}`);
};

export const addCancel: AddCommand = (program, context) => {
  program
    .command('cancel')
    .summary('withdraw an own notice')
    .description('Withdraws a notice for good. Everyone who was sent it is told, and acknowledges.')
    .argument('<ref>', 'the notice, as "eads notices" shows it', parseRef)
    .addOption(asOption('the force that owns it'))
    .requiredOption('--reason <text>', 'why; the holders read it')
    .addOption(waitOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('eads cancel ID/0190... --as ID --reason "The person was found."'))
    .action((ref: string, options: Options) => cancel(context, ref, options));
};
