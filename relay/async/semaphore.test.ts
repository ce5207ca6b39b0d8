import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.ts';
import { Spacing } from './spacing.ts';

describe('Semaphore', () => {
  it('never lets more work at a time than it has permits, in order, failures included', async () => {
    const semaphore = new Semaphore(3);
    const order: number[] = [];
    let working = 0;
    let most = 0;
    const all = Array.from({ length: 20 }, (_, i) =>
      semaphore.run(async () => {
        order.push(i);
        working += 1;
        most = Math.max(most, working);
        await sleep(1);
        working -= 1;
        if (i % 5 === 0) throw new Error('failed');
      }),
    );
    await Promise.allSettled(all);
    expect(most).toBe(3);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('a waiter that leaves takes no permit with it', async () => {
    const semaphore = new Semaphore(1);
    const first = semaphore.run(() => sleep(10));
    const abort = new AbortController();
    const left = semaphore.run(async () => 'never', abort.signal);
    abort.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    await first;
    await expect(semaphore.run(async () => 'in')).resolves.toBe('in');
  });
});

describe('Spacing', () => {
  it('keeps the gap between turns', async () => {
    const spacing = new Spacing(40);
    const start = performance.now();
    await Promise.all([spacing.turn(), spacing.turn(), spacing.turn()]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(76);
  });

  it('those who leave take their gaps with them', async () => {
    const spacing = new Spacing(100);
    await spacing.turn();
    const abort = new AbortController();
    const left = Array.from({ length: 50 }, () => spacing.turn(abort.signal));
    const stays = spacing.turn();
    abort.abort();
    for (const turn of left) await expect(turn).rejects.toThrow();
    expect(await Promise.race([stays.then(() => 'passed'), sleep(3_000, 'still waits')])).toBe('passed');
  });
});
