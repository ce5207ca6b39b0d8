import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type DataType, DataTypeLock } from './data-type-lock.ts';

describe('DataTypeLock', () => {
  it('lets readers of one type work together and never two types at a time', async () => {
    const lock = new DataTypeLock();
    const working: DataType[] = [];
    let mostTogether = 0;
    const read = (type: DataType) =>
      lock.hold(
        type,
        async () => undefined,
        async () => {
          working.push(type);
          expect(new Set(working).size).toBe(1);
          mostTogether = Math.max(mostTogether, working.length);
          await sleep(2);
          working.splice(working.indexOf(type), 1);
        },
      );
    const types: DataType[] = [1, 1, 3, 1, 3, 3, 4, 1, 1, 2];
    await Promise.all(types.map(read));
    expect(mostTogether).toBeGreaterThan(1);
  });

  it('a waiter that leaves is forgotten, and one that fails lets the next in', async () => {
    const lock = new DataTypeLock();
    const nothing = async () => undefined;
    const first = lock.hold(1, nothing, () => sleep(20));
    const abort = new AbortController();
    const left = lock.hold(3, nothing, nothing, abort.signal);
    const failing = lock.hold(3, nothing, async () => Promise.reject(new Error('refused')));
    abort.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    await expect(failing).rejects.toThrow('refused');
    await first;
    await expect(lock.hold(2, nothing, async () => 'in')).resolves.toBe('in');
  });
});
