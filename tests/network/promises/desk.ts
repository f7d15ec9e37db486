import type { DeskEntry, Submission } from '@eads/protocol';
import { type Constellation, eventually, HANDLING } from '@eads/testkit';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: () => ReturnType<typeof JSON.parse>;
}

/** One member's desk in one run, whoever runs its node. */
export interface Desk {
  readonly member: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** The desk of a node that the constellation runs. */
export const deskOf = (net: Constellation, member: string, run = net.run): Desk => ({
  member,
  call: async (method, path, body, headers = {}) => {
    const response = await fetch(`${net.url}/nodes/${member}/runs/${run}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${net.access.tokens[member]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  },
});

/** Hands a message in and returns its id; throws what the desk said where it was returned. */
export const send = async (
  desk: Desk,
  kind: string,
  to: Submission['to'],
  body: object,
  over: Partial<Submission> = {},
): Promise<string> => {
  const answer = await desk.call('POST', '/messages', { kind, to, handling: HANDLING, body, ...over });
  if (answer.status !== 201) throw new Error(`${kind} was returned: ${answer.text}`);
  return answer.json().id;
};

/** Waits until a sent message has come as far as this; returns how it stands then. */
export const reaches = async (desk: Desk, id: string, ...states: string[]) => {
  await eventually(`${desk.member}/${id} is ${states.join(' or ')}`, async () =>
    states.includes((await desk.call('GET', `/messages/${id}`)).json().state),
  );
  return (await desk.call('GET', `/messages/${id}`)).json();
};

/** Everything that a desk can read of what came in, page by page. */
export const entriesOf = async (desk: Desk): Promise<DeskEntry[]> => {
  const entries: DeskEntry[] = [];
  for (let from = 0; ; ) {
    const page: DeskEntry[] = (await desk.call('GET', `/entries?limit=500&from=${from}`)).json();
    if (page.length === 0) return entries;
    entries.push(...page);
    from = (page.at(-1)?.seq ?? from) + 1;
  }
};

/**
 * Waits until nothing is under way: every desk holds the whole ledger, has handled it and has nothing left to send, and a quorum
 * covers all of it.
 */
export const settled = (net: Constellation, desks: readonly Desk[], run = net.run): Promise<void> =>
  eventually('all is delivered, handled and witnessed', async () => {
    const { size, witnessed } = (await net.call('evaluator', 'GET', `/hub/runs/${run}`)).json();
    if (witnessed < size) return false;
    for (const desk of desks) {
      const answer = await desk.call('GET', '/status');
      if (answer.status !== 200) return false;
      const status = answer.json();
      const under = (status.outbox.queued ?? 0) + (status.outbox.sent ?? 0) + (status.outbox.receipted ?? 0);
      if (status.size < size || status.witnessed < size || status.handling.pending > 0 || under > 0) return false;
    }
    return (await net.call('evaluator', 'GET', `/hub/runs/${run}`)).json().size === size;
  });
