import { parseArgs } from 'node:util';
import { runKillCampaign } from './kill-campaign.ts';
import { campaignSeed } from './seed.ts';

const USAGE = `npm run soak -- [--rounds N] [--minutes N] [--seed TEXT]

Kills a hub (kill -9) again and again under load, then reads the evidence. Without --rounds and --minutes: 500 rounds.
Example: npm run soak -- --minutes 30 --seed monday
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const number = (name: string, text: string | undefined): number | null => {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} takes a number above 0, not ${JSON.stringify(text)}.\n\n${USAGE}`);
};

const soak = async (): Promise<void> => {
  const minutes = number('minutes', values.minutes);
  const rounds = number('rounds', values.rounds) ?? (minutes === null ? 500 : Number.POSITIVE_INFINITY);
  const until = minutes === null ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  if (values.seed !== undefined) process.env.EADS_SEED = values.seed;
  const { seed, random } = campaignSeed('kill-hub');
  const result = await runKillCampaign({
    random,
    goesOn: (done) => done < rounds && performance.now() < until,
    say: (line) => console.log(line),
  });
  const { wrong } = result;
  console.log(`
rounds         ${result.rounds}, ${result.early} of them killed before the hub listened, ${result.busy} with receipts
entries        ${result.entries}, ${result.witnessed} of them witnessed
envelopes      ${result.sent}, sent again ${result.resent} times
answers        ${Object.entries(result.codes)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')}
shown          ${result.shown}
checkpoints    ${result.checkpoints} kept, all on one ledger unless told below
took           ${(result.ms / 1000).toFixed(1)} s
wrong          ${wrong.length === 0 ? 'nothing' : wrong.length}`);
  for (const line of wrong.slice(0, 100)) console.log(`  ${line}`);
  if (wrong.length > 0) {
    console.log(`Have it again with: npm run soak -- --rounds ${result.rounds} --seed ${seed}`);
    process.exitCode = 1;
  }
};

if (values.help) console.log(USAGE);
else await soak();
