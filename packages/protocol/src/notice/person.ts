import * as z from 'zod';
import { countryCode, plainText } from '../text.ts';

const some = (max: number) => plainText(max).min(1);

/** ISO 15924 script codes in use in the region. */
export const script = z.enum(['Latn', 'Thai', 'Khmr', 'Laoo', 'Mymr', 'Hans', 'Hant', 'Arab', 'Taml']);

/** One part of a name. A mononym has one `given` part and is never padded. */
export const namePart = z.strictObject({
  type: z.enum(['given', 'family', 'patronymic', 'connector', 'title', 'generation', 'other']),
  text: some(80),
});

/** A name as written. Parts are optional: not every source knows them. */
export const personName = z.strictObject({
  use: z.enum(['main', 'alias', 'birth']),
  full: some(200),
  script,
  parts: z.array(namePart).max(12),
});

/** A date of birth with what is known of it: year, month or day. Buddhist-era input is kept as written beside it. */
export const partialDate = z
  .strictObject({
    value: z
      .string()
      .regex(/^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/, 'YYYY, YYYY-MM or YYYY-MM-DD'),
    approximate: z.boolean(),
    asWritten: z.union([some(40), z.null()]),
  })
  .refine(({ value }) => {
    if (value.length < 10) return true;
    const ms = Date.parse(`${value}T00:00:00.000Z`);
    return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
  }, 'no such day');

/** Documents are invalid by construction: every number begins `EX`. */
export const identityDocument = z.strictObject({
  type: z.enum(['passport', 'identity-card', 'seaman-book', 'driving-licence', 'other']),
  number: z.string().regex(/^EX[A-Z0-9-]{2,30}$/, 'a document number begins EX: it is invalid by construction'),
  country: z.union([countryCode, z.null()]),
});

/** A drawn portrait, as features; whoever shows it draws it. Never a photograph of a person. */
export const drawnPortrait = z.strictObject({
  face: z.int().min(0).max(5),
  skin: z.int().min(0).max(5),
  hair: z.int().min(0).max(9),
  hairColour: z.int().min(0).max(5),
  eyes: z.int().min(0).max(5),
  brows: z.int().min(0).max(4),
  nose: z.int().min(0).max(4),
  mouth: z.int().min(0).max(4),
  beard: z.int().min(0).max(4),
  glasses: z.int().min(0).max(2),
});

export const personStatus = z.enum(['suspect', 'accused', 'convicted', 'witness', 'victim', 'missing', 'unknown']);

export const person = z
  .strictObject({
    type: z.literal('person'),
    names: z.array(personName).max(20),
    born: z.union([partialDate, z.null()]),
    birthPlace: z.union([
      z.strictObject({ text: plainText(120), country: z.union([countryCode, z.null()]) }),
      z.null(),
    ]),
    sex: z.enum(['male', 'female', 'unknown']),
    nationalities: z.array(countryCode).max(8),
    documents: z.array(identityDocument).max(12),
    heightCm: z.union([z.int().min(20).max(260), z.null()]),
    weightKg: z.union([z.int().min(1).max(400), z.null()]),
    eyes: z.array(some(24)).max(4),
    hair: z.array(some(24)).max(4),
    /** ISO 639-2 or 639-3 codes, as the source gives them. */
    languages: z.array(z.string().regex(/^[A-Z]{3}$/)).max(12),
    marks: z.union([plainText(1000), z.null()]),
    status: personStatus,
    portrait: z.union([drawnPortrait, z.null()]),
  })
  .meta({ id: 'Person' });

export type Person = z.infer<typeof person>;
export type PersonName = z.infer<typeof personName>;
export type DrawnPortrait = z.infer<typeof drawnPortrait>;
