import { createNode } from '@eads/node';
import { silentLogger } from '@eads/runtime';

/** A real node in a process of its own, to be stopped and gone on with. It is told its options, and says how it stands. */
process.on('disconnect', () => process.exit(0));
process.once('message', (options: Omit<Parameters<typeof createNode>[0], 'logger'>) => {
  // Statements would let the ledger grow while a test waits for its end.
  createNode({ ...options, logger: silentLogger, statementEveryMs: Number.POSITIVE_INFINITY }).then(
    (node) => {
      node.start();
      process.send?.('started');
      process.on('message', () => {
        node.status().then(
          (status) => process.send?.(status),
          (error: unknown) => process.send?.({ error: String(error) }),
        );
      });
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
