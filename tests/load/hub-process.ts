import { startHubServer } from '@eads/testkit';

/** A hub in a process of its own, for load: reads its place from the environment, says its port, and at the end its CPU time. */
const databaseUrl = process.env.LOAD_DATABASE_URL as string;
const tokens = JSON.parse(process.env.LOAD_TOKENS as string) as Record<string, string>;
// One member carries the whole load here.
const server = await startHubServer({ databaseUrl, tokens, publishRate: { perSecond: 1e6, burst: 1e6 } });
await server.hub.create('load');
let before = process.cpuUsage();
process.on('message', (message) => {
  if (message === 'reset') before = process.cpuUsage();
});
process.on('SIGTERM', () => {
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1e6 });
  void server.stop().then(() => process.exit(0));
});
process.send?.({ url: server.url });
