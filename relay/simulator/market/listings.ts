import type { Instrument } from './instruments.ts';
import { type UsStock, usStocks } from './us-stocks.ts';

const STOCK_ORDER_TYPES =
  'ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AON,AVGCOST,BASKET,BENCHPX,CASHQTY,COND,CONDORDER,DARKONLY,DARKPOLL,DAY,DEACT,DEACTDIS,DEACTEOD,DIS,DUR,GAT,GTC,GTD,GTT,HID,IBKRATS,ICE,IMB,IOC,LIT,LMT,LOC,MIDPX,MIT,MKT,MOC,MTL,NGCOMB,NODARK,NONALGO,OCA,OPG,OPGREROUT,PEGBENCH,PEGMID,POSTATS,POSTONLY,PREOPGRTH,PRICECHK,REL,REL2MID,RELPCTOFS,RTH,SCALE,SCALEODD,SCALERST,SIZECHK,SMARTSTG,SNAPMID,SNAPMKT,SNAPREL,STP,STPLMT,SWEEP,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF';
const FX_ORDER_TYPES =
  'ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AVGCOST,BASKET,CASHCOND,COND,CONDORDER,DAY,DEACT,DEACTDIS,GAT,GTC,GTD,GTT,HID,IOC,LIT,LMT,MIT,MKT,NONALGO,OCA,REL,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF';
const US_EXCHANGES =
  'SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,FOXRIVER,PEARL,NYSENAT,LTSE,MEMX,IBEOS,OVERNIGHT,TPLUS0,PSX'.split(
    ',',
  );

/** Underlyings with listed options here. */
const OPTIONABLE = new Set(['AAPL']);

function usStock(stock: UsStock): Instrument {
  const [industry, category, subcategory] = stock.classified;
  const tradingClass = stock.exchange === 'NASDAQ' ? 'NMS' : stock.symbol;
  return {
    conId: stock.conId,
    symbol: stock.symbol,
    secType: 'STK',
    currency: 'USD',
    primaryExchange: stock.exchange,
    validExchanges: US_EXCHANGES,
    localSymbol: stock.symbol,
    tradingClass,
    marketName: tradingClass,
    longName: stock.name,
    industry,
    category,
    subcategory,
    stockType: stock.stockType ?? 'COMMON',
    isin: stock.isin,
    schedule: 'usStocks',
    rule: 26,
    minSize: 0.0001,
    sizeIncrement: 0.0001,
    suggestedSizeIncrement: 100,
    orderTypes: STOCK_ORDER_TYPES,
    halfSpreadTicks: 1,
    permission: stock.permission ?? 'live',
    listed: stock.listed,
    derivatives: OPTIONABLE.has(stock.symbol) ? ['CFD', 'OPT', 'IOPT', 'WAR', 'BAG'] : [],
    process: {
      path: stock.path ?? stock.symbol,
      base: stock.price,
      volatility: stock.volatility,
      beta: stock.beta,
      drift: 0.07,
      volume: stock.volume,
      octaves: 11,
      gap: 0.35,
    },
  };
}

const ABROAD: readonly Instrument[] = [
  {
    ...usStock({
      conId: 178026267,
      symbol: 'SHEL',
      exchange: 'NYSE',
      name: 'SHELL PLC',
      classified: ['Energy', 'Oil&Gas', 'Oil Comp-Integrated'],
      isin: 'GB00BP6MXD84',
      price: 27.415,
      volatility: 0.22,
      beta: 0.6,
      volume: 8e6,
      listed: '20050720',
      path: 'SHEL',
    }),
    currency: 'GBP',
    primaryExchange: 'LSE',
    validExchanges: ['SMART', 'LSE', 'CHIXUK', 'BATEUK', 'TRQXUK', 'EUIBSI'],
    tradingClass: 'SET1',
    marketName: 'SET1',
    schedule: 'lse',
    rule: 557,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
  },
  {
    ...usStock({
      conId: 14204,
      symbol: 'SAP',
      exchange: 'NYSE',
      name: 'SAP SE',
      classified: ['Technology', 'Software', 'Enterprise Software/Serv'],
      isin: 'DE0007164600',
      price: 207.9,
      volatility: 0.26,
      beta: 0.95,
      volume: 1.9e6,
      listed: '19881104',
      path: 'SAP',
    }),
    currency: 'EUR',
    primaryExchange: 'IBIS',
    validExchanges: ['SMART', 'IBIS', 'FWB', 'TGATE', 'CHIXDE', 'BATEDE', 'TRQXDE', 'EUIBSI'],
    tradingClass: 'XETRA',
    marketName: 'XETRA',
    schedule: 'xetra',
    rule: 1709,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
  },
  {
    ...usStock({
      conId: 152791428,
      symbol: '700',
      exchange: 'NYSE',
      name: 'TENCENT HOLDINGS LTD 腾讯控股',
      classified: ['Communications', 'Internet', 'Internet Application Sftwr'],
      isin: 'KYG875721634',
      price: 601,
      volatility: 0.32,
      beta: 0.7,
      volume: 19e6,
      listed: '20040616',
    }),
    currency: 'HKD',
    primaryExchange: 'SEHK',
    validExchanges: ['SMART', 'SEHK'],
    tradingClass: '700',
    marketName: '700',
    schedule: 'sehk',
    rule: 877,
    minSize: 100,
    sizeIncrement: 100,
    suggestedSizeIncrement: 100,
    aliases: ['騰訊控股', '0700'],
  },
];

