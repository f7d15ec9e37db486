import { hash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { append, emptyFrontier, formatTlogProof, inclusionProof, leafHash } from '@eads/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { runFake, temporaryFolder } from '../testing/fake-terminal.ts';

const AUDITOR = fileURLToPath(new URL('../../../../tests/vectors/exports/bases/auditor', import.meta.url));
const MEMBER = fileURLToPath(new URL('../../../../tests/vectors/exports/bases/member', import.meta.url));

let folder: ReturnType<typeof temporaryFolder>;
const at = (...parts: string[]) => join(folder.path, ...parts);
beforeEach(() => {
  folder = temporaryFolder();
  cpSync(AUDITOR, at('export'), { recursive: true });
  const genesis = readFileSync(at('export', 'genesis.jws'), 'utf8');
  const origin = readFileSync(at('export', 'checkpoint'), 'utf8').split('\n')[0];
  writeFileSync(at('trust'), `${origin}\n${hash('sha256', genesis, 'base64')}\n`);
});
afterEach(() => folder.remove());

/** No address, no token: offline. */
const verify = (...args: string[]) => runFake(['verify', ...args], { cwd: folder.path });

describe('eads verify of an export', () => {
  it('says in order with a trust file, and self-consistent only without', async () => {
    const trusted = await verify('export', '--trust', 'trust');
    expect(trusted.code).toBe(EXIT.ok);
    expect(trusted.out).toMatch(/^In order: /);
    const without = await verify('export');
    expect(without.code).toBe(EXIT.ok);
    expect(without.out).toMatch(/^Self-consistent only: /);
  });

  it('says it to programs', async () => {
    const { out } = await verify('export', '--trust', 'trust', '--json');
    expect(JSON.parse(out)).toMatchObject({ verdict: 'in-order', ok: true, size: 25, findings: [] });
    expect(JSON.parse((await verify('export', '--json')).out)).toMatchObject({ verdict: 'self-consistent', ok: true });
  });

  it('names what is wrong and ends with 1', async () => {
    const path = at('export', 'entries', '000000.ndjson');
    writeFileSync(path, readFileSync(path, 'utf8').replace('accepted', 'acceptee'));
    const { code, out } = await verify('export', '--trust', 'trust');
    expect(code).toBe(EXIT.wrong);
    expect(out).toMatch(/^NOT IN ORDER: /);
    expect(out).toContain('entries/000000.ndjson:1');
    expect(out).toContain('file-altered');
  });

  it.each(['genesis.jws', 'checkpoint', 'witnessed', 'manifest.jws', 'entries/000000.ndjson'])(
    'notices any one byte of %s',
    async (path) => {
      const bytes = readFileSync(at('export', path));
      for (const offset of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const bent = Buffer.from(bytes);
        bent[offset] = (bent[offset] as number) ^ 1;
        writeFileSync(at('export', path), bent);
        expect((await verify('export', '--trust', 'trust')).code).toBe(EXIT.wrong);
      }
    },
  );

  it('refuses a link among the files, though what it leads to be right', async () => {
    cpSync(at('export', 'witnessed'), at('elsewhere'));
    rmSync(at('export', 'witnessed'));
    symlinkSync(at('elsewhere'), at('export', 'witnessed'));
    const { code, out } = await verify('export', '--trust', 'trust');
    expect(code).toBe(EXIT.wrong);
    expect(out).toContain('not-a-file');
    expect(out).toContain('missing-file');
  });

  it('does not say in order where only a link is too much', async () => {
    symlinkSync('/nowhere', at('export', 'extra'));
    const { code, out } = await verify('export', '--trust', 'trust');
    expect(code).toBe(EXIT.wrong);
    expect(out).toMatch(/^NOT IN ORDER: something lies there/);
    expect(out).not.toContain('In order');
    expect(JSON.parse((await verify('export', '--json')).out)).toMatchObject({
      ok: false,
      verdict: 'not-in-order',
      findings: [{ code: 'not-a-file' }],
    });
  });

  it('holds a file that nobody listed against it', async () => {
    writeFileSync(at('export', 'notes.txt'), 'x');
    const { code, out } = await verify('export');
    expect([code, out.includes('unlisted-file')]).toEqual([EXIT.wrong, true]);
  });

  it('compares with a checkpoint kept from before', async () => {
    const { code, out } = await verify('export', '--trust', 'trust', '--expect', 'export/witnessed');
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('Extends the expected checkpoint of size 20.');
    writeFileSync(at('other'), readFileSync(at('export', 'checkpoint'), 'utf8').replace('\n25\n', '\n26\n'));
    const longer = await verify('export', '--trust', 'trust', '--expect', 'other');
    expect([longer.code, longer.out.includes('checkpoint-rolled-back')]).toEqual([EXIT.wrong, true]);
  });

  it("takes a member's export", async () => {
    cpSync(MEMBER, at('member'), { recursive: true });
    expect((await verify('member', '--trust', 'trust')).out).toMatch(/^In order: /);
  });

  it('ends with 2 where there is nothing to read', async () => {
    expect((await verify('nowhere')).code).toBe(EXIT.input);
    expect((await verify('export', '--trust', 'nowhere')).code).toBe(EXIT.input);
  });
});

describe('eads verify of a single file', () => {
  const proofOf = async (index: number): Promise<string> => {
    const note = readFileSync(at('export', 'witnessed'), 'utf8');
    const lines = readFileSync(at('export', 'entries', '000000.ndjson'), 'utf8')
      .trim()
      .split('\n');
    const leaves = lines.slice(0, 20).map((line) => leafHash(JSON.parse(line).record));
    const levels: Uint8Array[] = [];
    append(emptyFrontier, leaves, (level, i, digest) => {
      if (level === 0) levels[i] = digest;
    });
    const reader = { read: async (_level: number, from: number, to: number) => levels.slice(from, to) };
    return formatTlogProof({ index, proof: await inclusionProof(reader, index, 20), checkpoint: note });
  };
  const single = (name: string, ...more: string[]) => verify(name, '--with', 'export', ...more);

  it('finds a checkpoint in order whose co-signers changed since the genesis', async () => {
    const { code, out } = await single('export/witnessed', '--trust', 'trust');
    expect([code, out]).toEqual([
      EXIT.ok,
      'In order: signed by the log and a quorum, and of the run that the trust file names.\nCheckpoint of vectors/practice/e1, size 20.\nCo-signed by ID, MY, PH, SG, TH.\n',
    ]);
    expect((await single('export/witnessed')).out).toMatch(/^Self-consistent only: /);
  });

  it('misses the co-signers of a checkpoint that the log alone signed', async () => {
    const { code, out } = await single('export/checkpoint', '--trust', 'trust');
    expect([code, out.includes('quorum-short')]).toEqual([EXIT.wrong, true]);
  });

  it('finds a proof in order, and another entry not to be what it is about', async () => {
    const proof = await proofOf(7);
    writeFileSync(at('7.proof'), proof);
    const good = await single('7.proof', '--trust', 'trust');
    expect(good.code).toBe(EXIT.ok);
    expect(good.out).toContain('Proof of entry 7 in vectors/practice/e1, size 20.');
    writeFileSync(at('8.proof'), proof.replace('index 7', 'index 8'));
    const bad = await single('8.proof', '--trust', 'trust');
    expect([bad.code, bad.out.startsWith('NOT IN ORDER: proof-mismatch')]).toEqual([EXIT.wrong, true]);
  });

  it('does not take a checkpoint that the export contradicts', async () => {
    const note = readFileSync(at('export', 'witnessed'), 'utf8');
    writeFileSync(at('forked'), note.replace(/\n20\n.{4}/, '\n20\nAAAA'));
    const { code, out } = await single('forked', '--trust', 'trust');
    expect(code).toBe(EXIT.wrong);
    expect(out).toMatch(/^NOT IN ORDER: it and the export do not hold together\./);
    expect(out).toContain('fork');
  });

  it('ends with 2 for what is no checkpoint, and where the export is not given', async () => {
    writeFileSync(at('noise'), 'hello');
    expect((await single('noise')).code).toBe(EXIT.input);
    const { code, err } = await verify('export/witnessed');
    expect([code, err.includes('--with')]).toEqual([EXIT.input, true]);
  });
});
