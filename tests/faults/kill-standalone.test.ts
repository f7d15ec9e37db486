import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { leafHash, parseRecord, sha256Base64 } from '@eads/ledger';
import { type FeedEntry, FORCES, type MemberLine, SECRETARIAT } from '@eads/protocol';
import { eventually, HANDLING, plainNotice } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { checkEvidence } from './checker/check.ts';
import type { MemberEvidence, Shown } from './checker/evidence.ts';
import { auditLedger, readLedger } from './checker/gather.ts';
import { freePort } from './free-port.ts';
import { campaignSeed } from './seed.ts';
import { type StandaloneProcess, startStandaloneProcess } from './standalone-process.ts';

/** The run that is there from the first start. */
const PRACTICE = 'practice';
const KILLS = 3;
const SENDERS = ['ID', 'MY', 'PH', 'SG'];
const { random } = campaignSeed('kill-standalone');

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('the whole of `npm start`, killed at any moment', requires('postgres'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'eads-kill-'));
  let port: number;
  let exchange: StandaloneProcess;

  const start = async (): Promise<void> => {
    exchange = await startStandaloneProcess(folder, port);
    await exchange.ready();
  };
  beforeAll(async () => {
    port = await freePort(random);
    await start();
  });
  afterAll(async () => {
    exchange?.signal('SIGTERM');
    await exchange?.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  const desk = async (member: string, method: string, path: string, body?: unknown) =>
    exchange.call(member, method, `/nodes/${member}/runs/${PRACTICE}${path}`, body);
  const hub = async (role: string, path: string): Promise<string> =>
    (await exchange.call(role, 'GET', `/hub/runs/${PRACTICE}${path}`)).text;
  const feed = async (): Promise<FeedEntry[]> => lines(await hub('evaluator', '/feed')).map((line) => JSON.parse(line));

  /** Everything of a member's own export: what it was shown, and what it sent. */
  const evidenceOf = async (member: string): Promise<MemberEvidence> => {
    const files = lines((await desk(member, 'GET', '/export')).text).map((line) => JSON.parse(line));
    const entries: MemberLine[] = files
      .filter(({ path }) => path.startsWith('entries/'))
      .flatMap(({ text }) => lines(text).map((line) => JSON.parse(line)));
    const sent = entries.flatMap((line) =>
      'sent' in line && line.envelope !== undefined
        ? [{ hash: sha256Base64(line.envelope), id: parseRecord(line.record).id ?? '', receipts: [line.record] }]
        : [],
    );
    // Its own state events come back to it as entries that it may read.
    const own = entries.flatMap((line) => {
      if (!('commitments' in line) || line.envelope === undefined) return [];
      const { from, id } = parseRecord(line.record);
      return from === member ? [{ hash: sha256Base64(line.envelope), id: id ?? '', receipts: [line.record] }] : [];
    });
    const shown = entries.map((line): Shown => {
      if ('leaf' in line) return { seq: line.seq, leaf: line.leaf, content: null };
      const leaf = base64(leafHash(line.record));
      if ('sent' in line) return { seq: line.seq, leaf, content: null };
      const { from, id } = parseRecord(line.record);
      const hash = line.envelope === undefined ? null : sha256Base64(line.envelope);
      return { seq: line.seq, leaf, content: { from, id, hash, rseq: line.opening?.[3] ?? null } };
    });
    return { member, sent: [...sent, ...own], shown, acked: entries.length, checkpoints: [] };
  };

  it(`comes back ${KILLS} times on what it holds: nothing lost, nothing twice, recalls acknowledged once (promises 1, 2, 3)`, async () => {
    /** Ids that a desk was told are taken: they stand in its outbox. */
    const taken: { from: string; id: string; kind: string; ref: string }[] = [];
    let serial = 0;
    const act = async (from: string): Promise<void> => {
      const own = taken.filter((each) => each.from === from && each.kind === 'notice.publish');
      const open = own.filter(({ ref }) => !taken.some((each) => each.kind === 'notice.cancel' && each.ref === ref));
      const cancels = open.length > 1 && random.chance(0.3);
      const target = cancels ? random.pick(open).ref : '';
      serial += 1;
      const answer = await desk(from, 'POST', '/messages', {
        kind: cancels ? 'notice.cancel' : 'notice.publish',
        ...{ to: 'all', handling: HANDLING },
        body: cancels ? { ref: target, version: 2, reason: 'EXERCISE' } : { notice: plainNotice(from, serial) },
      });
      if (answer.status !== 201) return;
      const { id } = JSON.parse(answer.text);
      taken.push({
        from,
        id,
        kind: cancels ? 'notice.cancel' : 'notice.publish',
        ref: cancels ? target : `${from}/${id}`,
      });
    };

    for (let i = 0; i < KILLS; i++) {
      let alive = true;
      const acting = SENDERS.map(async (from) => {
        // The process that answers may be gone in the middle of an answer.
        while (alive) await act(from).catch(() => undefined);
      });
      await pause(random.int(200, 1_500));
      exchange.signal('SIGKILL');
      await exchange.exited;
      alive = false;
      await Promise.all(acting);
      await start();
    }
    expect(taken.length).toBeGreaterThan(10);
    expect(taken.some(({ kind }) => kind === 'notice.cancel')).toBe(true);

    const everyone = [...FORCES, SECRETARIAT];
    await eventually(
      'everything is witnessed everywhere',
      async () => {
        const health = JSON.parse((await exchange.call('trainer', 'GET', '/health')).text);
        const statuses = await Promise.all(
          everyone.map(async (member) =>
            JSON.parse((await exchange.call(member, 'GET', `/nodes/${member}/status`)).text),
          ),
        );
        return statuses.every(({ runs: [run] }) => {
          const open = ['queued', 'sent', 'receipted'].reduce((sum, state) => sum + (run.outbox[state] ?? 0), 0);
          return open === 0 && run.handling.pending === 0 && run.size === health.ledger.size;
        });
      },
      60_000,
    );

    const entries = await feed();
    const accepted = entries.filter(({ code }) => code === 'accepted');
    for (const { from, id } of taken) {
      expect(
        accepted.filter((entry) => entry.from === from && entry.id === id),
        `${from}/${id}`,
      ).toHaveLength(1);
    }
    const ledger = readLedger(await hub('auditor', '/export'));
    const members = await Promise.all(everyone.map(evidenceOf));
    expect(checkEvidence({ members, ledger: ledger.lines })).toEqual([]);
    const genesis = accepted[0]?.envelope ?? '';
    const origin = entries[0]?.origin;
    const report = await auditLedger(ledger, `${origin}\n${sha256Base64(genesis)}\n`, null);
    expect(report.findings).toEqual([]);

    // The mirror of every force is what the ledger makes of it: all versions of all notices, each once.
    const versions = accepted
      .filter(({ kind }) => kind?.startsWith('notice.'))
      .map(({ from, id, kind, claims }) => (kind === 'notice.publish' ? `${from}/${id} 1` : `${claims?.body.ref} 2`))
      .sort();
    const refs = [...new Set(versions.map((each) => each.split(' ')[0] as string))];
    for (const member of FORCES) {
      const held: string[] = [];
      for (const ref of refs) {
        const answer = await desk(member, 'GET', `/notices/${ref}`);
        expect(answer.status, `${member} ${ref}`).toBe(200);
        held.push(...JSON.parse(answer.text).map(({ version }: { version: number }) => `${ref} ${version}`));
      }
      expect(held.sort(), member).toEqual(versions);
    }

    const withdrawn = taken.filter(({ kind }) => kind === 'notice.cancel');
    const acks = accepted.filter(({ kind }) => kind === 'recall.ack');
    for (const { ref, from } of withdrawn) {
      const by = acks.filter(({ claims }) => claims?.body.ref === ref).map((entry) => entry.from);
      expect(by.sort(), ref).toEqual(everyone.filter((member) => member !== from).sort());
    }
    console.log(`kill-standalone: ${taken.length} taken, ${withdrawn.length} withdrawn, ${entries.length} entries`);
  }, 180_000);
});
