import { CLOSE_CODES, type CloseCode, FRAME_BYTES, type HubFrame, type NodeFrame } from '@eads/protocol';
import type { LinkClock, LinkTimer } from './clock.ts';
import { closeCodeOf, errorOf, type LinkError } from './close-words.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { type Parse, plain, readFrame } from './reading.ts';
import type { ChannelSettings } from './settings.ts';
import { bytesOf, type LinkSocket, SOCKET_OPEN, type SocketData } from './socket.ts';

/** How a session ended. */
export interface ChannelEnd {
  readonly code: CloseCode;
  readonly byUs: boolean;
  readonly error: LinkError;
}

export interface ChannelHandlers<Frame> {
  readonly parse: Parse<Frame>;
  /** One checked frame of `bytes` bytes. A throw ends the session with 1011. */
  frame(frame: Frame, bytes: number): void;
  /** A ping came (the socket answers it by itself). */
  pinged(): void;
  /** Once, at the moment the session ends, whoever ends it; nothing is handed up after it. */
  over(end: ChannelEnd): void;
  /** An error of this process, which ended the session with 1011. */
  fault(error: unknown): void;
}

/** A websocket that carries checked JSON frames one way and text the other, and ends with a code of the protocol's table. */
export interface Channel {
  /** Harmless once over. `flushed` is called when the operating system took it, or never. */
  send(text: string, flushed?: () => void): void;
  close(code: CloseCode, error?: LinkError): void;
  /** Ends with 1011 because of an error of this process. */
  fail(error: unknown): void;
  beat(limits: { readonly pingMs: number; readonly pongMs: number }): void;
  isOver(): boolean;
  /** Resolves when the socket is closed for good. */
  readonly closed: Promise<void>;
}

const ERROR_CODE = /^[a-z-]{1,40}$/;

export const openChannel = <Frame extends HubFrame | NodeFrame>(
  socket: LinkSocket,
  clock: LinkClock,
  settings: ChannelSettings,
  handlers: ChannelHandlers<Frame>,
): Channel => {
  let over = false;
  let gone = false;
  let heartbeat: Heartbeat | undefined;
  let destroyer: LinkTimer | undefined;
  let lastWords: LinkError | undefined;
  const { promise: closed, resolve: settle } = Promise.withResolvers<void>();

  const end = (code: CloseCode, byUs: boolean, error: LinkError) => {
    if (over) return;
    over = true;
    heartbeat?.stop();
    // The close handshake waits for a peer that may be stuck.
    if (!gone) destroyer = clock.setTimeout(() => socket.terminate(), settings.closeMs);
    handlers.over({ code, byUs, error });
  };

  const close = (code: CloseCode, error: LinkError = errorOf(code)) => {
    if (over) return;
    if (socket.readyState === SOCKET_OPEN) {
      if (code !== 1001) socket.send(JSON.stringify(errorFrameOf(code, error)), () => {});
      socket.close(code, CLOSE_CODES[code].name);
    } else socket.terminate();
    end(code, true, error);
  };

  const fail = (error: unknown) => {
    if (over) return;
    close(1011);
    handlers.fault(error);
  };

  const guarded = (run: () => void) => {
    try {
      run();
    } catch (error) {
      fail(error);
    }
  };

  const tooSlow = () => {
    if (socket.bufferedAmount <= settings.bufferBytes) return false;
    close(4429);
    return true;
  };

  const receive = (data: SocketData, isBinary: boolean) => {
    if (over) return;
    heartbeat?.heard();
    if (isBinary) {
      close(4400, { ...errorOf(4400), what: 'A binary frame came. Frames are JSON text.' });
      return;
    }
    const bytes = bytesOf(data);
    if (bytes.length > FRAME_BYTES) {
      close(4413);
      return;
    }
    const reading = readFrame(bytes, handlers.parse);
    if (!reading.ok) {
      close(4400, { ...errorOf(4400), what: reading.problem });
      return;
    }
    const { frame } = reading;
    if (frame.t === 'error') lastWords = { code: frame.code, what: frame.what, remedy: frame.remedy };
    guarded(() => handlers.frame(frame, bytes.length));
  };

  socket.on('message', receive);
  socket.on('ping', () => {
    if (over || tooSlow()) return;
    heartbeat?.heard();
    guarded(() => handlers.pinged());
  });
  socket.on('pong', () => heartbeat?.heard());
  socket.on('error', (error) => {
    const code = socketErrorCode(error);
    end(code, false, lastWords ?? { ...errorOf(code), what: plain(`${errorOf(code).what} (${reasonOf(error)})`) });
  });
  socket.on('close', (code) => {
    gone = true;
    clock.clearTimeout(destroyer);
    const ours = closeCodeOf(code);
    end(ours, false, lastWords ?? errorOf(ours));
    settle();
  });

  return {
    send: (text, flushed) => {
      if (over || socket.readyState !== SOCKET_OPEN) return;
      if (Buffer.byteLength(text) > FRAME_BYTES) {
        fail(new RangeError(`a frame of ${Buffer.byteLength(text)} bytes is over the cap`));
        return;
      }
      socket.send(text, (error) => {
        if (!error && !over) flushed?.();
      });
      tooSlow();
    },
    close,
    fail,
    beat: (limits) => {
      if (over) return;
      heartbeat?.stop();
      heartbeat = startHeartbeat(
        clock,
        limits,
        () => {
          if (socket.readyState === SOCKET_OPEN && !tooSlow()) socket.ping();
        },
        () => close(4408),
      );
    },
    isOver: () => over,
    closed,
  };
};

const errorFrameOf = (code: CloseCode, { code: word, what, remedy }: LinkError) => ({
  t: 'error',
  code: ERROR_CODE.test(word) ? word : CLOSE_CODES[code].name,
  what: plain(what),
  remedy: plain(remedy),
});

/** `ws` names what it found wrong in the bytes `WS_ERR_…`; it has begun to close by itself then. */
const socketErrorCode = (error: Error & { readonly code?: unknown }): CloseCode => {
  const code = String(error.code ?? '');
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 4413;
  return code.startsWith('WS_ERR_') ? 4400 : 1006;
};

/** The error of a host that has several addresses says nothing itself. */
const reasonOf = (error: Error & { readonly code?: unknown }): string =>
  error.message || String(error.code ?? error.name);
