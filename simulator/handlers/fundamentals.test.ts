import { type Contract, EventName, SecType } from '@stoqey/ib';
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

const stock = (symbol: string): Contract => ({ symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' });

async function report(reqId: number, symbol: string, type: string): Promise<string> {
  pair.client.api.reqFundamentalData(reqId, stock(symbol), type);
  const [, xml] = await pair.client.until(EventName.fundamentalData, (id) => id === reqId);
  return xml as string;
}

describe('fundamental data', () => {
  it.each([
    ['ReportSnapshot', 'ReportSnapshot'],
    ['ReportsFinSummary', 'FinancialSummary'],
    ['ReportRatios', 'ReportRatios'],
    ['ReportsFinStatements', 'ReportFinancialStatements'],
    ['ReportsOwnership', 'OwnershipDetails'],
    ['RESC', 'REarnEstCons'],
    ['CalendarReport', 'WSHData'],
  ])('has a %s', async (type, root) => {
    const xml = await report(1, 'AAPL', type);
    expect(xml).toMatch(new RegExp(`^<\\?xml [^>]*\\?>\\n<${root}[ >][\\s\\S]*</${root}>$`));
  });

  it('agrees with itself from one report to the next', async () => {
    const summary = await report(1, 'IBM', 'ReportsFinSummary');
    const reported = /<EPS asofDate="[^"]*" reportType="R" period="3M">([^<]*)</.exec(summary)?.[1];
    const estimates = await report(2, 'IBM', 'RESC');
    const actual = /<ActValue [^>]*>([^<]*)</.exec(estimates)?.[1];
    expect(Number(reported)).toBe(Number(actual));
  });

  it('is refused for funds, and for reports that do not exist', async () => {
    const { client } = pair;
    client.api.reqFundamentalData(1, stock('SPY'), 'ReportSnapshot');
    expect(await client.error(1)).toMatchObject({
      code: 430,
      text: 'We are sorry, but fundamentals data for the security specified is not available.failed to fetch',
    });
    client.api.reqFundamentalData(2, stock('AAPL'), 'ReportOfTheDay');
    expect(await client.error(2)).toMatchObject({
      code: 430,
      text: 'The fundamentals data for the security specified is not available.Missing reportType',
    });
    client.api.reqFundamentalData(3, stock('NOSUCH'), 'ReportSnapshot');
    expect(await client.error(3)).toMatchObject({ code: 200 });
  });
});
