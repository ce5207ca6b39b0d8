import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { getPositions } from '../../shared/tools/get_positions.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { getStatus } from '../../shared/tools/get_status.ts';
import { findTool } from '../../shared/tools/index.ts';
import { listAccounts } from '../../shared/tools/list_accounts.ts';
import { searchContracts } from '../../shared/tools/search_contracts.ts';
import { maxBarsPerAnswer } from '../gateway/history-plan.ts';
import { createGateway, type Gateway } from '../gateway/index.ts';
import { Spacing } from '../gateway/spacing.ts';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { createExecutor, type Execute, type ExecuteOptions } from './execute.ts';
import type { ExecutorConfig } from './tool.ts';

const logger = pino({ level: 'silent' });
// A Thursday, 11:00 in New York: markets in America and Europe are open.
const openMarket = () => new Date(Date.UTC(2026, 9, 15, 15, 0, 0));
const accounts = ['DU1000001', 'DU1000002'];

let sim: Simulator;
let gateway: Gateway;
let call: Execute;

beforeEach(async () => {
  sim = await startSimulator({ clock: openMarket, accounts });
  gateway = createGateway({ host: '127.0.0.1', port: sim.port, clientId: 7, reconnectMinMs: 50 }, logger);
  gateway.start();
  call = executor();
  await vi.waitFor(() => expect(gateway.status().gateway.state).toBe('ready'), { interval: 5 });
});

afterEach(async () => {
  vi.restoreAllMocks();
  gateway.stop();
  await sim.close();
});

function rawExecutor(config: Partial<ExecutorConfig> = {}): Execute {
  return createExecutor({
    gateway,
    config: { relayName: 'home', trading: 'read-only', ...config },
    version: '0.1.0',
    logger,
  });
}

/** An executor that checks every result against the shared definition. */
function executor(config: Partial<ExecutorConfig> = {}): Execute {
  const execute = rawExecutor(config);
  return async (op, args, options) => {
    const result = await execute(op, args, options);
    const output = findTool(op)?.output as z.ZodObject;
    output.strict().parse(result);
    expect(/null|e\+308/.test(JSON.stringify(result)), 'absent values are omitted').toBe(false);
    return result;
  };
}

/** A result whose every member is there: where one is missing, the assertion that reads it fails. */
type Certain<Value> = Value extends string | number | boolean
  ? Value
  : Value extends readonly (infer Item)[]
    ? [Certain<Item>, Certain<Item>, ...Certain<Item>[]]
    : { [Name in keyof Value]-?: Certain<NonNullable<Value[Name]>> };

/** Calls a tool and gives its result with the type that its definition promises. */
async function read<Output extends z.ZodObject>(
  tool: { readonly name: string; readonly output: Output },
  args: object = {},
  options?: ExecuteOptions,
): Promise<Certain<z.output<Output>>> {
  return (await call(tool.name, args, options)) as Certain<z.output<Output>>;
}

const failure = async (work: Promise<unknown>): Promise<ToolError['data']> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).data;
};
const received = (name: string) => sim.received.filter((request) => request.name === name);

describe('every tool', () => {
  it('refuses unknown tools and unknown arguments by type', async () => {
    expect((await failure(call('drop_tables', {}))).code).toBe('unsupported');
    expect((await failure(call('get_quotes', { contracts: ['AAPL'], colour: 'red' }))).message).toContain('colour');
    expect((await failure(call('get_quotes', {}))).code).toBe('invalid_arguments');
  });

  it('ends at its time limit, and at once when the caller leaves', async () => {
    sim.ignoreRequests(['reqContractDetails']);
    expect((await failure(call('get_quotes', { contracts: ['AAPL'] }, { timeoutMs: 100 }))).code).toBe(
      'gateway_timeout',
    );
    const abort = new AbortController();
    const work = failure(call('get_contract_details', { contracts: ['MSFT'] }, { signal: abort.signal }));
    await sleep(50);
    abort.abort();
    expect((await work).code).toBe('cancelled');
  });
});

describe('a call that fails in one part', () => {
  it('leaves nothing of the others under way', async () => {
    sim.ignoreRequests(['reqMktData', 'reqHistoricalData']);
    const work = failure(call('get_quotes', { contracts: ['AAPL', 'MSFT'] }, { timeoutMs: 300 }));
    expect((await work).code).toBe('gateway_timeout');
    await vi.waitFor(() => expect(received('cancelMktData').length).toBe(received('reqMktData').length));
    expect(received('reqMktData').length).toBe(2);
  });
});

