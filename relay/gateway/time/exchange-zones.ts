import { ianaZone, isSameClock, zonesNamed } from './zone-names.ts';

/** Exchanges by IB's codes, where all of their hours at IB are in one zone; CBOE has two. */
const exchanges: Readonly<Record<string, string>> = {
  'America/New_York':
    'NASDAQ NYSE ARCA AMEX BATS ISLAND IEX PINK NYSENAT EDGX EDGEA BYX BEX MEMX PSX PEARL LTSE DRCTEDGE OVERNIGHT IBEOS ' +
    'ISE PHLX NYMEX COMEX NYBOT',
  'America/Chicago': 'CME GLOBEX CBOT ECBOT CFE',
  'America/Toronto': 'TSE VENTURE CDE',
  'America/Mexico_City': 'MEXI',
  'Europe/London': 'LSE LSEETF LSEIOB1 ICEEU IPE',
  'Europe/Berlin': 'IBIS IBIS2 FWB FWB2 SWB SWB2 TGATE GETTEX GETTEX2 EUREX DTB',
  'Europe/Paris': 'SBF MATIF MONEP',
  'Europe/Amsterdam': 'AEB FTA',
  'Europe/Brussels': 'ENEXT.BE',
  'Europe/Lisbon': 'BVL',
  'Europe/Rome': 'BVME BVME.ETF IDEM',
  'Europe/Madrid': 'BM MEFFRV',
  'Europe/Zurich': 'EBS SOFFEX',
  'Europe/Vienna': 'VSE',
  'Europe/Stockholm': 'SFB OMS',
  'Europe/Copenhagen': 'CPH',
  'Europe/Helsinki': 'HEX',
  'Europe/Oslo': 'OSE',
  'Europe/Warsaw': 'WSE',
  'Europe/Prague': 'PRA',
  'Europe/Budapest': 'BUX',
  'Asia/Jerusalem': 'TASE',
  'Asia/Tokyo': 'TSEJ OSE.JPN JPNNEXT CHIXJ',
  'Asia/Hong_Kong': 'SEHK HKFE',
  'Asia/Shanghai': 'SEHKNTL SEHKSZSE CHINEXT SEHKSTAR',
  'Asia/Seoul': 'KSE',
  'Asia/Singapore': 'SGX',
  'Asia/Taipei': 'TWSE',
  'Asia/Kolkata': 'NSE',
  'Australia/Sydney': 'ASX ASXCEN CHIXAU SNFE',
};

const zones = new Map(
  Object.entries(exchanges).flatMap(([zone, codes]) => codes.split(' ').map((code) => [code, zone])),
);

/** The IANA zone of IB's hours for an exchange, where it is one for certain. */
export function zoneOfExchange(exchange: string | undefined): string | undefined {
  return zones.get(exchange ?? '');
}

/** What IB says of where an instrument trades. */
export interface MarketPlace {
  readonly timeZoneId?: string | undefined;
  readonly primaryExchange?: string | undefined;
  readonly exchange?: string | undefined;
  /** Parted by commas. */
  readonly validExchanges?: string | undefined;
}

/**
 * The IANA zone that an instrument's hours are in: the one IB names by its IANA name, and else its exchange's, unless the
 * name means another one: IB's hours are either those of the exchange or of that zone, and nobody knows which.
 */
export function zoneOfMarket({
  timeZoneId = '',
  primaryExchange,
  exchange,
  validExchanges,
}: MarketPlace): string | undefined {
  const place = zoneOfExchange(primaryExchange) ?? zoneOfExchange(exchange) ?? commonZone(validExchanges);
  return zoneOfHours(timeZoneId, place);
}

/** As `zoneOfMarket`. @param place IANA zone of the exchange, where it is known */
export function zoneOfHours(timeZoneId: string, place: string | undefined): string | undefined {
  const named = zonesNamed(timeZoneId);
  if (named.length === 1 && named[0] === timeZoneId.trim()) return named[0];
  if (place === undefined) return ianaZone(timeZoneId);
  return named.length === 0 || named.some((zone) => isSameClock(zone, place)) ? place : undefined;
}

/** Where an instrument has no exchange of its own, as options have none: the zone that all have that are known. */
function commonZone(validExchanges = ''): string | undefined {
  const [first, ...others] = new Set(validExchanges.split(',').flatMap((exchange) => zoneOfExchange(exchange) ?? []));
  return others.length === 0 ? first : undefined;
}
