import { EventEmitter } from 'node:events';
import type { LinkSocket } from '../socket.ts';

export interface TestSocket extends LinkSocket {
  /** Everything sent on it, as text. */
  readonly sent: string[];
  readonly terminated: boolean;
  /** Reads nothing any more, answers no ping and no close, like a process that was stopped. */
  freeze(): void;
  thaw(): void;
  /** The line goes away without a word. */
  cut(): void;
  emit(event: string, ...args: unknown[]): boolean;
}

type Event =
  | { readonly kind: 'message'; readonly data: string | Buffer; readonly taken: () => void }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

interface End extends TestSocket {
  arrive(event: Event): void;
  finish(code: number, reason: string): void;
}

const createEnd = (peer: () => End): End => {
  const emitter = new EventEmitter();
  const queue: Event[] = [];
  const sent: string[] = [];
  let readyState = 1;
  let buffered = 0;
  let reading = true;
  let scheduled = false;
  let terminated = false;

  const handle = (event: Event) => {
    if (event.kind === 'message') {
      event.taken();
      emitter.emit('message', Buffer.from(event.data), typeof event.data !== 'string');
    } else if (event.kind === 'close') {
      if (readyState === 1) peer().arrive(event);
      end.finish(event.code, event.reason);
    } else {
      emitter.emit(event.kind);
      if (event.kind === 'ping' && readyState === 1) peer().arrive({ kind: 'pong' });
    }
  };
  const schedule = () => {
    if (scheduled || !reading || queue.length === 0) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      const event = reading ? queue.shift() : undefined;
      if (event !== undefined) handle(event);
      schedule();
    });
  };
  const setReading = (now: boolean) => {
    reading = now;
    schedule();
  };
  const vanish = () => {
    queueMicrotask(() => {
      end.finish(1006, '');
      peer().finish(1006, '');
    });
  };

  const end: End = {
    get bufferedAmount() {
      return buffered;
    },
    get readyState() {
      return readyState;
    },
    get terminated() {
      return terminated;
    },
    sent,
    send: (data, flushed) => {
      if (readyState !== 1) return;
      const { length } = Buffer.from(data);
      sent.push(data.toString());
      buffered += length;
      const taken = () => {
        buffered -= length;
        flushed?.();
      };
      peer().arrive({ kind: 'message', data, taken });
    },
    close: (code, reason = '') => {
      if (readyState !== 1) return;
      readyState = 2;
      peer().arrive({ kind: 'close', code, reason });
    },
    terminate: () => {
      terminated = true;
      vanish();
    },
    cut: vanish,
    ping: () => peer().arrive({ kind: 'ping' }),
    pause: () => setReading(false),
    resume: () => setReading(true),
    freeze: () => setReading(false),
    thaw: () => setReading(true),
    on: (event: string, listener: (...args: never[]) => void) => emitter.on(event, listener as () => void),
    emit: (event, ...args) => emitter.emit(event, ...args),
    arrive: (event) => {
      if (readyState === 3) return;
      queue.push(event);
      schedule();
    },
    finish: (code, reason) => {
      if (readyState === 3) return;
      readyState = 3;
      queue.length = 0;
      emitter.emit('close', code, Buffer.from(reason));
    },
  };
  return end;
};

/** Two ends of a websocket in memory: ordered, asynchronous, with a buffer that fills while the other end does not read. */
export const socketPair = (): [TestSocket, TestSocket] => {
  const a: End = createEnd(() => b);
  const b: End = createEnd(() => a);
  return [a, b];
};
