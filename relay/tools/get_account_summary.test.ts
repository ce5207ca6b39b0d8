import { Decimal } from 'decimal.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { listings } from '../../simulator/market/listings.ts';
import { openMarket, TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start();
});

afterEach(() => relay.stop());

describe('the ledger of an account', () => {
  it('adds up for a person, whatever is held, in structure and text', async () => {
    for (const [kind, quantity] of [
      ['BOND', 20_000],
      ['CRYPTO', 0.05],
      ['FUND', 150],
    ] as const)
      hold(kind, quantity);
    const ledger = await ledgerNow();
    const usd = ledger.find(({ currency }) => currency === 'USD');
    expect(usd).toMatchObject({
      treasuries: expect.any(Number),
      crypto: expect.any(Number),
      funds: expect.any(Number),
    });
    expect(usd).toMatchObject({ accruedInterest: expect.any(Number) });
    for (const row of ledger) {
      const { currency, netLiquidation, exchangeRate, unrealizedPnl, realizedPnl, ...parts } = row;
      const total = Object.values(parts).reduce((sum, amount) => sum + amount, 0);
      expect(total, currency).toBeCloseTo(netLiquidation, 1);
      expect(parts).not.toHaveProperty('other');
    }
    const text = getAccountSummary.render(getAccountSummary.output.parse(await summary()));
    const [, , head, ...lines] = text.split('\n');
    const names = (head ?? '').replace('net liquidation', 'net').trim().split(/\s+/);
    expect(names).toEqual(expect.arrayContaining(['cash', 'stocks', 'options', 'treasuries', 'funds', 'crypto']));
    expect(names).not.toContain('warrants');
    expect(lines).toHaveLength(ledger.length);
  });

  it('names what it does not explain', async () => {
    const { summaries } = relay.gateway.accounts;
    relay.gateway.accounts.summaries = async (signal) => {
      const told = await summaries.call(relay.gateway.accounts, signal);
      for (const values of told.accounts.values()) {
        const stocks = values.get('StockMarketValue');
        stocks?.set('USD', String(Number(stocks.get('USD')) - 100));
      }
      return told;
    };
    expect((await ledgerNow()).find(({ currency }) => currency === 'USD')?.other).toBeCloseTo(100, 1);
  });
});

const summary = () => relay.read(getAccountSummary, { ledger: true });
const ledgerNow = async () => (await summary()).accounts[0].ledger;

/** Books a purchase as if it had been made just now. */
function hold(kind: string, quantity: number): void {
  const instrument = listings.find(({ secType, currency }) => secType === kind && currency === 'USD');
  if (!instrument) throw new TypeError(`the simulated market lacks a ${kind}`);
  relay.sim.world.book.book({
    execId: `summary.${kind}`,
    account: 'DU1234567',
    instrument,
    side: 'BUY',
    quantity: new Decimal(quantity),
    price: 10,
    commission: new Decimal(1),
    time: openMarket().getTime(),
  });
}
