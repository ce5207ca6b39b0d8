import type { GatewayMessage, GatewayNews, SeenExecution, SeenOrder } from '../../../relay/orders/model.ts';
import { type GatewaySide, type Listener, silence, type TakenOrder } from './gateway-side.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** An order that this model took. */
type Taken = { -readonly [Name in keyof Omit<TakenOrder, 'message'>]: TakenOrder[Name] } & {
  readonly message: Extract<GatewayMessage, { type: 'place' }>;
  parentPermId: number;
  terms: SeenOrder['terms'];
  completedAt?: number;
};

interface Connection {
  readonly listener: Listener;
  alive: boolean;
}

const clientId = 7;
const day = 86_400_000;

/**
 * A model of IB Gateway with its exchange, as orders meet it: connections that drop with what is on the wire, ids, orders
 * that are kept until the last of their bracket comes, dialogs, fills, changes and cancels. It is small, so that hundreds of
 * thousands of schedules can be run; the simulator of this repository is the one with a market.
 */
export class GatewayModel implements GatewaySide {
  readonly kind = 'small model';
  readonly taken: Taken[] = [];
  readonly executions: SeenExecution[] = [];
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #onSituation: (name: string) => void;
  #connection: Connection | undefined;
  #permIds = 5_000;
  #sessions = 0;
  #lastId = 99;
  #running = true;
  #upstream = true;
  /** Orders that were received while the upstream was lost, and are sent later. */
  #kept: (() => void)[] = [];
  dialog: 'none' | 'open' = 'none';
  #dialogOrder: (() => void) | undefined;
  #heldAt = 0;
  #gapOpen = false;
  #gapSeen = false;
  /** Orders vanish without a word. */
  swallowing = false;
  forksNextChange = false;
  rejectsNext = false;
  lateBytesAfter: number | undefined;
  listedAfter = 0;
  /** Whether orders may be filled as they come. */
  fillsAtOnce = true;
  /** Orders of other programs and of the phone. */
  readonly #others: SeenOrder[] = [];
  /** The connection breaks with the next order: before it is read, or right after. */
  dropsWithNextOrder: 'before' | 'after' | undefined;

  constructor(timeline: Timeline, random: Random, onSituation: (name: string) => void) {
    this.#timeline = timeline;
    this.#random = random;
    this.#onSituation = onSituation;
  }

  get running(): boolean {
    return this.#running;
  }

  /** @returns false when the port refuses */
  connect(listener: Listener): boolean {
    if (!this.#running) return false;
    this.drop();
    const connection: Connection = { listener, alive: true };
    this.#connection = connection;
    this.#sessions += 1;
    this.#tell(connection, {
      type: 'session',
      session: `s${this.#sessions}`,
      clientId,
      nextOrderId: Math.max(this.#lastId, ...this.#others.map(({ orderId }) => orderId)) + 1,
      accounts: ['DU1000001'],
      zone: 'America/New_York',
    });
    if (!this.#upstream) this.#tell(connection, { type: 'upstream', up: false });
    return true;
  }

  /** The connection breaks; what had not arrived is lost. */
  drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (!connection?.alive) return;
    connection.alive = false;
    if (this.#dialogOrder && this.#timeline.now - this.#heldAt < silence) this.#gapSeen = true;
    this.#timeline.after(1, () => connection.listener({ type: 'session-lost' }));
  }

  /** The gateway process ends; orders that IB has stay there, what waits in a window is gone. */
  goDown(forgetsIds: boolean): void {
    this.#running = false;
    this.#dialogOrder = undefined;
    this.dialog = 'none';
    this.#kept = [];
    for (const order of this.taken) if (order.status === 'Held') order.status = 'Cancelled';
    if (forgetsIds) {
      this.#lastId = 0;
      for (const order of this.taken) order.orderId = 0;
    }
    this.drop();
  }

  comeUp(): void {
    this.#running = true;
    this.swallowing = false;
  }

  loseUpstream(): void {
    this.#upstream = false;
    this.#say({ type: 'upstream', up: false });
  }

  regainUpstream(): void {
    this.#upstream = true;
    for (const run of this.#kept.splice(0)) run();
    this.#say({ type: 'upstream', up: true });
  }

  openWindow(): void {
    this.dialog = 'open';
  }

  /** A person clicks the window at home. */
  answerDialog(): void {
    this.dialog = 'none';
    const run = this.#dialogOrder;
    this.#dialogOrder = undefined;
    if (!run) return;
    this.#onSituation('window answered later');
    run();
  }

  ping(): void {
    if (this.#upstream) this.#say({ type: 'heartbeat' });
  }

  /** Bytes of the relay. Whether they arrive depends on the connection. */
  receive(session: Listener, messages: readonly GatewayMessage[], writtenAt: number): void {
    const connection = this.#connection;
    const nth = this.#sessions;
    this.#timeline.after(5, () => {
      if (connection?.alive && connection.listener === session) {
        this.#read(messages, writtenAt);
        return;
      }
      if (this.lateBytesAfter === undefined || !this.#running) return;
      this.#timeline.after(this.lateBytesAfter, () => {
        // Of a connection whose client id it has given to the next one the gateway reads nothing more.
        if (!this.#running || this.#sessions !== nth) return;
        this.#onSituation('bytes of a dead connection arrived late');
        for (const message of messages) this.#handle(message, writtenAt);
      });
    });
  }

  /** All of it, unless the connection is to break with an order. */
  #read(messages: readonly GatewayMessage[], writtenAt: number): void {
    const breaks = messages.some(({ type }) => type === 'place') ? this.dropsWithNextOrder : undefined;
    if (breaks !== undefined) this.dropsWithNextOrder = undefined;
    if (breaks === 'before') {
      this.#onSituation('gateway dropped before receipt');
      this.drop();
      return;
    }
    const part = breaks === 'after' ? this.#random.between(1, messages.length) : messages.length;
    for (const message of messages.slice(0, part)) this.#handle(message, writtenAt);
    if (breaks !== 'after') return;
    this.#onSituation(part < messages.length ? 'connection broke within a bracket' : 'gateway dropped after receipt');
    this.drop();
  }

