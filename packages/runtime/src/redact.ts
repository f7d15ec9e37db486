const HIDDEN = '[hidden]';

/** Names whose values are secret wherever they stand. */
const SECRET_NAME =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|passwords?|passphrase|tokens?|accessTokens?|access_token|secrets?|privateKeys?|private_key|apiKey|api_key)$/i;

/**
 * Secrets inside any text: passwords in addresses, credentials in headers and queries, private keys in their usual forms.
 * Repetitions are bounded where they could meet at every place of a long text: 48 KiB of anything must cost nothing to log.
 */
const IN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/([a-z][a-z0-9+.-]{0,19}:\/\/[^\s:/?#@"']{0,256}):[^\s@"']{1,256}@/gi, `$1:${HIDDEN}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,}=*/gi, `$1 ${HIDDEN}`],
  [/([?&](?:token|access_token|key|password|secret)=)[^&\s"']+/gi, `$1${HIDDEN}`],
  [/("d\\*"\s*:\s*\\*")[A-Za-z0-9_-]{16,}/g, `$1${HIDDEN}`],
  [/PRIVATE\+KEY\+[^\s"']+/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/** A text without the secrets that it may carry. */
export const redactText = (text: string): string =>
  IN_TEXT.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);

/** A JSON value without secrets, at any depth. `d` is the private part of a JWK (RFC 7517). */
export const redact = (value: unknown): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const secret = SECRET_NAME.test(name) || (name === 'd' && 'kty' in value);
      return [name, secret && inner !== null ? HIDDEN : redact(inner)];
    }),
  );
};
