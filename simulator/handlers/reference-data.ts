import { futureClasses, futuresOf } from '../market/futures.ts';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import { sendInvalid } from './contract-query.ts';
import { bookKindOf } from './depth-venues.ts';
import type { Handlers } from './handler.ts';

/** The exchanges of US stocks by the letters that their quotes carry, in the order of their bits. */
const usStockLetters =
  'A AMEX,B BEX,C NYSENAT,D FINRA,H PEARL,I ISE,J EDGEA,K DRCTEDGE,L LTSE,M CHX,N NYSE,P ARCA,Q NASDAQ,U MEMX,V IEX,W CBOE,X PSX,Y BYX,Z BATS';

/** What the maps that tick parameters name say. */
const smartMaps: Readonly<Record<string, string>> = { '9c0001': usStockLetters };

const noGroup = 2_147_483_647;
const softDollarTiers = [
  { name: 'Research', value: 'RESEARCH', displayName: 'Research tier' },
  { name: 'Execution', value: 'EXECUTION', displayName: 'Execution only' },
];

/** Exchanges with books, each once for every kind of security: `Deep2` where the market makers are named. */
function depthExchanges(day: number) {
  const rows = new Map<
    string,
    { exchange: string; secType: string; listingExchange: string; serviceDataType: string; aggGroup: number }
  >();
  const fronts = futureClasses.flatMap((futureClass) => futuresOf(futureClass, day).slice(0, 1));
  const add = (instrument: Instrument, exchange: string): void => {
    const book = bookKindOf(instrument, exchange);
    if (!book) return;
    rows.set(`${exchange} ${instrument.secType}`, {
      exchange,
      secType: instrument.secType,
      listingExchange: '',
      serviceDataType: book.named ? 'Deep2' : 'Deep',
      aggGroup: instrument.secType === 'CASH' ? 4 : noGroup,
    });
  };
  for (const instrument of [...listings, ...fronts]) {
    for (const exchange of instrument.validExchanges) add(instrument, exchange);
  }
  return [...rows.values()];
}

/** Requests about exchanges and arrangements rather than contracts. */
export const referenceDataHandlers: Handlers = {
  reqSmartComponents(context, request) {
    const letters = smartMaps[request.text('bboExchange').toLowerCase()];
    const reqId = request.int('reqId');
    if (letters === undefined) {
      sendInvalid(context, reqId, 'Invalid BBO exchange');
      return;
    }
    const components = letters.split(',').map((pair, bitNumber) => {
      const [exchangeLetter, exchange] = pair.split(' ');
      return { bitNumber, exchange, exchangeLetter };
    });
    context.session.send('smartComponents', { reqId, components });
  },

  reqMktDepthExchanges({ session, world }) {
    session.send('marketDepthExchanges', { exchanges: depthExchanges(world.today()) });
  },

  reqSoftDollarTiers({ session }, request) {
    session.send('softDollarTiers', { reqId: request.int('reqId'), tiers: softDollarTiers });
  },
};
