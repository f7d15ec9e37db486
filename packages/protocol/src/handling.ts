import * as z from 'zod';
import { byCode, memberCode } from './members.ts';
import { plainText } from './text.ts';

/** Traffic Light Protocol 2.0 (FIRST). */
export const tlp = z.enum(['RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR']);

/** Handling codes as SIENA uses them: H0 crime-fighting use, H1 not in court, H2 no onward sharing, H3 other, told in the caveat. */
export const handlingCode = z.enum(['H0', 'H1', 'H2', 'H3']);

const sorted = (codes: readonly string[]): boolean =>
  codes.every((code, i) => i === 0 || byCode(codes[i - 1] as string, code) < 0);

/** Member codes in code order, none twice. */
export const sortedMembers = z.array(memberCode).max(32).refine(sorted, 'member codes stand in order, none twice');

/** "Who may use this, for what?" The hub sees this of every message, of confidential ones too. */
export const handling = z
  .strictObject({
    tlp,
    code: handlingCode,
    /** Only these members may receive it; null: every member. */
    releasableTo: z.union([sortedMembers, z.null()]),
    /** In words, what else the author asks. */
    caveat: z.union([plainText(500), z.null()]),
  })
  .meta({ id: 'Handling' });

export type Handling = z.infer<typeof handling>;
