/** An order by its arguments, in words for the test. */
export interface PlanCase {
  readonly what: string;
  readonly args: object;
}

export interface RefusedCase extends PlanCase {
  readonly code?: string;
  readonly says: RegExp;
  /** The next step, with the nearest values that are legal. */
  readonly step?: RegExp;
}

const buy = { side: 'BUY', quantity: '1', type: 'LMT' };
const limit = (contract: string, price: string, more: object = {}) => ({
  contract,
  ...buy,
  limit_price: price,
  ...more,
});

const option = 'AAPL 20261218 C 230';
const spread = 'AAPL 20261218 C 230 - AAPL 20261218 C 240';

/** What the exchange takes, one of each kind of instrument. */
export const legal: readonly PlanCase[] = [
  { what: 'a stock in cents', args: limit('AAPL', '150.01') },
  { what: 'a fraction of a share', args: limit('AAPL', '150', { quantity: '0.5' }) },
  { what: 'a London stock in pence, in tenths below ten pounds', args: limit('SHEL.GBP', '999.9') },
  { what: 'a London stock in pence, in halves above', args: limit('SHEL.GBP', '2500.5') },
  { what: 'an option below three', args: limit(option, '2.99') },
  { what: 'an option above three', args: limit(option, '3.05') },
  { what: 'an index future', args: limit('ES 202612', '7384.25') },
  { what: 'a future below zero', args: limit('ES 202612', '-0.25') },
  { what: 'corn in quarters of a cent', args: limit('ZC 202612', '450.25') },
  { what: 'a pair of currencies', args: limit('EUR.USD', '1.23185', { quantity: '25000' }) },
  { what: 'a coin', args: limit('BTC.USD:CRYPTO', '60000.25', { quantity: '0.00000001', tif: 'GTC' }) },
  { what: 'a bond', args: limit('VZ 4.329 20280921:BOND', '99.501') },
  { what: 'a metal', args: limit('XAUUSD:CMDTY', '4164.55') },
  { what: 'a fund', args: { contract: 'VFIAX:FUND', side: 'SELL', quantity: '1.001', type: 'MKT' } },
  { what: 'a contract for difference', args: limit('AAPL:CFD', '150.01') },
  { what: 'a combination of options in cents', args: limit(spread, '5.11') },
  { what: 'a combination at a credit', args: limit(spread, '-1.05') },
  {
    what: 'a relative order without a cap',
    args: { contract: 'AAPL', ...buy, type: 'REL', offset: '0.05', limit_price: '0' },
  },
];

