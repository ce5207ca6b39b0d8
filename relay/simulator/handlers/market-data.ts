import type { Instrument } from '../market/instruments.ts';
import { sessionAt } from '../market/quotes.ts';
import { marketRules } from '../market/rules.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { genericTickIds, isGenericTick } from './generic-ticks.ts';
import type { Context, Handlers } from './handler.ts';
import { Ticker } from './ticker.ts';

/** Simultaneous market data lines of one client. */
const MARKET_DATA_LINES = 100;
const LIVE = 1;
const DELAYED = 3;

/** Which of the four data types a line gets, or undefined after the refusal has been sent. */
function grantedType(context: Context, reqId: number, instrument: Instrument, subject: string): number | undefined {
  const { session, world } = context;
  const wanted = session.marketDataType;
  const closed = !sessionAt(world.model, instrument, world.now()).open;
  if (instrument.permission === 'live') return closed && wanted % 2 === 0 ? 2 : LIVE;
  if (instrument.permission === 'none') {
    session.sendError(reqId, 354, `Requested market data is not subscribed.${subject}`);
    return undefined;
  }
  if (wanted < DELAYED) {
    const text =
      "Requested market data requires additional subscription for API. See link in 'Market Data Connections' dialog for more details.Delayed market data is available.";
    session.sendError(reqId, 10089, `${text}${subject}`);
    return undefined;
  }
  session.sendError(reqId, 10167, 'Requested market data is not subscribed. Displaying delayed market data.');
  return closed && wanted === 4 ? 4 : DELAYED;
}

export const marketDataHandlers: Handlers = {
  reqMktData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const snapshot = request.flag('snapshot') || request.flag('regulatorySnapshot');
    const generics = request
      .text('genericTicks')
      .split(',')
      .map((tick) => tick.trim().split(':')[0] ?? '')
      .filter((tick) => tick !== '');
    if (session.subscriptions.has('marketData', reqId)) {
      session.sendError(reqId, 322, "Error processing request.-'bN' : cause - Duplicate ticker id");
      return;
    }
    if (session.subscriptions.count('marketData') >= MARKET_DATA_LINES) {
      session.sendError(reqId, 101, 'Max number of tickers has been reached');
      return;
    }
    if (snapshot && generics.length > 0) {
      session.sendError(reqId, 414, 'Snapshot market data subscription is not applicable to generic ticks');
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    const unknown = generics.find((tick) => !isGenericTick(tick));
    if (unknown !== undefined) {
      const legal = genericTickIds.join(', ');
      sendInvalid(
        context,
        reqId,
        `Incorrect generic tick list of ${unknown}.  Legal ones for (${instrument.secType}) are: ${legal}`,
      );
      return;
    }
    const type = grantedType(context, reqId, instrument, `${instrument.symbol} ${instrument.primaryExchange}/TOP/ALL`);
    if (type === undefined) return;
    session.send('tickReqParams', {
      reqId,
      minTick: marketRules[instrument.rule][0].increment,
      bboExchange: instrument.secType === 'STK' && instrument.currency === 'USD' ? '9c0001' : '',
      snapshotPermissions: instrument.permission === 'live' ? 3 : 0,
    });
    session.send('marketDataType', { reqId, type });
    const ticker = new Ticker({ session, model: world.model, instrument, reqId, delayed: type >= DELAYED, generics });
    ticker.update(world.now());
    if (snapshot) {
      session.send('tickSnapshotEnd', { reqId });
      return;
    }
    context.subscribe({
      kind: 'marketData',
      reqId,
      subject: instrument.localSymbol,
      everyMs: 0,
      update: (now) => {
        if (!session.congested) ticker.update(now);
      },
    });
  },

  cancelMktData({ session }, request) {
    const reqId = request.int('reqId');
    if (!session.subscriptions.remove('marketData', reqId)) {
      session.sendError(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    }
  },

  reqMarketDataType(context, request) {
    const type = request.int('type');
    if (type < 1 || type > 4) {
      sendInvalid(context, -1, `Invalid market data type: ${type}`);
      return;
    }
    context.session.marketDataType = type;
  },
};
