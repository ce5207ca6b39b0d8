import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { getPositions } from '../../shared/tools/get_positions.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { getStatus } from '../../shared/tools/get_status.ts';
import { listAccounts } from '../../shared/tools/list_accounts.ts';
import { searchContracts } from '../../shared/tools/search_contracts.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { Spacing } from '../async/spacing.ts';

const accounts = ['DU1000001', 'DU1000002'];

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start({ accounts });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await relay.stop();
});

describe('every tool', () => {
  it('refuses unknown tools and unknown arguments by type', async () => {
    expect((await failure(relay.call('drop_tables', {}))).code).toBe('unsupported');
    expect((await failure(relay.call('get_quotes', { contracts: ['AAPL'], colour: 'red' }))).message).toContain(
      'colour',
    );
    expect((await failure(relay.call('get_quotes', {}))).code).toBe('invalid_arguments');
  });

  it('ends at its time limit, and at once when the caller leaves', async () => {
    relay.sim.ignoreRequests(['reqContractDetails']);
    expect((await failure(relay.call('get_quotes', { contracts: ['AAPL'] }, { timeoutMs: 100 }))).code).toBe(
      'relay_timeout',
    );
    const abort = new AbortController();
    const work = failure(relay.call('get_contract_details', { contracts: ['MSFT'] }, { signal: abort.signal }));
    await sleep(50);
    abort.abort();
    expect((await work).code).toBe('cancelled');
  });
});

describe('a call that fails in one part', () => {
  it('leaves nothing of the others under way', async () => {
    relay.sim.ignoreRequests(['reqMktData', 'reqHistoricalData']);
    const work = failure(relay.call('get_quotes', { contracts: ['AAPL', 'MSFT'] }, { timeoutMs: 300 }));
    expect((await work).code).toBe('relay_timeout');
    await vi.waitFor(() => expect(relay.received('cancelMktData').length).toBe(relay.received('reqMktData').length));
    expect(relay.received('reqMktData').length).toBe(2);
  });
});

describe('get_status', () => {
  it('works with and without a gateway', async () => {
    const up = await relay.read(getStatus);
    expect(up).toMatchObject({
      ok: true,
      relays: [{ name: 'home', online: true, version: '0.1.0', trading: 'read-only' }],
    });
    expect(up.relays[0].accounts).toEqual(accounts.map((account) => ({ account, kind: 'paper' })));
    await relay.sim.refuseConnections(true);
    relay.sim.dropConnections();
    await vi.waitFor(() => expect(relay.gateway.status().gateway.state).toBe('maintenance'));
    const down = await relay.read(getStatus);
    expect(down.ok).toBe(false);
    expect(down.nextStep).toMatch(/Wait/);
    expect((await failure(relay.call('list_accounts', {}))).code).toBe('gateway_disconnected');
  });

  it('tells the data that markets have given, the gateway’s time, and how far its clock is off', async () => {
    await relay.read(getQuotes, { contracts: ['AAPL', 'PHIA.EUR', 'SHEL.GBP'] });
    const [{ data, gateway }] = (await relay.read(getStatus)).relays;
    const seen = Object.fromEntries(data.map((market) => [market.market, market.seen]));
    expect(seen).toMatchObject({ 'STK NASDAQ': 'live', 'STK AEB': 'none' });
    expect(gateway.time).toMatch(/^2026-10-15T15:00/);
    const ahead = Math.round((Date.parse(gateway.time) - Date.now()) / 1_000);
    expect(Math.abs(gateway.clockAheadSeconds - ahead)).toBeLessThanOrEqual(2);
  });

  it('says that another login has the live data, and no longer once live data has come', async () => {
    const quote = () => relay.read(getQuotes, { contracts: ['AAPL'] });
    relay.sim.connectivity.competingSession(true);
    expect((await quote()).errors[0]).toMatchObject({ code: 'not_subscribed', ibCode: 10197 });
    const taken = await relay.read(getStatus);
    expect(taken).toMatchObject({ ok: false, problem: expect.stringContaining('Another login') });
    expect(taken.relays[0].gateway.state).toBe('degraded');
    relay.sim.connectivity.competingSession(false);
    await quote();
    expect(await relay.read(getStatus)).toMatchObject({ ok: true });
  });
});

