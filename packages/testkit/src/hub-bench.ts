import { EVERYONE } from '@eads/hub';
import { createCast } from './cast.ts';
import { type HubServerOptions, startHubServer, testTokens } from './hub-server.ts';

/** A hub and a cast that knows it, in one process: real sockets, real PostgreSQL. */
export const startHubBench = async (
  databaseUrl: string,
  {
    members = EVERYONE,
    run = 'bench',
    ...options
  }: { members?: readonly string[]; run?: string } & Partial<HubServerOptions> = {},
) => {
  const tokens = testTokens();
  const server = await startHubServer({ databaseUrl, tokens, ...options });
  await server.hub.create(run, members);
  const cast = await createCast(server.url, run, tokens, members);
  return {
    ...cast,
    ...server,
    tokens,
    stop: async (): Promise<void> => {
      await cast.stop();
      await server.stop();
    },
  };
};

export type HubBench = Awaited<ReturnType<typeof startHubBench>>;
