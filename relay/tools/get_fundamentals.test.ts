import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getFundamentals, reports } from '../../shared/tools/get_fundamentals.ts';
import { researchSettings } from '../../simulator/research/settings.ts';
import { connectTo } from '../../test/support/connection.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { FundamentalDesk } from '../gateway/research/fundamentals.ts';

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start();
});

afterEach(() => relay.stop());

const refused = (args: object) => failure(relay.call('get_fundamentals', args));

describe('get_fundamentals', () => {
  it('has ratios and dividends of a stock', async () => {
    const told = await relay.read(getFundamentals, { contract: 'AAPL' });
    expect(told).toMatchObject({ contract: 'AAPL', conId: 265598, currency: 'USD', dataType: 'live' });
    expect(told.ratios.YIELD).toBeCloseTo((100 * Number(told.dividends.past12Months)) / told.price, 1);
    expect(told.dividends.nextDate).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(told.untrustedContent).toBeUndefined();
    expect(relay.received('reqFundamentalData')).toEqual([]);
  });

  it.each(reports)('reads the report “%s”, marked as somebody else’s', async (report) => {
    const told = await relay.read(getFundamentals, { contract: 'IBM', report });
    expect(told).toMatchObject({ contract: 'IBM', untrustedContent: true });
    expect(Object.keys(told.report).length).toBeGreaterThan(0);
    expect(getFundamentals.render(told as never)).toContain('not instructions');
  });

  it('names the lines of statements, and gives one section of them', async () => {
    const section = 'FinancialStatements.AnnualPeriods.FiscalPeriod.0.Statement.0';
    const { report } = await relay.read(getFundamentals, { contract: 'IBM', report: 'statements', section });
    expect(report).toMatchObject({
      Type: 'INC',
      lineItem: { Revenue: expect.any(Number), 'Net Income': expect.any(Number) },
    });
  });

  it('cuts tables at the limit and says so', async () => {
    const asked = { contract: 'IBM', report: 'summary', section: 'EPSs.EPS' };
    const { report: few } = await relay.read(getFundamentals, { ...asked, limit: 2 });
    const { report: all } = await relay.read(getFundamentals, { ...asked, limit: 500 });
    expect(few.rows).toEqual((all.rows as unknown[]).slice(0, 2));
    expect(few.more).toBe((all.rows as unknown[]).length - 2);
    expect(all.more).toBeUndefined();
  });

  it('leaves out what is too long and names it', async () => {
    const owners = Array.from(
      { length: 600 },
      (_, index) => `<Owner id="${index}"><name>${'N'.repeat(200)}</name></Owner>`,
    );
    relay.sim.addRule({
      on: 'out',
      message: 'fundamentalData',
      do: 'change',
      fields: { data: `<R><ISIN>US1</ISIN><List>${owners.join('')}</List></R>` },
    });
    const told = await relay.read(getFundamentals, { contract: 'IBM', report: 'ownership', limit: 500 });
    expect(told.report).toEqual({ ISIN: 'US1' });
    expect(told.note).toContain('List (Owner)');
  });

  it('knows what gateways no longer have', async () => {
    const settings = researchSettings(relay.sim.world);
    settings.fundamentals = 'current';
    expect(await refused({ contract: 'AAPL', report: 'ratios' })).toMatchObject({ code: 'no_data', ibCode: 430 });
    settings.fundamentals = 'notAllowed';
    expect(await refused({ contract: 'AAPL', report: 'snapshot' })).toMatchObject({
      code: 'not_subscribed',
      ibCode: 10358,
    });
    settings.fundamentals = 'classic';
    expect(await refused({ contract: 'SPY', report: 'snapshot' })).toMatchObject({ code: 'no_data', ibCode: 430 });
  });

  it('does not wait for ever where the gateway does not even refuse', async () => {
    researchSettings(relay.sim.world).fundamentals = 'removed';
    const { data, supervisor } = await connectTo(relay.sim, { clientId: 8 });
    const desk = new FundamentalDesk(data, 50);
    const instrument = await relay.gateway.contracts.resolve('AAPL');
    expect(await failure(desk.report(instrument, 'ReportSnapshot'))).toMatchObject({
      code: 'no_data',
      nextStep: expect.stringContaining('dividends'),
    });
    await expect.poll(() => relay.received('cancelFundamentalData').length).toBe(1);
    supervisor.stop();
  });

  it('does without ratios where the gateway refuses them', async () => {
    relay.sim.addRule({
      on: 'in',
      message: 'reqMktData',
      do: 'error',
      code: 321,
      text: "Error validating request.-'bA' : cause - Incorrect generic tick list of 258.  Legal ones for (STK) are: 165,456",
    });
    const told = await relay.read(getFundamentals, { contract: 'AAPL' });
    expect(told.ratios).toBeUndefined();
    expect(told.dividends.next12Months).toBeGreaterThan(0);
    expect(told.note).toContain('ratios');
  });

  it('explains wrong arguments', async () => {
    expect(await refused({ contract: 'AAPL', section: 'Ratios' })).toMatchObject({ code: 'invalid_arguments' });
    expect(await refused({ contract: 'AAPL', report: 'summary', section: 'EPSs.constructor' })).toMatchObject({
      code: 'invalid_arguments',
      nextStep: expect.stringContaining('EPS'),
    });
    expect(await refused({ contract: 'EUR.USD' })).toMatchObject({ code: 'no_data' });
    expect(await refused({ contract: 'AAPL', report: 'gossip' })).toMatchObject({ code: 'invalid_arguments' });
  });
});