describe('accounts', () => {
  it('lists several, labelled', async () => {
    const { accounts: listed } = await relay.read(listAccounts);
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ account: 'DU1000001', kind: 'paper', baseCurrency: 'USD', relay: 'home' });
  });

  it('shows only allowed accounts, everywhere', async () => {
    relay.config = { allowedAccounts: ['DU1000002'] };
    expect((await relay.read(listAccounts)).accounts.map((a) => a.account)).toEqual(['DU1000002']);
    expect((await relay.read(getStatus)).relays[0].accounts).toHaveLength(1);
    expect((await relay.read(getAccountSummary)).accounts.map((a) => a.account)).toEqual(['DU1000002']);
    const positions = (await relay.read(getPositions)).positions;
    expect(new Set(positions.map((p) => p.account))).toEqual(new Set(['DU1000002']));
    for (const tool of ['get_account_summary', 'get_positions']) {
      const hidden = await failure(relay.call(tool, { account: 'DU1000001' }));
      const unknown = await failure(relay.call(tool, { account: 'DU9999999' }));
      expect(hidden.code).toBe('account_not_found');
      expect(hidden.message.replace('DU1000001', '')).toBe(unknown.message.replace('DU9999999', ''));
      expect(hidden.nextStep).not.toContain('DU1000001');
    }
  });

  it('summarises in base currency with a ledger whose parts make the whole', async () => {
    const { asOf, accounts: all } = await relay.read(getAccountSummary, { account: 'du1000001', ledger: true });
    expect(asOf).toMatch(/^2026-10-15T15:00/);
    expect(all).toHaveLength(1);
    const [summary] = all;
    expect(summary).toMatchObject({ account: 'DU1000001', currency: 'USD', kind: 'paper' });
    expect(summary.ledger.map((row) => row.currency)).toContain('EUR');
    const total = summary.ledger.reduce((sum, row) => sum + row.netLiquidation * row.exchangeRate, 0);
    expect(total / summary.netLiquidation).toBeCloseTo(1, 2);
    expect(summary.dayTradesRemaining ?? 0).toBeGreaterThanOrEqual(0);
    expect((await relay.read(getAccountSummary)).accounts[0].ledger).toBeUndefined();
  });
});

describe('get_positions', () => {
  it('values every position and weighs it in base currency', async () => {
    const { positions, total } = await relay.read(getPositions, { account: 'DU1000001' });
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
    } = await relay.read(getAccountSummary, { account: 'DU1000001', ledger: true });
    const rate = summary.ledger.find((row) => row.currency === 'GBP')?.exchangeRate ?? 0;
    expect(foreign.weight).toBeCloseTo(((foreign.marketValue * rate) / summary.netLiquidation) * 100, 1);
  });

  it('are told without what IB refuses to tell about them', async () => {
    const refusal = new ToolError({ code: 'ib_error', message: 'Too many sub-accounts.' });
    for (const kind of ['summaries', 'portfolio', 'pnl'] as const) {
      vi.spyOn(relay.gateway.accounts, kind).mockRejectedValue(refusal);
    }
    const { positions } = (await relay.call('get_positions', {})) as { positions: Record<string, unknown>[] };
    expect(positions.length).toBeGreaterThan(0);
    for (const position of positions) {
      expect(position).toMatchObject({ conId: expect.any(Number), quantity: expect.any(Number) });
      expect(position).not.toHaveProperty('weight');
    }
    expect(await relay.call('list_accounts', {})).toMatchObject({
      accounts: accounts.map((account) => ({ account, kind: 'paper' })),
    });
  });

  it('pages without gaps or repeats, and takes a cursor only for its own question', async () => {
    const all = (await relay.read(getPositions)).positions.map((p) => `${p.account} ${p.conId}`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await relay.read(getPositions, { limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.positions.map((p) => `${p.account} ${p.conId}`));
      cursor = page.next;
    } while (cursor);
    expect(seen).toEqual(all);
    const { next } = await relay.read(getPositions, { limit: 3 });
    expect((await failure(relay.call('get_positions', { cursor: next, sec_type: 'STK' }))).code).toBe(
      'invalid_arguments',
    );
    expect((await failure(relay.call('get_positions', { cursor: 'AAAA' }))).code).toBe('invalid_arguments');
  });

  it('filters by contract and kind, and every name leads back to its instrument', async () => {
    const only = await relay.read(getPositions, { account: 'DU1000001', contract: 'AAPL' });
    const options = await relay.read(getPositions, { account: 'DU1000001', sec_type: 'OPT' });
    const [option] = options.positions;
    // An underlying means what is on it as well, and an option only itself.
    expect(only.positions.map((p) => p.conId)).toEqual([option.conId, 265598]);
    const one = await relay.read(getPositions, { account: 'DU1000001', contract: option.contract });
    expect(one.positions.map((p) => p.conId)).toEqual([option.conId]);
    const none = await relay.read(getPositions, { account: 'DU1000001', contract: 'SPX' });
    expect(none.positions).toEqual([]);
    const { positions } = await relay.read(getPositions, { account: 'DU1000001' });
    const found = await relay.read(getContractDetails, { contracts: positions.map((p) => p.contract) });
    expect(found.errors).toBeUndefined();
    expect(found.contracts.map((c) => c.conId)).toEqual(positions.map((p) => p.conId));
  });
});

