import { isCurrency } from './currencies.ts';
import { normalise } from './text.ts';

/**
 * How others write instruments, rewritten in the grammar of `parse.ts`: Yahoo and Reuters (`VOD.L`, `BRK-B`, `ES=F`,
 * `^GSPC`), TradingView and Google (`NASDAQ:AAPL`), Bloomberg (`VOD LN Equity`), and what people say (`EUR/USD`).
 * IB's names of exchanges are those of its own listings; a name that IB does not have finds nothing.
 */

type Rewrite = readonly [RegExp, (...groups: string[]) => readonly (string | undefined)[]];

const listOf = (text: string): string[] => text.split(' ');

/** `code code=EXCHANGE,EXCHANGE` a word: suffixes of others with IB's exchanges. */
function tableOf(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text
      .trim()
      .split(/\s+/)
      .flatMap((entry) => {
        const [codes = '', exchanges = ''] = entry.split('=');
        return codes.split('|').map((code): [string, string[]] => [code, exchanges.split(',')]);
      }),
  );
}

/** Yahoo's, Reuters' and EODHD's suffixes; `$USD` is any listing in that currency. */
const suffixes = tableOf(`
  L|LON|UK|LSE=LSE,LSEETF,LSEIOB1 IL=LSEIOB1 T|TYO=TSEJ DE|XETRA=IBIS,IBIS2 F=FWB,FWB2 SG=SWB HK=SEHK KS|KO=KSE KQ=KOSDAQ,KSE
  AX|AU=ASX TO=TSE V=VENTURE NE=AEQLIT SI=SGX PA=SBF AS=AEB MI=BVME,BVME.ETF SW|VX|S=EBS ST=SFB NS=NSE BO=BSE
  SS|SH=SEHKNTL SZ=SEHKSZSE TW=TWSE TWO=TPEX,TWSE MC=BM BR=ENEXT.BE LS=BVL CO=CPH OL=OSE HE=HEX VI=VSE WA=WSE
  PR=PRA BD=BUX MX=MEXI SA=B3,BOVESPA TA=TASE JO|J=JSE US=$USD O|OQ|Q=NASDAQ N|K=NYSE A=AMEX P=ARCA PK=PINK
`);

/** Bloomberg's codes of countries and exchanges. */
const bloomberg = tableOf(`
  US|UN|UW|UQ|UR|UA|UP|UV=$USD LN=LSE,LSEETF LI=LSEIOB1 JP|JT=TSEJ GR|GY=IBIS,IBIS2 GF=FWB HK=SEHK KS|KP=KSE KQ=KOSDAQ,KSE
  AU|AT=ASX CN|CT=TSE CV=VENTURE SP=SGX FP=SBF NA=AEB IM=BVME SW|SE|VX=EBS SS=SFB IN|IS=NSE IB=BSE CG|C1=SEHKNTL
  CS|C2=SEHKSZSE TT=TWSE SM=BM BB=ENEXT.BE PL=BVL DC=CPH NO=OSE FH=HEX AV=VSE PW=WSE CP=PRA HB=BUX MM=MEXI BZ=B3 IT=TASE SJ=JSE
`);

/** Prefixes of TradingView and Google; TSE is Tokyo to one and Toronto to the other. */
const prefixes = tableOf(`
  NASDAQ=NASDAQ NYSE=NYSE AMEX|NYSEAMERICAN|NYSEMKT=AMEX,ARCA NYSEARCA|ARCA=ARCA BATS|CBOE=BATS OTC|OTCMKTS=PINK
  LSE|LON=LSE,LSEETF LSIN=LSEIOB1 XETR|ETR=IBIS,IBIS2 FWB|FRA=FWB,FWB2 TSE=TSEJ,TSE TYO=TSEJ TSX=TSE TSXV|CVE=VENTURE ASX=ASX
  HKEX|HKG=SEHK SGX=SGX KRX|KOSDAQ=KSE EURONEXT=SBF,AEB,ENEXT.BE,BVL EPA=SBF AMS=AEB EBR=ENEXT.BE ELI=BVL MIL|BIT=BVME
  SIX|SWX|VTX=EBS OMXSTO|STO=SFB OMXCOP|CPH=CPH OMXHEX|HEL=HEX OSL=OSE BME=BM VIE=VSE NSE=NSE BSE|BOM=BSE
  SSE|SHA=SEHKNTL SZSE|SHE=SEHKSZSE TWSE|TPE=TWSE BMV=MEXI BMFBOVESPA|BVMF=B3 GPW|WSE=WSE TASE|TLV=TASE JSE=JSE
`);
const currencyPrefixes = listOf('FX FX_IDC OANDA FOREXCOM SAXO C CURRENCY');
const cryptoPrefixes = listOf('COINBASE BINANCE BITSTAMP KRAKEN CRYPTO GEMINI PAXOS X');
const futurePrefixes = listOf('CME CME_MINI CBOT CBOT_MINI NYMEX NYMEX_MINI COMEX COMEX_MINI EUREX CFE ICEUS ICEEUR');
const indexPrefixes = listOf('SP DJ TVC INDEX CBOE NASDAQ CAPITALCOM I INDEXSP INDEXDJX INDEXNASDAQ INDEXCBOE');
/** Symbols of cryptocurrencies that IB has had: which others there are, IB's own search knows. */
const coins: ReadonlySet<string> = new Set(listOf('BTC ETH LTC BCH SOL ADA XRP DOGE AVAX LINK SUI'));

