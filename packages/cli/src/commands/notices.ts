import type { NoticeFilter, NoticeVersion } from '@eads/client';
import { noticeType } from '@eads/protocol';
import { Option } from 'commander';
import { type AddCommand, examples } from '../context.ts';
import { asOption, jsonOption, parseMember } from '../options.ts';
import { plain } from '../style.ts';

interface Options extends NoticeFilter {
  readonly as: string;
  readonly json?: boolean;
}

const titleOf = ({ notice, cancels, erasedBy }: NoticeVersion): string => {
  if (cancels) return 'withdrawn';
  if (notice === null) return erasedBy === null ? '' : 'erased';
  const { subject } = notice;
  if (subject.type === 'person') return subject.names[0]?.full ?? 'unknown person';
  return subject.type === 'object' ? subject.description : subject.title;
};

export const addNotices: AddCommand = (program, context) => {
  program
    .command('notices')
    .summary("list the notices that a member's node holds")
    .description(
      "Lists the newest version of each notice that a member's node holds, newest first. The node logs the search.",
    )
    .addOption(asOption('whose node is asked'))
    .addOption(new Option('--type <type>', 'only this type').choices(noticeType.options))
    .option('--owner <member>', 'only those of this force', parseMember)
    .option('--q <text>', 'only those with this in a name, number or document')
    .addOption(jsonOption())
    .addHelpText('after', examples('eads notices --as MY --type wanted', 'eads notices --as MY --q wijaya --json'))
    .action(async ({ as, json, type, owner, q }: Options) => {
      const filter = { ...(type ? { type } : {}), ...(owner ? { owner } : {}), ...(q ? { q } : {}) };
      for await (const version of context.member(as).notices(filter)) {
        const { ref, number, type: kind, version: count } = version;
        const shown = [ref, number ?? '', kind ?? '', `v${count}`, plain(titleOf(version)).slice(0, 80)];
        await (json ? context.printJson(version) : context.print(shown.filter((cell) => cell !== '').join('  ')));
      }
    });
};