describe('finding instruments', () => {
  it('prefers the one USD listing, and offers strings that are unambiguous otherwise', async () => {
    const { contracts } = await relay.read(getContractDetails, {
      contracts: ['SHEL', 'SHEL.GBP', 'SHEL@LSE', 'sap.eur'],
    });
    expect(contracts.map((c) => c.currency)).toEqual(['USD', 'GBP', 'GBP', 'EUR']);
    const { errors } = await relay.read(getQuotes, { contracts: ['ES:FUT'] });
    expect(errors[0]).toMatchObject({ code: 'ambiguous_contract', contract: 'ES:FUT' });
    const again = await relay.read(getContractDetails, { contracts: errors[0].candidates });
    expect(again.contracts).toHaveLength(errors[0].candidates.length);
    expect(new Set(again.contracts.map((c) => c.conId)).size).toBe(errors[0].candidates.length);
  });

  it('says what an unknown one lacks, without failing the rest', async () => {
    const { contracts, errors } = await relay.read(getContractDetails, {
      contracts: ['AAPL', 'NOPE', 'AAPL@LSE', 'A:B:C', '1'],
    });
    expect(contracts).toHaveLength(1);
    expect(errors.map((e) => [e.contract, e.code])).toEqual([
      ['NOPE', 'contract_not_found'],
      ['AAPL@LSE', 'contract_not_found'],
      ['A:B:C', 'invalid_arguments'],
      ['1', 'contract_not_found'],
    ]);
    expect(errors[1].nextStep).toBe('Did you mean AAPL?');
  });

  it('names futures, options, pairs and indices so that the name finds them again', async () => {
    const asked = ['ES:FUT', 'EUR.USD', 'SPX:IND', '700.HKD', 'US0378331005', '{265598}', 'ES:CONTFUT'];
    const { contracts } = await relay.read(getContractDetails, { contracts: asked });
    const names = contracts.map((c) => c.contract);
    const again = await relay.read(getContractDetails, { contracts: names });
    expect(again.contracts.map((c) => c.conId)).toEqual(contracts.map((c) => c.conId));
  });

  it('resolves market rules and hours, closed days skipped', async () => {
    const { contracts } = await relay.read(getContractDetails, { contracts: ['AAPL', '700.HKD'] });
    const [apple, tencent] = contracts;
    expect(apple.priceIncrements).toEqual([{ from: 0, increment: 0.01 }]);
    expect(tencent.priceIncrements.length).toBeGreaterThan(1);
    expect(apple.liquidHours[0]).toEqual({ open: '2026-10-15T09:30:00-04:00', close: '2026-10-15T16:00:00-04:00' });
    expect(tencent.liquidHours.every((s) => /\+08:00$/.test(s.open))).toBe(true);
    expect(relay.received('reqMarketRule').length).toBeGreaterThanOrEqual(2);
  });

  it('searches names in any script, pairs and expiries', async () => {
    // Searches are a second apart by IB's rule, which has tests of its own.
    vi.spyOn(Spacing.prototype, 'turn').mockResolvedValue();
    const find = async (query: string, more: object = {}) =>
      (await relay.read(searchContracts, { query, ...more })).matches;
    expect((await find('腾讯'))[0]).toMatchObject({ symbol: '700', currency: 'HKD' });
    expect((await find('EUR.USD'))[0]).toMatchObject({ secType: 'CASH', contract: 'EUR.USD' });
    expect((await find('ES', { sec_type: 'FUT' })).length).toBeGreaterThan(1);
    expect((await find('apple', { currency: 'usd' }))[0]).toMatchObject({ conId: 265598, contract: 'AAPL' });
    expect(await find('zzzzqqqq')).toEqual([]);
  });

  it('an unanswered search by name leaves what the grammar finds', async () => {
    const silence = new ToolError({ code: 'gateway_timeout', message: 'IB Gateway did not answer.' });
    vi.spyOn(relay.gateway.contracts, 'matching').mockRejectedValue(silence);
    const { matches } = await relay.read(searchContracts, { query: 'AAPL' });
    expect(matches[0].conId).toBe(265598);
    expect((await failure(relay.call('search_contracts', { query: 'zzzzqqqq' }))).code).toBe('gateway_timeout');
  });
});

