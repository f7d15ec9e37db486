import { createHash } from 'node:crypto';

export const sha = (text: string): string => createHash('sha256').update(text).digest('base64');
const short = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64');

export const ORIGIN = 'lab/practice/1';
export const JWS = 'aaaa.bbbb.cccc';

/** A compact JWS in form, `bytes` long. */
export const envelopeText = (label: string, bytes = 200): string => {
  const body = Buffer.from(label).toString('base64url');
  return `eyJh.${body}.${'s'.repeat(Math.max(1, bytes - body.length - 6))}`;
};

const recordOf = (seq: number): string =>
  `eads-entry/v1\n${seq}\n1790000000000\nID\n01890a5d-ac96-774b-bcce-b302099a8057\naccepted\n${sha(`e${seq}`)}\n${sha(`r${seq}`)}\n`;

/** A readable item and its opening, as JSON. */
export const readableItem = (seq: number, bytes = 200): string =>
  JSON.stringify({ record: recordOf(seq), commitments: '', envelope: envelopeText(`m${seq}`, bytes) });
export const openingText = (seq: number): string =>
  JSON.stringify(['deliver', short(`a${seq}`), short(`b${seq}`), seq]);
/** Another's entry, as JSON. */
export const leafItem = (seq: number): string => JSON.stringify(sha(`leaf${seq}`));
