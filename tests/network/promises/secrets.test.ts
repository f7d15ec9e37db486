import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecord } from '@eads/ledger';
import type { FeedEntry, Handling } from '@eads/protocol';
import { createLogger } from '@eads/runtime';
import { importRunKeys, uuidv7 } from '@eads/signing';
import {
  type Constellation,
  createScriptedMember,
  plainNotice,
  type ScriptedMember,
  startConstellation,
} from '@eads/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type Desk, deskOf, reaches, send, settled } from './desk.ts';
import { entriesOwed } from './owed.ts';
import { type OwnNode, ownNode } from './own-node.ts';
import { createPlanter, plantedMethod, plantedObject, plantedPerson } from './planted.ts';
import { formsOf, found, unpacked } from './search-bytes.ts';
import { databaseBytes, everyAnswer, folderBytes } from './visible-bytes.ts';

const MEMBERS = ['ID', 'MY', 'SEC', 'SG', 'TH', 'VN'];
/** Looks for what is not its own; its node is in this test's hands. */
const THIRD = 'TH';
/** Sends rubbish; a script with its keys takes the place of its node. */
const HOSTILE = 'VN';
const LIMITED: Handling = { tlp: 'AMBER', code: 'H3', releasableTo: ['MY', 'SG'], caveat: null };