/** Indices by others' symbols and by what people call them, with IB's symbols. */
const indices: ReadonlyMap<string, string> = new Map(
  Object.entries({
    SPX: 'GSPC INX US500 SP500 S&P500 S&P',
    INDU: 'DJI DJIA US30 DOW',
    NDX: 'NAS100 US100 NASDAQ100',
    COMP: 'IXIC',
    RUT: 'US2000',
    DAX: 'GDAXI DE40 GER40',
    ESTX50: 'STOXX50E SX5E EU50 EUROSTOXX50',
    CAC40: 'FCHI FRA40 PX1 CAC',
    N225: 'NI225 JP225 NKY NIKKEI',
    HSI: 'HK50',
    SMI: 'SSMI',
    IBEX35: 'IBEX',
    AEX: 'AEX25',
  }).flatMap(([symbol, others]) => listOf(others).map((other): [string, string] => [other, symbol])),
);
const currencyNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    USD: 'DOLLAR DOLLARS BUCK GREENBACK',
    EUR: 'EURO EUROS',
    GBP: 'POUND POUNDS STERLING CABLE',
    JPY: 'YEN',
    CHF: 'FRANC SWISSIE',
    AUD: 'AUSSIE',
    CAD: 'LOONIE',
    NZD: 'KIWI',
    CNH: 'YUAN RENMINBI',
    SEK: 'KRONA',
    NOK: 'KRONE',
    MXN: 'PESO',
    ZAR: 'RAND',
  }).flatMap(([code, names]) => listOf(names).map((name): [string, string] => [name, code])),
);
const monthNames =
  'JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?';
const monthCode = '[FGHJKMNQUVXZ]';

const rewrites: readonly Rewrite[] = [
  // Currencies and coins.
  [/^([A-Z]{3}) ?[-/. ]? ?([A-Z]{3})(?:=X|=R| CURNCY)?$/, pair],
  [/^([A-Z]{3})=X?$/, (code) => (code === 'USD' ? [] : [...pair('USD', code), ...pair(code, 'USD')])],
  [/^(\w+)[ /-](?:TO )?(?:THE )?(\w+)$/, (one, other) => pair(currencyOf(one), currencyOf(other))],
  [/^([A-Z]{2,5}) ?[-/. ]? ?(USD)T?(?: CURNCY)?$/, (coin) => (coins.has(coin) ? [`${coin}.USD:CRYPTO`] : [])],
  [new RegExp(`^(?:${currencyPrefixes.join('|')}):(.{6,7})$`), (body) => pair(body.slice(0, 3), body.slice(-3))],
  [new RegExp(`^(?:${cryptoPrefixes.join('|')}):([A-Z]{2,5}?)[-/]?USDT?$`), (coin) => [`${coin}.USD:CRYPTO`]],
  // Futures.
  [/^([A-Z0-9]{1,5})=F$/, (root) => [`${root}:CONTFUT`]],
  [/^[/@]([A-Z0-9]{1,5})$/, (root) => [`${root}:CONTFUT`]],
  [/^([A-Z0-9]{1,5})[12]!$/, (root) => [`${root}:CONTFUT`]],
  [
    new RegExp(`^(?:${futurePrefixes.join('|')}):(?:([A-Z0-9]{1,5})1!|([A-Z0-9]{2,9}))$`),
    (root, code) => [root ? `${root}:CONTFUT` : code, ...(code ? future(code) : [])],
  ],
  [new RegExp(`^[/@]([A-Z0-9]{1,5}${monthCode}\\d{1,4})$`), future],
  [new RegExp(`^([A-Z0-9]{1,5}${monthCode}(?:\\d{1,2}|\\d{4}))$`), future],
  [new RegExp(`^([A-Z0-9]{1,5}) (${monthCode}\\d{1,2})$`), (root, code) => future(`${root}${code}`)],
  [new RegExp(`^([A-Z0-9]{1,5}${monthCode}\\d{1,2})(?: (?:COMDTY|INDEX|CURNCY)|\\.(?:CME|CBT|NYM|CMX))$`), future],
  [/^([A-Z0-9]{1,5}) (\d{2})-(\d{2})$/, (root, month, year) => [`${root} 20${year}${month}`]],
  [
    new RegExp(`^(.+?) (?:(\\d{1,2}) )?(${monthNames}),? ?'?(?:20)?(\\d{2})( .+)?$`),
    (root, day, month, year, rest) => [`${root} ${day ?? ''}${month.slice(0, 3)}${year}${rest ?? ''}`],
  ],
  // Indices.
  [/^[$^.]([A-Z0-9]{1,10})$/, index],
  [/^([A-Z0-9]{1,10}) INDEX$/, index],
  [new RegExp(`^(?:${indexPrefixes.join('|')}):\\.?([A-Z0-9]{1,10})$`), index],
  [/^([A-Z0-9&]{2,12})$/, (name) => [indices.has(name) ? `${indices.get(name)}:IND` : undefined]],
  // Shares by where they are listed.
  [/^(.+)\.([A-Z]{1,5})$/, (symbol, code) => listings(symbol, suffixes.get(code))],
  [/^(\S+) ([A-Z][A-Z0-9])(?: EQUITY)?$/, (symbol, code) => listings(symbol.replace('/', '.'), bloomberg.get(code))],
  [/^(\S+):([A-Z]{2})$/, (symbol, code) => listings(symbol, bloomberg.get(code))],
  [/^([A-Z_]+):(\S+)$/, (code, symbol) => listings(symbol, prefixes.get(code))],
  [/^(\S+):([A-Z_]+)$/, (symbol, code) => listings(symbol, prefixes.get(code))],
  // Hong Kong, as its exchange writes it.
  [/^0+(\d{1,4})(?:\.HKD)?$/, (symbol) => listings(symbol, ['SEHK'])],
  // Classes of shares, preferred ones and warrants.
  [/^([A-Z]+)[-/. ]([A-Z])$/, (symbol, letter) => [`${symbol} ${letter}`]],
  [/^([A-Z]+)[-/. ]P(?:R|F)?[-/. ]?([A-Z])$/, (symbol, letter) => [`${symbol} PR${letter}`]],
  [
    /^([A-Z]+)[-/. ](?:WS|WT|W)([-/. ][A-Z])?$/,
    (symbol, letter) => [`${symbol} WS${letter ? ` ${letter.slice(1)}` : ''}`],
  ],
];

