export type ContentPolicy = Readonly<Record<string, readonly string[]>>;

/** What pages and answers may load: nothing, and nobody frames them. No upgrade-insecure-requests: it breaks plain http on a LAN. */
export const CLOSED_CONTENT_POLICY: ContentPolicy = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** A policy as helmet takes it, without helmet's defaults. */
export const forHelmet = (
  policy: ContentPolicy,
): { readonly useDefaults: false; readonly directives: Record<string, string[]> } => ({
  useDefaults: false,
  directives: Object.fromEntries(Object.entries(policy).map(([name, values]) => [name, [...values]])),
});
