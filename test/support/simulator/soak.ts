import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Contract,
  EventName,
  type Execution,
  IBApi,
  type Order,
  OrderAction,
  OrderType,
  SecType,
} from '@stoqey/ib';
import { type Simulator, startSimulator } from '../../../simulator/index.ts';

/** How long to go on, and with how many clients. */
export interface SoakOptions {
  /** How much of the market's time goes by. */
  readonly marketMs: number;
  readonly clients: number;
  /** Market data lines of each client; they trade what they watch. */
  readonly linesEach: number;
  /** Market time between two orders of one client. */
  readonly tradeEveryMs: number;
  /** Called every ten minutes of market time, while nothing is on its way. */
  readonly onProgress?: (marketMs: number) => void;
}

/** What came of it. */
export interface SoakReport {
  readonly ticks: number;
  readonly orders: number;
  readonly fills: number;
  /** Messages a client could not decode, and requests that were refused. */
  readonly complaints: readonly string[];
  /** Instruments in which the account's positions are not what the clients were told of fills. */
  readonly disagreements: readonly string[];
}

/** A Friday morning on which New York trades. */
const opening = Date.parse('2026-11-20T15:00:00Z');
const stepMs = 1000;
const progressMs = 600_000;
/** Clients are waited for after so many steps, so that the market does not run away from them. */
const stepsAhead = 10;
const farBelow = 1;
/** Confirms a cancellation; every other error is a complaint. */
const cancelled = 202;
const symbols = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'GOOGL', 'META', 'TSLA', 'JPM', 'XOM', 'KO'];

const stock = (index: number): Contract => ({
  symbol: symbols[index % symbols.length] as string,
  secType: SecType.STK,
  exchange: 'SMART',
  currency: 'USD',
});

/** A client that streams, buys, sells, and places orders that never fill and are cancelled. */
class Trader {
  ticks = 0;
  orders = 0;
  fills = 0;
  readonly complaints: string[] = [];
  /** Units bought less units sold, by contract id. */
  readonly traded = new Map<number, number>();
  readonly #api: IBApi;
  readonly #lines: number;
  #nextId = 0;
  #resting: number | undefined;
  #caughtUp: (() => void) | undefined;

  constructor(port: number, clientId: number, lines: number) {
    this.#lines = lines;
    this.#api = new IBApi({ host: '127.0.0.1', port, clientId, maxReqPerSec: 1000 });
    const api = this.#api;
    api.on(EventName.tickPrice, () => this.#countTick());
    api.on(EventName.tickSize, () => this.#countTick());
    api.on(EventName.execDetails, (_reqId, contract, execution) => this.#book(contract, execution));
    api.on(EventName.currentTime, () => this.#caughtUp?.());
    api.on(EventName.error, (error, code) => {
      if (code !== cancelled) this.complaints.push(`${code} ${error.message}`);
    });
  }

  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#api.once(EventName.nextValidId, resolve);
    this.#api.connect();
    this.#nextId = await promise;
    for (let line = 0; line < this.#lines; line += 1)
      this.#api.reqMktData(1_000_000 + line, stock(line), '233', false, false);
  }

  /** One more order: a purchase, a sale, or one that rests until the next call. */
  trade(): void {
    if (this.#resting !== undefined) this.#api.cancelOrder(this.#resting);
    this.#resting = undefined;
    const id = this.#nextId;
    const kind = this.orders % 3;
    const rests = kind === 2;
    const order: Order = {
      action: kind === 1 ? OrderAction.SELL : OrderAction.BUY,
      orderType: rests ? OrderType.LMT : OrderType.MKT,
      totalQuantity: 1,
      ...(rests && { lmtPrice: farBelow }),
      tif: 'DAY',
      transmit: true,
    };
    this.#api.placeOrder(id, stock(id), order);
    if (rests) this.#resting = id;
    this.#nextId += 1;
    this.orders += 1;
  }

  /** Resolves once everything the gateway has sent so far has arrived. */
  async catchUp(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#caughtUp = resolve;
    this.#api.reqCurrentTime();
    await promise;
  }

  stop(): void {
    this.#api.disconnect();
  }

  #countTick(): void {
    this.ticks += 1;
  }

  #book({ conId = 0 }: Contract, { side, shares = 0 }: Execution): void {
    this.fills += 1;
    const units = side === 'BOT' ? shares : -shares;
    this.traded.set(conId, (this.traded.get(conId) ?? 0) + units);
  }
}

/** Lets a gateway and its clients work through a stretch of market time as fast as they can. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const lines = options.clients * options.linesEach;
  const clockSettings = { at: opening, frozen: true };
  const gateway = await startSimulator({ clockSettings, marketDataLines: lines, tickIntervalMs: 3_600_000 });
  const traders = Array.from(
    { length: options.clients },
    (_, index) => new Trader(gateway.port, index + 1, options.linesEach),
  );
  try {
    for (const trader of traders) await trader.start();
    const before = positionsOf(gateway);
    await run(gateway, traders, options);
    return report(traders, before, positionsOf(gateway));
  } finally {
    for (const trader of traders) trader.stop();
    await gateway.close();
  }
}

async function run(gateway: Simulator, traders: readonly Trader[], options: SoakOptions): Promise<void> {
  const { marketMs, tradeEveryMs, onProgress } = options;
  for (let passed = stepMs; passed <= marketMs; passed += stepMs) {
    gateway.advanceClock(stepMs);
    if (passed % tradeEveryMs === 0) for (const trader of traders) trader.trade();
    if (passed % (stepsAhead * stepMs) === 0 || passed >= marketMs) await allCaughtUp(traders);
    else await nextTurn();
    if (passed % progressMs === 0) onProgress?.(passed);
  }
}

const allCaughtUp = (traders: readonly Trader[]) => Promise.all(traders.map((trader) => trader.catchUp()));

function positionsOf({ world }: Simulator): Map<number, number> {
  const holdings = world.accounts.flatMap((account) => account.holdings);
  return new Map(holdings.map(({ instrument, quantity }) => [instrument.conId, quantity.toNumber()]));
}

function report(traders: readonly Trader[], before: Map<number, number>, after: Map<number, number>): SoakReport {
  const sum = (value: (trader: Trader) => number): number =>
    traders.reduce((total, trader) => total + value(trader), 0);
  const conIds = new Set([...before.keys(), ...after.keys(), ...traders.flatMap(({ traded }) => [...traded.keys()])]);
  const disagreements = [...conIds].flatMap((conId) => {
    const changed = (after.get(conId) ?? 0) - (before.get(conId) ?? 0);
    const told = sum(({ traded }) => traded.get(conId) ?? 0);
    return changed === told ? [] : [`${conId}: ${changed} held, ${told} told`];
  });
  return {
    ticks: sum(({ ticks }) => ticks),
    orders: sum(({ orders }) => orders),
    fills: sum(({ fills }) => fills),
    complaints: traders.flatMap(({ complaints }) => complaints),
    disagreements,
  };
}