describe('nobody gets what is not theirs', requires('postgres'), () => {
  const planter = createPlanter();
  const sharedLog: string[] = [];
  const ownLog: string[] = [];
  let net: Constellation;
  let third: OwnNode;
  let hostile: ScriptedMember;
  let feed: FeedEntry[] = [];
  let limited = '';
  /** What stands in notices to MY and SG, by the kind of message that carried it. */
  const toTwo: string[] = [];
  const confidential: string[] = [];
  const refused: string[] = [];
  const known: string[] = [];
  const desk = (code: string): Desk => (code === THIRD ? third.desk(net.run) : deskOf(net, code));
  const traceTo = (lines: string[]) =>
    createLogger({ name: 'test', level: 'trace', terminal: false, sink: { write: (line) => void lines.push(line) } });

  /** The texts that were planted since. */
  const since = (before: number): string[] => planter.all.slice(before);

  beforeAll(async () => {
    net = await startConstellation({ members: MEMBERS, logger: traceTo(sharedLog) });
    await net.node(THIRD).stop();
    third = await ownNode(net, THIRD, traceTo(ownLog));
    await third.linked(net.run);
    await net.node(HOSTILE).stop();
    const folder = `${net.hub.instance}-${net.run}`;
    const keys = JSON.parse(readFileSync(join(net.folder, 'nodes', HOSTILE, folder, 'keys.json'), 'utf8'));
    hostile = createScriptedMember(HOSTILE, importRunKeys(JSON.stringify(keys.epochs[0].current)));
    hostile.enrolment((await net.feed())[0]?.origin as string);
    hostile.connect({
      url: `${net.url.replace('http', 'ws')}/hub/runs/${net.run}/link`,
      token: net.access.tokens[HOSTILE] as string,
    });
  });
  afterAll(async () => {
    await hostile?.stop();
    await third?.end();
    await net?.end();
  });

  const plantLimited = async (): Promise<void> => {
    const before = planter.all.length;
    const caveat = planter.word('batas');
    const handling = { ...LIMITED, caveat };
    const over = { handling, actor: planter.word('kursi') };
    for (const make of [plantedPerson, plantedObject, plantedMethod]) {
      const to = make === plantedObject ? ['MY', 'SG'] : 'all';
      const id = await send(desk('ID'), 'notice.publish', to, { notice: make('ID', planter) }, over);
      planter.keep(id);
      limited ||= id;
    }
    const ref = `ID/${limited}`;
    const reason = () => planter.word('alasan');
    const update = { ref, version: 2, notice: plantedPerson('ID', planter), reason: reason() };
    planter.keep(await send(desk('ID'), 'notice.update', ['MY', 'SG'], update, over));
    planter.keep(await send(desk('ID'), 'notice.cancel', ['MY', 'SG'], { ref, version: 3, reason: reason() }, over));
    planter.keep('"to":["MY","SG"]');
    planter.keep('"releasableTo":["MY","SG"]');
    toTwo.push(...since(before));
  };

  const plantConfidential = async (): Promise<void> => {
    const before = planter.all.length;
    const body = { subject: planter.word('perihal'), text: `kepada yang terhormat: ${planter.word('isi')} ខ្មែរ` };
    const over = { actor: planter.word('kursi'), inReplyTo: `SG/${limited}` };
    planter.keep(await send(desk('MY'), 'direct.message', ['ID', 'SEC', 'SG'], body, over));
    planter.keep('"to":["ID","SEC","SG"]');
    confidential.push(...since(before));
  };

  const plantRefused = async (): Promise<void> => {
    const before = planter.all.length;
    const notice = plantedPerson(HOSTILE, planter);
    const good = hostile.envelope('notice.publish', 'all', { notice });
    const rule = { handling: { ...LIMITED, releasableTo: [] } };
    const bad = [
      `${planter.word('sampah')} ${planter.word('bukan amplop')}`,
      `${good.jws.slice(0, -12)}AAAAAAAAAAAA`,
      hostile.envelope('notice.publish', 'all', { notice }, { origin: 'other/practice/1' }).jws,
      hostile.envelope('notice.publish', 'all', { notice }, rule).jws,
      hostile.envelope('notice.cancel', 'all', { ref: `ID/${limited}`, version: 4, reason: planter.word('alasan') })
        .jws,
    ];
    const have = hostile.heard.receipts.length;
    hostile.send(...bad);
    await hostile.until('every refusal', () => hostile.heard.receipts.length === have + bad.length);
    const codes = hostile.heard.receipts.slice(have).map(([record]) => parseRecord(record).code);
    expect(codes).toEqual(['bad-form', 'bad-signature', 'other-origin', 'no-recipient', 'not-owner']);
    refused.push(...since(before));
  };

  it('while messages of all sorts pass by', async () => {
    await plantLimited();
    await plantConfidential();
    await reaches(desk('ID'), limited, 'receipted', 'witnessed');
    await plantRefused();
    const word = planter.word('untuk-semua');
    known.push(word);
    for (const code of ['ID', THIRD]) {
      const notice = plainNotice(code, 7, { circumstances: word });
      await reaches(desk(code), await send(desk(code), 'notice.publish', 'all', { notice }), 'witnessed');
    }
    await send(desk('SG'), 'direct.message', [THIRD], { subject: word, text: word });
    await settled(net, MEMBERS.filter((code) => code !== HOSTILE).map(desk));
    feed = await net.feed();
  });

  /** Everything that a member can lay hands on: every route of every server with its token, its database, its folder, its log, its line. */
  const everything = async (): Promise<Map<string, string>> => {
    const own = (await desk(THIRD).call('GET', '/messages')).json()[0].id;
    const stranger = uuidv7(Date.now(), randomBytes(10));
    const bytes = new Map<string, string>();
    const add = (more: ReadonlyMap<string, string>): void => {
      for (const [where, text] of more) bytes.set(where, text);
    };
    const values = { run: [net.run, 'none'], from: ['ID', THIRD], id: [stranger, own] };
    const queries = ['?from=3', `?q=${known[0]}`, '?owner=ID&type=wanted', '?from=x', '?limit=500'];
    add(await everyAnswer({ url: third.url(), token: third.token, values, queries }));
    const tiles = ['0/000', '1/000', 'entries/000', 'x'].flatMap((tile) => [
      tile,
      `${tile}.p/${feed.length}`,
      `${tile}.p/5`,
    ]);
    const outside = {
      run: [net.run],
      member: MEMBERS.filter((code) => code !== THIRD),
      from: ['ID'],
      id: [stranger],
      seq: feed.map(({ seq }) => String(seq)),
      '*': tiles,
    };
    add(await everyAnswer({ url: net.url, token: third.token, values: outside, queries: ['?witnessed=true'] }));
    for (const path of ['/metrics', '/nodes/TH/metrics', '/hub/metrics']) {
      const answer = await net.call(THIRD, 'GET', path);
      expect(answer.status, path).toBe(404);
      bytes.set(`GET ${path}`, answer.text);
    }
    for (const path of ['genesis', 'enrolments', 'archive', 'start', 'ledger/open', 'ledger/new-epoch']) {
      bytes.set(`POST ${path}`, (await net.hubCall(THIRD, 'POST', `/${path}`, {})).text);
    }
    bytes.set('its database', await databaseBytes(third.databaseUrl));
    bytes.set('its folder', folderBytes(third.dataDir));
    bytes.set('its log', ownLog.join(''));
    bytes.set('its line', third.gate.received());
    return bytes;
  };
  let bytes = new Map<string, string>();
  let all = '';

  it('shows a third member nothing of it, in no form, wherever it looks (promise 4)', async () => {
    bytes = await everything();
    expect(
      [...bytes.keys()].filter((where) => where.includes('/export') || where.includes('/tile/')).length,
    ).toBeGreaterThan(10);
    all = unpacked([...bytes.values()].join('\n'));
    // The search finds what is there: else it would prove nothing.
    expect(found(all, known)).toEqual(known);
    const leaks = found(all, [...toTwo, ...confidential, ...refused]);
    const places = (leak: string) => [...bytes].filter(([, text]) => found(unpacked(text), [leak]).length > 0);
    expect(leaks.map((leak) => [leak, places(leak).map(([where]) => where)])).toEqual([]);
  });

  it('finds all of it where it belongs, with the same search', async () => {
    const shown = async (code: string) =>
      unpacked(
        (await Promise.all(['/entries?limit=500', '/notices', '/export'].map((path) => desk(code).call('GET', path))))
          .map(({ text }) => Buffer.from(text).toString('latin1'))
          .join('\n'),
      );
    for (const code of ['MY', 'SG']) expect(found(await shown(code), toTwo)).toEqual(toTwo);
    for (const code of ['ID', 'SEC', 'SG']) expect(found(await shown(code), confidential)).toEqual(confidential);
    const auditor = unpacked(Buffer.from((await net.hubCall('auditor', 'GET', '/export')).text).toString('latin1'));
    expect(found(auditor, toTwo)).toEqual(toTwo);
    // The hub sees who writes to whom, and nothing of what.
    expect(found(auditor, confidential)).toEqual(confidential.filter((text) => !/^perihal|^isi/.test(text)));
  });

  it('does not let it tell who else was addressed, what was decided on others, or that others were refused (promise 4)', () => {
    const readable = new Set(entriesOwed(feed, THIRD).map(({ seq }) => seq));
    const hidden: string[] = [];
    for (const { seq, from, id, record, leaf, openings } of feed) {
      for (const [member, , salt, salt2] of openings) {
        if (member === THIRD) continue;
        // A sender opens the decisions on its own message, never anybody's own number.
        if (from !== THIRD) hidden.push(salt);
        hidden.push(salt2);
      }
      if (readable.has(seq) || from === THIRD) continue;
      expect(all).toContain(leaf);
      hidden.push(
        record,
        ...(id === null ? [] : [id]),
        Buffer.from(parseRecord(record).envelopeHash).toString('base64'),
      );
    }
    expect(feed.filter(({ code }) => code !== 'accepted')).toHaveLength(5);
    const forms = (text: string) => [
      text,
      JSON.stringify(text).slice(1, -1),
      Buffer.from(text).toString('hex'),
      ...formsOf(text).slice(-6),
    ];
    expect(hidden.filter((text) => forms(text).some((form) => all.includes(form)))).toEqual([]);
    for (const { claims, envelope } of feed) {
      if (
        claims === null ||
        claims.from === THIRD ||
        readable.has(feed.findIndex((entry) => entry.envelope === envelope))
      )
        continue;
      expect(all).not.toContain(envelope?.split('.')[1]);
      expect(all).not.toContain(envelope?.split('.')[2]);
    }
    // Genesis has none; as many stand in the entry for one as in that for all.
    const lines = (bytes.get(`GET /runs/${net.run}/export`) as string).match(/\\"commitments\\":\\"[^"]+\\"/g) ?? [];
    expect(lines).toHaveLength(2);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('answers a guess as it answers nonsense, in a search, a count and an error (promise 4)', async () => {
    const nonsense = uuidv7(Date.now(), randomBytes(10));
    const name = toTwo.find((text) => text.startsWith('nama')) as string;
    const asks = (id: string, word: string): [string, string, unknown?][] => {
      const message = (kind: string, more: object) => ({
        kind,
        to: 'all',
        handling: { ...LIMITED, releasableTo: null },
        body: { ref: `ID/${id}`, version: 4, reason: word, ...more },
      });
      return [
        ['GET', `/notices/ID/${id}`],
        ['GET', `/recalls/ID/${id}`],
        ['GET', `/messages/${id}`],
        ['GET', `/messages?before=${id}`],
        ['POST', `/messages/${id}/confirm`, {}],
        ['GET', `/notices?q=${word}`],
        ['GET', `/notices?q=${word.slice(0, 12)}&owner=ID`],
        ['POST', '/messages', message('notice.cancel', {})],
        ['POST', '/messages', message('notice.update', { notice: plainNotice(THIRD, 1) })],
      ];
    };
    const answers = async (id: string, word: string) =>
      Promise.all(
        asks(id, word).map(async ([method, path, body]) => {
          const { status, text } = await desk(THIRD).call(method, path, body);
          return `${status} ${text.replaceAll(id, '<id>').replaceAll(word, '<word>')}`;
        }),
      );
    const guessed = await answers(limited, name);
    expect(guessed).toEqual(await answers(nonsense, `nama-${randomBytes(9).toString('hex')}`));
    expect(guessed.filter((answer) => answer.startsWith('2'))).toEqual(['200 []', '200 []']);
  });

  it('opens no other database to the login of a node, and no content to a log', async () => {
    for (const other of ['eads_hub', 'eads_node_id', 'postgres', 'template1']) {
      const url = new URL(third.databaseUrl);
      url.pathname = `/${other}`;
      const client = new pg.Client({ connectionString: url.href });
      await expect(client.connect(), other).rejects.toThrow(/permission denied/);
    }
    expect(sharedLog.length).toBeGreaterThan(50);
    const content = [...toTwo, ...confidential, ...refused].filter(
      (text) => !text.startsWith('"') && !/^[0-9a-f-]{36}$/.test(text),
    );
    expect(found(unpacked(Buffer.from(sharedLog.join('')).toString('latin1')), content)).toEqual([]);
  });

  it('writes every read and search down at the node, with seat and purpose, and nowhere else (promise 7)', async () => {
    const my = desk('MY');
    const purpose = planter.word('keperluan');
    const headers = { 'x-eads-seat': 'seat-7', 'x-eads-purpose': purpose };
    const word = known[0] as string;
    const reads: [string, string, string][] = [
      ['/entries?from=2', 'read', 'entries from 2'],
      [`/notices?q=${word}&owner=ID`, 'search', word],
      [`/notices/ID/${limited}`, 'read', `notice ID/${limited}`],
      [`/notices/ID/${uuidv7(Date.now(), randomBytes(10))}`, 'read', 'notice ID/'],
      [`/recalls/ID/${limited}`, 'read', `recalls ID/${limited}`],
      ['/export', 'read', 'export'],
      ['/evidence', 'read', 'evidence'],
    ];
    const before = (await my.call('GET', '/reads?limit=1000')).json().lines;
    for (const [path] of reads) await my.call('GET', path, undefined, headers);
    const following = new AbortController();
    await fetch(`${net.url}/nodes/MY/runs/${net.run}/entries?follow=true`, {
      headers: { ...headers, authorization: `Bearer ${net.access.tokens.MY}` },
      signal: following.signal,
    });
    following.abort();
    const { lines, brokenAt } = (await my.call('GET', '/reads?limit=1000')).json();
    expect(brokenAt).toBeNull();
    const fresh = lines.slice(before.length);
    expect(fresh).toHaveLength(reads.length + 1);
    for (const [i, [path, action, what]] of [...reads, ['follow', 'read', 'entries from 0'] as const].entries()) {
      expect(fresh[i], path).toMatchObject({ seat: 'seat-7', purpose, action, what: expect.stringContaining(what) });
    }
    const hubUrl = await net.databases.ensure('eads_hub');
    expect(found(unpacked(await databaseBytes(hubUrl)), [purpose])).toEqual([]);
    expect(found(unpacked(Buffer.from(sharedLog.join('')).toString('latin1')), [purpose])).toEqual([]);
    expect(found(await databaseBytes(await net.databases.ensure('eads_node_my')), [purpose])).toEqual([purpose]);
  });

  it('shows where a line of reads was changed or taken out (promise 7)', async () => {
    const client = new pg.Client({ connectionString: await net.databases.ensure('eads_node_my') });
    await client.connect();
    const broken = async () => (await desk('MY').call('GET', '/reads?limit=1000')).json().brokenAt;
    const table = `"run ${net.run}".reads`;
    try {
      for (const column of ['seat', 'purpose', 'what', 'action']) {
        const { rows } = await client.query(`SELECT ${column} AS was FROM ${table} WHERE n = 3`);
        await client.query(`UPDATE ${table} SET ${column} = 'search x' WHERE n = 3`);
        expect(await broken(), column).toBe(3);
        await client.query(`UPDATE ${table} SET ${column} = $1 WHERE n = 3`, [rows[0].was]);
        expect(await broken()).toBeNull();
      }
      await client.query(`DELETE FROM ${table} WHERE n = 4`);
      expect(await broken()).toBe(5);
    } finally {
      await client.end();
    }
  });
});
