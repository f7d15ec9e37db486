import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createCast, plainNotice, startTestPostgres, testTokens } from '@eads/testkit';

const EVERYONE = ['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SEC', 'SG', 'TH', 'TL', 'VN'];

const message = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as T));
    child.once('exit', (code) => reject(new Error(`the hub process ended with ${code}`)));
  });

export interface LoadFigures {
  readonly notices: number;
  readonly perSecond: number;
  readonly hubCpuUs: number;
  readonly hubRssMb: number;
  /** Sent until delivered to the last member asked, ms; only at a given rate. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/**
 * The hub alone under load (design section 6): verify, policy, fsync, ledger, and delivery to eleven members that
 * acknowledge in memory. One force publishes `notices` notices of about 1 KiB, as fast as credit allows or `rate` a second.
 */
export const loadHubAlone = async (notices: number, rate: number | null): Promise<LoadFigures> => {
  const pg = await startTestPostgres();
  const tokens = testTokens();
  const child = fork(fileURLToPath(new URL('./hub-process.ts', import.meta.url)), {
    env: {
      ...process.env,
      LOAD_DATABASE_URL: await pg.server.ensureDatabase('load'),
      LOAD_TOKENS: JSON.stringify(tokens),
    },
  });
  const { url } = await message<{ url: string }>(child);
  const cast = await createCast(url, 'load', tokens, EVERYONE);
  await cast.found();
  const others = EVERYONE.filter((code) => code !== 'ID').map((code) => cast.connect(code));
  const sender = cast.connect('ID');
  const envelopes = Array.from(
    { length: notices },
    (_, i) => sender.envelope('notice.publish', 'all', { notice: plainNotice('ID', i + 1) }).jws,
  );
  await Promise.all(others.map((member) => member.until('the genesis', () => member.next() >= 1)));
  child.send('reset');

  const last = others.at(-1);
  const sentAt: number[] = [];
  const latencies: number[] = [];
  let seen = 1;
  const started = performance.now();
  const watch = last?.until(
    'everything',
    () => {
      const now = performance.now();
      for (const next = last.next(); seen < next; seen++) {
        const at = sentAt[seen - 1];
        if (at !== undefined) latencies.push(now - at);
      }
      return seen > notices;
    },
    120_000,
  );
  if (rate === null) sender.send(...envelopes);
  else await paced(envelopes, rate, started, sentAt, (batch) => sender.send(...batch));
  await watch;
  await Promise.all(others.map((member) => member.until('everything', () => member.next() > notices, 120_000)));
  const seconds = (performance.now() - started) / 1000;

  child.kill('SIGTERM');
  const { cpuMs, rssMb } = await message<{ cpuMs: number; rssMb: number }>(child);
  await cast.stop();
  await pg.stop();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number | null =>
    rate === null ? null : (latencies[Math.floor(latencies.length * share)] ?? null);
  return {
    notices,
    perSecond: notices / seconds,
    hubCpuUs: (cpuMs * 1000) / notices,
    hubRssMb: rssMb,
    p50: at(0.5),
    p99: at(0.99),
  };
};

const paced = (
  envelopes: readonly string[],
  rate: number,
  started: number,
  sentAt: number[],
  send: (batch: readonly string[]) => void,
): Promise<void> =>
  new Promise((resolve) => {
    let sent = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      const due = Math.min(envelopes.length, Math.floor(((now - started) / 1000) * rate));
      if (due > sent) {
        for (let i = sent; i < due; i++) sentAt.push(now);
        send(envelopes.slice(sent, due));
        sent = due;
      }
      if (sent === envelopes.length) {
        clearInterval(timer);
        resolve();
      }
    }, 2);
  });
