import type { Gathering } from '@eads/protocol';
import { createScriptedMember, type ScriptedConnect, type ScriptedMember } from './scripted-member.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Calls the routes of one run at a hub, as a role. */
export const hubCaller =
  (hubUrl: string, run: string, tokens: Readonly<Record<string, string>>) =>
  async (role: string, method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${hubUrl}/runs/${run}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[role]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };

/** Scripted members in place of nodes: they enrol at a hub, found the run, and connect when told. */
export const createCast = async (
  hubUrl: string,
  run: string,
  tokens: Readonly<Record<string, string>>,
  codes: readonly string[],
) => {
  const call = hubCaller(hubUrl, run, tokens);
  const gathered = async (): Promise<Gathering> => JSON.parse((await call('SEC', 'GET', '/enrolments')).text);
  const { origin } = await gathered();
  const members = new Map<string, ScriptedMember>();
  for (const code of codes) {
    const member = createScriptedMember(code);
    members.set(code, member);
    await call(code, 'POST', '/enrolments', { block: member.enrolment(origin) });
  }
  const member = (code: string): ScriptedMember => {
    const found = members.get(code);
    if (!found) throw new Error(`${code} is not in this cast`);
    return found;
  };

  return {
    origin,
    call,
    member,
    /** Signs and hands in the genesis; returns its answer. */
    found: async (): Promise<Answer & { envelope: string }> => {
      const { logKey, hubKey, predecessor, enrolled } = await gathered();
      const forces = enrolled.filter(({ member: code }) => code !== 'SEC').length;
      const { jws } = member('SEC').envelope('genesis', 'all', {
        protocol: 1,
        quorum: Math.floor((2 * forces) / 3) + 1,
        logKey,
        hubKey,
        predecessor,
        members: enrolled,
      });
      return { ...(await call('SEC', 'POST', '/genesis', { origin, envelope: jws })), envelope: jws };
    },
    connect: (code: string, over: Partial<ScriptedConnect> = {}): ScriptedMember => {
      const url = `${hubUrl.replace('http', 'ws')}/runs/${run}/link`;
      member(code).connect({ url, token: tokens[code] as string, ...over });
      return member(code);
    },
    stop: async (): Promise<void> => {
      await Promise.all([...members.values()].map((scripted) => scripted.stop()));
    },
  };
};

export type Cast = Awaited<ReturnType<typeof createCast>>;
