import type { Decimal } from 'decimal.js';
import type { GatewayMessage, GatewayNews, SeenOrder } from '../../../../relay/orders/model.ts';
import type { Order } from '../../../../simulator/exchange/model.ts';
import { attachOrderFeed } from '../../../../simulator/handlers/order-feed.ts';
import type { Request } from '../../../../simulator/protocol/requests.ts';
import { Connectivity } from '../../../../simulator/server/connectivity.ts';
import { Dispatcher } from '../../../../simulator/server/dispatcher.ts';
import { Reception } from '../../../../simulator/server/reception.ts';
import { ClientSession } from '../../../../simulator/session/client-session.ts';
import { WorldClock } from '../../../../simulator/world/clock.ts';
import { silent } from '../../../../simulator/world/logger.ts';
import { createMarket, createWorld, type Market, type World } from '../../../../simulator/world/world.ts';
import { type GatewaySide, type Listener, silence, type TakenOrder } from '../gateway-side.ts';
import { account } from '../orders.ts';
import type { Random } from '../random.ts';
import type { Timeline } from '../timeline.ts';
import { MemorySocket } from './memory-socket.ts';
import { WireClient } from './wire-client.ts';

type Kept = { -readonly [Name in keyof TakenOrder]: TakenOrder[Name] };

interface Connection {
  readonly listener: Listener;
  readonly client: WireClient;
  readonly socket: MemorySocket;
  readonly session: ClientSession;
  alive: boolean;
}

const clientId = 7;
const serverVersion = 193;
/** Markets in which the contracts of the pool (orders.ts) cost about 150. */
const worlds = [120, 236];
const markets = new Map<number, Market>();
const [toGateway, toRelay] = [5, 3];
/** How often the market moves on by itself. */
const tickMs = 5_000;

/**
 * The simulated gateway of this repository in virtual time: its sessions, its exchange and its faults, which a relay's own
 * codec talks to over a connection in memory. What a schedule does to it is done with the faults that everybody else uses.
 */
export class ExchangeGateway implements GatewaySide {
  readonly kind = 'exchange';
  readonly taken: Kept[] = [];
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #onSituation: (name: string) => void;
  readonly #world: World;
  readonly #dispatcher: Dispatcher;
  readonly #connectivity: Connectivity;
  readonly #reception: Reception;
  readonly #sessions = new Set<ClientSession>();
  readonly #writes = new Map<string, number>();
  #connection: Connection | undefined;
  #running = true;
  #swallowing: number | undefined;
  #rejectsNext = false;
  #forking = false;
  #held: { readonly reference: string; readonly at: number; gap: boolean } | undefined;
  lateBytesAfter: number | undefined;
  dropsWithNextOrder: 'before' | 'after' | undefined;
  listedAfter = 0;
  /** Of all connections the one that came last. */
  #newest: ClientSession | undefined;

