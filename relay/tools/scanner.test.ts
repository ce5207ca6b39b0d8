import { ScanCode } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getScannerParameters } from '../../shared/tools/get_scanner_parameters.ts';
import { scanMarket } from '../../shared/tools/scan_market.ts';
import { scanTypes } from '../../simulator/research/scan-types.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start();
});

afterEach(async () => {
  // Whatever happened, nothing is left running.
  await vi.waitFor(() => expect(relay.sim.activeSubscriptions()).toEqual([]), { timeout: 5_000 });
  await relay.stop();
});

const asked = () => relay.received('reqScannerSubscription').map(({ fields }) => fields);

describe('scan_market', () => {
  it('ranks a market by plain words, without reading the parameters first', async () => {
    const { scan, instrument, location, columns, rows } = await relay.read(scanMarket, { scan: 'top gainers' });
    expect({ scan, instrument, location }).toEqual({
      scan: 'TOP_PERC_GAIN',
      instrument: 'STK',
      location: 'STK.US.MAJOR',
    });
    expect(columns).toEqual(['rank', 'contract', 'conId']);
    expect(rows.map(([rank]) => rank)).toEqual(rows.map((_, index) => index + 1));
    expect(rows).toHaveLength(20);
    expect(relay.received('reqScannerParameters')).toEqual([]);
    const losers = await relay.read(scanMarket, { scan: 'top losers', limit: 50 });
    expect(losers.rows[0][1]).not.toBe(rows[0][1]);
  });

  it('names instruments so that they can be passed on', async () => {
    for (const scan of [
      'most active',
      'most active in Japan',
      'most active futures',
      'high coupon bonds',
      'gainers ETFs',
    ]) {
      const { rows } = await relay.read(scanMarket, { scan, limit: 2 });
      for (const [, contract, conId] of rows) {
        const found = await relay.gateway.contracts.resolve(String(contract));
        expect(found.conId, String(contract)).toBe(conId);
      }
    }
  });

  it('adds quotes, names and progress', async () => {
    const progress = vi.fn();
    const { columns, rows, dataType } = await relay.read(
      scanMarket,
      { scan: 'most active', quotes: true, limit: 5 },
      { progress },
    );
    const at = (row: readonly (string | number)[], column: string) => row[columns.indexOf(column)];
    expect(dataType).toBe('live');
    for (const row of rows) {
      expect(at(row, 'last')).toBeGreaterThan(0);
      expect(at(row, 'volume')).toBeGreaterThan(0);
      expect(String(at(row, 'name')).length).toBeGreaterThan(2);
    }
    const volumes = rows.map((row) => Number(at(row, 'volume')));
    expect(volumes[0]).toBeGreaterThan(Number(volumes.at(-1)));
    expect(progress).toHaveBeenLastCalledWith(5, 5, expect.stringContaining('5 of 5'));
  });

  it('tells rows of live and of delayed data apart, and why rows have no quote', async () => {
    const scan = { scan: 'biggest losers', quotes: true, limit: 20 };
    const { columns, rows, dataType } = await relay.read(scanMarket, scan);
    expect(dataType.split(', ').toSorted()).toEqual(['delayed', 'live']);
    const types = rows.map((row) => row[columns.indexOf('dataType')]);
    expect(types).toEqual(expect.arrayContaining(['delayed', 'live']));
    relay.sim.connectivity.competingSession(true);
    const { note } = await relay.read(scanMarket, scan);
    expect(note).toMatch(/^20 of 20 rows have no quote\. Another login .* second user name/);
  });

  it('keeps to limits and filters, and says which', async () => {
    const scan = { scan: 'gainers', min_price: 100, max_price: 300, min_volume: 1_000, min_market_cap: 1_000 };
    const { filters, columns, rows } = await relay.read(scanMarket, {
      ...scan,
      filters: { changePercBelow: 0 },
      quotes: true,
      limit: 5,
    });
    expect(filters).toEqual({
      priceAbove: '100',
      priceBelow: '300',
      volumeAbove: '1000',
      usdMarketCapAbove: '1000',
      changePercBelow: '0',
    });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row[columns.indexOf('last')]).toBeGreaterThan(90);
      expect(row[columns.indexOf('last')]).toBeLessThan(310);
      expect(row[columns.indexOf('changePercent')]).toBeLessThanOrEqual(0.2);
    }
    const none = await relay.call('scan_market', { scan: 'gainers', min_price: 1e8 });
    expect(none).toMatchObject({ rows: [], note: expect.stringContaining('Nothing fits') });
  });

  it('refuses what is unknown before IB is asked', async () => {
    for (const args of [{ scan: 'TOP_PERC_GIAN' }, { scan: 'gainers', location: 'Marss' }]) {
      const { code, nextStep } = await failure(relay.call('scan_market', args));
      expect({ code, nextStep }).toEqual({ code: 'invalid_arguments', nextStep: expect.stringContaining('Nearest: ') });
    }
    const filter = { scan: 'gainers', filters: { volumeAbov: 1 } };
    expect((await failure(relay.call('scan_market', filter))).nextStep).toContain('Nearest: volumeAbove');
    expect(asked()).toEqual([]);
    expect(relay.received('reqScannerParameters')).toHaveLength(1);
  });

  it('puts every code on the wire as it is, known to the library or not', async () => {
    const codes = ['MOST_ACTIVE', 'TOP_AFTER_HOURS_PERC_GAIN', 'SCAN_nextEarningsDateTime_ASC'];
    expect(codes.map((code) => typeof Reflect.get(ScanCode, code))).toEqual(['number', 'undefined', 'undefined']);
    await Promise.all(codes.map((scan) => relay.call('scan_market', { scan, filters: { priceAbove: 7 }, limit: 3 })));
    expect(
      asked()
        .map(({ scanCode }) => scanCode)
        .sort(),
    ).toEqual(codes.toSorted());
    for (const fields of asked()) {
      expect(fields).toMatchObject({ numberOfRows: '3', instrument: 'STK', locationCode: 'STK.US.MAJOR' });
      expect(fields.filterOptions).toBe('priceAbove=7;');
    }
    const nonsense = { code: 'NO_SUCH_SCAN', instrument: 'STK', location: 'STK.US', filters: [] };
    const error = await failure(relay.gateway.scanner.run(nonsense, 5));
    expect(error).toMatchObject({
      code: 'invalid_arguments',
      ibCode: 162,
      message: expect.stringContaining('disabled'),
    });
    expect(asked().at(-1)?.scanCode).toBe('NO_SUCH_SCAN');
    expect(Object.keys(ScanCode).filter((key) => Number(key) < 0)).toEqual([]);
  });

  it('runs many scans at once without exceeding what IB allows', async () => {
    const scans = scanTypes.slice(0, 14).map(({ code }) => relay.call('scan_market', { scan: code, limit: 1 }));
    expect(await Promise.all(scans)).toHaveLength(14);
  });

  it('says so when IB has no room for another scan', async () => {
    relay.sim.faults.rules.add({
      on: 'in',
      message: 'reqScannerSubscription',
      do: 'error',
      code: 162,
      text: 'Historical Market Data Service error message:API scanner subscription cancelled: 1',
    });
    expect(await failure(relay.call('scan_market', { scan: 'gainers' }))).toMatchObject({ code: 'busy', ibCode: 162 });
  });

  it('shows what only some scans tell of a row', async () => {
    relay.gateway.scanner.run = async () => [
      {
        rank: 0,
        contract: { conId: 265598, symbol: 'AAPL', secType: 'STK' as never, currency: 'USD' },
        distance: '1.5',
        benchmark: '',
        projection: 'up',
      },
    ];
    const { columns, rows } = await relay.read(scanMarket, { scan: 'gainers' });
    expect(columns).toEqual(['rank', 'contract', 'conId', 'distance', 'projection']);
    expect(rows).toEqual([[1, 'AAPL', 265598, '1.5', 'up']]);
  });

  it('ends with its caller, at the gateway too', async () => {
    relay.sim.faults.ignore(['reqScannerSubscription']);
    const abort = new AbortController();
    const scan = relay.call('scan_market', { scan: 'gainers' }, { signal: abort.signal });
    await vi.waitFor(() => expect(asked()).toHaveLength(1));
    abort.abort();
    expect((await failure(scan)).code).toBe('cancelled');
    await vi.waitFor(() => expect(relay.received('cancelScannerSubscription')).toHaveLength(1));
  });
});

