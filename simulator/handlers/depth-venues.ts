import type { Instrument } from '../market/instruments.ts';

/** Who may stand in a book, and whether its rows name them. */
export interface MakerSet {
  readonly named: boolean;
  readonly names: readonly string[];
}

/** The market makers of NASDAQ's book; other exchanges show prices alone. */
const nasdaqMakers = ['NSDQ', 'CDRG', 'GSCO', 'JPMS', 'MSCO', 'UBSS', 'VIRT'];
/** Exchanges that show a whole book of American stocks. Of the others there is the top only. */
const usStockBooks = ['NASDAQ', 'BATS', 'ARCA', 'BEX', 'NYSE', 'IEX'];
const withoutBook = new Set(['SMART', 'BEST', 'OVERNIGHT', 'IBEOS']);
const prices: MakerSet = { named: false, names: [] };

const venue = (exchange: string): string => (exchange === 'ISLAND' ? 'NASDAQ' : exchange);
const isUsStock = ({ secType, currency }: Instrument): boolean => secType === 'STK' && currency === 'USD';

/** The book an instrument has on one exchange, or undefined where there is none. */
export function bookKindOf(instrument: Instrument, exchange: string): MakerSet | undefined {
  const name = venue(exchange);
  if (withoutBook.has(name) || !instrument.validExchanges.includes(name)) return undefined;
  switch (instrument.secType) {
    case 'STK':
      if (!isUsStock(instrument)) return name === instrument.primaryExchange ? prices : undefined;
      if (name === 'NASDAQ') return { named: true, names: nasdaqMakers };
      return usStockBooks.includes(name) ? prices : undefined;
    case 'CASH':
    case 'FUT':
    case 'FOP':
    case 'CRYPTO':
    case 'CMDTY':
      return prices;
    default:
      return undefined;
  }
}

/** The exchanges whose books make up the SMART depth of a stock, with the notice that names them. */
export function componentsOf(
  instrument: Instrument,
): { readonly makers: MakerSet; readonly notice: string } | undefined {
  if (instrument.secType !== 'STK') return undefined;
  const venues = instrument.validExchanges.filter((name) => !withoutBook.has(name));
  const books = venues.filter((name) => bookKindOf(instrument, name) !== undefined);
  if (books.length === 0) return undefined;
  const list = (names: readonly string[]): string => names.map((name) => `${name}; `).join('');
  const tops = list(venues.filter((name) => !books.includes(name)));
  return {
    makers: { named: true, names: books },
    notice: `Exchanges - Depth: ${list(books)}${tops === '' ? '' : `Top: ${tops}`}`,
  };
}
