import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type LinkClock, systemClock } from '../clock.ts';
import { acceptHubSession, type HubSessionHost } from '../hub-session.ts';
import { type HubSessionSettings, SOCKET_OPTIONS } from '../settings.ts';

/** A real `ws` server on the loopback that speaks the hub's side. `refuse` answers the upgrade with an HTTP status instead. */
export const createLoopbackHub = async (
  host: HubSessionHost,
  settings: Partial<HubSessionSettings> = {},
  clock: LinkClock = systemClock,
) => {
  const http = createServer();
  const server = new WebSocketServer({ ...SOCKET_OPTIONS, noServer: true });
  const sockets = new Set<WebSocket>();
  const requests: IncomingMessage[] = [];
  let refusal: number | undefined;
  http.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, socket, head, (accepted) => {
      sockets.add(accepted);
      accepted.on('close', () => sockets.delete(accepted));
      acceptHubSession(accepted, host, clock, settings);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as { port: number };
  return {
    url: `ws://127.0.0.1:${port}/`,
    port,
    sockets,
    requests,
    refuse: (status: number | undefined) => {
      refusal = status;
    },
    close: async () => {
      for (const socket of sockets) socket.terminate();
      http.close();
      await once(http, 'close');
    },
  };
};

/** A TCP socket past the websocket upgrade, spoken by hand. `early` is sent in the same packet as the request. */
export const connectRaw = async (port: number, early: Buffer = Buffer.alloc(0)) => {
  const socket: Socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const request =
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  socket.write(Buffer.concat([Buffer.from(request), early]));
  return {
    socket,
    /** Everything received, as Latin-1 text. */
    text: () => bytes.toString('latin1'),
    /** The code of the close frame received, if one stands at the end. */
    closeCode: () => {
      const at = bytes.lastIndexOf(0x88);
      return at < 0 ? undefined : bytes.readUInt16BE(at + 2);
    },
  };
};

/** A masked frame (RFC 6455 section 5.2) with a mask of zeros. */
export const maskedFrame = (opcode: number, payload: Buffer, claimed = payload.length): Buffer => {
  const head = Buffer.alloc(14);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(claimed), 2);
  return Buffer.concat([head, payload]);
};
