import type { Instrument } from '../market/instruments.ts';

/** A kind of instrument a scan looks through. */
export interface ScanInstrument {
  readonly type: string;
  readonly name: string;
  readonly shortName: string;
  /** Which scan types and filters it has. */
  readonly family: ScanFamily;
  readonly accepts: (instrument: Instrument) => boolean;
}

export type ScanFamily = 'stocks' | 'funds' | 'futures' | 'indices' | 'bonds';

/** A place a scan looks in; the indentation of the table makes the tree. */
export interface ScanLocation {
  readonly code: string;
  readonly name: string;
  readonly instruments: readonly string[];
  readonly parent: string | undefined;
  readonly exchanges: readonly string[];
}

const isFund = ({ stockType }: Instrument): boolean => ['ETF', 'ETN', 'ETC', 'ETP'].includes(stockType);
const kind =
  (secType: string) =>
  (instrument: Instrument): boolean =>
    instrument.secType === secType;
const isTreasury = ({ secType, symbol }: Instrument): boolean => secType === 'BOND' && symbol.startsWith('US-T');
const isCorporate = (instrument: Instrument): boolean => instrument.secType === 'BOND' && !isTreasury(instrument);
const funds = (instrument: Instrument): boolean => instrument.secType === 'STK' && isFund(instrument);

export const scanInstruments: readonly ScanInstrument[] = [
  { type: 'STK', name: 'US Stocks', shortName: 'US', family: 'stocks', accepts: kind('STK') },
  { type: 'ETF.EQ.US', name: 'US Equity ETFs', shortName: 'US', family: 'funds', accepts: funds },
  { type: 'ETF.FI.US', name: 'US Fixed Income ETFs', shortName: 'US', family: 'funds', accepts: funds },
  { type: 'FUT.US', name: 'US Futures', shortName: 'US', family: 'futures', accepts: kind('FUT') },
  { type: 'IND.US', name: 'US Indexes', shortName: 'US', family: 'indices', accepts: kind('IND') },
  { type: 'BOND', name: 'Corporate Bonds', shortName: 'Corp', family: 'bonds', accepts: isCorporate },
  { type: 'BOND.GOVT', name: 'US Government Bonds', shortName: 'Govt', family: 'bonds', accepts: isTreasury },
  { type: 'STOCK.NA', name: 'America Non-US Stocks', shortName: 'America', family: 'stocks', accepts: kind('STK') },
  { type: 'FUT.NA', name: 'America Non-US Futures', shortName: 'America', family: 'futures', accepts: kind('FUT') },
  { type: 'STOCK.EU', name: 'Europe Stocks', shortName: 'Europe', family: 'stocks', accepts: kind('STK') },
  { type: 'FUT.EU', name: 'Europe Futures', shortName: 'Europe', family: 'futures', accepts: kind('FUT') },
  { type: 'IND.EU', name: 'Europe Indexes', shortName: 'Europe', family: 'indices', accepts: kind('IND') },
  { type: 'STOCK.HK', name: 'Asia Stocks', shortName: 'Asia', family: 'stocks', accepts: kind('STK') },
  { type: 'FUT.HK', name: 'Asia Futures', shortName: 'Asia', family: 'futures', accepts: kind('FUT') },
  { type: 'IND.HK', name: 'Asia Indexes', shortName: 'Asia', family: 'indices', accepts: kind('IND') },
];

const americanStocks = 'STK ETF.EQ.US ETF.FI.US';

