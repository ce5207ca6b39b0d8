/** An exchange that people call by its name, and an instrument whose hours are its own. */
export interface NamedExchange {
  readonly name: string;
  /** Contract string. */
  readonly contract: string;
}

/** Exchange, contract string, and what else it is called: cities, countries, codes of IB and of ISO 10383. */
const exchanges = `
New York Stock Exchange | KO.USD | nyse, xnys, new york, wall street, us, usa, united states, america
Nasdaq | MSFT.USD | nasdaq, xnas
CME futures, by the E-mini S&P 500 | ES:CONTFUT | cme, xcme, globex, chicago, chicago mercantile
NYMEX futures, by crude oil | CL:CONTFUT | nymex, xnym
CBOT futures, by the 10-year note | ZN:CONTFUT | cbot, xcbt, chicago board of trade
Cboe index options’ index | SPX:IND | cboe, xcbo
Toronto Stock Exchange | RY@TSE | toronto, tse, tsx, xtse, canada
London Stock Exchange | VOD@LSE | london, lse, xlon, uk, united kingdom, britain, england
Xetra, Frankfurt | SAP@IBIS | frankfurt, xetra, xetr, ibis, deutsche, germany
Eurex, by the DAX future | DAX:CONTFUT | eurex, xeur
Euronext Paris | MC@SBF | paris, euronext, euronext paris, xpar, sbf, france
Euronext Amsterdam | ASML@AEB | amsterdam, euronext amsterdam, xams, aeb, netherlands, holland
Euronext Brussels | ABI@ENEXT.BE | brussels, euronext brussels, xbru, belgium
Euronext Lisbon | GALP@BVL | lisbon, euronext lisbon, xlis, portugal
Borsa Italiana, Milan | ENI@BVME | milan, milano, borsa italiana, xmil, bvme, italy
Bolsa de Madrid | SAN@BM | madrid, bolsa de madrid, xmad, bme, spain
SIX Swiss Exchange | NESN@EBS | zurich, zürich, six, six swiss, swiss, xswx, ebs, switzerland
Vienna Stock Exchange | OMV@VSE | vienna, wien, wiener, xwbo, austria
Nasdaq Helsinki | NOKIA@HEX | helsinki, xhel, finland
Oslo Stock Exchange | EQNR@OSE | oslo, xosl, norway
Tokyo Stock Exchange | 7203@TSEJ | tokyo, tsej, jpx, xtks, xjpx, japan
Hong Kong Stock Exchange | 700@SEHK | hong kong, hongkong, hkex, sehk, xhkg
Shanghai Stock Exchange | 600519@SEHKNTL | shanghai, sse, xshg, sehkntl, china
Shenzhen Stock Exchange | 300750@SEHKSZSE | shenzhen, szse, xshe, sehkszse
Korea Exchange | 005930@KSE | korea, seoul, krx, kse, xkrx, south korea
Singapore Exchange | D05@SGX | singapore, sgx, xses
Australian Securities Exchange | BHP@ASX | sydney, asx, xasx, australia, australian securities
National Stock Exchange of India | RELIANCE@NSE | mumbai, bombay, india, nse, xnse, national of india
Currencies | EUR.USD | forex, fx, foreign, currencies
`;

const named = new Map(
  exchanges
    .trim()
    .split('\n')
    .map((row) => row.split(' | '))
    .flatMap(([name = '', contract = '', names = '']) => names.split(', ').map((key) => [key, { name, contract }])),
);

/**
 * The exchange that a text names, by what people call it: `Tokyo`, `Tokyo Stock Exchange`, `XETR`, `the London market`.
 * A name that is a stock's symbol as well, as `CME` is, means the exchange here.
 */
export function exchangeNamed(text: string): NamedExchange | undefined {
  const plain = text
    .toLowerCase()
    .replaceAll(/\b(the|stock|exchange|markets?)\b/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return named.get(plain);
}
