import { loadHubAlone } from './hub-alone.ts';

/** `npm run bench [notices] [rounds]`: the hub alone, as fast as it goes and at 2,000 a second; medians with spread. */
const notices = Number(process.argv[2] ?? 20_000);
const rounds = Number(process.argv[3] ?? 3);

const median = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const mid = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `${mid.toFixed(1)} (${sorted[0]?.toFixed(1)} to ${sorted.at(-1)?.toFixed(1)})`;
};

for (const rate of [null, 2_000]) {
  const figures = [];
  for (let i = 0; i < rounds; i++)
    figures.push(await loadHubAlone(rate === null ? notices : Math.min(notices, 10_000), rate));
  console.log(rate === null ? 'hub alone, as fast as it goes' : `hub alone, ${rate} notices a second`);
  console.log(`  notices/s        ${median(figures.map((f) => f.perSecond))}`);
  console.log(`  hub CPU, us each ${median(figures.map((f) => f.hubCpuUs))}`);
  console.log(`  hub memory, MB   ${median(figures.map((f) => f.hubRssMb))}`);
  if (rate !== null) {
    console.log(`  p50, ms          ${median(figures.map((f) => f.p50 ?? Number.NaN))}`);
    console.log(`  p99, ms          ${median(figures.map((f) => f.p99 ?? Number.NaN))}`);
  }
}
