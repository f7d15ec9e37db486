import type { DeliverSlice } from '@eads/link';
import type { FeedItem } from './feed.ts';

const openingText = ([, decision, salt, salt2, rseq]: FeedItem['openings'][number]): string =>
  `["${decision}","${salt}","${salt2}",${rseq}]`;

/**
 * The opening with which a member may read an entry, as JSON; null where it gets the leaf hash alone. A state event is
 * read by everyone: without an opening ("null") by its author and by members that were not on the roster then.
 */
const openingFor = (item: FeedItem, member: string): string | null => {
  const own = item.openings.find(([code]) => code === member);
  if (own?.[1] === 'deliver') return openingText(own);
  return item.state && (own === undefined || item.sender === member) ? 'null' : null;
};

/** Cuts a member's view of consecutive entries, as ready JSON. Its own messages stand there as leaf hashes: it holds them. */
export const sliceFor = (member: string, items: readonly FeedItem[], from: number, maxBytes: number): DeliverSlice => {
  const texts: string[] = [];
  const openings: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const opening = openingFor(item, member);
    const text = opening === null ? `"${item.leaf}"` : item.text;
    if (texts.length > 0 && bytes + text.length > maxBytes) break;
    texts.push(text);
    bytes += text.length;
    if (opening !== null) {
      openings.push(opening);
      bytes += opening.length;
    }
  }
  return { first: from, items: texts, openings, bytes };
};