  /** Whole lists, as they are when they are asked for. */
  look(listener: Listener, look: number): void {
    const connection = this.#connection;
    this.#timeline.after(this.#random.between(2, 40), () => {
      if (!connection?.alive || connection.listener !== listener) return;
      const today = this.#today();
      const isListed = ({ writtenAt }: Taken) => this.#timeline.now - writtenAt >= this.listedAfter;
      const open = this.#living().filter(isListed);
      if (this.#living().length > open.length) this.#onSituation('not yet in the lists');
      const completed = this.taken.filter(
        ({ status, completedAt }) =>
          (status === 'Filled' || status === 'Cancelled') && completedAt !== undefined && completedAt >= today,
      );
      this.#tell(connection, {
        type: 'looked',
        look,
        found: {
          open: [...open.map((order) => this.#seen(order)), ...this.#others],
          completed: completed.map((order) => ({
            ...this.#seen(order),
            orderId: 0,
            clientId: -1,
            completed: { status: order.status, filled: String(order.filled) },
          })),
          executions: this.executions.filter(({ at }) => at >= today),
        },
      });
    });
  }

  /** A person changes or cancels one of the orders elsewhere. */
  editElsewhere(): void {
    const order = this.#random.pick(this.#living());
    if (!order) return;
    if (this.#random.chance(0.5) && order.terms.limitPrice !== undefined) {
      this.#onSituation('changed on the phone');
      order.terms = { ...order.terms, limitPrice: String(Number(order.terms.limitPrice) + 1) };
      this.#show(order);
    } else {
      this.#onSituation('cancelled on the phone');
      this.#end(order, 'Cancelled');
    }
  }

  /** An order that is not the relay's: of another program, or with the order id 0 of the phone. */
  placeElsewhere(order: SeenOrder): void {
    this.#others.push(order);
    this.#say({ type: 'open-order', order });
  }

  /** What the gateway says with the number of an order that a request for data had as well. */
  complain(code: number, text: string): void {
    for (const { orderId } of this.taken) this.#say({ type: 'order-error', orderId, code, text });
  }

  /** The market fills what hangs on nothing. */
  fillEntries(): void {
    for (const order of this.#living()) if (order.parentPermId === 0) this.#fill(order, this.#left(order));
  }

  /** The market fills all that works. */
  fillEverything(): void {
    this.fillEntries();
    for (const order of this.#living()) this.#fill(order, this.#left(order));
  }

  /** The market fills a part, or all, of some working orders. */
  trade(): void {
    for (const order of this.#living()) {
      if (!this.#random.chance(0.5)) continue;
      if (order.parentPermId !== 0 && this.taken.find((one) => one.permId === order.parentPermId)?.status !== 'Filled')
        continue;
      this.#fill(order, this.#random.chance(0.3) ? Math.ceil(this.#left(order) / 2) : this.#left(order));
    }
  }

  #left(order: Taken): number {
    return Number(order.terms.quantity ?? 0) - order.filled;
  }

  #living(): Taken[] {
    return this.taken.filter(({ status }) => status === 'PreSubmitted' || status === 'Submitted');
  }

  #today(): number {
    return Math.floor((this.#timeline.now - 5 * 3_600_000) / day) * day + 5 * 3_600_000;
  }

  #handle(message: GatewayMessage, writtenAt: number): void {
    switch (message.type) {
      case 'place':
        this.#place(message, writtenAt);
        return;
      case 'cancel':
        this.#cancel(message.orderId);
        return;
      case 'cancel-everything':
        for (const order of this.#living()) this.#end(order, 'Cancelled', 202);
        return;
      case 'exercise':
        return;
    }
  }

  #place(message: Extract<GatewayMessage, { type: 'place' }>, writtenAt: number): void {
    if (this.swallowing) {
      this.#onSituation('orders swallowed without a word');
      return;
    }
    const known = this.taken.findLast(
      (one) => one.orderId === message.orderId && one.status !== 'Cancelled' && one.status !== 'Filled',
    );
    if (known && message.orderId <= this.#lastId) {
      this.#change(known, message, writtenAt);
      return;
    }
    if (message.orderId <= this.#lastId) {
      this.#onSituation('id used before');
      this.#say({ type: 'order-error', orderId: message.orderId, code: 103, text: 'Duplicate order id' });
      return;
    }
    if (this.dialog === 'open') {
      if (this.#dialogOrder) {
        this.#onSituation('dropped behind a window');
        return;
      }
      this.#onSituation('waits in a window');
      this.#heldAt = writtenAt;
      this.#gapSeen = false;
      this.#dialogOrder = () => {
        this.#gapOpen = this.#gapSeen;
        if (this.#gapSeen) this.#onSituation('named gap: a window, and the connection broke at once');
        this.#take(message, writtenAt, false);
        this.#gapOpen = false;
      };
      return;
    }
    this.#lastId = Math.max(this.#lastId, message.orderId);
    if (this.rejectsNext) {
      this.rejectsNext = false;
      this.#onSituation('rejected by IB');
      this.#say({ type: 'order-error', orderId: message.orderId, code: 201, text: 'Order rejected - reason: margin' });
      return;
    }
    if (!this.#upstream) {
      this.#onSituation('kept while the upstream was lost');
      this.#kept.push(() => this.#take(message, writtenAt, false));
      return;
    }
    this.#take(message, writtenAt, false);
  }

  #take(message: Extract<GatewayMessage, { type: 'place' }>, writtenAt: number, forked: boolean): void {
    this.#lastId = Math.max(this.#lastId, message.orderId);
    this.#permIds += 1;
    const parent = this.taken.findLast((one) => one.orderId === message.parentId);
    const order: Taken = {
      permId: this.#permIds,
      orderId: message.orderId,
      orderRef: message.orderRef,
      message,
      writtenAt,
      parentPermId: message.parentId === 0 ? 0 : (parent?.permId ?? 0),
      terms: message.terms,
      status: 'Held',
      filled: 0,
      forked,
      transmitted: false,
      gap: this.#gapOpen,
    };
    this.#gapOpen = false;
    this.taken.push(order);
    if (!message.transmit) return;
    const family = this.taken.filter(
      (one) =>
        one.status === 'Held' &&
        (one === order || one.permId === order.parentPermId || one.parentPermId === order.parentPermId),
    );
    for (const one of family) {
      one.transmitted = true;
      one.status = one.parentPermId === 0 ? 'Submitted' : 'PreSubmitted';
      this.#timeline.after(this.#random.between(5, 200), () => this.#show(one));
    }
    if (this.fillsAtOnce && this.#random.chance(0.5)) {
      this.#timeline.after(this.#random.between(1, 4_000), () => {
        if (order.status !== 'Submitted' && order.status !== 'PreSubmitted') return;
        const entry = this.taken.find((one) => one.permId === order.parentPermId) ?? order;
        if (entry.status === 'Submitted') this.#fill(entry, this.#left(entry));
      });
    }
  }

  #change(known: Taken, message: Extract<GatewayMessage, { type: 'place' }>, writtenAt: number): void {
    if (this.forksNextChange) {
      this.forksNextChange = false;
      this.#onSituation('a change became a second order');
      this.#take(message, writtenAt, true);
      return;
    }
    this.#onSituation('changed');
    known.terms = message.terms;
    this.#timeline.after(this.#random.between(5, 100), () => this.#show(known));
  }

  #cancel(orderId: number): void {
    const order = this.taken.findLast((one) => one.orderId === orderId);
    const say = (code: number, text: string) =>
      this.#timeline.after(this.#random.between(5, 100), () => this.#say({ type: 'order-error', orderId, code, text }));
    if (!order) {
      say(10_147, 'OrderId that needs to be cancelled is not found.');
      return;
    }
    if (order.status === 'Held') {
      order.status = 'Cancelled';
      say(202, 'Order Canceled');
      return;
    }
    if (order.status === 'Filled' || order.status === 'Cancelled') {
      say(10_148, `OrderId that needs to be cancelled can not be cancelled, state: ${order.status}.`);
      return;
    }
    if (this.#random.chance(0.2) && order.parentPermId === 0) {
      this.#onSituation('late fill after a cancel');
      this.#fill(order, Math.ceil(this.#left(order) / 2));
      if (this.#left(order) === 0) return;
    }
    this.#end(order, 'Cancelled', 202);
  }

  #end(order: Taken, status: 'Filled' | 'Cancelled', code?: number): void {
    order.status = status;
    order.completedAt = this.#timeline.now;
    if (code !== undefined)
      this.#say({ type: 'order-error', orderId: order.orderId, code, text: 'Order Canceled - reason:' });
    this.#status(order);
    if (status === 'Cancelled' && order.parentPermId === 0 && order.filled === 0) {
      for (const child of this.#living()) if (child.parentPermId === order.permId) this.#end(child, 'Cancelled', 202);
    }
  }

  #fill(order: Taken, quantity: number): void {
    if (quantity <= 0) return;
    order.filled += quantity;
    const execution: SeenExecution = {
      orderId: order.orderId,
      clientId,
      permId: order.permId,
      execId: `${order.permId.toString(16)}.${this.executions.length}.01`,
      account: 'DU1000001',
      orderRef: order.orderRef,
      conId: order.message.contract.conId,
      combination: false,
      side: order.terms.side,
      quantity: String(quantity),
      price: order.terms.limitPrice ?? '150',
      at: this.#timeline.now,
    };
    this.executions.push(execution);
    const isDone = order.filled >= Number(order.terms.quantity ?? 0);
    if (isDone) {
      order.status = 'Filled';
      order.completedAt = this.#timeline.now;
    }
    if (this.#random.chance(0.3)) {
      this.#onSituation('status before its execution');
      this.#status(order);
    }
    this.#say({ type: 'execution', execution });
    if (this.#random.chance(0.2)) this.#say({ type: 'execution', execution });
    this.#say({ type: 'commission', execId: execution.execId, commission: '1', currency: 'USD' });
    this.#status(order);
    if (isDone) for (const other of this.#living()) this.#cancelSibling(order, other);
  }

  #cancelSibling(done: Taken, other: Taken): void {
    const isSibling = done.parentPermId !== 0 && other.parentPermId === done.parentPermId;
    if (isSibling) this.#end(other, 'Cancelled', 202);
  }

  #show(order: Taken): void {
    if (order.status === 'Held') return;
    if (order.filled > 0 && order.status === 'Submitted') this.#onSituation('fill before its acknowledgement');
    this.#say({ type: 'open-order', order: this.#seen(order, this.#random.chance(0.1) ? 0 : order.permId) });
    this.#status(order);
  }

  #status(order: Taken): void {
    if (this.#random.chance(0.1)) return;
    const copies = this.#random.chance(0.2) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#say({
        type: 'order-status',
        order: { orderId: order.orderId, clientId, permId: order.permId },
        status: order.status,
        filled: String(order.filled),
        remaining: String(this.#left(order)),
        averagePrice: order.terms.limitPrice ?? '150',
        whyHeld: '',
      });
    }
  }

  #seen(order: Taken, permId = order.permId): SeenOrder {
    return {
      orderId: order.orderId,
      clientId,
      permId,
      account: 'DU1000001',
      orderRef: order.orderRef,
      status: order.status,
      contract: order.message.contract,
      terms: order.terms,
      ...(order.message.parentId === 0 ? {} : { parentId: order.message.parentId }),
    };
  }

  #say(news: GatewayNews): void {
    if (this.#connection) this.#tell(this.#connection, news);
  }

  /** In order; what is on the way when the connection breaks is lost. */
  #tell(connection: Connection, news: GatewayNews): void {
    this.#timeline.after(3, () => {
      if (connection.alive) connection.listener(news);
    });
  }
}
