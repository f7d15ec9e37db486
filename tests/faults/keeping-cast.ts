import { sha256Base64 } from '@eads/ledger';
import type { Random } from '@eads/samples';
import { createCast, eventually, plainNotice } from '@eads/testkit';
import { checkEvidence } from './checker/check.ts';
import { auditLedger, readLedger } from './checker/gather.ts';
import { createKeepingMember, type KeepingMember, type KeepingOptions } from './keeping-member.ts';

/** Five forces and the Secretariat: a quorum is four, and two make it known that a database was not rolled back. */
export const FEW: readonly string[] = ['ID', 'MY', 'SEC', 'SG', 'TH', 'VN'];

type Tokens = Readonly<Record<string, string>>;

/** What a campaign came to. Nothing is wrong where `wrong` is empty. */
export interface Verdict {
  readonly entries: number;
  readonly sent: number;
  readonly resent: number;
  readonly shown: number;
  readonly witnessed: number;
  readonly checkpoints: number;
  /** Violations of the checker, findings of the auditor, and what members saw, a sentence each. */
  readonly wrong: readonly string[];
}

/** Members that keep what they must, enrolled at a hub and founded as one run. */
export const createKeepingCast = async (
  hubUrl: string,
  run: string,
  tokens: Tokens,
  codes: readonly string[] = FEW,
) => {
  const cast = await createCast(hubUrl, run, tokens, codes);
  const { status, envelope: genesis } = await cast.found();
  if (status !== 204) throw new Error(`the run was not founded: ${status}`);
  const members = new Map(codes.map((code) => [code, createKeepingMember(cast.member(code), genesis)]));
  const all = [...members.values()];
  const trust = `${cast.origin}\n${sha256Base64(genesis)}\n`;

  const member = (code: string): KeepingMember => {
    const found = members.get(code);
    if (!found) throw new Error(`${code} is not in this cast`);
    return found;
  };
  const connect = (code: string, over: Partial<KeepingOptions> & { hub?: string } = {}): void => {
    const { hub = hubUrl, ...options } = over;
    const url = `${hub.replace('http', 'ws')}/runs/${run}/link`;
    member(code).connect({ url, token: tokens[code] as string, ...options });
  };

  return {
    ...{ origin: cast.origin, genesis, trust, call: cast.call, all, member, connect },
    connectAll: (over: Partial<KeepingOptions> & { hub?: string } = {}): void => {
      for (const { member: code } of all) connect(code, over);
    },
    /** Waits until nothing lacks its receipt and everybody, but for the absent, has come to the end of the ledger. */
    settle: async (ms = 30_000, absent: readonly string[] = []): Promise<void> => {
      const there = all.filter((each) => !absent.includes(each.member));
      await eventually('every envelope is receipted', () => there.every((each) => each.waiting() === 0), ms);
      const size = JSON.parse((await cast.call('auditor', 'GET', '')).text).size;
      await eventually(`everybody holds ${size} entries`, () => there.every((each) => each.next() >= size), ms);
    },
    /** Reads the evidence: the ledger as it is exported, and what everybody holds. */
    verdict: async (): Promise<Verdict> => {
      const ledger = readLedger((await cast.call('auditor', 'GET', '/export')).text);
      const evidence = { members: all.map((each) => each.evidence()), ledger: ledger.lines };
      const notes = all.map((each) => each.checkpoint()).filter((note) => note !== null);
      const sizeOf = (note: string): number => Number(note.split('\n')[1]);
      const largest = notes.toSorted((a, b) => sizeOf(a) - sizeOf(b)).at(-1);
      const report = await auditLedger(ledger, trust, largest);
      return {
        entries: ledger.lines.length,
        sent: all.reduce((sum, each) => sum + each.sent(), 0),
        resent: all.reduce((sum, each) => sum + each.resent(), 0),
        shown: evidence.members.reduce((sum, each) => sum + each.shown.length, 0),
        witnessed: report.witnessedSize,
        checkpoints: evidence.members.reduce((sum, each) => sum + each.checkpoints.length, 0),
        wrong: [
          ...checkEvidence(evidence).map(({ code, says }) => `${code}: ${says}`),
          ...report.findings.map(
            ({ code, what, where }) => `audit ${code}: ${what} (${where.path} ${where.seq ?? ''})`,
          ),
          ...(report.trusted ? [] : ['audit: the export is not of the trusted run']),
          ...all.flatMap((each) => each.faults()),
        ],
      };
    },
    stop: async (): Promise<void> => {
      await Promise.all(all.map((each) => each.stop()));
    },
  };
};

export type KeepingCast = Awaited<ReturnType<typeof createKeepingCast>>;

/** What members send when told: notices and their next versions, messages to some and to nobody, repetitions, conflicts. */
export const createTraffic = (cast: KeepingCast, random: Random) => {
  const notices = new Map<string, { ref: string; version: number }[]>();
  const last = new Map<string, ReturnType<KeepingMember['scripted']['envelope']>>();
  let serial = 0;

  const make = (member: KeepingMember): ReturnType<KeepingMember['scripted']['envelope']> => {
    const { scripted, member: code } = member;
    const own = notices.get(code) ?? [];
    serial += 1;
    const notice = plainNotice(code, serial);
    const publishes = code === 'SEC' ? 0 : 3;
    const others = cast.all.map((each) => each.member).filter((other) => other !== code);
    const to = random.several(others, random.int(1, 2)).sort() as ['ID'];
    const ref = `${to[0]}/${scripted.envelope('erase', 'all', { seqs: [0], reason: '' }).claims.id}`;
    switch (
      random.weighted([
        [publishes, 'publish'],
        [own.length > 0 ? 1 : 0, 'update'],
        [4, 'some'],
        [1, 'nobody'],
      ] as const)
    ) {
      case 'publish': {
        const made = scripted.envelope('notice.publish', 'all', { notice });
        notices.set(code, [...own.slice(-8), { ref: `${code}/${made.claims.id}`, version: 1 }]);
        return made;
      }
      case 'update': {
        const one = random.pick(own);
        one.version += 1;
        return scripted.envelope('notice.update', 'all', {
          ref: one.ref,
          version: one.version,
          notice,
          reason: 'EXERCISE',
        });
      }
      case 'some':
        return scripted.envelope('recall.ack', to, { ref, held: true });
      default:
        return scripted.envelope('delivery.statement', [], { through: serial, rseq: 0 });
    }
  };

  return {
    /** Fills a member's outbox up to so many that wait; sometimes with what it sent before, sometimes with a conflict. */
    topUp: (member: KeepingMember, waiting: number): void => {
      for (let i = member.waiting(); i < waiting; i++) {
        const before = last.get(member.member);
        if (before && random.chance(0.02)) member.send(before);
        if (before && random.chance(0.005)) {
          const { id } = before.claims;
          member.send(member.scripted.envelope('delivery.statement', [], { through: 1, rseq: 0 }, { id }));
        }
        const made = make(member);
        last.set(member.member, made);
        member.send(made);
      }
    },
  };
};
