import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHub, EVERYONE, hubPlugin } from '@eads/hub';
import { PROBLEMS } from '@eads/protocol';
import {
  createHttpServer,
  createProblems,
  createTokenTable,
  generateToken,
  type Logger,
  listen,
  mount,
  realClock,
  silentLogger,
} from '@eads/runtime';
import { openDatabase, openPostgresHints, startEmbeddedPostgres } from '@eads/store';
import { createScriptedMember, type ScriptedMember } from './scripted-member.ts';

/** A database server for one test file, in a folder of its own that goes with it. */
export const startTestPostgres = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-pg-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
  return {
    server,
    stop: async (): Promise<void> => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A hub with scripted members in place of nodes: real sockets, real PostgreSQL. */
export const startHubBench = async (
  databaseUrl: string,
  { members = EVERYONE, run = 'bench', logger = silentLogger as Logger } = {},
) => {
  const database = openDatabase(databaseUrl, { max: 6, applicationName: 'bench hub' });
  const hints = await openPostgresHints(databaseUrl, () => undefined);
  const hub = await createHub({ database, hints, clock: realClock, logger, version: '0.0.0' });
  const tokens: Record<string, string> = Object.fromEntries(
    [...EVERYONE, 'trainer', 'evaluator', 'auditor', 'operator'].map((role) => [role, generateToken()]),
  );
  const app = await createHttpServer({
    name: 'bench',
    title: 'bench',
    version: '0.0.0',
    says: 'A hub for tests.',
    logger,
    problems: createProblems(PROBLEMS),
    authenticate: createTokenTable(tokens),
    rateLimits: false,
  });
  await mount(app, { prefix: '/hub' }, hubPlugin(hub));
  const { port } = await listen(app, { port: 0, host: '127.0.0.1' });
  const base = `http://127.0.0.1:${port}/hub/runs/${run}`;

  const call = async (
    role: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[role]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };

  await hub.create(run, members);
  const origin = hub.run(run)?.epoch.origin as string;
  const cast = new Map<string, ScriptedMember>();
  for (const code of members) {
    const scripted = createScriptedMember(code);
    cast.set(code, scripted);
    await call(code, 'POST', '/enrolments', { block: scripted.enrolment(origin) });
  }
  const member = (code: string): ScriptedMember => {
    const found = cast.get(code);
    if (!found) throw new Error(`${code} is not in this cast`);
    return found;
  };

  return {
    hub,
    database,
    origin,
    tokens,
    base,
    call,
    member,
    /** Signs and hands in the genesis; returns its answer. */
    found: async (): Promise<{ status: number; text: string; envelope: string }> => {
      const gathering = JSON.parse((await call('SEC', 'GET', '/enrolments')).text);
      const forces = members.filter((code) => code !== 'SEC').length;
      const { jws } = member('SEC').envelope('genesis', 'all', {
        protocol: 1,
        quorum: Math.floor((2 * forces) / 3) + 1,
        logKey: gathering.logKey,
        hubKey: gathering.hubKey,
        predecessor: gathering.predecessor,
        members: gathering.enrolled,
      });
      return { ...(await call('SEC', 'POST', '/genesis', { origin, envelope: jws })), envelope: jws };
    },
    connect: (code: string, over: { next?: number; checkpoint?: string } = {}): ScriptedMember => {
      member(code).connect({ url: `${base.replace('http', 'ws')}/link`, token: tokens[code] as string, ...over });
      return member(code);
    },
    stop: async (): Promise<void> => {
      await Promise.all([...cast.values()].map((scripted) => scripted.stop()));
      await app.close();
      await hub.stop();
      await hints.close();
      await database.end();
    },
  };
};

export type HubBench = Awaited<ReturnType<typeof startHubBench>>;
