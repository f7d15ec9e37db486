import { memberCode, seqNumber } from '@eads/protocol';
import { InvalidArgumentError, Option } from 'commander';

/** `id` is meant as ID. */
export const parseMember = (text: string): string => {
  const code = text.trim().toUpperCase();
  if (!memberCode.safeParse(code).success) {
    throw new InvalidArgumentError('A member is a force of two letters, like ID, or SEC.');
  }
  return code;
};

/** `all`, or codes with commas between; in code order, as an envelope has them. */
export const parseAddressees = (text: string): 'all' | string[] => {
  if (text.trim().toLowerCase() === 'all') return 'all';
  const codes = text.split(',').map(parseMember);
  return [...new Set(codes)].sort();
};

export const parseSeq = (text: string): number => {
  const seq = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!seqNumber.safeParse(seq).success) throw new InvalidArgumentError('An entry is a number from 0 on.');
  return seq;
};

/** Collects an option that may be given several times, or once with commas. */
export const parseList = (text: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  ...text.split(',').map((part) => part.trim()),
];

export const asOption = (says: string): Option =>
  new Option('--as <member>', says).argParser(parseMember).makeOptionMandatory();

export const toOption = (): Option =>
  new Option('--to <members>', 'who gets it: all, or codes like MY,TH').argParser(parseAddressees).default('all');

export const jsonOption = (): Option => new Option('--json', 'write JSON for a program');

export const waitOption = (): Option =>
  new Option('--wait <state>', 'wait until it is this far: receipted (durable) or witnessed (co-signed)').choices([
    'receipted',
    'witnessed',
  ]);