/** Depth, code, name, instruments, exchanges. A location without exchanges has those of the locations below it. */
const tree: readonly (readonly [depth: number, code: string, name: string, instruments: string, exchanges?: string])[] =
  [
    [0, 'STK.US', 'US Stocks', americanStocks],
    [1, 'STK.US.MAJOR', 'Listed/NASDAQ', americanStocks],
    [2, 'STK.NYSE', 'NYSE', americanStocks, 'NYSE'],
    [2, 'STK.AMEX', 'AMEX', americanStocks, 'AMEX'],
    [2, 'STK.ARCA', 'ARCA', americanStocks, 'ARCA'],
    [2, 'STK.BATS', 'BATS', americanStocks, 'BATS'],
    [2, 'STK.NASDAQ', 'NASDAQ', americanStocks],
    [3, 'STK.NASDAQ.NMS', 'NASDAQ NMS', americanStocks, 'NASDAQ'],
    [3, 'STK.NASDAQ.SCM', 'NASDAQ SCM', americanStocks, 'NASDAQ.SCM'],
    [1, 'STK.US.MINOR', 'OTC Markets', americanStocks],
    [2, 'STK.PINK', 'PINK', americanStocks, 'PINK'],
    [2, 'STK.OTCBB', 'OTCBB', americanStocks, 'OTCBB'],
    [0, 'ETF.EQ.US', 'US Equity ETFs', 'ETF.EQ.US'],
    [1, 'ETF.EQ.US.MAJOR', 'Listed', 'ETF.EQ.US', 'NYSE AMEX ARCA BATS NASDAQ'],
    [0, 'ETF.FI.US', 'US Fixed Income ETFs', 'ETF.FI.US'],
    [1, 'ETF.FI.US.MAJOR', 'Listed', 'ETF.FI.US', 'NYSE AMEX ARCA BATS NASDAQ'],
    [0, 'FUT.US', 'US Futures', 'FUT.US'],
    [1, 'FUT.CME', 'CME', 'FUT.US', 'CME'],
    [1, 'FUT.CBOT', 'CBOT', 'FUT.US', 'CBOT'],
    [1, 'FUT.NYMEX', 'NYMEX', 'FUT.US', 'NYMEX'],
    [1, 'FUT.COMEX', 'COMEX', 'FUT.US', 'COMEX'],
    [1, 'FUT.CFE', 'CFE', 'FUT.US', 'CFE'],
    [1, 'FUT.NYBOT', 'NYBOT', 'FUT.US', 'NYBOT'],
    [0, 'IND.US', 'US Indexes', 'IND.US', 'CBOE NASDAQ CME NYSE DJ RUSSELL'],
    [0, 'BOND.US', 'US Corporate Bonds', 'BOND'],
    [1, 'BOND.US.ALL', 'All', 'BOND', 'SMART'],
    [0, 'BOND.GOVT.US', 'US Government Bonds', 'BOND.GOVT', 'SMART'],
    [0, 'STK.NA', 'America Non-US Stocks', 'STOCK.NA'],
    [1, 'STK.NA.CANADA', 'Canada', 'STOCK.NA'],
    [2, 'STK.NA.TSE', 'TSE', 'STOCK.NA', 'TSE'],
    [2, 'STK.NA.VENTURE', 'VENTURE', 'STOCK.NA', 'VENTURE'],
    [0, 'FUT.NA', 'America Non-US Futures', 'FUT.NA'],
    [1, 'FUT.NA.CDE', 'CDE', 'FUT.NA', 'CDE'],
    [0, 'STK.EU', 'Europe Stocks', 'STOCK.EU'],
    [1, 'STK.EU.LSE', 'LSE', 'STOCK.EU', 'LSE LSEETF'],
    [1, 'STK.EU.IBIS', 'IBIS', 'STOCK.EU'],
    [2, 'STK.EU.IBIS-XETRA', 'XETRA', 'STOCK.EU', 'IBIS'],
    [2, 'STK.EU.IBIS-ETF', 'ETF', 'STOCK.EU', 'IBIS2'],
    [1, 'STK.EU.SBF', 'SBF', 'STOCK.EU', 'SBF'],
    [1, 'STK.EU.AEB', 'AEB', 'STOCK.EU', 'AEB'],
    [1, 'STK.EU.SWISS', 'Switzerland', 'STOCK.EU'],
    [2, 'STK.EU.EBS', 'EBS', 'STOCK.EU', 'EBS'],
    [2, 'STK.EU.VIRTX', 'VIRTX', 'STOCK.EU', 'VIRTX'],
    [1, 'STK.EU.BM', 'BM', 'STOCK.EU', 'BM'],
    [1, 'STK.EU.BVME', 'BVME', 'STOCK.EU', 'BVME'],
    [1, 'STK.EU.SFB', 'SFB', 'STOCK.EU', 'SFB'],
    [0, 'FUT.EU', 'Europe Futures', 'FUT.EU'],
    [1, 'FUT.EU.EUREX', 'EUREX', 'FUT.EU', 'EUREX DTB'],
    [1, 'FUT.EU.MONEP', 'MONEP', 'FUT.EU', 'MONEP'],
    [1, 'FUT.EU.IDEM', 'IDEM', 'FUT.EU', 'IDEM'],
    [0, 'IND.EU', 'Europe Indexes', 'IND.EU', 'EUREX DTB MONEP LIFFE'],
    [0, 'STK.HK', 'Asia Stocks', 'STOCK.HK'],
    [1, 'STK.HK.SEHK', 'SEHK', 'STOCK.HK', 'SEHK'],
    [1, 'STK.HK.SEHKNTL', 'SEHKNTL', 'STOCK.HK', 'SEHKNTL'],
    [1, 'STK.HK.SEHKSZSE', 'SEHKSZSE', 'STOCK.HK', 'SEHKSZSE'],
    [1, 'STK.HK.TSE_JPN', 'TSE_JPN', 'STOCK.HK', 'TSEJ'],
    [1, 'STK.HK.KSE', 'KSE', 'STOCK.HK', 'KSE'],
    [1, 'STK.HK.SGX', 'SGX', 'STOCK.HK', 'SGX'],
    [1, 'STK.HK.ASX', 'ASX', 'STOCK.HK', 'ASX'],
    [1, 'STK.HK.NSE', 'NSE', 'STOCK.HK', 'NSE'],
    [0, 'FUT.HK', 'Asia Futures', 'FUT.HK'],
    [1, 'FUT.HK.HKFE', 'HKFE', 'FUT.HK', 'HKFE'],
    [1, 'FUT.HK.OSE_JPN', 'OSE_JPN', 'FUT.HK', 'OSE.JPN'],
    [1, 'FUT.HK.SGX', 'SGX', 'FUT.HK', 'SGX'],
    [0, 'IND.HK', 'Asia Indexes', 'IND.HK', 'HKFE OSE.JPN SGX KSE NSE SNFE'],
  ];

