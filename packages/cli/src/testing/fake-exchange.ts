import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Notice, PROBLEMS, type ProblemCode } from '@eads/protocol';

const ID_FORM = '01890a5d-ac96-774b-bcce-';
const TIME = '2026-01-01T00:00:00.000Z';

export interface FakeExchangeOptions {
  /** What becomes of a notice that is handed in; accepted unless told. */
  readonly judge?: (notice: Notice, count: number) => { code: ProblemCode; detail: string } | 'cut' | undefined;
  /** State of a message that was sent. */
  readonly state?: (index: number) => string;
  /** Answers in place of everything else. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** The far side of the command line: one node and as much of a hub as is asked for, without a rule or a ledger. */
export const startFakeExchange = async (options: FakeExchangeOptions = {}) => {
  const { judge = () => undefined, state = () => 'receipted' } = options;
  const published: { id: string; notice: Notice; to: unknown }[] = [];
  const requests: string[] = [];
  let count = 0;

  const send = (response: ServerResponse, value: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const problem = (response: ServerResponse, code: ProblemCode, detail: string): void => {
    const { status, title, retry } = PROBLEMS[code];
    send(response, { type: `urn:problem-type:eads:${code}`, code, title, status, detail, retry }, status);
  };
  const sentMessage = ({ id, to }: (typeof published)[number], index: number) => ({
    id,
    kind: 'notice.publish',
    to,
    state: state(index),
    createdAt: TIME,
    seq: index,
    code: 'accepted',
    says: state(index) === 'returned' ? 'The hub returned it.' : null,
    decisions: [],
  });
  const version = ({ id, notice }: (typeof published)[number], index: number) => ({
    ref: `ID/${id}`,
    version: 1,
    seq: index,
    time: TIME,
    owner: 'ID',
    envelopeId: id,
    cancels: false,
    type: notice.type,
    number: notice.number,
    notice,
    reason: null,
    handling: { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null },
    erasedBy: null,
  });
  const takeNotice = (response: ServerResponse, body: string): void => {
    const {
      body: { notice },
      to,
    } = JSON.parse(body);
    count += 1;
    const verdict = judge(notice, count);
    if (verdict === 'cut') {
      response.socket?.destroy();
      return;
    }
    if (verdict) {
      problem(response, verdict.code, verdict.detail);
      return;
    }
    const id = ID_FORM + String(published.length).padStart(12, '0');
    published.push({ id, notice, to });
    send(response, { id, state: 'queued' }, 201);
  };
  const status = {
    ...{ run: 'practice', origin: 'x/practice/1', phase: 'open', colour: 'green', red: [], amber: [] },
    ...{ size: 1, rseq: 0, witnessed: 1, members: ['ID', 'MY'] },
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    if (options.answer?.(request, response)) return;
    if (!request.headers.authorization?.endsWith('good'))
      return problem(response, 'unauthenticated', 'This token is not known.');
    const route = `${request.method} ${pathname.replace('/nodes/ID/runs/practice', '')}`;
    if (route === 'GET /status') return send(response, status);
    if (route === 'POST /messages') return takeNotice(response, body);
    if (route === 'GET /messages') return send(response, published.map(sentMessage).reverse().slice(0, 500));
    if (route === 'GET /notices') {
      const offset = Number(searchParams.get('offset'));
      return send(response, published.map(version).slice(offset, offset + Number(searchParams.get('limit'))));
    }
    problem(response, 'not-found', 'There is nothing here.');
  };
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { EADS_URL: url, EADS_TOKEN: 'good' },
    published,
    requests,
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type FakeExchange = Awaited<ReturnType<typeof startFakeExchange>>;
