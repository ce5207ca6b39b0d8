/** Countries of exchanges, by IB's names for them. */
const exchanges: Readonly<Record<string, string>> = {
  ...countryFor(
    'US',
    'NASDAQ ISLAND NYSE AMEX ARCA BATS CBOE CBOE2 PINK IEX ISE PHLX BOX EMERALD MIAX PEARL MERCURY GEMINI CME CBOT NYMEX COMEX CFE ICEUS NYBOT PAXOS ZEROHASH',
  ),
  ...countryFor('CA', 'TSE VENTURE CDE AEQLIT'),
  ...countryFor('MX', 'MEXI MEXDER'),
  ...countryFor('GB', 'LSE LSEETF LSEIOB1 AQS ICEEU IPE LMEOTC'),
  ...countryFor('DE', 'IBIS IBIS2 FWB FWB2 SWB SWB2 GETTEX GETTEX2 TGATE EUREX'),
  ...countryFor('FR', 'SBF MONEP MATIF'),
  ...countryFor('NL', 'AEB FTA'),
  ...countryFor('BE', 'ENEXT.BE BELFOX'),
  ...countryFor('PT', 'BVL'),
  ...countryFor('IT', 'BVME BVME.ETF IDEM'),
  ...countryFor('ES', 'BM MEFFRV'),
  ...countryFor('AT', 'VSE'),
  ...countryFor('CH', 'EBS SOFFEX'),
  ...countryFor('SE', 'SFB OMS'),
  ...countryFor('NO', 'OSE'),
  ...countryFor('DK', 'CPH'),
  ...countryFor('FI', 'HEX'),
  ...countryFor('PL', 'WSE'),
  ...countryFor('HU', 'BUX'),
  ...countryFor('CZ', 'PRA'),
  ...countryFor('IL', 'TASE'),
  ...countryFor('SA', 'TADAWUL'),
  ...countryFor('JP', 'TSEJ JPNNEXT OSE.JPN'),
  ...countryFor('HK', 'SEHK HKFE'),
  ...countryFor('CN', 'SEHKNTL SEHKSZSE SEHKSTAR CHINEXT'),
  ...countryFor('KR', 'KSE'),
  ...countryFor('SG', 'SGX'),
  ...countryFor('AU', 'ASX SNFE CHIXAU'),
  ...countryFor('IN', 'NSE BSE'),
  ...countryFor('TW', 'TWSE TPEX'),
};

function countryFor(country: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, country]));
}

/** Codes that ISINs begin with and that are no country: international and European issues, and what has no other. */
const noCountry = new Set(['XS', 'EU', 'XA', 'XB', 'XC', 'XD', 'XF', 'XK', 'QS', 'QT', 'QW']);

/**
 * Where a security is registered, as its ISIN says, else where it is listed: an ISO 3166 code, or `unknown`. A
 * company may do its business elsewhere, and a fund hold anything.
 */
export function countryOf(isin: string | undefined, listedAt: string | undefined): string {
  const registered = /^([A-Z]{2})[A-Z0-9]{9}\d$/.exec(isin ?? '')?.[1];
  if (registered !== undefined && !noCountry.has(registered)) return registered;
  return exchanges[listedAt ?? ''] ?? 'unknown';
}
