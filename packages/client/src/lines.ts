import { ClientError } from './client-error.ts';

const LINE_FEED = 0x0a;

/**
 * Lines of a stream of UTF-8, without their ends; a last one without an end counts too. Rejects with `not-understood` for a
 * line over `maxBytes`, and for bytes that are no UTF-8.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let held = 0;

  const keep = (part: Uint8Array): void => {
    held += part.length;
    if (held > maxBytes) {
      throw new ClientError('not-understood', `A line of the answer has more than the ${maxBytes} bytes it may have.`);
    }
    parts.push(part);
  };
  const take = (): string => {
    const [only = new Uint8Array(0)] = parts;
    const bytes = parts.length > 1 ? Buffer.concat(parts) : only;
    parts = [];
    held = 0;
    try {
      return decoder.decode(bytes);
    } catch {
      throw new ClientError('not-understood', 'A line of the answer is not valid UTF-8.');
    }
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (held > 0) yield take();
}