describe('get_scanner_parameters', () => {
  const codes = (rows: readonly (readonly string[])[]) => rows.map(([, code]) => code);

  it('finds presets, scans, places, instruments and filters by words', async () => {
    const dividends = await relay.read(getScannerParameters, { query: 'dividend' });
    expect(codes(dividends.rows)).toEqual(
      expect.arrayContaining(['high dividend', 'HIGH_DIVIDEND_YIELD', 'histDividendYieldAbove']),
    );
    const japan = await relay.read(getScannerParameters, { query: 'stk.hk.tse_jpn' });
    expect(japan.rows[0]).toEqual(['location', 'STK.HK.TSE_JPN', 'TSE_JPN', 'STOCK.HK “Japan”']);
    expect((await relay.read(getScannerParameters, { query: 'tokyo' })).rows).toEqual([japan.rows[0]]);
    const filters = await relay.read(getScannerParameters, { query: 'change above', kind: 'filter' });
    expect(codes(filters.rows)).toContain('changePercAbove');
    expect(new Set(filters.rows.map(([kind]) => kind))).toEqual(new Set(['filter']));
    const stocks = await relay.read(getScannerParameters, { query: 'stock', kind: 'instrument' });
    expect(codes(stocks.rows)).toContain('STOCK.EU');
    const instruments = await relay.read(getScannerParameters, { kind: 'instrument' });
    expect(codes(instruments.rows)).toContain('FUT.US');
  });

  it('shows only what goes with a kind of instrument', async () => {
    const { rows } = await relay.read(getScannerParameters, { instrument: 'bond', limit: 200 });
    const found = codes(rows);
    expect(found).toEqual(expect.arrayContaining(['BOND.US', 'HIGH_COUPON_RATE', 'couponRateAbove', 'BOND']));
    expect(found).not.toContain('TOP_PERC_GAIN');
    expect(found).not.toContain('volumeAbove');
  });

  it('gives pages, and never the document', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    let total = 0;
    do {
      const page = await relay.call('get_scanner_parameters', { limit: 100, ...(cursor ? { cursor } : {}) });
      const { rows, next, total: all } = getScannerParameters.output.parse(page);
      expect(JSON.stringify(page).length).toBeLessThan(20_000);
      seen.push(...rows.map((row) => row.slice(0, 2).join(' ')));
      cursor = next;
      total = all;
    } while (cursor);
    expect(seen).toHaveLength(total);
    expect(new Set(seen).size).toBe(total);
  });

  it('reads the parameters once, whoever asks, and again when they could not be read', async () => {
    relay.sim.faults.rules.add({ on: 'in', message: 'reqScannerParameters', do: 'error', code: 322, text: 'Busy' });
    const abort = new AbortController();
    const first = relay.call('get_scanner_parameters', {}, { signal: abort.signal });
    await vi.waitFor(() => expect(relay.received('reqScannerParameters')).toHaveLength(1));
    abort.abort();
    await failure(first);
    await Promise.all(['gap', 'volume', 'high'].map((query) => relay.call('get_scanner_parameters', { query })));
    await relay.call('scan_market', { scan: 'MOST_ACTIVE', location: 'STK.NYSE' });
    expect(relay.received('reqScannerParameters')).toHaveLength(2);
  });

  it('helps with words that nothing has', async () => {
    const { rows, total, note } = await relay.call('get_scanner_parameters', { query: 'dividnd', kind: 'filter' });
    expect({ rows, total }).toEqual({ rows: [], total: 0 });
    expect(note).toContain('Nearest');
    const error = await failure(relay.call('get_scanner_parameters', { instrument: 'STOK' }));
    expect(error).toMatchObject({ code: 'invalid_arguments', nextStep: expect.stringContaining('STK') });
  });
});
