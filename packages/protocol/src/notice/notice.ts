import * as z from 'zod';
import { countryCode, day, plainText } from '../text.ts';
import { person } from './person.ts';

const some = (max: number) => plainText(max).min(1);

/** What a notice is about. Each has the colour that INTERPOL gives it; stolen objects have none. */
export const noticeType = z.enum([
  'wanted',
  'locate',
  'missing',
  'warning',
  'unidentified-body',
  'modus-operandi',
  'stolen-object',
]);

/** Every number shown begins `EX-`. */
export const noticeNumber = z
  .string()
  .regex(/^EX-[A-Z]{2,3}-\d{4}-\d{6}$/, 'a notice number is EX-<force>-<year>-<six digits>');

const object = z
  .strictObject({
    type: z.literal('object'),
    category: z.enum(['vehicle', 'vessel', 'document', 'firearm', 'other']),
    description: some(1000),
    identifiers: z.array(z.strictObject({ label: some(40), value: some(80) })).max(12),
  })
  .meta({ id: 'StolenObject' });

const method = z
  .strictObject({
    type: z.literal('method'),
    title: some(200),
    description: some(4000),
    indicators: z.array(some(200)).max(30),
  })
  .meta({ id: 'ModusOperandi' });

export const charge = z.strictObject({
  text: some(2000),
  translation: z.union([plainText(2000), z.null()]),
  country: z.union([countryCode, z.null()]),
  /** Highest penalty in years that the law threatens; null where the source does not say. */
  maxPenaltyYears: z.union([z.number().min(0).max(100), z.null()]),
});

export const warrant = z.strictObject({
  reference: some(80),
  issuedBy: some(160),
  issuedOn: z.union([day, z.null()]),
  country: countryCode,
});

/** Source A, B, C, X and information 1 to 4 (the 4x4 system, as SIENA uses it). */
export const grading = z.strictObject({
  source: z.enum(['A', 'B', 'C', 'X']),
  information: z.enum(['1', '2', '3', '4']),
});

/** A file, by its hash: the bytes stay at the issuing node until somebody asks for them. */
export const attachment = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,80}$/),
  bytes: z
    .int()
    .min(1)
    .max(10 * 1024 * 1024),
  title: some(120),
});

export const actionAsked = z.enum([
  'arrest-provisionally',
  'locate',
  'identify',
  'check-discreetly',
  'refuse-entry',
  'be-warned',
  'bring-to-safety',
  'seize',
  'inform',
]);

/** A notice as police write it. The force that issues it owns it. */
export const notice = z
  .strictObject({
    number: noticeNumber,
    type: noticeType,
    subject: z.discriminatedUnion('type', [person, object, method]),
    action: actionAsked,
    legalBasis: z.strictObject({ charges: z.array(charge).max(10), warrants: z.array(warrant).max(6) }),
    circumstances: plainText(8000),
    grading,
    validity: z
      .strictObject({ from: day, until: day })
      .refine((v) => v.from <= v.until, 'validity ends before it begins'),
    attachments: z.array(attachment).max(5),
    /** Where it was taken over from, when it was imported. */
    source: z.union([z.strictObject({ format: z.enum(['interpol-public']), reference: some(60) }), z.null()]),
  })
  .refine(
    ({ type, subject }) =>
      subject.type === (type === 'stolen-object' ? 'object' : type === 'modus-operandi' ? 'method' : 'person'),
    { path: ['subject'], message: 'the subject does not fit the type of notice' },
  )
  .refine(
    ({ type, subject }) => type === 'unidentified-body' || subject.type !== 'person' || subject.names.length > 0,
    {
      path: ['subject', 'names'],
      message: 'a person needs at least one name',
    },
  )
  .meta({ id: 'Notice' });

export type Notice = z.infer<typeof notice>;
