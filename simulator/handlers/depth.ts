import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import type { ClientSession } from '../session/client-session.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { isDuplicate } from './data-requests.ts';
import { bookOf, changesOf, type DepthBook, type DepthChange } from './depth-book.ts';
import { bookKindOf, componentsOf, type MakerSet } from './depth-venues.ts';
import type { Context, Handlers } from './handler.ts';
import { quotesOf } from './quote-cache.ts';

/** Contracts whose books a login can look at simultaneously. */
const mostContracts = 3;
const ask = 0;
const bid = 1;
const empty: DepthBook = { bids: [], asks: [] };
const resetText = 'Market depth data has been RESET. Please empty deep book contents before applying any new entries.';
const notSupported = 'Deep market data is not supported for this combination of security type/exchange';

interface DepthLineOptions {
  readonly session: ClientSession;
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly reqId: number;
  readonly rows: number;
  readonly smart: boolean;
  readonly makers: MakerSet;
}

/** One subscription to a book: keeps the client's copy of it in step. */
class DepthLine {
  readonly options: DepthLineOptions;
  #shown = empty;
  #second = Number.NaN;

  constructor(options: DepthLineOptions) {
    this.options = options;
  }

  update(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.#second) return;
    this.#second = second;
    const { model, instrument, makers, rows } = this.options;
    const quote = quotesOf(model).at(instrument, now);
    const book = bookOf(instrument, quote, makers.names, rows, second);
    for (const change of changesOf(this.#shown.bids, book.bids)) this.#send(bid, change);
    for (const change of changesOf(this.#shown.asks, book.asks)) this.#send(ask, change);
    this.#shown = book;
  }

  /** Makes the client forget the book, and sends it anew. */
  reset(now: number): void {
    const { session, reqId } = this.options;
    session.sendError(reqId, 317, resetText);
    this.#shown = empty;
    this.#second = Number.NaN;
    this.update(now);
  }

  #send(side: number, { operation, position, row }: DepthChange): void {
    const { session, reqId, smart, makers } = this.options;
    const values = { reqId, position, operation, side, price: row.price, size: row.size };
    if (makers.named) session.send('marketDepthL2', { ...values, marketMaker: row.maker, isSmartDepth: smart });
    else session.send('marketDepth', values);
  }
}

const lines = new WeakMap<ClientSession, Map<number, DepthLine>>();

/** The open subscriptions of a client to order books. */
function linesOf(session: ClientSession): DepthLine[] {
  const known = lines.get(session) ?? new Map<number, DepthLine>();
  return [...known.values()].filter(({ options }) => session.subscriptions.has('marketDepth', options.reqId));
}

/** Makes a client start all its order books anew, as after a disturbance of the feed: error 317 and every row again. */
export function resetMarketDepth(session: ClientSession, now: number): void {
  for (const line of linesOf(session)) line.reset(now);
}

function hasRoom(context: Context, { conId }: Instrument): boolean {
  const contracts = context.sessions().flatMap((session) => linesOf(session).map(({ options }) => options.instrument));
  const shown = new Set(contracts.map((instrument) => instrument.conId));
  return shown.has(conId) || shown.size < mostContracts;
}

function subscribe(context: Context, line: DepthLine): void {
  const { session, world } = context;
  const { reqId, instrument } = line.options;
  const known = lines.get(session) ?? new Map<number, DepthLine>();
  lines.set(session, known.set(reqId, line));
  line.update(world.now());
  context.subscribe({
    kind: 'marketDepth',
    reqId,
    subject: instrument.localSymbol,
    everyMs: 0,
    update: (now) => {
      if (!session.congested) line.update(now);
    },
  });
}

export const depthHandlers: Handlers = {
  reqMktDepth(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const rows = request.int('numRows');
    const exchange = request.text('exchange').trim().toUpperCase();
    if (exchange === '') {
      sendInvalid(context, reqId, 'Please enter exchange.');
      return;
    }
    if (request.text('secType').toUpperCase() === 'BAG') {
      sendInvalid(context, reqId, 'Market depth does not support combos.');
      return;
    }
    if (rows <= 0) {
      sendInvalid(context, reqId, 'Market depth rows requested must be greater than zero.');
      return;
    }
    if (isDuplicate(context, 'marketDepth', reqId)) return;
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    if (!hasRoom(context, instrument)) {
      const text = `Max number (${mostContracts}) of market depth requests has been reached`;
      session.sendError(reqId, 309, text);
      return;
    }
    const components = request.flag('isSmartDepth') ? componentsOf(instrument) : undefined;
    const makers = components?.makers ?? bookKindOf(instrument, exchange);
    if (!makers) {
      session.sendError(reqId, 10092, notSupported);
      return;
    }
    if (instrument.permission !== 'live') {
      session.sendError(reqId, 354, 'Requested market data is not subscribed.');
      return;
    }
    if (components) session.sendError(reqId, 2152, components.notice);
    const smart = components !== undefined;
    subscribe(context, new DepthLine({ session, model: world.model, instrument, reqId, rows, smart, makers }));
  },

  cancelMktDepth({ session }, request) {
    const reqId = request.int('reqId');
    lines.get(session)?.delete(reqId);
    if (!session.subscriptions.remove('marketDepth', reqId)) {
      session.sendError(reqId, 310, `Can't find the subscribed market depth with tickerId:${reqId}`);
    }
  },
};