describe('get_status', () => {
  it('works with and without a gateway', async () => {
    const up = await read(getStatus);
    expect(up).toMatchObject({
      ok: true,
      relays: [{ name: 'home', online: true, version: '0.1.0', trading: 'read-only' }],
    });
    expect(up.relays[0].accounts).toEqual(accounts.map((account) => ({ account, kind: 'paper' })));
    await sim.refuseConnections(true);
    sim.dropConnections();
    await vi.waitFor(() => expect(gateway.status().gateway.state).toBe('maintenance'));
    const down = await read(getStatus);
    expect(down.ok).toBe(false);
    expect(down.nextStep).toMatch(/Wait/);
    expect((await failure(call('list_accounts', {}))).code).toBe('gateway_disconnected');
  });
});

describe('accounts', () => {
  it('lists several, labelled', async () => {
    const { accounts: listed } = await read(listAccounts);
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ account: 'DU1000001', kind: 'paper', baseCurrency: 'USD', relay: 'home' });
  });

  it('shows only allowed accounts, everywhere', async () => {
    call = executor({ allowedAccounts: ['DU1000002'] });
    expect((await read(listAccounts)).accounts.map((a) => a.account)).toEqual(['DU1000002']);
    expect((await read(getStatus)).relays[0].accounts).toHaveLength(1);
    expect((await read(getAccountSummary)).accounts.map((a) => a.account)).toEqual(['DU1000002']);
    const positions = (await read(getPositions)).positions;
    expect(new Set(positions.map((p) => p.account))).toEqual(new Set(['DU1000002']));
    for (const tool of ['get_account_summary', 'get_positions']) {
      const hidden = await failure(call(tool, { account: 'DU1000001' }));
      const unknown = await failure(call(tool, { account: 'DU9999999' }));
      expect(hidden.code).toBe('account_not_found');
      expect(hidden.message.replace('DU1000001', '')).toBe(unknown.message.replace('DU9999999', ''));
      expect(hidden.nextStep).not.toContain('DU1000001');
    }
  });

  it('summarises in base currency with a ledger whose parts make the whole', async () => {
    const { accounts: all } = await read(getAccountSummary, { account: 'du1000001', ledger: true });
    expect(all).toHaveLength(1);
    const [summary] = all;
    expect(summary).toMatchObject({ account: 'DU1000001', currency: 'USD', kind: 'paper' });
    expect(summary.ledger.map((row) => row.currency)).toContain('EUR');
    const total = summary.ledger.reduce((sum, row) => sum + row.netLiquidation * row.exchangeRate, 0);
    expect(total / summary.netLiquidation).toBeCloseTo(1, 2);
    expect(summary.dayTradesRemaining ?? 0).toBeGreaterThanOrEqual(0);
    expect((await read(getAccountSummary)).accounts[0].ledger).toBeUndefined();
  });
});

