const BASE64_RUN = /[A-Za-z0-9+/_-]{16,}/g;
const HEX_RUN = /(?:[0-9a-fA-F]{2}){8,}/g;
const DEPTH = 3;

/** Bytes as a string of one character each, so that any bytes can be searched. */
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The base64 text of bytes that stand anywhere in a longer run: the part that is the same whatever stands around them. */
const inBase64 = (bytes: Buffer, encoding: 'base64' | 'base64url'): string[] =>
  [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replaceAll('=', '');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });

/** Every form in which a text could stand somewhere: as it is, escaped, in hex, in base64 and base64url at all three alignments. */
export const formsOf = (needle: string): string[] => {
  const bytes = Buffer.from(needle, 'utf8');
  const escaped = JSON.stringify(needle)
    .slice(1, -1)
    .replaceAll(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    ...new Set([
      latin1(needle),
      latin1(JSON.stringify(needle).slice(1, -1)),
      escaped,
      encodeURIComponent(needle),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      ...inBase64(bytes, 'base64'),
      ...inBase64(bytes, 'base64url'),
    ]),
  ];
};

/** Bytes, and whatever comes out of everything in them that could be base64 or hex, and out of that again. */
export const unpacked = (bytes: string): string => {
  const parts = [bytes];
  let layer = bytes;
  for (let depth = 0; depth < DEPTH; depth++) {
    const inside: string[] = [];
    for (const [run] of layer.matchAll(BASE64_RUN)) inside.push(Buffer.from(run, 'base64').toString('latin1'));
    for (const [run] of layer.matchAll(HEX_RUN)) inside.push(Buffer.from(run, 'hex').toString('latin1'));
    layer = inside.join('\n');
    parts.push(layer);
  }
  return parts.join('\n');
};

/** Which of these texts stand in the bytes, in whatever form. */
export const found = (bytes: string, needles: readonly string[]): string[] =>
  needles.filter((needle) => formsOf(needle).some((form) => bytes.includes(form)));
