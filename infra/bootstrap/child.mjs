import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const TAIL = 64 * 1024;
const WATCH_MS = 250;

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
 * Hands the terminal over to the real program and ends as it ends.
 *
 * Ctrl-C and an interrupt to the whole group (which is all that reaches us through npm) reach the program by itself and are not doubled; one that
 * was sent to this process alone is passed on. npm's shell dies of a SIGTERM without passing it on, so losing it counts as one.
 * @param {{ command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code
 */
export function handOver({ command, args, cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    const underNpm = process.env.npm_lifecycle_event !== undefined;
    const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    let ending = false;
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      ending = true;
      child.kill(signal);
    };
    process.on('SIGTERM', end);
    process.on('SIGHUP', end);
    process.on('SIGINT', () => {
      if (!underNpm && !inTerminal) child.kill('SIGINT');
    });
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (underNpm && !ending && process.ppid !== parent) end('SIGTERM');
    }, WATCH_MS);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? exitCodeOf(signal));
    });
  });
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}
