import { genericTickIds, isGenericTick } from '../market/generic-ticks.ts';
import type { Instrument } from '../market/instruments.ts';
import { ladderOf } from '../market/rules.ts';
import type { RequestOf } from '../protocol/requests.ts';
import { researchSettings } from '../research/settings.ts';
import { type ComboLeg, comboTicks, readLegs } from './combo-quote.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { countOfLogin, isDuplicate } from './data-requests.ts';
import type { Context, Handlers } from './handler.ts';
import { grantedGenerics, grantFor, liveGrant } from './market-data-grant.ts';
import { codesIn, mayRead } from './news-access.ts';
import { NewsLine } from './news-line.ts';
import { quotesOf } from './quote-cache.ts';
import { TickSender } from './tick-sender.ts';
import { Ticker } from './ticker.ts';

const comboTick = 0.01;
const permissionsOfSnapshot = { live: 3, delayed: 0, none: 0 } as const;

type MarketDataRequest = RequestOf<'reqMktData'>;

/** Something that sends the ticks of one line. */
interface Line {
  readonly subject: string;
  update(now: number): void;
}

const newsTickId = '292';
/** Not a tick: it keeps everything but the other generic ticks away. */
const noQuotes = 'mdoff';

const listOf = (request: MarketDataRequest): string[] =>
  request
    .text('genericTicks')
    .split(',')
    .map((tick) => tick.trim())
    .filter((tick) => tick !== '');

/** The ids alone. News ticks name their providers: `292:BRFG`. Some ids were once sent with a second number: `221/220`. */
const genericsOf = (request: MarketDataRequest): string[] =>
  listOf(request)
    .filter((tick) => tick !== noQuotes)
    .map((tick) => tick.split(/[:/]/)[0] ?? '');

/** The providers of `292:BRFG+DJNL`, or all the login has for a bare 292; undefined after a refusal. */
function newsProvidersFor(context: Context, request: MarketDataRequest): ReadonlySet<string> | undefined {
  const lists = listOf(request).filter((tick) => tick.startsWith(`${newsTickId}:`));
  const codes = lists.flatMap((tick) => codesIn(tick.slice(newsTickId.length)));
  if (codes.length === 0) return researchSettings(context.world).news;
  return mayRead(context, request.int('reqId'), codes) ? new Set(codes) : undefined;
}

/** Whether the client may have this line at all; sends the error if not. */
function isAcceptable(context: Context, request: MarketDataRequest): boolean {
  const { session } = context;
  const reqId = request.int('reqId');
  if (isDuplicate(context, 'marketData', reqId)) return false;
  const oneTime = request.flag('snapshot') || request.flag('regulatorySnapshot');
  if (countOfLogin(context, 'marketData') >= context.world.marketDataLines) {
    session.sendError(reqId, 101, 'Max number of tickers has been reached');
    return false;
  }
  if (!oneTime || genericsOf(request).length === 0) return true;
  session.sendError(reqId, 414, 'Snapshot market data subscription is not applicable to generic ticks');
  return false;
}

/** Whether all generic ticks exist; sends the error if not. */
function areLegal(context: Context, reqId: number, instrument: Instrument, generics: readonly string[]): boolean {
  if (generics.every(isGenericTick)) return true;
  const legal = genericTickIds.join(', ');
  const text = `Incorrect generic tick list of ${generics.join(',')}.  Legal ones for (${instrument.secType}) are: ${legal}`;
  sendInvalid(context, reqId, text);
  return false;
}

/** The line of one instrument, its parameters sent; undefined after a refusal. */
function instrumentLine(context: Context, request: MarketDataRequest): Line | undefined {
  const { session, world } = context;
  const reqId = request.int('reqId');
  const wanted = genericsOf(request);
  const instrument = resolveInstrument(context, request);
  if (!instrument || !areLegal(context, reqId, instrument, wanted)) return undefined;
  const american = instrument.secType === 'STK' && instrument.currency === 'USD';
  const paid = request.flag('regulatorySnapshot');
  if (paid && !american) {
    sendInvalid(context, reqId, 'Regulatory snapshots are available for US stocks only');
    return undefined;
  }
  const providers = wanted.includes(newsTickId) ? newsProvidersFor(context, request) : undefined;
  if (wanted.includes(newsTickId) && !providers) return undefined;
  const grant = grantFor(context, { reqId, instrument, generics: wanted, paid });
  if (!grant) return undefined;
  session.send('tickReqParams', {
    reqId,
    minTick: ladderOf(instrument.rule)[0]?.increment,
    bboExchange: american ? '9c0001' : '',
    snapshotPermissions: permissionsOfSnapshot[instrument.permission],
  });
  const line = { session, model: world.model, instrument, reqId };
  const ticker = new Ticker({
    ...line,
    grant: listOf(request).includes(noQuotes) ? { ...grant, genericsOnly: true } : grant,
    generics: grantedGenerics(grant, wanted),
    ...(providers && { news: new NewsLine({ ...line, providers }) }),
  });
  return { subject: instrument.localSymbol, update: (now) => ticker.update(now) };
}

/** The line of a combination, its parameters sent; undefined after a refusal. */
function comboLine(context: Context, request: MarketDataRequest): Line | undefined {
  const { session, world } = context;
  const reqId = request.int('reqId');
  const legs = readLegs(world, request.rows('comboLegs'));
  if (!legs) {
    session.sendError(reqId, 200, 'No security definition has been found for the request');
    return undefined;
  }
  const refused = legs.find(({ instrument }) => instrument.permission !== 'live');
  if (refused) {
    session.sendError(reqId, 354, `Requested market data is not subscribed.${refused.instrument.symbol}`);
    return undefined;
  }
  session.send('tickReqParams', { reqId, minTick: comboTick, bboExchange: '', snapshotPermissions: 0 });
  const sender = new TickSender(session, reqId);
  const { typeWhen } = liveGrant(session.marketDataType);
  const subject = legs.map(subjectOf).join(' ');
  return {
    subject,
    update: (now) => {
      // It is shown as last seen as soon as one of its legs is.
      const open = legs.every(({ instrument }) => quotesOf(world.model).at(instrument, now).open);
      sender.sendDataType(typeWhen(open));
      for (const tick of comboTicks(world.model, legs, now)) sender.send(tick);
    },
  };
}

const subjectOf = ({ instrument, ratio, sign }: ComboLeg): string =>
  `${sign > 0 ? '+' : '-'}${ratio} ${instrument.localSymbol}`;

export const marketDataHandlers: Handlers = {
  reqMktData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    if (!isAcceptable(context, request)) return;
    const isCombo = request.text('secType').toUpperCase() === 'BAG';
    const line = isCombo ? comboLine(context, request) : instrumentLine(context, request);
    if (!line) return;
    line.update(world.now());
    if (request.flag('snapshot') || request.flag('regulatorySnapshot')) {
      session.send('tickSnapshotEnd', { reqId });
      return;
    }
    context.subscribe({
      kind: 'marketData',
      reqId,
      subject: line.subject,
      everyMs: 0,
      update: (now) => {
        if (!session.congested) line.update(now);
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
