/** What a `ws` socket hands over as one message. */
export type SocketData = Buffer | ArrayBuffer | Buffer[];

/** The small part of a `ws` WebSocket that a session uses. */
export interface LinkSocket {
  /** Bytes handed to `send` that the operating system has not taken yet. */
  readonly bufferedAmount: number;
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  send(data: string | Buffer, flushed?: (error?: Error) => void): void;
  close(code: number, reason?: string): void;
  terminate(): void;
  ping(): void;
  pause(): void;
  resume(): void;
  on(event: 'message', listener: (data: SocketData, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'ping' | 'pong', listener: () => void): unknown;
}

export const SOCKET_OPEN = 1;

/** The bytes of a message, whichever `binaryType` the socket was set to. */
export const bytesOf = (data: SocketData): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
};
