import { resolve } from 'node:path';
import type { RunInfo } from '@eads/client';
import { EXPORT_FILES, type ExportLine, runName } from '@eads/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.ts';
import { type AddCommand, type Context, examples } from '../context.ts';
import { type ExportFolder, openExportFolder } from '../export-reader.ts';
import { jsonOption, parseAddressees } from '../options.ts';
import { columns } from '../style.ts';

interface JsonOptions {
  readonly json?: boolean;
}

const ROLE = 'trainer';

const parseRun = (text: string): string => {
  if (!runName.safeParse(text).success) throw new InvalidArgumentError('A run name has 1 to 32 of a-z, 0-9 and -.');
  return text;
};

const describe = ({ run, state, why, size, witnessed, called, online }: RunInfo): string[] => [
  run,
  state,
  `${size} entries, ${witnessed} witnessed`,
  `${online.length} of ${called.length} online`,
  why ?? '',
];

const show = async (context: Context, info: RunInfo, json?: boolean): Promise<void> =>
  json ? context.printJson(info) : context.terminal.out.write(columns([describe(info)]));

const addList = (run: Command, context: Context): void => {
  run
    .command('list')
    .description('Lists the runs of this installation.')
    .addOption(jsonOption())
    .addHelpText('after', examples('eads run list'))
    .action(async ({ json }: JsonOptions) => {
      const runs = await context.hub(ROLE).runs.list();
      if (json) return context.printJson(runs);
      return context.terminal.out.write(columns(runs.map(describe)));
    });
};

interface CreateOptions extends JsonOptions {
  readonly members?: 'all' | string[];
}

const addCreate = (run: Command, context: Context): void => {
  run
    .command('create')
    .description('Creates a run with fresh keys. It opens by itself once everyone who is called has enrolled.')
    .argument('<name>', 'its name', parseRun)
    .option(
      '--members <codes>',
      'who is called, like ID,MY,TH (the Secretariat always is); everyone unless told',
      parseAddressees,
    )
    .addOption(jsonOption())
    .addHelpText('after', examples('eads run create exercise-1', 'eads run create pair --members ID,MY'))
    .action(async (name: string, { members = 'all', json }: CreateOptions) => {
      const called = members === 'all' ? undefined : [...new Set([...members, 'SEC'])].sort();
      await show(context, await context.hub(ROLE).runs.create(name, called), json);
    });
};

interface Step {
  readonly name: 'start' | 'archive';
  readonly says: string;
}

const STEPS: readonly Step[] = [
  { name: 'start', says: 'Starts a run without those who have not enrolled.' },
  {
    name: 'archive',
    says: 'Closes a run for good: nothing more is exchanged in it and its keys are deleted. It can be read, exported and verified as before.',
  },
];

const addStep = (run: Command, context: Context, { name, says }: Step): void => {
  run
    .command(name)
    .description(says)
    .argument('<name>', 'the run', parseRun)
    .addOption(jsonOption())
    .addHelpText('after', examples(`eads run ${name} exercise-1`))
    .action(async (of: string, { json }: JsonOptions) => show(context, await context.hub(ROLE).runs[name](of), json));
};

/** An export as the exchange takes it back: each file a line, the manifest last. */
async function* exportLines({ reader }: ExportFolder): AsyncGenerator<ExportLine> {
  const paths = await reader.list();
  const last = paths.filter((path) => path === EXPORT_FILES.manifest);
  for (const path of [...paths.filter((each) => each !== EXPORT_FILES.manifest), ...last]) {
    yield { path, text: Buffer.from(await reader.read(path)).toString('utf8') };
  }
}

const addRestore = (run: Command, context: Context): void => {
  run
    .command('restore')
    .description(
      "Brings a run back from an auditor's export, under its own name, to be read. It is audited first, and nothing that does not hold is taken.",
    )
    .argument('<folder>', 'what "eads ledger export" wrote')
    .addOption(jsonOption())
    .addHelpText('after', examples('eads run restore ./exercise-1'))
    .action(async (name: string, { json }: JsonOptions) => {
      const folder = await openExportFolder(resolve(context.terminal.cwd, name));
      const [stray] = folder.strays;
      if (stray) {
        const remedy = 'Take it out; "eads verify" tells what else is wrong';
        throw new CliError({ what: `${stray.path} is no file of an export. ${stray.says}`, where: name, remedy });
      }
      const { runs } = context.hub(ROLE);
      await show(context, await runs.get(await runs.restore(exportLines(folder))), json);
    });
};

const addDelete = (run: Command, context: Context): void => {
  run
    .command('delete')
    .description('Deletes a run and everything in it, for good.')
    .argument('<name>', 'the run', parseRun)
    .option('--yes', 'yes, for good')
    .addHelpText('after', examples('eads run delete exercise-1 --yes'))
    .action(async (name: string, { yes }: { readonly yes?: boolean }) => {
      const { runs } = context.hub(ROLE);
      const info = await runs.get(name);
      if (!yes) {
        throw new CliError({
          what: `This would delete the run ${name} with its ${info.size} entries, for good`,
          remedy: `Export it first (eads ledger export ./${name} --run ${name}), then give --yes`,
        });
      }
      await runs.remove(name);
      await context.print(`Deleted ${name} (${info.size} entries).`);
    });
};

export const addRun: AddCommand = (program, context) => {
  const run = program
    .command('run')
    .description('Runs: the practice run and each exercise have their own members, keys and ledger.');
  addList(run, context);
  addCreate(run, context);
  for (const step of STEPS) addStep(run, context, step);
  addRestore(run, context);
  addDelete(run, context);
};
