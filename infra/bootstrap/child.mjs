import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const TAIL = 64 * 1024;

/**
 * Runs npm or npx to its end and keeps the last of what it printed.
 * @param {{ command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv,
 *   onStart?: (pid: number) => void, onLine?: (line: string) => void }} options
 * @returns {Promise<{ code: number, output: string }>} code -1 where the program is not there
 */
export function runToEnd({ command, args, cwd, env, onStart, onLine }) {
  return new Promise((resolve, reject) => {
    // npm is a .cmd file on Windows, which only a shell starts; the arguments are ours and hold no spaces.
    const shell = process.platform === 'win32';
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let line = '';
    /** @param {string} text */
    const take = (text) => {
      output = (output + text).slice(-TAIL);
      const lines = (line + text).split(/\r?\n/);
      line = lines.pop() ?? '';
      for (const full of lines) onLine?.(full);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', take);
    }
    child.once('spawn', () => {
      if (child.pid !== undefined) onStart?.(child.pid);
    });
    child.once('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') resolve({ code: -1, output });
      else reject(error);
    });
    child.once('close', (code, signal) => resolve({ code: code ?? exitCodeOf(signal), output }));
  });
}

/**
 * Hands the terminal over to the real program and ends as it ends. Ctrl-C reaches it from the terminal by itself; any other signal, and an
 * interrupt without a terminal, is passed on.
 * @param {{ command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code
 */
export function handOver({ command, args, cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    let interrupted = Number.NEGATIVE_INFINITY;
    process.on('SIGINT', () => {
      // npm passes its own interrupt on beside the one of the group; one is one.
      const now = performance.now();
      if (!terminal && now - interrupted > 500) child.kill('SIGINT');
      interrupted = now;
    });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGHUP', () => child.kill('SIGHUP'));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}
