import { silentLogger } from '@eads/runtime';
import { HANDLERS } from '../handlers/register.ts';
import type { Handler } from '../handling/handler.ts';
import { createNode } from '../node.ts';
import { HANDLING } from './fake-ledger.ts';
import { sampleNotice } from './sample.ts';

/**
 * A node in a process of its own, to be killed. EADS_TEST_NODE: the options as JSON. EADS_TEST_HANG: a kind whose handler never comes
 * back, so that the process dies between inbox and handling. EADS_TEST_SUBMIT: hands in a notice every few milliseconds.
 */
const hang = process.env.EADS_TEST_HANG;
const never: Handler = () => new Promise(() => undefined);
const handlers = hang === undefined ? HANDLERS : new Map([...HANDLERS, [hang, never]]);
const node = await createNode({ ...JSON.parse(process.env.EADS_TEST_NODE ?? '{}'), logger: silentLogger, handlers });
node.start();

if (process.env.EADS_TEST_SUBMIT !== undefined) {
  const notice = sampleNotice('EX-ID-2026-000001');
  setInterval(() => {
    const run = node.run('practice');
    run?.submit({ kind: 'notice.publish', to: 'all', handling: HANDLING, body: { notice } }).catch(() => undefined);
  }, 10);
}
