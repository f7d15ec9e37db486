import { type Claims, type DeskEntry, type FeedEntry, ITEM_CODES, notice as noticeSchema } from '@eads/protocol';
import { type Paint, plain } from './style.ts';

const clock = (iso: string): string => {
  const at = new Date(iso);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
};

const addressees = (to: Claims['to'] | undefined): string =>
  to === undefined ? '?' : to === 'all' ? 'all' : to.length === 0 ? 'nobody' : to.join(',');

const noticeWords = (value: unknown): string | undefined => {
  const read = noticeSchema.safeParse(value);
  if (!read.success) return undefined;
  const { number, type, subject } = read.data;
  const title =
    subject.type === 'person'
      ? (subject.names[0]?.full ?? 'unknown person')
      : subject.type === 'object'
        ? subject.category
        : subject.title;
  return `${number} ${type}: ${title}`;
};

/** What a message says, in a few words; confidential ones only where they were opened. */
const gist = (claims: Claims | null, inner: Record<string, unknown> | null): string => {
  if (claims === null) return '';
  const { body } = claims;
  const words = noticeWords(body.notice);
  if (words !== undefined) return typeof body.version === 'number' ? `${words} (version ${body.version})` : words;
  if (typeof inner?.subject === 'string') return inner.subject;
  if (typeof body.ref === 'string') return typeof body.reason === 'string' ? `${body.ref}: ${body.reason}` : body.ref;
  return typeof body.reason === 'string' ? body.reason : '';
};

const deliveries = ({ openings, claims }: FeedEntry, paint: Paint): string => {
  if (claims !== null && claims.to.length === 0) return '';
  const got = openings.filter(([, decision]) => decision === 'deliver').length;
  const returned = openings.filter(([, decision]) => decision.startsWith('returned:'));
  const back = returned.map(([member, decision]) => `${member} ${decision.slice('returned:'.length)}`).join(', ');
  return `[${got} delivered${back === '' ? '' : paint('yellow', `; returned: ${back}`)}]`;
};

const cells = (entry: { readonly time: string; readonly seq: number }, from: string, to: string): string =>
  `${clock(entry.time)}  #${String(entry.seq).padEnd(6)} ${from.padStart(3)} > ${to.padEnd(6)}`;

/** An entry of the evaluators' feed as one line for a person. */
export const feedLine = (entry: FeedEntry, paint: Paint): string => {
  const { claims, code } = entry;
  const head = cells(entry, entry.from, addressees(claims?.to));
  const kind = (entry.kind ?? '?').padEnd(18);
  if (code !== 'accepted') {
    const says = ITEM_CODES[code].says.split('. ')[0] ?? '';
    return `${head} ${paint('dim', kind)} ${paint('red', code)}: ${plain(says)}`;
  }
  const erased = entry.erasedBy === null ? '' : paint('yellow', `erased by ${entry.erasedBy}`);
  const words = plain(gist(claims, null));
  return [head, paint('cyan', kind), erased || words, deliveries(entry, paint)].filter((part) => part !== '').join(' ');
};

/** An entry of a node's own feed as one line. */
export const deskLine = (entry: DeskEntry, paint: Paint): string => {
  const { claims, state } = entry;
  const head = cells(entry, claims?.from ?? '?', addressees(claims?.to));
  const words =
    entry.erasedBy === null ? plain(gist(claims, entry.inner)) : paint('yellow', `erased by ${entry.erasedBy}`);
  const how = state === 'done' ? '' : paint(state === 'failed' ? 'red' : 'yellow', `[${state}]`);
  return [head, paint('cyan', (claims?.kind ?? '?').padEnd(18)), words, how].filter((part) => part !== '').join(' ');
};