  constructor(timeline: Timeline, random: Random, onSituation: (name: string) => void) {
    this.#timeline = timeline;
    this.#random = random;
    this.#onSituation = onSituation;
    const seed = random.pick(worlds);
    const market = markets.get(seed) ?? createMarket(seed);
    markets.set(seed, market);
    const clock = new WorldClock(
      () => timeline.now,
      () => timeline.now,
    );
    const world = createWorld({
      seed,
      market,
      accounts: [account],
      clock: () => new Date(timeline.now),
      enforcePacing: false,
    });
    this.#world = world;
    world.faults.orders.permIdLater = random.chance(0.2);
    world.faults.orders.fillsFields = random.chance(0.2);
    const sessions = () => [...this.#sessions].filter((one) => one.clientId !== undefined);
    const common = { world, clock, log: silent, sessions };
    this.#reception = new Reception({ ...common, maxClients: 32 });
    this.#dispatcher = new Dispatcher({ ...common, reception: this.#reception });
    this.#connectivity = new Connectivity(world, this.#dispatcher, sessions);
    attachOrderFeed(world, sessions);
    world.exchange.onEvent((event) => {
      if (event.type === 'order') this.#see(event.order);
    });
    this.#tick();
  }

  get running(): boolean {
    return this.#running;
  }

  connect(listener: Listener): boolean {
    if (!this.#running) return false;
    this.drop();
    let connection: Connection | undefined;
    const inTime = (ms: number, run: () => void) =>
      this.#timeline.after(ms, () => {
        if (connection?.alive) run();
      });
    const socket = new MemorySocket(
      (bytes) => inTime(toRelay, () => connection?.client.receive(bytes)),
      () => {
        if (connection) this.#gone(connection);
      },
    );
    const { faults } = this.#world;
    const session = new ClientSession(socket.asSocket(), {
      faults,
      log: silent,
      maxServerVersion: serverVersion,
      handshakeMs: 30_000,
      now: () => this.#world.now(),
      timeText: () => this.#world.zone.stamp(this.#world.now()),
      onRequest: (from, request) => this.#read(from, request),
      onIgnored: (_from, { name }) => {
        if (name === 'placeOrder') this.#onSituation('orders swallowed without a word');
      },
      onClose: (from) => {
        this.#sessions.delete(from);
        this.#dispatcher.gate.forget(from);
        this.#reception.left(from);
      },
      later: (ms, run) =>
        this.#timeline.after(ms, () => {
          if (this.#running) run();
        }),
    });
    this.#sessions.add(session);
    this.#newest = session;
    const client = new WireClient(
      clientId,
      () => this.#timeline.now,
      (bytes) => inTime(toGateway, () => socket.emit('data', bytes)),
      (news) => {
        if (news.type === 'session-lost') this.#timeline.after(1, () => listener(news));
        else if (news.type === 'looked') this.#timeline.after(1, () => listener(this.#asListed(news)));
        else listener(news);
      },
    );
    connection = { listener, client, socket, session, alive: true };
    this.#connection = connection;
    client.start();
    return true;
  }

  drop(): void {
    this.#connection?.socket.destroy();
  }

  ping(): void {
    this.#connection?.client.askTime();
  }

  receive(listener: Listener, messages: readonly GatewayMessage[], writtenAt: number): void {
    const connection = this.#connection;
    if (connection?.listener !== listener) return;
    for (const message of messages) {
      if (message.type === 'place' && !this.#writes.has(message.orderRef))
        this.#writes.set(message.orderRef, writtenAt);
    }
    const bytes = messages.map((message) => connection.client.bytesOf(message));
    const places = messages.filter(({ type }) => type === 'place').length;
    this.#timeline.after(toGateway, () => {
      if (!connection.alive) return;
      if (places > 0) this.#meetTrouble(places);
      for (const one of bytes) if (connection.alive) connection.socket.emit('data', one);
    });
  }

  look(listener: Listener, look: number): void {
    if (this.#connection?.listener === listener) this.#connection.client.look(look);
  }

  goDown(forgetsIds: boolean): void {
    this.#running = false;
    const { exchange, faults } = this.#world;
    exchange.scripts.loseUntransmitted();
    faults.orders.answerWindow(false);
    this.#held = undefined;
    this.#dispatcher.gate.loseOrders();
    for (const order of this.taken) if (order.status === 'Held') order.status = 'Cancelled';
    if (forgetsIds) exchange.scripts.forgetIds();
    this.drop();
  }

  comeUp(): void {
    this.#running = true;
    this.swallowing = false;
  }

  loseUpstream(): void {
    this.#world.faults.orders.keepsWhileLost = true;
    this.#connectivity.lose();
  }

  regainUpstream(): void {
    this.#connectivity.restore({ dataLost: this.#random.chance(0.5) });
  }

  openWindow(): void {
    this.#world.faults.orders.openWindow();
  }

  answerDialog(): void {
    const holds = this.#world.faults.orders.window === 'holds an order';
    if (holds) this.#onSituation('window answered later');
    if (this.#held?.gap) this.#onSituation('named gap: a window, and the connection broke at once');
    this.#world.faults.orders.answerWindow(true);
    this.#held = undefined;
  }

  editElsewhere(): void {
    const order = this.#random.pick(this.#living());
    if (!order) return;
    const { scripts } = this.#world.exchange;
    const { limitPrice } = order.terms;
    if (this.#random.chance(0.5) && limitPrice !== undefined) {
      this.#onSituation('changed on the phone');
      scripts.edit(order.permId, { limitPrice: limitPrice + 1 });
    } else {
      this.#onSituation('cancelled on the phone');
      scripts.cancel(order.permId, '');
    }
  }

  trade(): void {
    if (!this.#running || this.#world.faults.outages.lost) return;
    const { exchange } = this.#world;
    for (const { permId } of this.#living()) {
      if (!this.#random.chance(0.5)) continue;
      const order = exchange.open().find((one) => one.permId === permId);
      if (!order || order.status === 'ApiPending') continue;
      if (order.parentPermId !== 0 && exchange.find(order.parentPermId)?.status !== 'Filled') continue;
      const part = order.remaining.div(2).ceil();
      this.#fill(order, this.#random.chance(0.3) ? part : order.remaining);
    }
  }

  get swallowing(): boolean {
    return this.#swallowing !== undefined;
  }

  set swallowing(on: boolean) {
    const { rules } = this.#world.faults;
    if (this.#swallowing !== undefined) rules.remove(this.#swallowing);
    this.#swallowing = on ? rules.add({ on: 'in', message: 'placeOrder', do: 'ignore', times: 'always' }) : undefined;
  }

  get forksNextChange(): boolean {
    return this.#world.faults.orders.forksNextChange;
  }

  set forksNextChange(on: boolean) {
    this.#world.faults.orders.forksNextChange = on;
  }

  get rejectsNext(): boolean {
    return this.#rejectsNext;
  }

  set rejectsNext(on: boolean) {
    this.#rejectsNext = on;
  }

  /** What breaks with an order is set up as its bytes arrive. */
  #meetTrouble(places: number): void {
    const { rules } = this.#world.faults;
    const rule = { on: 'in', message: 'placeOrder' } as const;
    if (this.dropsWithNextOrder === 'before') {
      this.#onSituation('gateway dropped before receipt');
      rules.add({ ...rule, do: 'disconnect' });
    } else if (this.dropsWithNextOrder === 'after') {
      const nth = this.#random.between(1, places);
      this.#onSituation(nth < places ? 'connection broke within a bracket' : 'gateway dropped after receipt');
      rules.add({ ...rule, do: 'disconnect', acted: true, nth });
    } else if (this.lateBytesAfter !== undefined) {
      rules.add({ ...rule, do: 'arriveLate', ms: this.lateBytesAfter });
      this.lateBytesAfter = undefined;
    }
    this.dropsWithNextOrder = undefined;
  }

  /** Of a connection whose client id has been given to the next one nothing more is read. */
  #read(session: ClientSession, request: Request): void {
    if (session !== this.#newest && this.#newest?.clientId !== undefined) return;
    if (session.closed) this.#onSituation('bytes of a dead connection arrived late');
    this.#dispatch(session, request);
  }

  #asListed(news: Extract<GatewayNews, { type: 'looked' }>): GatewayNews {
    const { found } = news;
    if (this.listedAfter === 0 || !found) return news;
    const isListed = ({ orderRef }: SeenOrder) =>
      this.#timeline.now - (this.#writes.get(orderRef) ?? 0) >= this.listedAfter;
    const open = found.open.filter(isListed);
    if (open.length < found.open.length) this.#onSituation('not yet in the lists');
    return { ...news, found: { ...found, open } };
  }

  #dispatch(session: ClientSession, request: Request): void {
    const { faults, exchange } = this.#world;
    const { orders, outages } = faults;
    if (request.name === 'cancelOrder') this.#perhapsFillFirst(Number(request.values.orderId));
    if (request.name !== 'placeOrder') {
      this.#dispatcher.dispatch(session, request);
      return;
    }
    const { orderRef = '', orderId } = request.values;
    const known = exchange.open().some(({ owner }) => owner.clientId === clientId && owner.orderId === Number(orderId));
    const [window, forks] = [orders.window, orders.forksNextChange];
    if (outages.lost) this.#onSituation('kept while the upstream was lost');
    if (this.#rejectsNext && !known) {
      this.#rejectsNext = false;
      this.#onSituation('rejected by IB');
      exchange.scripts.rejectNext(201, 'Order rejected - reason: margin');
    }
    if (window === 'holds an order') this.#onSituation('dropped behind a window');
    this.#forking = forks && known;
    this.#dispatcher.dispatch(session, request);
    if (this.#forking) this.#onSituation('a change became a second order');
    else if (known && window === 'none') this.#onSituation('changed');
    this.#forking = false;
    if (window === 'open' && orders.window === 'holds an order') {
      this.#onSituation('waits in a window');
      this.#held = { reference: orderRef, at: this.#timeline.now, gap: false };
    }
  }

  #perhapsFillFirst(orderId: number): void {
    const { exchange, faults } = this.#world;
    const isMeant = ({ owner }: Order) => owner.clientId === clientId && owner.orderId === orderId;
    const order = exchange.open().find(isMeant);
    if (!order || faults.outages.lost || order.status !== 'Submitted' || !this.#random.chance(0.2)) return;
    this.#onSituation('late fill after a cancel');
    this.#fill(order, order.remaining.div(2).ceil());
  }

  #fill(order: Order, quantity: Decimal): void {
    const { limitPrice, auxPrice } = order.terms;
    this.#world.exchange.scripts.fill(order.permId, quantity, limitPrice || auxPrice || 150);
  }

  #living(): Order[] {
    const isWorking = ({ owner, status }: Order) => owner.clientId === clientId && status !== 'ApiPending';
    return this.#world.exchange.open().filter(isWorking);
  }

  #gone(connection: Connection): void {
    connection.alive = false;
    if (this.#connection === connection) this.#connection = undefined;
    if (this.#held && this.#timeline.now - this.#held.at < silence) this.#held.gap = true;
    connection.client.over();
  }

  /** What IB has of an order, as it happens. */
  #see(order: Order): void {
    if (order.owner.clientId !== clientId) return;
    const known = this.taken.find(({ permId }) => permId === order.permId);
    const kept = known ?? this.#begun(order);
    kept.status = statuses[order.status];
    kept.filled = order.filled.toNumber();
    kept.transmitted ||= !untransmitted.has(order.status);
    if (!known) this.taken.push(kept);
  }

  #begun({ permId, owner, terms }: Order): Kept {
    const { account: of, side, quantity, type, limitPrice, auxPrice, tif, outsideRth, orderRef, parentId } = terms;
    const { gap = false, reference } = this.#held ?? {};
    return {
      permId,
      orderId: owner.orderId,
      orderRef,
      message: {
        parentId,
        terms: {
          account: of,
          side,
          quantity: quantity.toFixed(),
          type: type.replaceAll(' ', '_') as TakenOrder['message']['terms']['type'],
          ...(limitPrice ? { limitPrice: String(limitPrice) } : {}),
          ...(auxPrice ? { stopPrice: String(auxPrice) } : {}),
          tif: tif as TakenOrder['message']['terms']['tif'],
          outsideRth,
        },
      },
      writtenAt: this.#writes.get(orderRef) ?? this.#timeline.now,
      status: 'Held',
      filled: 0,
      forked: this.#forking,
      transmitted: false,
      gap: gap && reference === orderRef,
    };
  }

  #tick(): void {
    this.#timeline.after(tickMs, () => {
      if (this.#running && !this.#world.faults.outages.lost) this.#world.exchange.advance(this.#timeline.now);
      this.#tick();
    });
  }
}

/** What an order may be that never left the gateway. One that did was another thing before. */
const untransmitted: ReadonlySet<Order['status']> = new Set(['ApiPending', 'Inactive', 'ApiCancelled', 'Cancelled']);

const statuses: Readonly<Record<Order['status'], TakenOrder['status']>> = {
  ApiPending: 'Held',
  PendingSubmit: 'PreSubmitted',
  PreSubmitted: 'PreSubmitted',
  Submitted: 'Submitted',
  PendingCancel: 'Submitted',
  PreCancelled: 'Submitted',
  ApiCancelled: 'Cancelled',
  Cancelled: 'Cancelled',
  Filled: 'Filled',
  Inactive: 'Cancelled',
};
