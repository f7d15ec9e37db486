import { spawn } from 'node:child_process';

/**
 * Ends the postmaster when this process is gone without having done so, kill -9 included: a shell waits on a pipe that closes
 * with us. It saves the person from servers that nobody stops; correctness does not depend on it (the next start adopts).
 */
export function watchOver(pid: number): { dismiss(): void } {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const shell = spawn('/bin/sh', ['-c', 'while read -r _; do :; done; kill -INT "$0"', String(pid)], {
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return { dismiss: () => void shell.kill('SIGKILL') };
}
