import type { Claims, Notice } from '@eads/protocol';
import { EvidenceError } from '../evidence.ts';
import type { Effect, NewVersion } from '../handling/effects.ts';
import type { Incoming } from '../handling/handler.ts';

interface Place {
  /** The key that signed it. */
  readonly kid: string;
  readonly epoch: number;
  readonly seq: number;
  /** Ledger time, ms. */
  readonly timeMs: number;
}

interface Amended {
  readonly ref: string;
  readonly version: number;
  readonly notice?: Notice;
  readonly reason: string;
}

/** What a search looks in: number, names or title, documents; lower case, compatibility forms folded. */
const wordsOf = ({ number, subject }: Notice): string => {
  const words = [number];
  if (subject.type === 'person') {
    for (const name of subject.names) words.push(name.full);
    for (const document of subject.documents) words.push(document.number);
  } else if (subject.type === 'object') {
    words.push(subject.description);
    for (const { value } of subject.identifiers) words.push(value);
  } else words.push(subject.title);
  return foldWords(words.join('\n'));
};

/** The form in which words are kept and looked for. */
export const foldWords = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Claims whose body was read by its kind's schema. */
type ReadClaims = Omit<Claims, 'body'> & { readonly body: unknown };

/** The version that a `notice.…` message brings; null for other kinds. */
export const versionOf = (claims: ReadClaims, { epoch, seq, timeMs, kid }: Place): NewVersion | null => {
  const base = { epoch, seq, timeMs, kid, owner: claims.from, envelopeId: claims.id, handling: claims.handling };
  const filled = (notice: Notice) => ({ type: notice.type, number: notice.number, words: wordsOf(notice) });
  switch (claims.kind) {
    case 'notice.publish': {
      const { notice } = claims.body as { notice: Notice };
      return {
        ...base,
        ref: `${claims.from}/${claims.id}`,
        version: 1,
        cancels: false,
        reason: null,
        ...filled(notice),
      };
    }
    case 'notice.update': {
      const { ref, version, notice, reason } = claims.body as Required<Amended>;
      return { ...base, ref, version, cancels: false, reason, ...filled(notice) };
    }
    case 'notice.cancel': {
      const { ref, version, reason } = claims.body as Amended;
      return { ...base, ref, version, cancels: true, reason, type: null, number: null, words: null };
    }
    default:
      return null;
  }
};

/** Whose notice a reference is: it names the publishing force. */
export const ownerOf = (ref: string): string => ref.slice(0, ref.indexOf('/'));

/** The effect that keeps the version of a `notice.…` message. */
export const keepVersion = (claims: ReadClaims, place: Place): Effect => {
  const version = versionOf(claims, place);
  if (version === null) throw new Error(`A ${claims.kind} brings no version of a notice.`);
  return { do: 'keep-version', version };
};

/** Only the force that issued a notice changes it; the hub should never have let another through. */
export const checkOwner = ({ claims, seq }: Incoming<{ ref: string }>): void => {
  if (ownerOf(claims.body.ref) === claims.from) return;
  throw new EvidenceError('not-owner', seq, { from: claims.from, ref: claims.body.ref, id: claims.id });
};
