import { expect, it } from 'vitest';
import { soak } from '../test/support/simulator/soak.ts';

it('clients that stream and trade for a while understand everything, and hold what they were told', async () => {
  const report = await soak({ marketMs: 60_000, clients: 3, linesEach: 10, tradeEveryMs: 5000 });
  expect(report).toMatchObject({ orders: 36, complaints: [], disagreements: [] });
  expect(report.fills).toBeGreaterThanOrEqual(24);
  expect(report.ticks).toBeGreaterThan(1000);
});