const NAMES: Readonly<Record<string, string>> = {
  EUR: 'European Monetary Union Euro',
  GBP: 'British pound',
  USD: 'United States dollar',
};

function currencyPair(conId: number, symbol: string, currency: string, rate: number, volatility = 0.08): Instrument {
  return {
    ...usStock({
      conId,
      symbol,
      exchange: 'NYSE',
      name: `${NAMES[symbol]}`,
      classified: ['', '', ''],
      isin: '',
      price: rate,
      volatility: 0.08,
      beta: 0.05,
      volume: 0,
      listed: '20050306',
      path: `${symbol}.${currency}`,
    }),
    secType: 'CASH',
    currency,
    primaryExchange: '',
    validExchanges: ['IDEALPRO'],
    localSymbol: `${symbol}.${currency}`,
    tradingClass: `${symbol}.${currency}`,
    marketName: `${symbol}.${currency}`,
    stockType: '',
    isin: undefined,
    schedule: 'fx',
    rule: currency === 'JPY' ? 59 : 239,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    orderTypes: FX_ORDER_TYPES,
    halfSpreadTicks: 1,
    process: {
      path: `${symbol}.${currency}`,
      base: rate,
      volatility,
      beta: 0.05,
      drift: 0,
      volume: 0,
      octaves: 10,
      gap: 0.03,
    },
  };
}

function index(
  conId: number,
  symbol: string,
  name: string,
  process: Instrument['process'],
  derivatives: string[],
): Instrument {
  return {
    ...usStock({
      conId,
      symbol,
      exchange: 'NYSE',
      name,
      classified: ['Indices', 'Broad Range Equity Index', '*'],
      isin: '',
      price: process.base,
      volatility: 0,
      beta: 0,
      volume: 0,
      listed: '19900102',
    }),
    secType: 'IND',
    primaryExchange: 'CBOE',
    validExchanges: ['CBOE'],
    tradingClass: symbol,
    marketName: symbol,
    stockType: '',
    isin: undefined,
    schedule: 'cboeIndex',
    rule: 26,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    orderTypes: '',
    derivatives,
    process,
  };
}

export const SPX = index(
  416904,
  'SPX',
  'S&P 500 Stock Index',
  { path: 'SPX', base: 6858, volatility: 0.16, beta: 1, drift: 0.07, volume: 0, octaves: 11, gap: 0.3 },
  ['FUT', 'FOP', 'OPT', 'WAR', 'CFD', 'BAG'],
);
const VIX = index(
  13455763,
  'VIX',
  'CBOE Volatility Index',
  { path: 'VIX', base: 17, volatility: 0.95, beta: -3.6, drift: 0, volume: 0, octaves: 6, gap: 0.3 },
  ['FUT', 'OPT', 'BAG'],
);

/** Everything listed without an expiry. */
export const listings: readonly Instrument[] = [
  ...usStocks.map(usStock),
  ...ABROAD,
  SPX,
  VIX,
  currencyPair(12087792, 'EUR', 'USD', 1.1725),
  currencyPair(12087797, 'GBP', 'USD', 1.347),
  currencyPair(15016059, 'USD', 'JPY', 156.6),
  currencyPair(12345777, 'USD', 'HKD', 7.783, 0.01),
];

export const AAPL = listings[0] as Instrument;
