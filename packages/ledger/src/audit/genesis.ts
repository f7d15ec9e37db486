import { EXPORT_FILES, type ManifestClaims } from '@eads/protocol';
import { applyStateEvent, type Directory, emptyDirectory, openEnvelope } from '@eads/signing';
import { toBase64 } from '../bytes.ts';
import { asciiText } from './files.ts';
import type { Findings } from './findings.ts';

const readTrust = (text: string, findings: Findings): { origin: string; genesis: string } | undefined => {
  const [origin, genesis, ...more] = text.trim().split(/\r?\n/);
  const form = /^[a-z0-9-]{1,32}(?:\/[a-z0-9-]{1,32}){2}$/;
  if (origin && genesis && more.length === 0 && form.test(origin) && /^[A-Za-z0-9+/]{43}=$/.test(genesis)) {
    return { origin, genesis };
  }
  const what = 'It is not two lines, an origin and a SHA-256 in base64.';
  findings.add('files', 'trust-malformed', { path: 'the trust file' }, what);
  return undefined;
};

/** Whether the genesis is the one that is trusted. */
export const checkTrust = (text: string, manifest: ManifestClaims, digest: string, findings: Findings): boolean => {
  const trust = readTrust(text, findings);
  if (!trust) return false;
  const where = { path: EXPORT_FILES.genesis };
  if (trust.origin !== manifest.origin) {
    findings.add('files', 'origin-mismatch', where, `The export is of ${manifest.origin}; trusted is ${trust.origin}.`);
  }
  if (trust.genesis === digest) return trust.origin === manifest.origin;
  const what = `The SHA-256 of its genesis is ${digest}; the trust file says ${trust.genesis}.`;
  findings.add('files', 'genesis-mismatch', where, what);
  return false;
};

/** The genesis of an export. */
export interface Founded {
  readonly text: string;
  /** base64 SHA-256 of the envelope. */
  readonly digest: string;
  readonly directory: Directory;
}

/** Reads genesis.jws and founds the directory with it; undefined where it founds nothing. */
export const readGenesis = (bytes: Uint8Array | undefined, origin: string, findings: Findings): Founded | undefined => {
  if (!bytes) return undefined;
  const where = { path: EXPORT_FILES.genesis };
  const text = asciiText(bytes);
  const opened = openEnvelope(text);
  if (!opened.ok) {
    findings.add('files', 'state-event-invalid', where, opened.refusal.why);
    return undefined;
  }
  const { claims, hash: digest } = opened.envelope;
  if (claims.origin !== origin) {
    findings.add('files', 'origin-mismatch', where, `It founds ${claims.origin}; the export is of ${origin}.`);
  }
  const applied = applyStateEvent(emptyDirectory(claims.origin), 0, opened.envelope);
  if (!applied.ok) {
    const code = applied.code === 'bad-signature' ? 'bad-signature' : 'state-event-invalid';
    findings.add('files', code, where, applied.why);
    return undefined;
  }
  return { text, digest: toBase64(digest), directory: applied.directory };
};
