import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { getOptionChain } from '../shared/tools/get_option_chain.ts';
import { tools as catalogue } from '../shared/tools/index.ts';
import { type CallOptions, type CallResult, eras, type TestClient } from './support/clients.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';

/** The whole system as a user has it: an MCP client, OAuth, the Worker, the tunnel, the relay process, the gateway. */

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ simulator: { clock: clockFrom(fridayNoon) } });
});
afterAll(() => system.close());

const errorOf = (result: CallResult) =>
  result._meta?.['ibkr-remote-mcp/error'] as { code: string; nextStep?: string; candidates?: string[] } | undefined;

describe.each(eras)('a client of %s', (era) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await system.connect(era);
  });
  afterAll(() => client.close());

  async function answer(
    name: string,
    args: Record<string, unknown> = {},
    onProgress?: CallOptions['onProgress'],
  ): Promise<Record<string, never>> {
    const result = await client.call(name, args, onProgress && { onProgress });
    expect(result.isError, result.content[0]?.text).toBeFalsy();
    expect(result.content[0]?.text).toBeTruthy();
    return result.structuredContent as Record<string, never>;
  }

  test('sees every tool with title, honest hints and schemas; none trades', async () => {
    const tools = await client.listTools();
    const reading = catalogue.filter(({ scope }) => scope === 'ibkr:read');
    expect(tools.map(({ name }) => name)).toEqual(reading.map(({ name }) => name));
    for (const tool of tools) {
      const own = /^manage_/.test(tool.name);
      expect(tool).toMatchObject({
        title: expect.any(String),
        inputSchema: { type: 'object', additionalProperties: false },
        outputSchema: { type: 'object' },
        annotations: { readOnlyHint: !own, destructiveHint: own, openWorldHint: true },
      });
    }
  });

  test('reads an option chain and finds an option in it', async () => {
    const overview = getOptionChain.output.parse(await answer('get_option_chain', { contract: 'AAPL' }));
    const expiry = overview.classes?.[0]?.expiries.find((day) => day >= '2026-12-18');
    const chain = await answer('get_option_chain', { contract: 'AAPL', expiry, strikes: '2', quotes: 'true' });
    expect(chain).toMatchObject({ rows: expect.any(Array), total: 8, dataType: 'live' });
    const found = await answer('find_option_contract', { contract: 'AAPL', right: 'call', delta: '0.5', expiry });
    expect(found).toMatchObject({ right: 'C', expiry, contract: expect.stringMatching(/^AAPL \d{8} C /) });
  });

  test('get_status says that everything works, and for which account', async () => {
    expect(await answer('get_status')).toMatchObject({
      ok: true,
      relays: [
        {
          name: 'test relay',
          online: true,
          gateway: { state: 'ready' },
          accounts: [{ account: 'DU1234567', kind: 'paper' }],
          trading: 'read-only',
        },
      ],
    });
  });

  test('list_accounts', async () => {
    expect(await answer('list_accounts')).toMatchObject({
      accounts: [{ account: 'DU1234567', kind: 'paper', baseCurrency: 'USD', relay: 'test relay' }],
    });
  });

  test('get_account_summary adds up with the positions and the ledger', async () => {
    const { accounts } = (await answer('get_account_summary', { ledger: 'true' })) as unknown as {
      accounts: {
        currency: string;
        netLiquidation: number;
        totalCash: number;
        ledger: { cash?: number; exchangeRate: number; netLiquidation: number }[];
      }[];
    };
    const [account] = accounts;
    const inBase = (pick: (row: { cash?: number; netLiquidation: number }) => number) =>
      account?.ledger.reduce((sum, row) => sum + pick(row) * row.exchangeRate, 0) ?? 0;
    expect(account?.currency).toBe('USD');
    // A currency without cash has no cell for it.
    expect(inBase((row) => row.cash ?? 0)).toBeCloseTo(account?.totalCash ?? 0, 0);
    // Each currency's total is rounded to cents before it is converted.
    expect(Math.abs(inBase((row) => row.netLiquidation) - (account?.netLiquidation ?? 0))).toBeLessThan(0.05);
  });

  test('get_positions shows fractions, shorts, options and foreign shares, and pages through them', async () => {
    type Page = {
      positions: { contract: string; quantity: number; secType: string; currency: string; conId: number }[];
      total: number;
      next?: string;
    };
    const { positions, total } = (await answer('get_positions')) as unknown as Page;
    expect(positions.some(({ quantity }) => quantity % 1 !== 0)).toBe(true);
    expect(positions.some(({ quantity }) => quantity < 0)).toBe(true);
    expect(positions.some(({ secType }) => secType === 'OPT')).toBe(true);
    expect(positions.some(({ currency }) => currency === 'GBP')).toBe(true);
    const paged: number[] = [];
    let cursor: string | undefined;
    do {
      const page = (await answer('get_positions', { limit: '2', ...(cursor ? { cursor } : {}) })) as unknown as Page;
      paged.push(...page.positions.map(({ conId }) => conId));
      cursor = page.next;
    } while (cursor);
    expect(paged).toEqual(positions.map(({ conId }) => conId));
    expect(paged).toHaveLength(total);
    expect(
      ((await answer('get_positions', { sec_type: 'OPT' })) as unknown as Page).positions.every(
        ({ secType }) => secType === 'OPT',
      ),
    ).toBe(true);
  });

  test('search_contracts finds a company by its Chinese name', async () => {
    expect(await answer('search_contracts', { query: '腾讯' })).toMatchObject({
      matches: [{ contract: '700.HKD', currency: 'HKD' }],
    });
  });

  test('get_contract_details takes several contracts in any form and gives sessions with zones', async () => {
    const { contracts, errors } = (await answer('get_contract_details', {
      contracts: '265598, EUR.USD, SPX:IND, ES:CONTFUT, NOSUCH',
    })) as unknown as {
      contracts: { contract: string; conId: number; timeZone: string; liquidHours?: { open: string }[] }[];
      errors: { contract: string; code: string }[];
    };
    expect(contracts.map(({ contract }) => contract)).toEqual(expect.arrayContaining(['AAPL', 'EUR.USD', 'SPX:IND']));
    expect(contracts[0]?.liquidHours?.[0]?.open).toMatch(/T09:30:00-0[45]:00$/);
    expect(errors).toMatchObject([{ contract: 'NOSUCH', code: 'contract_not_found' }]);
  });

  test('every contract string in an answer can be passed into the next call', async () => {
    const { positions } = (await answer('get_positions')) as unknown as {
      positions: { contract: string; conId: number }[];
    };
    const { contracts } = (await answer('get_contract_details', {
      contracts: positions.map(({ contract }) => contract),
    })) as unknown as {
      contracts: { conId: number }[];
    };
    expect(contracts.map(({ conId }) => conId)).toEqual(positions.map(({ conId }) => conId));
  });

  test('get_quotes gives live, delayed and refused instruments in one answer', async () => {
    const { quotes, errors } = (await answer('get_quotes', {
      contracts: ['AAPL', 'F', 'T', 'EUR.USD'],
    })) as unknown as {
      quotes: { contract: string; dataType: string; bid: number; ask: number }[];
      errors: { contract: string; code: string }[];
    };
    const types = Object.fromEntries(quotes.map(({ contract, dataType }) => [contract, dataType]));
    expect(types).toMatchObject({ AAPL: 'live', F: 'delayed', 'EUR.USD': 'live' });
    expect(errors).toMatchObject([{ contract: 'T', code: 'not_subscribed' }]);
    for (const { bid, ask } of quotes) expect(bid).toBeLessThanOrEqual(ask);
  });

  test('get_historical_bars gives consistent bars', async () => {
    const { columns, rows } = (await answer('get_historical_bars', {
      contract: 'AAPL',
      duration: '1m',
    })) as unknown as {
      columns: string[];
      rows: (string | number)[][];
    };
    expect(columns.slice(0, 6)).toEqual(['time', 'open', 'high', 'low', 'close', 'volume']);
    expect(rows.length).toBeGreaterThanOrEqual(18);
    for (const [, open = 0, high = 0, low = 0, close = 0] of rows as [string, number, number, number, number][]) {
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
    }
  });

  test('50,000 one-minute bars arrive whole, with progress', async () => {
    const progress: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const result = await client.call(
      'get_historical_bars',
      { contract: 'AAPL', bar_size: '1 min', start: '2026-03-01', end: '2026-09-20' },
      { onProgress: (step) => progress.push(step) },
    );
    const { rows, count } = result.structuredContent as unknown as { rows: string[][]; count: number };
    expect(count).toBeGreaterThan(50_000);
    expect(rows).toHaveLength(count);
    const times = rows.map(([time]) => Date.parse(time ?? ''));
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true);
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.every((step, index) => index === 0 || step.progress >= (progress[index - 1]?.progress ?? 0))).toBe(
      true,
    );
    expect(progress.at(-1)?.message).toBeTruthy();
  });

  test.each([
    { when: 'within the time that the tunnel keeps progress back', args: { seconds: '2' } },
    { when: 'when the stream ends at once', args: { seconds: '30', updates: '3' } },
  ])('the newest change of a stream arrives $when', async ({ args }) => {
    const { simulator } = system;
    const rule = simulator.addRule({ on: 'in', do: 'ignore', message: 'reqMktData', times: 'always' });
    const asked = () => simulator.received.filter(({ name }) => name === 'reqMktData');
    const before = asked().length;
    const told: (string | undefined)[] = [];
    try {
      const stream = answer('stream_quotes', { contracts: ['AAPL'], ...args }, ({ message }) => told.push(message));
      await eventually('the line', async () => asked().length > before);
      const reqId = Number(asked().at(-1)?.fields.reqId);
      for (const price of [100, 200, 90]) {
        simulator.sendMessage('tickPrice', { reqId, tickType: 1, price, size: 1, attrMask: 0 });
      }
      expect(await stream).toMatchObject({ quotes: [{ bid: 90 }] });
    } finally {
      simulator.faults.rules.remove(rule);
    }
    expect([told[0], told.at(-1)]).toEqual(['1 updates: AAPL 100 × –', '3 updates: AAPL 90 × –']);
  });

  test('cancelling in the middle stops the work at the gateway', async () => {
    const abort = new AbortController();
    const pending = client
      .call(
        'get_historical_bars',
        { contract: 'MSFT', bar_size: '1 min', duration: '1y' },
        { signal: abort.signal, onProgress: ({ progress }) => progress >= 2 && abort.abort() },
      )
      .catch((error: unknown) => error);
    await pending;
    await eventually('the gateway to be quiet', async () => {
      const count = () => system.simulator.received.filter(({ name }) => name === 'reqHistoricalData').length;
      const before = count();
      await new Promise((resolve) => setTimeout(resolve, 700));
      return (
        count() === before && system.simulator.activeSubscriptions().every(({ kind }) => kind !== 'historicalData')
      );
    });
  });

  test.each([
    ['get_quotes', { contracts: ['NOSUCHTHING'] }, undefined],
    ['get_historical_bars', { contract: 'NOSUCHTHING' }, 'contract_not_found'],
    ['get_historical_bars', { contract: 'AAPL', duration: 'yesterday' }, 'invalid_arguments'],
    ['get_historical_bars', { contract: 'AAPL', bar_size: '7 min' }, 'invalid_arguments'],
    ['get_historical_bars', { contract: 'AAPL 20201218 C 100' }, 'contract_not_found'],
    ['get_positions', { account: 'DU0000000' }, 'account_not_found'],
    ['get_positions', { cursor: 'made-up' }, 'invalid_arguments'],
    ['get_quotes', {}, 'invalid_arguments'],
    ['get_quotes', { contracts: [] }, 'invalid_arguments'],
    ['get_quotes', { contracts: 'AAPL', verbose: true }, 'invalid_arguments'],
    ['get_historical_bars', { contract: 'AA\u0000PL' }, 'invalid_arguments'],
  ])('%s %j answers with a typed error that says what to do', async (name, args, code) => {
    const result = await client.call(name, args);
    if (code === undefined) {
      expect(result.structuredContent).toMatchObject({ quotes: [], errors: [{ code: 'contract_not_found' }] });
      return;
    }
    expect(errorOf(result)?.code).toBe(code);
    expect(errorOf(result)?.nextStep).toBeTruthy();
  });
});

test('nothing secret is in the relay’s log, even at its most talkative', async () => {
  const log = system.relay.output.join('\n');
  expect(log.length).toBeGreaterThan(200);
  expect(log).not.toMatch(/IBKR-Relay v1\./);
  expect(log).not.toMatch(/"d":"[\w-]{43}"/);
  expect(log).not.toContain(`${system.userId}.`);
});
