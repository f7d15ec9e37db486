import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AccessFile, accessFile } from '@eads/protocol';
import { eventually } from '@eads/testkit';

const MAIN = fileURLToPath(new URL('../../services/standalone/src/main.ts', import.meta.url));
const READY_MS = 60_000;

/** What `npm start` runs, in a process of its own, to be killed; without ambient traffic. It comes back on the same folder and port. */
export const startStandaloneProcess = async (dataDir: string, port: number) => {
  let output = '';
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      EADS_DATA_DIR: dataDir,
      EADS_PORT: String(port),
      EADS_AMBIENT: 'off',
      NODE_COMPILE_CACHE: join(tmpdir(), 'eads-compile-cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      output += text;
    });
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  let access: AccessFile | undefined;

  const call = async (role: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${access?.tokens[role] ?? 'none'}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };

  return {
    exited,
    call,
    /** Waits until it serves and every node is linked. */
    ready: async (): Promise<void> => {
      await eventually(
        'everybody is linked',
        async () => {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output}`);
          const answer = await fetch(`${url}/health`).then(
            (response) => response.json() as Promise<{ status: string }>,
            () => null,
          );
          return answer?.status === 'ok';
        },
        READY_MS,
      );
      access = accessFile.parse(JSON.parse(readFileSync(join(dataDir, 'access.json'), 'utf8')));
    },
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
  };
};

export type StandaloneProcess = Awaited<ReturnType<typeof startStandaloneProcess>>;
