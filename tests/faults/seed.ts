import { randomBytes } from 'node:crypto';
import { type Random, seeded } from '@eads/samples';

/** The seed of a campaign: EADS_SEED where it is set, so that a failure can be had again, else a new one. It is printed. */
export const campaignSeed = (name: string): { seed: string; random: Random } => {
  const seed = process.env.EADS_SEED ?? randomBytes(6).toString('hex');
  console.log(`${name}: EADS_SEED=${seed}`);
  return { seed, random: seeded(`${name} ${seed}`) };
};