describe('get_positions', () => {
  it('values every position and weighs it in base currency', async () => {
    const { positions, total } = await read(getPositions, { account: 'DU1000001' });
    expect(positions).toHaveLength(total);
    for (const p of positions) {
      expect(p.marketValue).toBeDefined();
      expect(p.weight).toBeDefined();
      expect(p.dailyPnl).toBeDefined();
      expect(p.unrealizedPnl).toBeDefined();
    }
    expect(positions.some((p) => p.quantity < 0 && p.weight < 0)).toBe(true);
    expect(positions.some((p) => !Number.isInteger(p.quantity))).toBe(true);
    const [foreign] = positions.filter((p) => p.currency === 'GBP') as typeof positions;
    const {
      accounts: [summary],
    } = await read(getAccountSummary, { account: 'DU1000001', ledger: true });
    const rate = summary.ledger.find((row) => row.currency === 'GBP')?.exchangeRate ?? 0;
    expect(foreign.weight).toBeCloseTo(((foreign.marketValue * rate) / summary.netLiquidation) * 100, 1);
  });

  it('are told without what IB refuses to tell about them', async () => {
    const refusal = new ToolError({ code: 'ib_error', message: 'Too many sub-accounts.' });
    for (const kind of ['summaries', 'portfolio', 'pnl'] as const) {
      vi.spyOn(gateway.accounts, kind).mockRejectedValue(refusal);
    }
    const { positions } = (await call('get_positions', {})) as { positions: Record<string, unknown>[] };
    expect(positions.length).toBeGreaterThan(0);
    for (const position of positions) {
      expect(position).toMatchObject({ conId: expect.any(Number), quantity: expect.any(Number) });
      expect(position).not.toHaveProperty('weight');
    }
    expect(await call('list_accounts', {})).toMatchObject({
      accounts: accounts.map((account) => ({ account, kind: 'paper' })),
    });
  });

  it('pages without gaps or repeats, and takes a cursor only for its own question', async () => {
    const all = (await read(getPositions)).positions.map((p) => `${p.account} ${p.conId}`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read(getPositions, { limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.positions.map((p) => `${p.account} ${p.conId}`));
      cursor = page.next;
    } while (cursor);
    expect(seen).toEqual(all);
    const { next } = await read(getPositions, { limit: 3 });
    expect((await failure(call('get_positions', { cursor: next, sec_type: 'STK' }))).code).toBe('invalid_arguments');
    expect((await failure(call('get_positions', { cursor: 'AAAA' }))).code).toBe('invalid_arguments');
  });

  it('filters by contract and kind, and every name leads back to its instrument', async () => {
    const only = await read(getPositions, { account: 'DU1000001', contract: 'AAPL' });
    expect(only.positions.map((p) => p.conId)).toEqual([265598]);
    const options = await read(getPositions, { account: 'DU1000001', sec_type: 'OPT' });
    expect(options.positions.length).toBeGreaterThan(0);
    const { positions } = await read(getPositions, { account: 'DU1000001' });
    const found = await read(getContractDetails, { contracts: positions.map((p) => p.contract) });
    expect(found.errors).toBeUndefined();
    expect(found.contracts.map((c) => c.conId)).toEqual(positions.map((p) => p.conId));
  });
});

describe('finding instruments', () => {
  it('prefers the one USD listing, and offers strings that are unambiguous otherwise', async () => {
    const { contracts } = await read(getContractDetails, {
      contracts: ['SHEL', 'SHEL.GBP', 'SHEL@LSE', 'sap.eur'],
    });
    expect(contracts.map((c) => c.currency)).toEqual(['USD', 'GBP', 'GBP', 'EUR']);
    const { errors } = await read(getQuotes, { contracts: ['ES:FUT'] });
    expect(errors[0]).toMatchObject({ code: 'ambiguous_contract', contract: 'ES:FUT' });
    const again = await read(getContractDetails, { contracts: errors[0].candidates });
    expect(again.contracts).toHaveLength(errors[0].candidates.length);
    expect(new Set(again.contracts.map((c) => c.conId)).size).toBe(errors[0].candidates.length);
  });

  it('says what an unknown one lacks, without failing the rest', async () => {
    const { contracts, errors } = await read(getContractDetails, {
      contracts: ['AAPL', 'NOPE', 'AAPL@NYSE', 'A:B:C', '1'],
    });
    expect(contracts).toHaveLength(1);
    expect(errors.map((e) => [e.contract, e.code])).toEqual([
      ['NOPE', 'contract_not_found'],
      ['AAPL@NYSE', 'contract_not_found'],
      ['A:B:C', 'invalid_arguments'],
      ['1', 'contract_not_found'],
    ]);
    expect(errors[1].nextStep).toContain('AAPL.USD@NASDAQ');
  });

  it('names futures, options, pairs and indices so that the name finds them again', async () => {
    const asked = ['ES:FUT', 'EUR.USD', 'SPX:IND', '700.HKD', 'US0378331005', '{265598}', 'ES:CONTFUT'];
    const { contracts } = await read(getContractDetails, { contracts: asked });
    const names = contracts.map((c) => c.contract);
    const again = await read(getContractDetails, { contracts: names });
    expect(again.contracts.map((c) => c.conId)).toEqual(contracts.map((c) => c.conId));
  });

  it('resolves market rules and hours, closed days skipped', async () => {
    const { contracts } = await read(getContractDetails, { contracts: ['AAPL', '700.HKD'] });
    const [apple, tencent] = contracts;
    expect(apple.priceIncrements).toEqual([{ from: 0, increment: 0.01 }]);
    expect(tencent.priceIncrements.length).toBeGreaterThan(1);
    expect(apple.liquidHours[0]).toEqual({ open: '2026-10-15T09:30:00-04:00', close: '2026-10-15T16:00:00-04:00' });
    expect(tencent.liquidHours.every((s) => /\+08:00$/.test(s.open))).toBe(true);
    expect(received('reqMarketRule').length).toBeGreaterThanOrEqual(2);
  });

  it('searches names in any script, pairs and expiries', async () => {
    // Searches are a second apart by IB's rule, which has tests of its own.
    vi.spyOn(Spacing.prototype, 'turn').mockResolvedValue();
    const find = async (query: string, more: object = {}) => (await read(searchContracts, { query, ...more })).matches;
    expect((await find('腾讯'))[0]).toMatchObject({ symbol: '700', currency: 'HKD' });
    expect((await find('EUR.USD'))[0]).toMatchObject({ secType: 'CASH', contract: 'EUR.USD' });
    expect((await find('ES', { sec_type: 'FUT' })).length).toBeGreaterThan(1);
    expect((await find('apple', { currency: 'usd' }))[0]).toMatchObject({ conId: 265598, contract: 'AAPL' });
    expect(await find('zzzzqqqq')).toEqual([]);
  });

  it('an unanswered search by name leaves what the grammar finds', async () => {
    const silence = new ToolError({ code: 'gateway_timeout', message: 'IB Gateway did not answer.' });
    vi.spyOn(gateway.contracts, 'matching').mockRejectedValue(silence);
    const { matches } = await read(searchContracts, { query: 'AAPL' });
    expect(matches[0].conId).toBe(265598);
    expect((await failure(call('search_contracts', { query: 'zzzzqqqq' }))).code).toBe('gateway_timeout');
  });
});

describe('get_quotes', () => {
  it('gives live quotes in one batch, with one subscription each, and leaves no line open', async () => {
    const { quotes, errors } = await read(getQuotes, { contracts: ['AAPL', 'EUR.USD', 'SPX:IND', 'SHEL.GBP'] });
    expect(errors).toBeUndefined();
    for (const q of quotes) expect(q.dataType).toBe('live');
    const [apple] = quotes;
    expect(apple.bid).toBeLessThan(apple.ask);
    expect(apple.change).toBeCloseTo(apple.last - apple.close, 6);
    expect(apple.changePercent).toBeCloseTo((apple.change / apple.close) * 100, 3);
    expect(apple.asOf).toMatch(/^2026-10-15T11:00:\d\d-04:00$/);
    await vi.waitFor(() => expect(sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData')).toEqual([]));
    expect(received('cancelMktData')).toHaveLength(4);
  });

  it('falls back to delayed per instrument, labelled, and says when there is none', async () => {
    const { quotes, errors } = await read(getQuotes, { contracts: ['AAPL', 'F', 'T', 'NOPE'] });
    expect(quotes.map((q) => [q.contract, q.dataType])).toEqual([
      ['AAPL', 'live'],
      ['F', 'delayed'],
    ]);
    expect(quotes[1].last).toBeGreaterThan(0);
    expect(errors.map((e) => [e.contract, e.code, e.ibCode])).toEqual([
      ['T', 'not_subscribed', 354],
      ['NOPE', 'contract_not_found', undefined],
    ]);
    expect(received('reqMarketDataType').map(({ fields }) => fields.type)).toEqual(['4']);
    const again = await read(getQuotes, { contracts: ['MSFT', 'F'] });
    expect(again.quotes.map((q) => q.dataType)).toEqual(['live', 'delayed']);
    expect(received('reqMarketDataType')).toHaveLength(1);
  });

  it('quotes a continuous future by the contract it stands for, the only form that IB takes', async () => {
    const [quote] = (await read(getQuotes, { contracts: ['ES:CONTFUT'] })).quotes;
    expect(quote.last).toBeGreaterThan(0);
    expect(received('reqMktData')[0]?.fields).toMatchObject({ conId: String(quote.conId), secType: '' });
  });

  it('adds what a preset promises', async () => {
    const [detailed] = (await read(getQuotes, { contracts: ['AAPL'], fields: 'detailed' })).quotes;
    expect(detailed).toMatchObject({ shortable: 'available', halted: false });
    expect(detailed.low52).toBeLessThan(detailed.high52);
    const [fundamentals] = (await read(getQuotes, { contracts: ['AAPL'], fields: 'fundamentals' })).quotes;
    expect(fundamentals.averageVolume).toBeGreaterThan(0);
    const { positions } = await read(getPositions, { sec_type: 'OPT' });
    const [option] = (await read(getQuotes, { contracts: [positions[0].contract], fields: 'options' })).quotes;
    expect(option.greeks.delta).toBeGreaterThan(0);
    expect(option.greeks.iv).toBeGreaterThan(0);
    expect(option.greeks.underlying).toBeGreaterThan(0);
  });

  it('keeps within its market-data lines', async () => {
    gateway.stop();
    gateway = createGateway({ host: '127.0.0.1', port: sim.port, clientId: 8, marketDataLines: 2 }, logger);
    gateway.start();
    call = executor();
    await vi.waitFor(() => expect(gateway.status().gateway.state).toBe('ready'));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData').length);
    }, 1);
    const { quotes } = await read(getQuotes, { contracts: ['AAPL', 'MSFT', 'IBM', 'KO', 'JPM', 'QQQ'] });
    clearInterval(watch);
    expect(quotes).toHaveLength(6);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('an abort takes the lines back at once', async () => {
    const abort = new AbortController();
    sim.ignoreRequests(['reqMktData']);
    const work = failure(call('get_quotes', { contracts: ['AAPL'] }, { signal: abort.signal }));
    await vi.waitFor(() => expect(received('reqMktData')).toHaveLength(1));
    abort.abort();
    expect((await work).code).toBe('cancelled');
    await vi.waitFor(() => expect(received('cancelMktData')).toHaveLength(1));
  });
});

describe('get_historical_bars', () => {
  const times = ({ rows }: { rows: readonly (readonly (string | number)[])[] }) => rows.map(([time]) => String(time));

  it('gives trading days, newest last, times in the exchange’s zone', async () => {
    const daily = await read(getHistoricalBars, { contract: 'AAPL', duration: '5d' });
    expect(times(daily)).toEqual(['2026-10-09', '2026-10-12', '2026-10-13', '2026-10-14', '2026-10-15']);
    expect(daily.columns).toEqual(['time', 'open', 'high', 'low', 'close', 'volume', 'wap', 'count']);
    const minutes = await read(getHistoricalBars, { contract: 'AAPL', bar_size: '1 min', duration: '2d' });
    expect(times(minutes)[0]).toBe('2026-10-14T09:30:00-04:00');
    expect(minutes.count).toBe(390 + 90);
  });

  it('drops columns that are absent everywhere', async () => {
    const result = await read(getHistoricalBars, {
      contract: 'EUR.USD',
      bar_size: '1 hour',
      duration: '2d',
      data: 'MIDPOINT',
      rth: false,
    });
    expect(result.columns).toEqual(['time', 'open', 'high', 'low', 'close']);
  });

  it('covers a clock change without gaps or repeats', async () => {
    const result = await read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '5 mins',
      start: '2026-03-02',
      end: '2026-03-13',
    });
    expect(new Set(times(result)).size).toBe(result.count);
    expect(times(result)).toEqual([...times(result)].sort((a, b) => Date.parse(a) - Date.parse(b)));
    expect(result.count).toBe(10 * 78);
    expect(times(result)[0]).toBe('2026-03-02T09:30:00-05:00');
    expect(times(result).at(-1)).toBe('2026-03-13T15:55:00-04:00');
  });

  it('reads times with and without offsets, and refuses nonsense', async () => {
    const bars = async (args: object) =>
      times(await read(getHistoricalBars, { contract: 'AAPL', bar_size: '30 mins', ...args }));
    const local = await bars({ start: '2026-10-13T10:00:00', end: '2026-10-13T12:00:00' });
    expect(local).toEqual(await bars({ start: '2026-10-13T14:00:00Z', end: '2026-10-13T12:00:00-04:00' }));
    expect(local[0]).toBe('2026-10-13T10:00:00-04:00');
    expect(local).toHaveLength(4);
    for (const args of [
      { start: '2026-02-30' },
      { start: 'yesterday' },
      { end: '2026-13-01' },
      { duration: 'long' },
      { start: '2026-10-02', end: '2026-10-01' },
      { start: '2026-10-01', duration: '1d' },
      { start: '2030-01-01' },
    ]) {
      expect((await failure(call('get_historical_bars', { contract: 'AAPL', ...args }))).code).toBe(
        'invalid_arguments',
      );
    }
  });

  it('walks back over small bars in trading time', async () => {
    const result = await read(getHistoricalBars, { contract: 'AAPL', bar_size: '30 secs', duration: '1d' });
    expect(result.count).toBe(180);
    expect(times(result)[0]).toBe('2026-10-15T09:30:00-04:00');
    for (const { fields } of received('reqHistoricalData')) expect(fields.duration).toMatch(/ S$/);
  });

  it('asks adjusted prices and continuous futures without an end', async () => {
    const adjusted = await read(getHistoricalBars, { contract: 'AAPL', duration: '1y', data: 'ADJUSTED_LAST' });
    expect(adjusted.count).toBeGreaterThan(240);
    const continuous = await read(getHistoricalBars, {
      contract: 'ES:CONTFUT',
      bar_size: '1 hour',
      duration: '3d',
    });
    expect(continuous.contract).toBe('ES:CONTFUT');
    expect(received('reqHistoricalData').every(({ fields }) => fields.endDateTime === '')).toBe(true);
  });

  it('takes what IB has where it keeps no trades, and says so', async () => {
    const result = await read(getHistoricalBars, { contract: 'EUR.USD', duration: '5d' });
    expect(received('reqHistoricalData')[0]?.fields.whatToShow).toBe('MIDPOINT');
    expect(result).toMatchObject({ data: 'MIDPOINT', note: expect.stringContaining('no trades') });
  });

  it('says why a span is shorter than asked, and when there is nothing', async () => {
    const short = await read(getHistoricalBars, { contract: 'TSLA', bar_size: '1 week', duration: '30y' });
    expect(short.note).toMatch(/nothing before 2010-/);
    expect(
      (
        await failure(
          call('get_historical_bars', { contract: 'AAPL', bar_size: '1 hour', start: '2026-10-10', end: '2026-10-11' }),
        )
      ).code,
    ).toBe('no_data');
    expect((await failure(call('get_historical_bars', { contract: 'T', duration: '5d' }))).code).toBe('not_subscribed');
  });

  it('fetches 50,000 one-minute bars in bounded pieces with progress, every bar once', async () => {
    const progress: number[] = [];
    const fetch = vi.spyOn(gateway.history, 'fetch');
    const bars = await read(
      getHistoricalBars,
      { contract: 'AAPL', bar_size: '1 min', start: '2026-07-20', rth: false },
      { progress: (done) => progress.push(done) },
    );
    expect(bars.count).toBeGreaterThan(50_000);
    expect(new Set(times(bars)).size).toBe(bars.count);
    expect(times(bars)).toEqual(times(bars).toSorted());
    expect(progress.length).toBeGreaterThan(10);
    expect(progress).toEqual(progress.toSorted((x, y) => x - y));
    const sizes = await Promise.all(fetch.mock.results.map(async ({ value }) => ((await value) as unknown[]).length));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxBarsPerAnswer);
  });

  it('gives what IB’s limits on small bars let through in time, tells the wait, and says what is missing', async () => {
    const messages: string[] = [];
    const result = getHistoricalBars.output.parse(
      await call(
        'get_historical_bars',
        { contract: 'AAPL', bar_size: '5 secs', duration: '5d' },
        { timeoutMs: 3_500, progress: (_done, _total, message) => messages.push(message) },
      ),
    );
    const requests = received('reqHistoricalData');
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.length).toBeLessThanOrEqual(10);
    expect(result.count).toBeGreaterThan(2_000);
    expect(result.note).toMatch(/limits on bars of 30 seconds|time ran out/);
    expect(messages.some((message) => message.startsWith('waiting'))).toBe(true);
  });

  it('merges to max_points and says how many', async () => {
    const result = await read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '1 min',
      duration: '1d',
      max_points: 10,
    });
    expect(result.count).toBeLessThanOrEqual(10);
    expect(result.merged).toBe(9);
  });

  it('an abort cancels what is under way at the gateway', async () => {
    sim.ignoreRequests(['reqHistoricalData']);
    const abort = new AbortController();
    const work = failure(
      call(
        'get_historical_bars',
        { contract: 'AAPL', bar_size: '1 min', start: '2026-10-01' },
        { signal: abort.signal },
      ),
    );
    await vi.waitFor(() => expect(received('reqHistoricalData')).toHaveLength(4));
    abort.abort();
    expect((await work).code).toBe('cancelled');
    await vi.waitFor(() => expect(received('cancelHistoricalData')).toHaveLength(4));
  });

  it('a restart in the middle fails the call at once with gateway_interrupted', async () => {
    sim.delayRequests(30);
    const work = failure(call('get_historical_bars', { contract: 'AAPL', bar_size: '1 min', start: '2026-08-01' }));
    await vi.waitFor(() => expect(received('reqHistoricalData').length).toBeGreaterThan(4));
    const restarted = sim.restart({ downMs: 50 });
    expect((await work).code).toBe('gateway_interrupted');
    await restarted;
  });
});
