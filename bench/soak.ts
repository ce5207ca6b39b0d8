import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { soak } from '../test/support/simulator/soak.ts';

/** An hour of market time, or `HOURS` of it, as fast as it goes, with clients that stream and trade; what it does to memory. */

const clientCount = 10;
const linesPerClient = 10;
const hours = Number(process.env.HOURS ?? 1);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const started = performance.now();
const heap: number[] = [];

print('market minutes', 'heap MB', 'resident MB');
const { ticks, orders, fills, complaints, disagreements } = await soak({
  marketMs: hours * 3_600_000,
  clients: clientCount,
  linesEach: linesPerClient,
  tradeEveryMs: 20_000,
  onProgress(marketMs) {
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    heap.push(heapUsed / 1e6);
    print(String(marketMs / 60_000), (heapUsed / 1e6).toFixed(1), (rss / 1e6).toFixed(0));
  },
});
const seconds = (performance.now() - started) / 1000;
print('seconds', seconds.toFixed(1));
print('times as fast as life', ((hours * 3600) / seconds).toFixed(0));
print('ticks', String(ticks), `${(ticks / seconds).toFixed(0)}/s`);
print('orders', String(orders));
print('fills', String(fills));
print('bytes of heap an order', ((((heap.at(-1) ?? 0) - (heap[0] ?? 0)) * 1e6) / Math.max(1, orders)).toFixed(0));
print('complaints', String(complaints.length), ...complaints.slice(0, 3));
print('disagreements', String(disagreements.length), ...disagreements.slice(0, 3));
process.exitCode = complaints.length + disagreements.length > 0 ? 1 : 0;

function print(name: string, ...values: string[]): void {
  process.stdout.write(`${name.padEnd(26)}${values.map((value) => value.padStart(12)).join('')}\n`);
}