/**
 * The contract strings that a text may be another spelling of, best first, without the text itself; mostly none. None of
 * them is looked up here.
 */
export function otherSpellings(text: string): readonly string[] {
  const normal = normalise(text);
  const found = rewrites.flatMap(([pattern, rewrite]) => {
    const groups = pattern.exec(normal)?.slice(1);
    return groups ? rewrite(...(groups as string[])) : [];
  });
  return [...new Set(found.filter((spelling) => spelling !== undefined))].filter((spelling) => spelling !== normal);
}

function pair(base: string | undefined, quote: string | undefined): string[] {
  return base && quote && base !== quote && isCurrency(base) && isCurrency(quote) ? [`${base}.${quote}`] : [];
}

function currencyOf(word: string): string | undefined {
  return isCurrency(word) ? word : currencyNames.get(word);
}

/** A future by the code of its month. One digit of the year, as in IB's own symbols, is this decade's or the next's. */
function future(code: string): string[] {
  const [, root = '', month = '', year = ''] =
    new RegExp(`^([A-Z0-9]+?)(${monthCode})(\\d{1,2}|\\d{4})$`).exec(code) ?? [];
  if (root === '') return [];
  const number = 'FGHJKMNQUVXZ'.indexOf(month) + 1;
  const years = year.length === 1 ? [`202${year}`, `203${year}`] : [`20${year.slice(-2)}`];
  return [code, ...years.map((full) => `${root} ${full}${String(number).padStart(2, '0')}`)];
}

function index(name: string): string[] {
  return [`${indices.get(name) ?? name}:IND`];
}

/** One symbol at the exchanges where it may be listed, each in the ways in which IB may write it. */
function listings(symbol: string, exchanges: readonly string[] | undefined): string[] {
  return (exchanges ?? []).flatMap((exchange) =>
    exchange === '$USD'
      ? [`${symbol.replace(/[-/.]/, ' ')}.USD`]
      : symbolsAt(symbol, exchange).map((name) => `${name}@${exchange}`),
  );
}

const american: ReadonlySet<string> = new Set(listOf('NASDAQ NYSE AMEX ARCA BATS PINK'));

function symbolsAt(symbol: string, exchange: string): string[] {
  if (american.has(exchange)) return [symbol.replace(/[-/.]/, ' ')];
  if (exchange === 'SEHK') return [symbol.replace(/^0+(?=\d)/, '')];
  const written = symbol.replace(/[-/]/, '.');
  // London pads short symbols with a dot: BP. and BT.A.
  return exchange === 'LSE' && /^[A-Z]{1,2}$/.test(written) ? [written, `${written}.`] : [written];
}
