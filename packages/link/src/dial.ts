import { WebSocket } from 'ws';
import { SOCKET_OPTIONS } from './settings.ts';
import type { LinkSocket } from './socket.ts';

/** Begins a connection to a hub; what comes of it is told by the socket's events. */
export type Dial = (url: string, token: string) => LinkSocket;

/** Answers to the upgrade request that mean what a close code means. */
const REFUSALS: Readonly<Record<number, number>> = { 401: 4401, 403: 4403 };

/** A `ws` client. A refused upgrade (HTTP 401 or 403) is told as the close code of the same meaning. */
export const dialWebSocket: Dial = (url, token) => {
  const socket = new WebSocket(url, {
    ...SOCKET_OPTIONS,
    followRedirects: false,
    headers: { authorization: `Bearer ${token}` },
  });
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    const code = REFUSALS[status];
    response.resume();
    if (code === undefined) socket.emit('error', new Error(`the hub answered with HTTP ${status}`));
    else socket.emit('close', code, Buffer.alloc(0));
    socket.terminate();
  });
  return socket;
};
