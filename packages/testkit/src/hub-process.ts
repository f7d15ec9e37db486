import { flushCompileCache } from 'node:module';
import type { HubServerOptions } from './hub-server.ts';
import { startHubServer } from './hub-server.ts';

/** One hub replica in a process of its own: its modules loaded, it waits to be told where, and says where it listens. */
process.on('disconnect', () => process.exit(0));
process.once('message', (options: HubServerOptions) => {
  startHubServer(options).then(
    ({ url, port }) => process.send?.({ url, port }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// A process that is killed would never leave its compiled modules to the next one.
flushCompileCache();
process.send?.('loaded');
