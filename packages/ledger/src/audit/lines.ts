import { type AuditorLine, auditorLine, type MemberLine, memberLine } from '@eads/protocol';
import * as z from 'zod';

const auditor = z.compile(auditorLine);
const member = z.compile(memberLine);

const bytesOf = ({ envelope, erasedBy }: { envelope?: string | undefined; erasedBy?: string | undefined }) => ({
  ...(envelope === undefined ? {} : { envelope }),
  ...(erasedBy === undefined ? {} : { erasedBy }),
});

const auditorText = (line: AuditorLine): string => {
  const { seq, record, commitments, openings } = line;
  return JSON.stringify({ seq, record, commitments, ...bytesOf(line), openings });
};

const memberText = (line: MemberLine): string => {
  if ('leaf' in line) return JSON.stringify({ seq: line.seq, leaf: line.leaf });
  const { seq, record } = line;
  if ('sent' in line) return JSON.stringify({ seq, record, ...bytesOf(line), sent: line.sent });
  return JSON.stringify({ seq, record, commitments: line.commitments, ...bytesOf(line), opening: line.opening });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A line of an auditor's export, or undefined unless the text is the one text of what it says. */
export const readAuditorLine = (text: string): AuditorLine | undefined => {
  const read = auditor.safeParse(parsed(text));
  return read.success && auditorText(read.data) === text ? read.data : undefined;
};

/** The same for a line of a member's export. */
export const readMemberLine = (text: string): MemberLine | undefined => {
  const read = member.safeParse(parsed(text));
  return read.success && memberText(read.data) === text ? read.data : undefined;
};