export const illegal: readonly RefusedCase[] = [
  { what: 'a stock between cents', args: limit('AAPL', '150.005'), says: /steps of 0\.01/, step: /150 or 150\.01/ },
  {
    what: 'a stock by its stop',
    args: { contract: 'AAPL', side: 'SELL', quantity: '1', type: 'STP', stop_price: '99.999' },
    says: /stop_price 99\.999/,
    step: /99\.99 or 100/,
  },
  { what: 'a stock for nothing', args: limit('AAPL', '0'), says: /no price of zero or less/ },
  { what: 'a stock below nothing', args: limit('AAPL', '-5'), says: /no price of zero or less/ },
  {
    what: 'a tenth of a penny in London',
    args: limit('SHEL.GBP', '2500.1'),
    says: /steps of 0\.5.*0\.01 GBP/,
    step: /2500 or 2500\.5/,
  },
  { what: 'pounds for pence are odd', args: limit('SHEL.GBP', '25.005'), says: /steps of 0\.1/, step: /25 or 25\.1/ },
  { what: 'an option above three in cents', args: limit(option, '3.01'), says: /steps of 0\.05/, step: /3 or 3\.05/ },
  {
    what: 'half an option',
    args: limit(option, '3', { quantity: '0.5' }),
    says: /below the smallest size/,
    step: /at least 1/,
  },
  { what: 'an option and a half', args: limit(option, '3', { quantity: '1.5' }), says: /steps of 1/, step: /1 or 2/ },
  {
    what: 'an index future in dimes',
    args: limit('ES 202612', '7384.1'),
    says: /steps of 0\.25/,
    step: /7384 or 7384\.25/,
  },
  { what: 'corn in dollars', args: limit('ZC 202612', '4.503'), says: /steps of 0\.25/, step: /4\.5 or 4\.75/ },
  {
    what: 'a pair in hundredths of a pip',
    args: limit('EUR.USD', '1.231873', { quantity: '25000' }),
    says: /steps of 0\.00005/,
    step: /1\.23185 or 1\.2319/,
  },
  { what: 'a coin in cents', args: limit('BTC.USD:CRYPTO', '60000.01', { quantity: '0.01' }), says: /steps of 0\.25/ },
  {
    what: 'less than the smallest coin',
    args: limit('BTC.USD:CRYPTO', '60000', { quantity: '0.000000001' }),
    says: /below the smallest size/,
  },
  { what: 'a bond too finely', args: limit('VZ 4.329 20280921:BOND', '99.5005'), says: /steps of 0\.001/ },
  { what: 'half a bond', args: limit('VZ 4.329 20280921:BOND', '99.5', { quantity: '1.5' }), says: /steps of 1/ },
  { what: 'a metal in mills', args: limit('XAUUSD:CMDTY', '4164.555'), says: /steps of 0\.01/ },
  {
    what: 'a fund too finely',
    args: { contract: 'VFIAX:FUND', side: 'SELL', quantity: '1.0001', type: 'MKT' },
    says: /steps of 0\.001/,
  },
  { what: 'half a combination', args: limit(spread, '5.1', { quantity: '1.5' }), says: /steps of 1/ },
  { what: 'a combination in mills', args: limit(spread, '5.111'), says: /steps of 0\.01/ },
  {
    what: 'a type that the instrument does not take',
    args: { contract: 'VFIAX:FUND', ...buy, limit_price: '100' },
    says: /no LMT order/,
    step: /Possible: MKT/,
  },
  {
    what: 'an auction of a future',
    args: { contract: 'ES 202612', side: 'BUY', quantity: '1', type: 'MOC' },
    says: /no MOC order.*CME/,
    step: /LMT/,
  },
  {
    what: 'a time in force that it does not take',
    args: { contract: 'VFIAX:FUND', side: 'BUY', quantity: '1', type: 'MKT', tif: 'GTC' },
    says: /no GTC order/,
    step: /DAY/,
  },
  {
    what: 'a combination that trails',
    args: { contract: spread, side: 'BUY', quantity: '1', type: 'TRAIL', trail_amount: '1' },
    says: /combination takes no TRAIL/,
  },
  {
    what: 'a protection between cents',
    args: limit('AAPL', '150', { take_profit: { limit_price: '160.001' } }),
    says: /take_profit\.limit_price 160\.001/,
  },
  {
    what: 'a protection on the wrong side',
    args: limit('AAPL', '150', { stop_loss: { stop_price: '160' } }),
    says: /stop_loss\.stop_price 160 is reached/,
  },
  {
    what: 'a profit that is none',
    args: limit('AAPL', '150', { take_profit: { limit_price: '140' } }),
    says: /no profit/,
  },
  {
    what: 'an index',
    args: { contract: 'SPX:IND', side: 'BUY', quantity: '1', type: 'MKT' },
    says: /cannot be traded/,
  },
  {
    what: 'a continuous future',
    args: { contract: 'ES:CONTFUT', side: 'BUY', quantity: '1', type: 'MKT' },
    code: 'ambiguous_contract',
    says: /needs a month/,
    step: /ES 20261218/,
  },
  {
    what: 'a future without a month',
    args: { contract: 'ES:FUT', side: 'BUY', quantity: '1', type: 'MKT' },
    code: 'ambiguous_contract',
    says: /ES/,
  },
  {
    what: 'a future that has expired',
    args: { contract: 'ES 202609', side: 'BUY', quantity: '1', type: 'MKT' },
    says: /has expired.*ES 20261218/,
  },
  {
    what: 'a name that is no symbol',
    args: { contract: 'Apple', side: 'BUY', quantity: '1', type: 'MKT' },
    code: 'ambiguous_contract',
    says: /no symbol/,
  },
  {
    what: 'another account',
    args: limit('AAPL', '150', { account: 'DU9999999' }),
    code: 'account_not_found',
    says: /no account/,
  },
  {
    what: 'the last digits of an account',
    args: limit('AAPL', '150', { account: '567' }),
    code: 'account_not_found',
    says: /no account/,
    step: /DU1234567/,
  },
  {
    what: 'neither size nor amount',
    args: { contract: 'AAPL', side: 'BUY', type: 'MKT' },
    says: /quantity and cash_quantity/,
  },
  {
    what: 'size and amount',
    args: { contract: 'AAPL', side: 'BUY', type: 'MKT', quantity: '1', cash_quantity: '100' },
    says: /quantity and cash_quantity/,
  },
  {
    what: 'a limit order without a limit',
    args: { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT' },
    says: /needs limit_price/,
  },
  {
    what: 'a market order with a limit',
    args: { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'MKT', limit_price: '1' },
    says: /has no limit_price/,
  },
  {
    what: 'a trailing order that trails twice',
    args: { contract: 'AAPL', side: 'SELL', quantity: '1', type: 'TRAIL', trail_amount: '1', trail_percent: '1' },
    says: /trail_amount or trail_percent/,
  },
  {
    what: 'a date without its time in force',
    args: limit('AAPL', '150', { tif: 'DAY', good_till: '2026-12-01T15:00:00Z' }),
    says: /GTD and good_till/,
  },
  {
    what: 'a closing auction until cancelled',
    args: { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'MOC', tif: 'GTC' },
    says: /for DAY only/,
  },
  {
    what: 'an amount of money with protection',
    args: { contract: 'AAPL', side: 'BUY', cash_quantity: '100', type: 'MKT', stop_loss: { stop_price: '1' } },
    says: /takes no protection/,
  },
  {
    what: 'a shown size above the whole',
    args: limit('AAPL', '150', { special: { display_size: '2' } }),
    says: /display_size is larger/,
  },
];
