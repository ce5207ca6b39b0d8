import { describe, expect, it, vi } from 'vitest';
import { Coalescer } from './coalesce.ts';

const left = 'the caller left';

describe('Coalescer', () => {
  it('shares one answer among identical requests under way', async () => {
    const coalescer = new Coalescer<number>();
    const work = vi.fn(async () => 7);
    expect(await Promise.all([coalescer.run('a', work), coalescer.run('a', work), coalescer.run('b', work)])).toEqual([
      7, 7, 7,
    ]);
    expect(work).toHaveBeenCalledTimes(2);
    await coalescer.run('a', work);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('fails all waiters together', async () => {
    const coalescer = new Coalescer<number>();
    const work = async () => Promise.reject(new Error('down'));
    const results = await Promise.allSettled([coalescer.run('a', work), coalescer.run('a', work)]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  it('aborts the work only when the last waiter leaves', async () => {
    const coalescer = new Coalescer<number>();
    const aborted = vi.fn();
    const work = (signal: AbortSignal) =>
      new Promise<number>((_, reject) =>
        signal.addEventListener('abort', () => {
          aborted();
          reject(signal.reason);
        }),
      );
    const first = new AbortController();
    const second = new AbortController();
    const one = coalescer.run('a', work, first.signal);
    const two = coalescer.run('a', work, second.signal);
    first.abort(left);
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(aborted).not.toHaveBeenCalled();
    second.abort(left);
    await expect(two).rejects.toMatchObject({ code: 'cancelled' });
    expect(aborted).toHaveBeenCalledOnce();
  });

  it('a newcomer does not join work that was aborted', async () => {
    const coalescer = new Coalescer<number>();
    const abort = new AbortController();
    const stuck = coalescer.run('a', () => new Promise<number>(() => undefined), abort.signal);
    abort.abort(left);
    await expect(stuck).rejects.toMatchObject({ code: 'cancelled' });
    await expect(coalescer.run('a', async () => 1)).resolves.toBe(1);
  });

  it('keeps answers for as long as it is told, never failures, and not too many', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const coalescer = new Coalescer<number>(1_000);
    const work = vi.fn(async () => 7);
    await expect(coalescer.run('a', async () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    for (let i = 0; i < 3; i += 1) expect(await coalescer.run('a', work)).toBe(7);
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    await coalescer.run('a', work);
    expect(work).toHaveBeenCalledTimes(2);
    for (let i = 0; i < 50; i += 1) await coalescer.run(`other ${i}`, work);
    await coalescer.run('a', work);
    expect(work).toHaveBeenCalledTimes(53);
    vi.useRealTimers();
  });
});
