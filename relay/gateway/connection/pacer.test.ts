import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { Pacer } from './pacer.ts';

describe('Pacer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('never sends more than the rate in any second', async () => {
    const pacer = new Pacer(20);
    const sent: number[] = [];
    const all = Array.from({ length: 100 }, () => pacer.submit('interactive', () => sent.push(performance.now())));
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all(all);
    expect(sent).toHaveLength(100);
    for (const at of sent)
      expect(sent.filter((other) => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(20);
    expect(sent.at(-1)).toBeLessThan(sent[0]! + 7_000);
  });

  it('lets orders pass bulk and interactive requests', async () => {
    const pacer = new Pacer(20);
    const order: string[] = [];
    const all = [
      ...Array.from({ length: 40 }, (_, i) => pacer.submit('bulk', () => order.push(`bulk ${i}`))),
      ...Array.from({ length: 40 }, (_, i) => pacer.submit('interactive', () => order.push(`read ${i}`))),
    ];
    const before = order.length;
    all.push(pacer.submit('orders', () => order.push('order')));
    expect(order[before]).toBe('order');
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(all);
    expect(order.indexOf('read 39')).toBeLessThan(order.indexOf('bulk 39'));
  });

  it('messages that belong together wait for room for all of them, and nothing behind takes it', async () => {
    const pacer = new Pacer(10);
    const all: Promise<void>[] = [];
    const start = performance.now();
    const cancel = vi.fn();
    const legs: number[] = [];
    for (let at = 0; at < 4_000; at += 50) {
      all.push(pacer.submit('cancellations', cancel));
      if (at === 1_000) all.push(pacer.submit('orders', () => legs.push(performance.now() - start), undefined, 4));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(all);
    expect(legs).toHaveLength(1);
    expect(legs[0]).toBeGreaterThan(1_000);
    expect(legs[0]).toBeLessThan(2_100);
    expect(cancel).toHaveBeenCalledTimes(80);
  });

  it('more messages together than a second allows have it for themselves', async () => {
    const pacer = new Pacer(10);
    await pacer.submit('orders', () => undefined);
    const send = vi.fn();
    const many = pacer.submit('orders', send, undefined, 30);
    await vi.advanceTimersByTimeAsync(900);
    expect(send).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(110);
    await many;
    expect(send).toHaveBeenCalledOnce();
  });

  it('cancellations pass all data requests, and many at once keep within the rate', async () => {
    const pacer = new Pacer(20);
    const sent: { what: string; at: number }[] = [];
    const send = (what: string) => () => sent.push({ what, at: performance.now() });
    const data = Array.from({ length: 30 }, () => pacer.submit('interactive', send('data')));
    for (let i = 0; i < 30; i += 1) pacer.sendSoon(send('cancel'));
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all(data);
    expect(sent).toHaveLength(60);
    expect(sent.findLastIndex(({ what }) => what === 'cancel')).toBeLessThan(
      sent.findLastIndex(({ what }) => what === 'data'),
    );
    for (const { at } of sent)
      expect(sent.filter((other) => other.at >= at && other.at < at + 1_000).length).toBeLessThanOrEqual(20);
  });

  it('a heartbeat never waits', () => {
    const pacer = new Pacer(1);
    for (let i = 0; i < 20; i += 1) void pacer.submit('bulk', () => undefined);
    const ask = vi.fn();
    pacer.sendNow(ask);
    expect(ask).toHaveBeenCalledOnce();
  });

  it('an aborted request leaves the queue and is never sent', async () => {
    const pacer = new Pacer(1);
    const abort = new AbortController();
    const send = vi.fn();
    void pacer.submit('interactive', () => undefined);
    const waiting = pacer.submit('interactive', send, abort.signal);
    abort.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(send).not.toHaveBeenCalled();
    expect(pacer.waiting).toBe(0);
  });

  it('clearing fails everything that waits, at once', async () => {
    const pacer = new Pacer(1);
    void pacer.submit('bulk', () => undefined);
    const waiting = pacer.submit('bulk', () => undefined);
    pacer.clear(new ToolError({ code: 'gateway_interrupted', message: 'gone' }));
    await expect(waiting).rejects.toMatchObject({ code: 'gateway_interrupted' });
  });
});
