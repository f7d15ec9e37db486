import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NodeOptions, NodeStatus } from '@eads/node';

const answer = async <Message>(child: ChildProcess): Promise<Message> => {
  const ended = new AbortController();
  const gone = (code: number | null): void => ended.abort(new Error(`the node process ended with ${code}`));
  child.once('exit', gone);
  try {
    const [message] = await once(child, 'message', { signal: ended.signal });
    return message as Message;
  } finally {
    child.off('exit', gone);
  }
};

/** Starts a real node in a process of its own. */
export const startNodeChild = async (
  options: Pick<NodeOptions, 'member' | 'databaseUrl' | 'dataDir' | 'token'> & { hubUrl: string },
) => {
  const child = fork(fileURLToPath(new URL('./node-process.ts', import.meta.url)), { execArgv: [] });
  const started = answer(child);
  child.send(options);
  await started;
  return {
    status: (): Promise<NodeStatus> => {
      const asked = answer<NodeStatus>(child);
      child.send('status');
      return asked;
    },
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
    stop: async (): Promise<void> => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
};

export type NodeChild = Awaited<ReturnType<typeof startNodeChild>>;
