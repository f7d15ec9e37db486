import { describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { runKillCampaign } from './kill-campaign.ts';
import { campaignSeed } from './seed.ts';

const ROUNDS = 50;

describe('a hub that is killed at any moment under load', requires('postgres'), () => {
  it(`keeps promises 1, 2, 3 and 5 over ${ROUNDS} rounds of kill -9`, async () => {
    const { random } = campaignSeed('kill-hub');
    const result = await runKillCampaign({ random, goesOn: (rounds) => rounds < ROUNDS });
    console.log(
      `kill-hub: ${result.entries} entries, ${result.resent} sent again, ${result.early} killed before they listened`,
    );
    expect(result.wrong).toEqual([]);
    expect(result.codes.accepted).toBeGreaterThan(ROUNDS);
    // Else it was no campaign: rounds in which nothing happens prove nothing.
    expect(result.busy).toBeGreaterThan(ROUNDS / 2);
    expect(result.resent).toBeGreaterThan(ROUNDS);
    expect(result.witnessed).toBe(result.entries);
    expect(result.checkpoints).toBeGreaterThan(10);
  }, 150_000);
});
