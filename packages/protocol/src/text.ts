import * as z from 'zod';

const ORIGIN_PART = '[a-z0-9-]{1,32}';

/** `<instance>/<run>/<epoch>`: names the log, and stands in every envelope, cursor, cosignature and export. */
export const originName = z
  .string()
  .regex(new RegExp(`^${ORIGIN_PART}/${ORIGIN_PART}/${ORIGIN_PART}$`), 'an origin is <instance>/<run>/<epoch>');

/** A run's short name. */
export const runName = z.string().regex(/^[a-z0-9-]{1,32}$/, 'a run name has 1 to 32 of a-z, 0-9 and -');

/** RFC 9562 UUID, version 7, lower case. */
export const messageId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'an id is a UUIDv7 in lower case');

/** `<from>/<id>`: ids are unique per sender only. */
export const messageRef = z
  .string()
  .regex(
    /^(?:[A-Z]{2}|SEC|HUB)\/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'a reference is <from>/<id>',
  );

/** UTC with milliseconds, the one form that `Date.prototype.toISOString` gives. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'a time is YYYY-MM-DDTHH:MM:SS.mmmZ')
  .refine((text) => {
    const ms = Date.parse(text);
    return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
  }, 'no such day or time');

/** A calendar day, proleptic Gregorian. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a day is YYYY-MM-DD')
  .refine((text) => {
    const ms = Date.parse(`${text}T00:00:00.000Z`);
    return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  }, 'no such day');

/** Standard base64, padded, of exactly `bytes` bytes. */
export const base64Of = (bytes: number) => {
  const length = Math.ceil(bytes / 3) * 4;
  const padding = '='.repeat((3 - (bytes % 3)) % 3);
  return z
    .string()
    .length(length)
    .regex(new RegExp(`^[A-Za-z0-9+/]{${length - padding.length}}${padding}$`), `base64 of ${bytes} bytes`);
};

/** base64 of a SHA-256. */
export const sha256Text = base64Of(32);

/** RFC 7515 compact serialization: three base64url parts. */
export const compactJws = z
  .string()
  .max(70_000)
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'a compact JWS');

/** Plain text without control or direction-override characters other than line feed and tab. */
export const plainText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^(?:[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\n\t])*$/u, 'no control characters');

/** ISO 3166-1 alpha-2 country code. */
export const countryCode = z.string().regex(/^[A-Z]{2}$/, 'a country is two capital letters (ISO 3166-1)');

/** A ledger sequence number: the leaf index, from 0. */
export const seqNumber = z.int().min(0);
