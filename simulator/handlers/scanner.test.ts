import { EventName, ScanCode, type ScannerSubscription } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient();
});

afterEach(async () => {
  const undecodable = pair.client.errors().filter(({ code }) => code === 505);
  await pair.close();
  expect(undecodable).toEqual([]);
});

/** What is asked of a scan; the client's own lists of places and kinds are older than the gateway's. */
type Asked = Readonly<Record<string, string | number>>;

interface ScanRow {
  readonly marketName: string;
  readonly contract: {
    readonly symbol: string;
    readonly conId: number;
    readonly exchange: string;
    readonly currency: string;
  };
}

/** Runs one scan over the wire and gives its rows in the order received. */
async function scan(reqId: number, asked: Asked, options?: { tag: string; value: string }[]) {
  const { client } = pair;
  const subscription = {
    instrument: 'STK',
    locationCode: 'STK.US.MAJOR',
    scanCode: ScanCode.TOP_PERC_GAIN,
    numberOfRows: 50,
    ...asked,
  } as unknown as ScannerSubscription;
  client.api.reqScannerSubscription(reqId, subscription, [], options as never);
  await client.until(EventName.scannerDataEnd, (id) => id === reqId);
  return rowsOf(reqId);
}

const rowsOf = (reqId: number) =>
  pair.client
    .all(EventName.scannerData)
    .filter(([id]) => id === reqId)
    .map(([, rank, row]) => ({ rank, ...(row as ScanRow) }));

const symbols = (rows: readonly ScanRow[]) => rows.map(({ contract }) => contract.symbol);

describe('market scans', () => {
  it('describe themselves in one XML document', async () => {
    const { client } = pair;
    client.api.reqScannerParameters();
    const [xml] = (await client.until(EventName.scannerParameters)) as [string];
    expect(xml).toContain('<scanCode>TOP_PERC_GAIN</scanCode>');
    expect(xml).toContain('<locationCode>STK.HK.SEHK</locationCode>');
    expect(xml.length).toBeLessThan(400_000);
  });

  it('rank US stocks from zero, routed smart, the losers in the reverse order of the winners', async () => {
    const gainers = await scan(1, {});
    const losers = await scan(2, { scanCode: ScanCode.TOP_PERC_LOSE });
    expect(gainers.length).toBeGreaterThan(10);
    expect(gainers.map(({ rank }) => rank)).toEqual(gainers.map((_, index) => index));
    expect(symbols(losers)).toEqual(symbols(gainers).reverse());
    for (const { contract } of gainers) expect(contract).toMatchObject({ exchange: 'SMART', currency: 'USD' });
  });

  it('give no more rows than asked for, and never more than fifty', async () => {
    expect(await scan(1, { numberOfRows: 3 })).toHaveLength(3);
    expect((await scan(2, { numberOfRows: 1000 })).length).toBeLessThanOrEqual(50);
  });

  it('keep to the filters, whether they are fields or options', async () => {
    const all = symbols(await scan(1, {}));
    const cheap = symbols(await scan(2, { belowPrice: 100 }));
    const dear = symbols(await scan(3, {}, [{ tag: 'priceAbove', value: '100' }]));
    expect(cheap.length).toBeGreaterThan(0);
    expect([...cheap, ...dear].sort()).toEqual([...all].sort());
    expect(symbols(await scan(4, { stockTypeFilter: 'ETF' }))).toContain('SPY');
    expect(symbols(await scan(5, { stockTypeFilter: 'STOCK' }))).not.toContain('SPY');
  });

  it('find who announces results within a time', async () => {
    const seconds = (text: string): string => String(Date.parse(text) / 1000);
    const options = [
      { tag: 'nextEarningsDateTimeAbove', value: seconds('2026-11-21T05:00:00Z') },
      { tag: 'nextEarningsDateTimeBelow', value: seconds('2027-03-01T05:00:00Z') },
    ];
    const announcing = symbols(await scan(1, {}, options));
    expect(announcing).toContain('AAPL');
    expect(announcing).not.toContain('SPY');
    expect(
      await scan(
        2,
        {},
        options.map(({ tag }) => ({ tag, value: seconds('2020-01-01T00:00:00Z') })),
      ),
    ).toEqual([]);
  });

  it('find what other places list', async () => {
    expect(symbols(await scan(1, { instrument: 'STOCK.HK', locationCode: 'STK.HK.SEHK' }))).toContain('700');
    expect(symbols(await scan(2, { instrument: 'STOCK.EU', locationCode: 'STK.EU' }))).toContain('SAP');
    expect(symbols(await scan(3, { instrument: 'IND.US', locationCode: 'IND.US' }))).toContain('SPX');
    expect(symbols(await scan(4, { instrument: 'FUT.US', locationCode: 'FUT.US' }))).toContain('ES');
  });

  it('say so when nothing was found, with an empty answer', async () => {
    expect(await scan(1, { abovePrice: 1e9 })).toEqual([]);
    const { code, text } = await pair.client.error(1);
    expect(code).toBe(165);
    expect(text).toBe('Historical Market Data Service query message:no items retrieved');
  });

  it.each<[Asked, { tag: string; value: string }[], string]>([
    [{ scanCode: 'NO_SUCH_SCAN' }, [], 'Scanner type with code NO_SUCH_SCAN is disabled.'],
    [{ locationCode: 'STK.MARS' }, [], 'Scanner location STK.MARS is disabled.'],
    [{ instrument: 'ROCKS' }, [], 'Scanner instrument ROCKS is disabled.'],
    [{}, [{ tag: 'weightAbove', value: '3' }], 'Scanner filter weightAbove is disabled.'],
  ])('refuse %j %j', async (asked, options, text) => {
    // The client looks scan codes up in its own list; an index into it that leads to the code stands in for one it lacks.
    Object.assign(ScanCode, { '-7': asked.scanCode ?? 'TOP_PERC_GAIN' });
    const subscription = { instrument: 'STK', locationCode: 'STK.US', ...asked, scanCode: -7 };
    pair.client.api.reqScannerSubscription(9, subscription as never, [], options as never);
    const error = await pair.client.error(9);
    expect(error.code).toBe(162);
    expect(error.text).toBe(`Historical Market Data Service error message:${text}`);
  });

  it('run ten at a time for all clients, and end with a message of their own', async () => {
    const { client } = pair;
    for (let reqId = 1; reqId <= 10; reqId += 1) await scan(reqId, { numberOfRows: 1 });
    client.api.reqScannerSubscription(11, {
      instrument: 'STK' as never,
      locationCode: 'STK.US' as never,
      scanCode: ScanCode.MOST_ACTIVE,
    });
    expect((await client.error(11)).text).toContain('API scanner subscription cancelled: 11');
    client.api.cancelScannerSubscription(10);
    expect(await client.error(10)).toMatchObject({ code: 162, text: expect.stringContaining('cancelled: 10') });
    expect(await scan(12, { numberOfRows: 1 })).toHaveLength(1);
    client.api.cancelScannerSubscription(99);
    expect(await client.error(99)).toMatchObject({ code: 365 });
  });
});
