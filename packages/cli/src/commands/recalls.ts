import { type AddCommand, examples } from '../context.ts';
import { asOption, jsonOption } from '../options.ts';
import { columns } from '../style.ts';
import { parseRef } from './cancel.ts';

interface Options {
  readonly as: string;
  readonly json?: boolean;
}

export const addRecalls: AddCommand = (program, context) => {
  program
    .command('recalls')
    .summary('who has acknowledged a withdrawal')
    .description(
      'The recall board of an own notice: who was sent it, who was told of its withdrawal, who says that it is out of use.',
    )
    .argument('<ref>', 'the notice, as "eads notices" shows it', parseRef)
    .addOption(asOption('the force that owns it'))
    .addOption(jsonOption())
    .addHelpText('after', examples('eads recalls ID/0190... --as ID'))
    .action(async (ref: string, { as, json }: Options) => {
      const board = await context.member(as).recalls(ref);
      if (json) return context.printJson(board);
      const acknowledged = board.holders.filter((holder) => holder.acknowledged !== null).length;
      await context.print(
        board.cancelled
          ? `Withdrawn. ${acknowledged} of ${board.holders.length} holders have acknowledged.`
          : `In force. ${board.holders.length} members hold it.`,
      );
      const rows = board.holders.map((holder) => [
        holder.member,
        holder.told ? 'told' : 'holds it',
        holder.acknowledged === null
          ? ''
          : `acknowledged ${holder.acknowledged}${holder.held === false ? ', held none' : ''}`,
      ]);
      return context.terminal.out.write(columns(rows));
    });
};
