import { cusipOf, figiOf } from './identifiers.ts';
import type { Instrument, Permission } from './instruments.ts';
import { orderTypes } from './order-types.ts';
import { isMarketRule, type MarketRuleId, magnifierOf } from './rules.ts';
import { type Venue, type VenueName, venues } from './venues.ts';

/** What tells one stock from another; the rest comes from its exchange. */
export interface StockRow {
  readonly conId: number;
  readonly symbol: string;
  readonly exchange: VenueName;
  readonly name: string;
  readonly classified: readonly [industry: string, category: string, subcategory: string];
  readonly isin: string;
  /** On the anchor date, in the stock's currency, whatever hundredths of it are quoted. */
  readonly price: number;
  readonly volatility: number;
  readonly beta: number;
  /** Mean shares traded per day. */
  readonly volume: number;
  /** yyyymmdd. */
  readonly listed: string;
  readonly stockType?: string;
  readonly permission?: Permission;
  /** The random path, when it is shared with another instrument. */
  readonly path?: string;
  /** What differs from the exchange's habits. */
  readonly rule?: MarketRuleId;
  readonly lot?: number;
  readonly currency?: string;
  readonly halfSpreadTicks?: number;
  readonly aliases?: readonly string[];
}

/** Underlyings with listed options, by contract id. */
const optionable = new Set([265598, 272093, 4815747, 76792991, 756733, 72063691]);

export function stockOf(row: StockRow): Instrument {
  const venue: Venue = venues[row.exchange];
  const [industry, category, subcategory] = row.classified;
  const tradingClass = venue.tradingClass ?? row.symbol;
  const rule = row.rule ?? venue.rule;
  const lot = row.lot ?? venue.lot;
  const size = venue.fractional ? 0.0001 : lot;
  const cusip = cusipOf(row.isin);
  return {
    conId: row.conId,
    symbol: row.symbol,
    secType: 'STK',
    currency: row.currency ?? venue.currency,
    primaryExchange: row.exchange,
    validExchanges: venue.exchanges,
    localSymbol: row.symbol,
    tradingClass,
    marketName: tradingClass,
    longName: row.name,
    industry,
    category,
    subcategory,
    stockType: row.stockType ?? 'COMMON',
    isin: row.isin,
    ...(cusip === undefined ? {} : { cusip }),
    figi: figiOf(row.conId),
    schedule: venue.schedule,
    rule,
    minSize: size,
    sizeIncrement: size,
    suggestedSizeIncrement: lot,
    ...(venue.quoted === undefined ? {} : { quotedSize: venue.quoted }),
    orderTypes: venue.fractional ? orderTypes.usStocks : orderTypes.foreignStocks,
    halfSpreadTicks: row.halfSpreadTicks ?? 1,
    permission: row.permission ?? 'live',
    listed: row.listed,
    derivatives: optionable.has(row.conId) ? ['CFD', 'OPT', 'IOPT', 'WAR', 'BAG'] : [],
    ...(row.aliases === undefined ? {} : { aliases: row.aliases }),
    process: {
      path: row.path ?? row.symbol,
      base: row.price * magnifierOf(rule),
      volatility: row.volatility,
      beta: row.beta,
      drift: 0.07,
      volume: row.volume,
      octaves: 11,
      gap: 0.35,
    },
  };
}

const permissions: readonly string[] = ['live', 'delayed', 'none'] satisfies readonly Permission[];
const isPermission = (text: string | undefined): text is Permission => permissions.includes(text ?? '');

/** The `key=value` pairs of a row's last column. */
function extrasOf(text: string): Partial<StockRow> {
  const { type, perm, path, rule, lot, cur, spread, alias } = Object.fromEntries(
    text.split(',').map((pair) => pair.trim().split('=')),
  ) as Partial<Record<string, string>>;
  const ruleId = Number(rule);
  return {
    ...(type === undefined ? {} : { stockType: type }),
    ...(isPermission(perm) ? { permission: perm } : {}),
    ...(path === undefined ? {} : { path }),
    ...(isMarketRule(ruleId) ? { rule: ruleId } : {}),
    ...(lot === undefined ? {} : { lot: Number(lot) }),
    ...(cur === undefined ? {} : { currency: cur }),
    ...(spread === undefined ? {} : { halfSpreadTicks: Number(spread) }),
    ...(alias === undefined ? {} : { aliases: alias.split('/') }),
  };
}

/**
 * Stocks from a table, one a line: `conId|symbol|exchange|name|industry>category>subcategory|ISIN|price|volatility|beta|volume|listed|extras`.
 * Extras are pairs such as `type=ETF,perm=delayed,path=SPX,rule=27,lot=400,cur=EUR,spread=2,alias=First/Second`.
 * @throws {SyntaxError} when a line lacks a column or names an unknown exchange
 */
export function stocksOf(table: string): Instrument[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [conId, symbol, exchange = '', name, classes, isin, price, volatility, beta, volume, listed, extras = ''] =
        line.split('|').map((column) => column.trim());
      if (!symbol || !name || !isin || !listed || !isVenue(exchange)) throw new SyntaxError(`not a stock: ${line}`);
      const [industry = '', category = '', subcategory = ''] = classes?.split('>') ?? [];
      return stockOf({
        conId: Number(conId),
        symbol,
        exchange,
        name,
        classified: [industry, category, subcategory],
        isin,
        price: Number(price),
        volatility: Number(volatility),
        beta: Number(beta),
        volume: Number(volume),
        listed,
        ...extrasOf(extras),
      });
    });
}

const isVenue = (name: string): name is VenueName => name in venues;