function parentOf(row: number): string | undefined {
  const depth = tree[row]?.[0] ?? 0;
  return tree.slice(0, row).findLast(([other]) => other === depth - 1)?.[1];
}

/** A row and the rows below it that are deeper. */
function branch(row: number): typeof tree {
  const depth = tree[row]?.[0] ?? 0;
  const rest = tree.slice(row + 1);
  const end = rest.findIndex(([other]) => other <= depth);
  return tree.slice(row, end === -1 ? undefined : row + 1 + end);
}

/** Every location, parents before their children. */
export const scanLocations: readonly ScanLocation[] = tree.map(([, code, name, instruments], row) => ({
  code,
  name,
  instruments: instruments.split(' '),
  parent: tree[row]?.[0] === 0 ? undefined : parentOf(row),
  exchanges: branch(row).flatMap(([, , , , exchanges]) => exchanges?.split(' ') ?? []),
}));

/** Clients also write the older spelling of a few codes. */
const normal = (code: string): string =>
  code.trim().toUpperCase().replace('TSE.JPN', 'TSE_JPN').replace('OSE.JPN', 'OSE_JPN');

const instrumentsByType = new Map(scanInstruments.map((instrument) => [instrument.type, instrument]));
const locationsByCode = new Map(scanLocations.map((location) => [location.code, location]));

export const scanInstrument = (type: string): ScanInstrument | undefined =>
  instrumentsByType.get(type.trim().toUpperCase());
export const scanLocation = (code: string): ScanLocation | undefined => locationsByCode.get(normal(code));

/** Where an instrument is listed, for finding out which locations it belongs to. */
export function isAt(location: ScanLocation, instrument: Instrument): boolean {
  const exchange = instrument.primaryExchange || instrument.validExchanges[0] || '';
  return location.exchanges.includes(exchange);
}
