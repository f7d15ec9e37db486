import { type AddCommand, examples } from '../context.ts';
import type { Check } from '../doctor/check.ts';
import { checkEverything } from '../doctor/checks.ts';
import { EXIT } from '../exit-codes.ts';
import { jsonOption } from '../options.ts';
import { type Paint, plain } from '../style.ts';

const COLOUR = { ok: 'green', warn: 'yellow', bad: 'red' } as const;

const line = ({ level, name, says, mend }: Check, paint: Paint): string =>
  `${paint(COLOUR[level], level.padEnd(4))}  ${name}: ${plain(says)}${mend === null ? '' : `\n      ${plain(mend)}`}`;

export const addDoctor: AddCommand = (program, context) => {
  program
    .command('doctor')
    .summary('check this installation and say what to mend')
    .description(
      'Looks at Node, the data folder, the exchange, its nodes, the ledger and the clock. Each line says how to mend it.',
    )
    .addOption(jsonOption())
    .addHelpText('after', `${examples('eads doctor')}\n\nExit codes: 0 nothing is bad, 1 something is.`)
    .action(async ({ json }: { readonly json?: boolean }) => {
      let worst: Check['level'] = 'ok';
      for await (const check of checkEverything(context)) {
        if (check.level === 'bad' || worst === 'ok') worst = check.level;
        await (json ? context.printJson(check) : context.print(line(check, context.paint)));
      }
      if (worst === 'bad') context.exitCode = EXIT.wrong;
    });
};
