import { describe, expect, it } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';
import { createFakeClock } from './testing/fake-clock.ts';

const LIMITS = { pingMs: 1000, pongMs: 400 };

const setUp = () => {
  const clock = createFakeClock();
  const counts = { pings: 0, silences: 0 };
  const beat = startHeartbeat(
    clock,
    LIMITS,
    () => {
      counts.pings += 1;
    },
    () => {
      counts.silences += 1;
    },
  );
  return { clock, counts, beat };
};

describe('the heartbeat', () => {
  it('is silent after ping and pong, no sooner', async () => {
    const { clock, counts } = setUp();
    await clock.advance(1399);
    expect(counts).toEqual({ pings: 1, silences: 0 });
    await clock.advance(1);
    expect(counts.silences).toBe(1);
  });

  it('goes on while something is heard', async () => {
    const { clock, counts, beat } = setUp();
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(1100);
      beat.heard();
    }
    expect(counts).toEqual({ pings: 10, silences: 0 });
    await clock.advance(1400);
    expect(counts.silences).toBe(1);
  });

  it('stops', async () => {
    const { clock, counts, beat } = setUp();
    beat.stop();
    beat.heard();
    await clock.advance(10_000);
    expect(counts).toEqual({ pings: 0, silences: 0 });
    expect(clock.pending).toBe(0);
  });

  it('does not take its own standstill for the silence of the other', async () => {
    const { clock, counts, beat } = setUp();
    await clock.advance(1000);
    clock.stall(60_000);
    await clock.advance(0);
    expect(counts.silences).toBe(0);
    beat.heard();
    await clock.advance(1399);
    expect(counts.silences).toBe(0);
    await clock.advance(1);
    expect(counts.silences).toBe(1);
  });
});
