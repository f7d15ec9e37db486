import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Bench, MEMBER, startBench, startServer, type TestServer } from './testing/bench.ts';
import { sampleNotice } from './testing/sample.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let bench: Bench | undefined;
beforeAll(async () => {
  server = await startServer();
});
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});
afterAll(() => server.stop());

const begin = async (): Promise<Bench> => {
  bench = await startBench(server);
  await bench.reaches(1);
  return bench;
};

test('pins genesis, links, and holds what an honest hub delivers, densely', async () => {
  const { hub, run, reaches } = await begin();
  for (let i = 0; i < 20; i++) {
    hub.add('MY', 'notice.publish', i % 2 === 0 ? 'all' : ['TH'], {
      notice: sampleNotice(`EX-MY-2026-00000${i % 10}`),
    });
  }
  await reaches(21);
  const status = await run.status();
  expect(status).toMatchObject({ colour: 'green', size: 21, rseq: 10, red: [] });
  expect(status.trust).toHaveLength(8);
});
