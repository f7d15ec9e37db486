import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createCast, plainNotice, type ScriptedMember, startTestPostgres, testTokens } from '@eads/testkit';

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
 * acknowledge in memory. Eleven forces publish `notices` notices of about 1.4 KiB between them, as fast as credit allows or
 * `rate` a second; each goes to the eleven others.
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
  const members = EVERYONE.map((code) => cast.connect(code));
  const senders = members.filter(({ member }) => member !== 'SEC');
  const envelopes = Array.from({ length: notices }, (_, i) => {
    const sender = senders[i % senders.length] as ScriptedMember;
    return { sender, jws: sender.envelope('notice.publish', 'all', { notice: plainNotice(sender.member, i + 1) }).jws };
  });
  await Promise.all(members.map((member) => member.until('the genesis', () => member.next() >= 1)));
  child.send('reset');

  const watcher = cast.member('SEC');
  const sentAt: number[] = [];
  const latencies: number[] = [];
  let seen = 1;
  const started = performance.now();
  const watch = watcher.until(
    'everything',
    () => {
      const now = performance.now();
      for (const next = watcher.next(); seen < next; seen++) {
        const at = sentAt[seen - 1];
        if (at !== undefined) latencies.push(now - at);
      }
      return seen > notices;
    },
    120_000,
  );
  if (rate === null) send(envelopes);
  else await paced(envelopes, rate, started, sentAt);
  await watch;
  await Promise.all(members.map((member) => member.until('everything', () => member.next() > notices, 120_000)));
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

interface Ready {
  readonly sender: ScriptedMember;
  readonly jws: string;
}

const send = (batch: readonly Ready[]): void => {
  for (const [sender, own] of Map.groupBy(batch, (each) => each.sender)) sender.send(...own.map(({ jws }) => jws));
};

const paced = (envelopes: readonly Ready[], rate: number, started: number, sentAt: number[]): Promise<void> =>
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
