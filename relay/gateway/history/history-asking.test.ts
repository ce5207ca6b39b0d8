import { describe, expect, it, vi } from 'vitest';
import { type ErrorCode, ToolError } from '../../../shared/errors.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { GatewayStatus } from '../connection/session-view.ts';
import { askHistory, askTwice } from './history-asking.ts';
import { HistoryGate } from './history-gate.ts';

const statusWith =
  (...broken: string[]) =>
  (): GatewayStatus => ({
    gateway: { state: 'ready', since: '2026-11-20T17:00:00Z' },
    farms: ['usfarm', 'ushmds', 'euhmds'].map((name) => ({ name, state: broken.includes(name) ? 'broken' : 'ok' })),
    accounts: [],
  });

const refusal = (code: ErrorCode, ibCode?: number) =>
  vi.fn(async () => {
    throw new ToolError({ code, message: 'Refused.', ...(ibCode === undefined ? {} : { ibCode }) });
  });

const errorOf = async (work: Promise<never>): Promise<ToolError['data']> =>
  (await work.catch((error: ToolError) => error)).data;

describe('a question to IB’s history servers', () => {
  it.each([
    ['gateway_timeout', undefined],
    ['ib_error', 162],
    ['ib_error', 10_188],
  ] as const)('that ends with %s %s names the farms that are down', async (code, ibCode) => {
    const error = await errorOf(askHistory(statusWith('ushmds', 'usfarm'), refusal(code, ibCode)));
    expect(error).toMatchObject({ code, message: 'Refused. Down at IB: ushmds.' });
    expect((await errorOf(askHistory(statusWith('usfarm'), refusal(code, ibCode)))).message).toBe('Refused.');
  });

  it.each([
    ['not_subscribed', 162],
    ['pacing', 162],
    ['invalid_arguments', 321],
    ['cancelled', undefined],
    ['gateway_interrupted', undefined],
  ] as const)('that ends with %s %s is neither put again nor blamed on a farm', async (code, ibCode) => {
    const ask = refusal(code, ibCode);
    expect((await errorOf(askTwice(statusWith('ushmds'), ask))).message).toBe('Refused.');
    expect((await errorOf(askTwice(statusWith(), ask))).message).toBe('Refused.');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is put twice, unless a farm is down', async () => {
    const twice = refusal('ib_error', 366);
    await errorOf(askTwice(statusWith('usfarm'), twice));
    expect(twice).toHaveBeenCalledTimes(2);
    const once = refusal('ib_error', 366);
    await errorOf(askTwice(statusWith('euhmds'), once));
    expect(once).toHaveBeenCalledTimes(1);
  });

  it('tells IB’s failure, not our wait, when its limits leave no time for the second one', async () => {
    const gate = new HistoryGate();
    const request = { identity: '10 secs', contract: { conId: 1 }, data: 'TRADES' };
    const onWait = vi.fn();
    const ask = refusal('ib_error', 162);
    const patience = { onWait, until: monotonicNow() + 10_000 };
    const error = await errorOf(askTwice(statusWith(), () => gate.run(request, patience, ask)));
    expect(error).toMatchObject({ code: 'ib_error', ibCode: 162 });
    expect(ask).toHaveBeenCalledTimes(1);
    expect(onWait).not.toHaveBeenCalled();
  });
});
