import type { Claims, Kind } from '@eads/protocol';
import { issuePlaces, type ProblemPlace } from '@eads/runtime';
import { SubmissionError } from './submission-error.ts';

const AGAIN = 'Mend it and send the message again.';

const formError = (at: readonly ProblemPlace[]): SubmissionError => {
  const [first] = at;
  return new SubmissionError('form', 'bad-form', `${first?.path}: ${first?.says}. ${AGAIN}`, at);
};

const WHOM: Record<Kind['addresses'], { readonly fits: (to: Claims['to']) => boolean; readonly says: string }> = {
  all: { fits: (to) => to === 'all', says: 'it is for all: write "all"' },
  nobody: { fits: (to) => to !== 'all' && to.length === 0, says: 'it is for nobody: write []' },
  named: { fits: (to) => to !== 'all' && to.length > 0, says: 'it names its addressees: list their codes' },
  anyone: {
    fits: (to) => to === 'all' || to.length > 0,
    says: 'it is for all or names its addressees: write "all" or list their codes',
  },
};

/** Half a character (a lone surrogate) fits no encoding: JSON can say it, bytes cannot. */
const broken = (value: unknown, path: readonly string[]): ProblemPlace | undefined => {
  if (typeof value === 'string') {
    return value.isWellFormed() ? undefined : { path: path.join('/'), says: 'it holds half a character' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = broken(inner, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * What can be said of a message's form before it is signed, place by place: its body by the kind's schema, and whom it may address.
 * @throws SubmissionError
 */
export const checkForm = (
  kind: Kind,
  member: string,
  { to, handling, body }: Pick<Claims, 'to' | 'handling' | 'body'>,
): void => {
  const read = (kind.inner ?? kind.body).safeParse(body);
  if (!read.success) throw formError(issuePlaces(read.error.issues, ['body', 'body']));
  const half = broken({ handling, body }, ['body']);
  if (half !== undefined) throw formError([half]);
  const { fits, says } = WHOM[kind.addresses];
  if (!fits(to)) throw formError([{ path: 'body/to', says }]);
  if (to !== 'all' && to.includes(member)) {
    throw formError([{ path: 'body/to', says: `it is not sent to oneself: take ${member} out` }]);
  }
};
