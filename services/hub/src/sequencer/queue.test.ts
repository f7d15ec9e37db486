import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { createQueue } from './queue.ts';

const candidate = (member: string, text: string): Candidate => ({
  member,
  text,
  hash: '',
  id: null,
  refused: 'bad-form',
  envelope: null,
  signature: 'unchecked',
});

describe('the line before the sequencer', () => {
  it('keeps the order of a lane, whichever envelope was checked first', () => {
    const queue = createQueue();
    const first = queue.enter('ID', 1);
    const second = queue.enter('ID', 1);
    second(candidate('ID', 'b'));
    expect(queue.take()).toEqual([]);
    first(candidate('ID', 'a'));
    expect(queue.take().map((w) => w.text)).toEqual(['a', 'b']);
    expect(queue.length()).toBe(0);
  });
  it('takes turns: a flood from one force does not delay another', () => {
    const queue = createQueue();
    for (let i = 0; i < 2000; i++) queue.enter('ID', 1)(candidate('ID', `${i}`));
    queue.enter('MY', 1)(candidate('MY', 'x'));
    const batch = queue.take();
    expect(batch).toHaveLength(512);
    expect(batch.slice(0, 2).map((w) => w.member)).toContain('MY');
    expect(queue.length()).toBe(2001 - 512);
  });
  it('takes everything once, in order within each lane', () => {
    const queue = createQueue();
    for (let i = 0; i < 300; i++) {
      for (const member of ['ID', 'MY', 'TH']) queue.enter(member, 10)(candidate(member, `${i}`));
    }
    const seen = new Map<string, string[]>();
    for (let batch = queue.take(); batch.length > 0; batch = queue.take()) {
      for (const c of batch) seen.set(c.member, [...(seen.get(c.member) ?? []), c.text]);
    }
    const expected = Array.from({ length: 300 }, (_, i) => `${i}`);
    expect([...seen.entries()].sort()).toEqual([
      ['ID', expected],
      ['MY', expected],
      ['TH', expected],
    ]);
  });
  it('does not let an unchecked envelope hold up another lane', () => {
    const queue = createQueue();
    queue.enter('ID', 1);
    queue.enter('MY', 1)(candidate('MY', 'x'));
    expect(queue.take().map((w) => w.text)).toEqual(['x']);
  });
  it('has room for two sessions’ credit of one member, whatever became of the sessions, and no more', () => {
    const queue = createQueue();
    const fill = (member: string, bytes: number): number => {
      let taken = 0;
      for (; queue.hasRoom(member) && taken < 100_000; taken++) queue.enter(member, bytes);
      return taken;
    };
    expect(fill('ID', 1_000)).toBe(4_096);
    expect(fill('MY', 48 * 1024)).toBe(Math.ceil((8 * 1024) / 48));
    expect(queue.hasRoom('TH')).toBe(true);
  });
  it('gives room back with what it hands out', () => {
    const queue = createQueue();
    const places = Array.from({ length: 4_096 }, () => queue.enter('ID', 2_048));
    expect(queue.hasRoom('ID')).toBe(false);
    for (const [i, place] of places.entries()) place(candidate('ID', `${i}`));
    queue.take();
    expect(queue.hasRoom('ID')).toBe(true);
    while (queue.take().length > 0);
    expect(queue.length()).toBe(0);
    expect(queue.hasRoom('ID')).toBe(true);
  });
});
