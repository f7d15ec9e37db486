import pg from 'pg';
import type { Hints } from './hints.ts';

const CHANNEL = 'eads_hint';
const RECONNECT_MS = 500;

/** Hints over LISTEN and NOTIFY: one connection that listens, a queue of the newest value a topic that notifies. */
export const openPostgresHints = async (url: string, onError: (error: Error) => void): Promise<Hints> => {
  const listeners = new Map<string, Set<(value: number) => void>>();
  const reconnected = new Set<() => void>();
  const waiting = new Map<string, number>();
  let client: pg.Client | null = null;
  let closed = false;
  let sending = false;
  let timer: NodeJS.Timeout | undefined;

  const heard = (payload: string | undefined): void => {
    const match = /^(\S+) (\d+)$/.exec(payload ?? '');
    if (!match) return;
    for (const listener of listeners.get(match[1] as string) ?? []) listener(Number(match[2]));
  };

  const flush = async (): Promise<void> => {
    if (sending || !client) return;
    sending = true;
    try {
      while (client && waiting.size > 0) {
        const [topic, value] = waiting.entries().next().value as [string, number];
        await client.query('SELECT pg_notify($1, $2)', [CHANNEL, `${topic} ${value}`]);
        // One that failed is told when the line is back; a newer one goes next.
        if (waiting.get(topic) === value) waiting.delete(topic);
      }
    } catch (error) {
      onError(error as Error);
    } finally {
      sending = false;
    }
  };

  const lost = (gone: pg.Client): void => {
    if (client !== gone) return;
    client = null;
    if (!closed) timer = setTimeout(() => void connect().catch(() => undefined), RECONNECT_MS);
  };

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'eads hints',
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 5_000,
    });
    fresh.on('error', (error) => {
      onError(error);
      lost(fresh);
    });
    fresh.on('end', () => lost(fresh));
    fresh.on('notification', (message) => heard(message.payload));
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      onError(error as Error);
      await fresh.end().catch(() => undefined);
      if (!closed) timer = setTimeout(() => void connect().catch(() => undefined), RECONNECT_MS);
      return;
    }
    if (closed) {
      await fresh.end().catch(() => undefined);
      return;
    }
    client = fresh;
    for (const listener of reconnected) listener();
    await flush();
  };

  await connect();

  return {
    publish: (topic, value) => {
      waiting.set(topic, Math.max(value, waiting.get(topic) ?? 0));
      void flush();
    },
    subscribe: (topic, listener) => {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => set.delete(listener);
    },
    onReconnect: (listener) => {
      reconnected.add(listener);
      return () => reconnected.delete(listener);
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      const last = client;
      client = null;
      await last?.end().catch(() => undefined);
    },
  };
};
