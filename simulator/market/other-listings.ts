import { dax, spx } from './indices.ts';
import type { Instrument } from './instruments.ts';
import { orderTypes } from './order-types.ts';

/** What most of these do not have. */
const nothing = { industry: '', category: '', subcategory: '', stockType: '', derivatives: [], halfSpreadTicks: 1 };

function cryptoOf(
  conId: number,
  symbol: string,
  exchange: string,
  name: string,
  base: number,
  volatility: number,
  rule: 67 | 26,
): Instrument {
  return {
    ...nothing,
    conId,
    symbol,
    secType: 'CRYPTO',
    currency: 'USD',
    primaryExchange: '',
    validExchanges: [exchange],
    localSymbol: `${symbol}.USD`,
    tradingClass: symbol,
    marketName: symbol,
    longName: name,
    schedule: 'crypto',
    rule,
    minSize: 1e-8,
    sizeIncrement: 1e-8,
    suggestedSizeIncrement: 1e-8,
    quotedSize: 0.05,
    orderTypes: orderTypes.crypto,
    halfSpreadTicks: 4,
    permission: 'live',
    listed: '20210901',
    process: { path: symbol, base, volatility, beta: 0.9, drift: 0.1, volume: 9000, octaves: 10, gap: 0.02 },
  };
}

/** A contract for difference on something that is listed: it moves as that does. */
function cfdOf(conId: number, symbol: string, name: string, underlying: Instrument): Instrument {
  const { cusip: _cusip, isin: _isin, figi: _figi, bond: _bond, fund: _fund, ...rest } = underlying;
  return {
    ...rest,
    conId,
    symbol,
    secType: 'CFD',
    primaryExchange: '',
    validExchanges: ['SMART'],
    localSymbol: underlying.secType === 'STK' ? `${symbol}n` : symbol,
    tradingClass: underlying.secType === 'STK' ? symbol : 'IBCFD',
    marketName: underlying.secType === 'STK' ? symbol : 'IBCFD',
    longName: name,
    stockType: '',
    minSize: underlying.secType === 'STK' ? 1 : 0.1,
    sizeIncrement: underlying.secType === 'STK' ? 1 : 0.1,
    suggestedSizeIncrement: 1,
    quotedSize: underlying.secType === 'STK' ? 100 : 5,
    orderTypes: orderTypes.cfds,
    derivatives: [],
    underlying,
    process: { ...underlying.process, volume: 0 },
  };
}

const goldSpot: Instrument = {
  ...nothing,
  conId: 69067924,
  symbol: 'XAUUSD',
  secType: 'CMDTY',
  currency: 'USD',
  primaryExchange: '',
  validExchanges: ['SMART', 'IBMETAL'],
  localSymbol: 'XAUUSD',
  tradingClass: 'XAUUSD',
  marketName: 'XAUUSD',
  longName: 'London Gold',
  schedule: 'metals',
  rule: 26,
  minSize: 1,
  sizeIncrement: 1,
  suggestedSizeIncrement: 1,
  quotedSize: 50,
  orderTypes: orderTypes.fx,
  halfSpreadTicks: 12,
  permission: 'live',
  listed: '20090302',
  process: { path: 'XAU', base: 4332, volatility: 0.17, beta: 0.05, drift: 0.02, volume: 0, octaves: 11, gap: 0.03 },
};

/** A warrant of a company in New York: its symbol is the company's, its local symbol says what it is. */
const warrant: Instrument = {
  ...nothing,
  conId: 611938551,
  symbol: 'NFYS',
  secType: 'WAR',
  currency: 'USD',
  primaryExchange: 'NYSE',
  validExchanges: ['SMART', 'NYSE'],
  localSymbol: 'NFYS WS',
  tradingClass: 'NFYS',
  marketName: 'NFYS',
  longName: 'ENPHYS ACQUISITION CORP-CW28',
  schedule: 'usStocks',
  rule: 27,
  minSize: 1,
  sizeIncrement: 1,
  suggestedSizeIncrement: 100,
  orderTypes: orderTypes.usStocks,
  permission: 'live',
  listed: '20211115',
  expiry: '20281006',
  strike: 11.5,
  right: 'C',
  multiplier: 1,
  process: { path: 'NFYS', base: 0.21, volatility: 1.1, beta: 0.6, drift: 0, volume: 20_000, octaves: 9, gap: 0.3 },
};

const indexFund: Instrument = {
  ...nothing,
  conId: 28812500,
  symbol: 'VFIAX',
  secType: 'FUND',
  currency: 'USD',
  primaryExchange: '',
  validExchanges: ['FUNDSERV'],
  localSymbol: 'VFIAX',
  tradingClass: 'VFIAX',
  marketName: 'VFIAX',
  longName: 'VANGUARD 500 INDEX FUND;ADMIRAL',
  isin: 'US9229087104',
  cusip: '922908710',
  schedule: 'funds',
  rule: 26,
  minSize: 0.001,
  sizeIncrement: 0.001,
  suggestedSizeIncrement: 1,
  orderTypes: orderTypes.funds,
  permission: 'live',
  listed: '20001113',
  fund: {
    fundFamily: 'Vanguard',
    fundType: 'Equity Income',
    managementFee: '0.04',
    notifyAmount: '0',
    minimumInitialPurchase: '3000',
    minimumSubsequentPurchase: '1',
    distributionPolicy: 'Y',
    assetType: '004',
  },
  process: {
    path: 'SPX',
    base: 632.5,
    volatility: 0.16,
    beta: 1,
    drift: 0.07,
    volume: 0,
    octaves: 11,
    gap: 1,
    fixing: true,
  },
};

/** Contracts for difference, cryptocurrencies, gold for delivery in London, and a mutual fund. */
export function otherListings(apple: Instrument): readonly Instrument[] {
  return [
    cryptoOf(479624278, 'BTC', 'PAXOS', 'Bitcoin cryptocurrency', 88730, 0.45, 67),
    cryptoOf(495759171, 'ETH', 'PAXOS', 'Ethereum cryptocurrency', 3000.5, 0.62, 26),
    cryptoOf(663210001, 'SOL', 'ZEROHASH', 'Solana cryptocurrency', 126.4, 0.8, 26),
    goldSpot,
    indexFund,
    warrant,
    cfdOf(118089500, 'AAPL', 'APPLE INC', apple),
    cfdOf(111987407, 'IBUS500', 'IBKR CFD on US 500', spx),
    cfdOf(111987422, 'IBDE40', 'IBKR CFD on Germany 40', dax),
  ];
}
