import { queryOf } from '../contracts/contract-request.ts';
import { type FarmName, farmMessage, historyFarmOf, marketFarmOf, type SystemMessage } from '../faults/farms.ts';
import { texts } from '../faults/outages.ts';
import type { Context } from '../handlers/handler.ts';
import { InvalidContractError } from '../market/catalogue.ts';
import type { Instrument } from '../market/instruments.ts';
import type { Request, RequestName } from '../protocol/requests.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Subscription, SubscriptionKind } from '../session/subscriptions.ts';
import type { World } from '../world/world.ts';

/** What streams quotes, with the request that ends it. */
const streamRequests: Partial<
  Record<RequestName | string, { readonly kind: SubscriptionKind; readonly cancel: string }>
> = {
  reqMktData: { kind: 'marketData', cancel: 'cancelMktData' },
  reqMktDepth: { kind: 'marketDepth', cancel: 'cancelMktDepth' },
  reqTickByTickData: { kind: 'tickByTick', cancel: 'cancelTickByTickData' },
  reqRealTimeBars: { kind: 'realTimeBars', cancel: 'cancelRealTimeBars' },
};
const streamed: ReadonlySet<SubscriptionKind> = new Set(
  Object.values(streamRequests).flatMap((stream) => stream?.kind ?? []),
);
/** What waits while another session has the market data; single ticks and bars are refused instead. */
const shared: readonly string[] = ['reqMktData', 'reqMktDepth'];
const history: readonly string[] = ['reqHistoricalData', 'reqHeadTimestamp', 'reqHistoricalTicks', 'reqHistogramData'];
const definitions: readonly string[] = ['reqContractDetails', 'reqMatchingSymbols', 'reqSecDefOptParams'];
const orders: readonly string[] = ['placeOrder', 'cancelOrder', 'reqGlobalCancel', 'exerciseOptions'];
/** What a client has to ask for again after 1101. */
const quotes: readonly SubscriptionKind[] = [
  'marketData',
  'marketDepth',
  'tickByTick',
  'realTimeBars',
  'historicalData',
  'scanner',
];
const smallestBurst = 10;
/** Above this many, the farms of streams that have ended are forgotten. */
const rememberedStreams = 500;

const reqIdOf = (request: Request): number => (request as Request<'reqId'>).int('reqId');

interface Waiting {
  readonly session: ClientSession;
  readonly request: Request;
}

