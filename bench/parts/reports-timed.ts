import { askAll, engineOn, type TimedReport } from '../data/opened-lake.ts';

/** The median of each report over `rounds`, after one that nobody counts. */
export async function timeReports(lake: string, rounds: number): Promise<readonly TimedReport[]> {
  const engine = await engineOn(lake);
  try {
    await askAll(engine);
    const all: (readonly TimedReport[])[] = [];
    for (let round = 0; round < rounds; round += 1) all.push(await askAll(engine));
    return (all[0] ?? []).map(({ report, span }, at) => {
      const found = all.map((timed) => timed[at]?.ms ?? 0).sort((a, b) => a - b);
      return { report, span, ms: found[found.length >> 1] ?? 0 };
    });
  } finally {
    await engine.close();
  }
}
