import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Deliver, type HubFrame, hubFrame } from '@eads/protocol';
import { WebSocket, WebSocketServer } from 'ws';

/** What the hub says in place of a frame of its own. */
export type Lie = (frame: HubFrame) => readonly HubFrame[];

type Item = Deliver['items'][number];
type Opening = Deliver['openings'][number];

/** A lie about single entries of a delivery; what is not to be bent is given back as it is. */
export const lieAboutEntries =
  (bend: (seq: number, item: Item, opening: Opening) => readonly [Item, Opening]): Lie =>
  (frame) => {
    if (frame.t !== 'deliver') return [frame];
    let readable = 0;
    const bent = frame.items.map((item, i) =>
      bend(frame.first + i, item, typeof item === 'string' ? null : (frame.openings[readable++] ?? null)),
    );
    const openings = bent.flatMap(([item, opening]) => (typeof item === 'string' ? [] : [opening]));
    return [{ ...frame, items: bent.map(([item]) => item), openings }];
  };

/**
 * A door before a real hub that makes a liar of it: what it says on a link passes through a lie, everything else as it is. A test
 * that has the hub's keys can sign its lies with them.
 */
export const startLyingProxy = async (hubUrl: string) => {
  const lies = new Map<string, Lie>();
  const near = new Set<WebSocket>();
  const links = new Map<string, WebSocket>();

  const passOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await fetch(new URL(request.url ?? '', hubUrl), {
      method: request.method ?? 'GET',
      headers: {
        authorization: request.headers.authorization ?? '',
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(await answer.text());
  };
  const http = createServer((request, response) => {
    passOn(request, response).catch(() => response.destroy());
  });
  const server = new WebSocketServer({ noServer: true });

  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (node) => {
      const run = /\/runs\/([^/]+)\/link/.exec(request.url ?? '')?.[1] ?? '';
      const hub = new WebSocket(new URL(request.url ?? '', hubUrl.replace('http', 'ws')), {
        headers: { authorization: request.headers.authorization ?? '' },
      });
      const early: string[] = [];
      const say = (frame: HubFrame): void => {
        if (node.readyState === WebSocket.OPEN) node.send(JSON.stringify(frame));
      };
      near.add(node);
      links.set(run, node);
      node.on('message', (data) => {
        if (hub.readyState === WebSocket.OPEN) hub.send(String(data));
        else early.push(String(data));
      });
      hub.on('open', () => {
        for (const text of early) hub.send(text);
      });
      hub.on('message', (data) => {
        const frame = hubFrame.parse(JSON.parse(String(data)));
        for (const said of lies.get(run)?.(frame) ?? [frame]) say(said);
      });
      hub.on('close', (code) => (code >= 4000 ? node.close(code) : node.terminate()));
      node.on('close', () => {
        near.delete(node);
        hub.terminate();
      });
      for (const end of [hub, node]) end.on('error', () => undefined);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/hub`,
    /** From now on the link of this run lies like this; null: it tells the truth. */
    lie: (run: string, lie: Lie | null): void => {
      if (lie === null) lies.delete(run);
      else lies.set(run, lie);
    },
    /** Says something of its own on the newest link of this run. */
    say: (run: string, frame: HubFrame): void => links.get(run)?.send(JSON.stringify(frame)),
    /** Cuts the newest link of this run. */
    cut: (run: string): void => links.get(run)?.terminate(),
    close: async (): Promise<void> => {
      for (const node of near) node.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};

export type LyingProxy = Awaited<ReturnType<typeof startLyingProxy>>;