describe('get_quotes', () => {
  it('gives live quotes in one batch, with one subscription each, and leaves no line open', async () => {
    const { quotes, errors } = await relay.read(getQuotes, { contracts: ['AAPL', 'EUR.USD', 'SPX:IND', 'SHEL.GBP'] });
    expect(errors).toBeUndefined();
    for (const q of quotes) expect(q.dataType).toBe('live');
    const [apple] = quotes;
    expect(apple.bid).toBeLessThan(apple.ask);
    expect(apple.change).toBeCloseTo(apple.last - apple.close, 6);
    expect(apple.changePercent).toBeCloseTo((apple.change / apple.close) * 100, 1);
    expect(apple.asOf).toMatch(/^2026-10-15T11:00:\d\d-04:00$/);
    await vi.waitFor(() =>
      expect(relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData')).toEqual([]),
    );
    expect(relay.received('cancelMktData')).toHaveLength(4);
  });

  it('falls back to delayed per instrument, labelled, and says when there is none', async () => {
    const { quotes, errors } = await relay.read(getQuotes, { contracts: ['AAPL', 'F', 'T', 'NOPE'] });
    expect(quotes.map((q) => [q.contract, q.dataType])).toEqual([
      ['AAPL', 'live'],
      ['F', 'delayed'],
    ]);
    expect(quotes[1].last).toBeGreaterThan(0);
    expect(errors.map((e) => [e.contract, e.code, e.ibCode])).toEqual([
      ['T', 'not_subscribed', 354],
      ['NOPE', 'contract_not_found', undefined],
    ]);
    expect(relay.received('reqMarketDataType').map(({ fields }) => fields.type)).toEqual(['4']);
    const again = await relay.read(getQuotes, { contracts: ['MSFT', 'F'] });
    expect(again.quotes.map((q) => q.dataType)).toEqual(['live', 'delayed']);
    expect(relay.received('reqMarketDataType')).toHaveLength(1);
  });

  it('quotes a continuous future by the contract it stands for, the only form that IB takes', async () => {
    const [quote] = (await relay.read(getQuotes, { contracts: ['ES:CONTFUT'] })).quotes;
    expect(quote.last).toBeGreaterThan(0);
    expect(relay.received('reqMktData')[0]?.fields).toMatchObject({ conId: String(quote.conId), secType: '' });
  });

  it('says that trading is halted without being asked', async () => {
    const halted = { on: 'out', message: 'tickGeneric', where: { tickType: 49 }, do: 'change' } as const;
    const read = async () => (await relay.read(getQuotes, { contracts: ['GME'] })).quotes[0];
    expect(await read()).not.toHaveProperty('halted');
    relay.sim.addRule({ ...halted, fields: { value: 1 }, times: 'always' });
    expect((await read()).halted).toBe(true);
  });

  it('adds what a preset promises', async () => {
    const [detailed] = (await relay.read(getQuotes, { contracts: ['AAPL'], fields: 'detailed' })).quotes;
    expect(detailed).toMatchObject({ shortable: 'available', halted: false });
    expect(detailed.low52).toBeLessThan(detailed.high52);
    const [fundamentals] = (await relay.read(getQuotes, { contracts: ['AAPL'], fields: 'fundamentals' })).quotes;
    expect(fundamentals.averageVolume).toBeGreaterThan(0);
    const { positions } = await relay.read(getPositions, { sec_type: 'OPT' });
    const [option] = (await relay.read(getQuotes, { contracts: [positions[0].contract], fields: 'options' })).quotes;
    expect(option.greeks.delta).toBeGreaterThan(0);
    expect(option.greeks.iv).toBeGreaterThan(0);
    expect(option.greeks.underlying).toBeGreaterThan(0);
  });

  it('keeps within its market-data lines', async () => {
    await relay.stop();
    relay = await TestRelay.start({}, { marketDataLines: 2 });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData').length);
    }, 1);
    const { quotes } = await relay.read(getQuotes, { contracts: ['AAPL', 'MSFT', 'IBM', 'KO', 'JPM', 'QQQ'] });
    clearInterval(watch);
    expect(quotes).toHaveLength(6);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('an abort takes the lines back at once', async () => {
    const abort = new AbortController();
    relay.sim.ignoreRequests(['reqMktData']);
    const work = failure(relay.call('get_quotes', { contracts: ['AAPL'] }, { signal: abort.signal }));
    await vi.waitFor(() => expect(relay.received('reqMktData')).toHaveLength(1));
    abort.abort();
    expect((await work).code).toBe('cancelled');
    await vi.waitFor(() => expect(relay.received('cancelMktData')).toHaveLength(1));
  });
});