/** Stands between the requests and their handlers, and knows what cannot be had while the broker is out of reach. */
export class OutageGate {
  readonly #world: World;
  readonly #farms = new WeakMap<ClientSession, Map<string, FarmName>>();
  /** Requests that are taken up once the broker is back, oldest first. */
  #waiting: Waiting[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** True when an outage keeps the request from its handler. */
  stops(context: Context, request: Request): boolean {
    const { name } = request;
    if (this.#cancelsWaiting(context.session, request)) return true;
    if (streamRequests[name]) return this.#stopsStream(context, request);
    if (history.includes(name)) return this.#stopsHistory(context, request);
    if (definitions.includes(name)) return this.#outages.cuts('secdefnj');
    if (!orders.includes(name) || !this.#outages.lost) return false;
    this.#waiting.push({ session: context.session, request });
    return true;
  }

  /** True while a subscription gets nothing. */
  pauses(session: ClientSession, { kind, reqId }: Subscription): boolean {
    if (this.#outages.lost) return true;
    if (!quotes.includes(kind)) return false;
    const farm = this.#farms.get(session)?.get(`${kind}:${reqId}`);
    return this.#outages.competingSession || (farm !== undefined && this.#outages.cuts(farm));
  }

  /** The requests that can be taken up now, oldest first. */
  takeWaiting(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Ends every stream of quotes, as after 1101, and forgets those that were asked for meanwhile. */
  dropQuotes(sessions: readonly ClientSession[]): void {
    this.#waiting = this.#waiting.filter(({ request }) => orders.includes(request.name));
    for (const { subscriptions } of sessions) {
      for (const { kind, reqId } of subscriptions.list()) {
        if (quotes.includes(kind)) subscriptions.remove(kind, reqId);
      }
    }
  }

  /** Tells a client of the competing session, for each stream it has and at least ten times. */
  announceCompetition(session: ClientSession): void {
    const streams = session.subscriptions.list().filter(({ kind }) => streamed.has(kind));
    const rounds = Math.ceil(smallestBurst / Math.max(1, streams.length));
    for (let round = 0; round < rounds; round += 1) {
      for (const { reqId } of streams) sendTo(session, reqId, texts.competing);
    }
  }

  /** The gateway ends: orders that it has not passed on are nowhere else. */
  loseOrders(): void {
    this.#waiting = this.#waiting.filter(({ request }) => !orders.includes(request.name));
  }

  forget(session: ClientSession): void {
    const { keepsWhileLost } = this.#world.faults.orders;
    const isKept = ({ session: owner, request }: Waiting): boolean =>
      owner !== session || (keepsWhileLost && orders.includes(request.name));
    this.#waiting = this.#waiting.filter(isKept);
  }

  get #outages() {
    return this.#world.faults.outages;
  }

  #stopsStream({ session }: Context, request: Request): boolean {
    const instrument = this.#instrumentOf(request);
    if (!instrument) return false;
    const farm = marketFarmOf(instrument);
    const reqId = reqIdOf(request);
    this.#remember(session, `${streamRequests[request.name]?.kind}:${reqId}`, farm);
    this.#wake(session, farm);
    const competing = this.#outages.competingSession && shared.includes(request.name);
    if (!competing && !this.#outages.cuts(farm)) return false;
    if (competing) sendTo(session, reqId, texts.competing);
    this.#waiting.push({ session, request });
    return true;
  }

  #stopsHistory({ session }: Context, request: Request): boolean {
    const instrument = this.#instrumentOf(request);
    if (!instrument) return false;
    const farm = historyFarmOf(instrument);
    this.#remember(session, `historicalData:${reqIdOf(request)}`, marketFarmOf(instrument));
    this.#wake(session, farm);
    if (!this.#outages.cuts(farm)) return false;
    sendTo(session, reqIdOf(request), texts.history);
    return true;
  }

  /** A farm that is inactive connects as soon as something is asked of it. */
  #wake(session: ClientSession, farm: FarmName): void {
    if (this.#outages.farm(farm) !== 'inactive') return;
    this.#outages.setFarm(farm, 'ok');
    sendTo(session, -1, farmMessage(farm, 'ok'));
  }

  #cancelsWaiting(session: ClientSession, request: Request): boolean {
    const waits = ({ session: owner, request: held }: Waiting): boolean =>
      owner === session && streamRequests[held.name]?.cancel === request.name && reqIdOf(held) === reqIdOf(request);
    const found = this.#waiting.some(waits);
    if (found) this.#waiting = this.#waiting.filter((waiting) => !waits(waiting));
    return found;
  }

  #remember(session: ClientSession, key: string, farm: FarmName): void {
    const farms = this.#farms.get(session) ?? new Map<string, FarmName>();
    if (farms.size >= rememberedStreams) {
      const open = new Set(session.subscriptions.list().map(({ kind, reqId }) => `${kind}:${reqId}`));
      for (const known of farms.keys()) if (!open.has(known)) farms.delete(known);
    }
    this.#farms.set(session, farms.set(key, farm));
  }

  /** What a request is about; undefined when the handler will have to complain about it. */
  #instrumentOf(request: Request): Instrument | undefined {
    try {
      return this.#world.catalogue.find(queryOf(request), this.#world.today())[0];
    } catch (error) {
      if (error instanceof InvalidContractError) return undefined;
      throw error;
    }
  }
}

function sendTo(session: ClientSession, reqId: number, { code, text }: SystemMessage): void {
  session.sendError(reqId, code, text);
}
