import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bracket, plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { GatewayMessage, JournalEntry, SeenExecution, SeenOrder } from './model.ts';
import { endOf, filledOf, statusOf } from './order-life.ts';
import { readReference } from './references.ts';

/**
 * The machine against a small gateway that keeps what reaches it, with a relay that dies between any two effects. The
 * gateway knows nothing of the machine: it is the judge of what was really placed.
 */

type Placement = Extract<GatewayMessage, { type: 'place' }>;

interface Held {
  readonly message: Placement;
  readonly permId: number;
  status: string;
  filled: number;
  readonly executions: SeenExecution[];
}

class SmallGateway {
  /** In the socket of the connection that lives. */
  inbox: GatewayMessage[] = [];
  readonly untransmitted: Placement[] = [];
  readonly orders: Held[] = [];
  /** Everything that was ever written, by reference. */
  readonly written = new Map<string, number>();
  #permId = 50_000;
  #executions = 0;

  write(messages: readonly GatewayMessage[]): void {
    this.inbox.push(...messages);
    for (const message of messages) {
      if (message.type === 'place') this.written.set(message.orderRef, (this.written.get(message.orderRef) ?? 0) + 1);
    }
  }

  /** Reads one message; `desk` hears of it unless it is away. */
  read(desk: TestDesk | undefined): void {
    const message = this.inbox.shift();
    if (message?.type === 'place') this.#place(message, desk);
    if (message?.type === 'cancel') this.#cancel(message.orderId, desk);
  }

  #place(message: Placement, desk: TestDesk | undefined): void {
    this.untransmitted.push(message);
    if (!message.transmit) return;
    for (const each of this.untransmitted.splice(0)) {
      this.#permId += 1;
      const held: Held = { message: each, permId: this.#permId, status: 'Submitted', filled: 0, executions: [] };
      this.orders.push(held);
      desk?.news({ type: 'open-order', order: seenOrder(held) });
    }
  }

  #cancel(orderId: number, desk: TestDesk | undefined): void {
    const index = this.untransmitted.findIndex((each) => each.orderId === orderId);
    if (index >= 0) this.untransmitted.splice(index, 1);
    const held = this.orders.find(({ message }) => message.orderId === orderId);
    if (!held) desk?.news({ type: 'order-error', orderId, code: index < 0 ? 10_147 : 202, text: 'text' });
    else if (held.status !== 'Submitted') desk?.news({ type: 'order-error', orderId, code: 10_148, text: held.status });
    else {
      held.status = 'Cancelled';
      desk?.news(statusNews(held));
      desk?.news({ type: 'order-error', orderId, code: 202, text: 'Order Canceled' });
    }
  }

  fill(pick: number, desk: TestDesk | undefined): void {
    const working = this.orders.filter(({ status, message }) => status === 'Submitted' && message.parentId === 0);
    const held = working[pick % Math.max(1, working.length)];
    if (!held) return;
    this.#executions += 1;
    held.filled += 50;
    if (held.filled >= 100) held.status = 'Filled';
    const execution: SeenExecution = {
      ...seenOrder(held),
      execId: `x${this.#executions}.01`,
      conId: held.message.contract.conId,
      combination: false,
      side: held.message.terms.side,
      quantity: '50',
      price: '150',
      at: 0,
    };
    held.executions.push(execution);
    if (pick % 2 === 0) desk?.news(statusNews(held));
    desk?.news({ type: 'execution', execution });
    if (pick % 2 === 1) desk?.news(statusNews(held));
  }

  answerLook(desk: TestDesk): void {
    const open = this.orders.filter(({ status }) => status === 'Submitted').map((held) => seenOrder(held));
    const completed = this.orders
      .filter(({ status }) => status !== 'Submitted')
      .map((held) => ({ ...seenOrder(held), completed: { status: held.status, filled: `${held.filled}` } }));
    desk.looked({ open, completed, executions: this.orders.flatMap(({ executions }) => executions) });
  }

  has(ticket: string): boolean {
    return this.orders.some(({ message }) => readReference(message.orderRef)?.ticket === ticket);
  }
}

function seenOrder({ message, permId, status }: Held): SeenOrder {
  const { orderId, parentId, orderRef, contract, terms } = message;
  return { orderId, clientId: 7, permId, account: terms.account ?? '', orderRef, status, contract, terms, parentId };
}

function statusNews(held: Held) {
  return {
    type: 'order-status',
    order: { orderId: held.message.orderId, clientId: 7, permId: held.permId },
    status: held.status,
    filled: `${held.filled}`,
    remaining: `${100 - held.filled}`,
    averagePrice: '150',
    whyHeld: '',
  } as const;
}

type Act =
  | { readonly do: 'place' | 'cancel' | 'settle'; readonly ticket: number; readonly bracket: boolean }
  | {
      readonly do: 'read' | 'fill' | 'look' | 'connect' | 'crash' | 'stop' | 'upstream' | 'silence';
      readonly pick: number;
    }
  | { readonly do: 'drop'; readonly delivered: number }
  | { readonly do: 'wait'; readonly ms: number };

const number = fc.nat(9);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('place'), ticket: fc.nat(3), bracket: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read'), pick: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fill'), pick: number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look'), pick: number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect'), pick: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop'), delivered: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash'), pick: number }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('cancel', 'settle'), ticket: fc.nat(3), bracket: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(100, 4_000, 12_000, 31_000) }) },
) as fc.Arbitrary<Act>;

class World {
  desk = new TestDesk();
  readonly gateway = new SmallGateway();
  connected = false;
  session = 0;
  /** The relay dies before it carries out so many more effects; undefined: it does not. */
  fuse: number | undefined;
  readonly told = new Set<string>();

  constructor() {
    this.#wire();
    this.desk.feed({ type: 'home', time: this.desk.now.wall });
    this.connect();
    this.gateway.answerLook(this.desk);
  }

  #wire(): void {
    const { desk, gateway } = this;
    desk.onSend = (messages) => {
      if (this.connected) gateway.write(messages);
    };
    desk.survives = () => {
      if (this.fuse === undefined) return true;
      this.fuse -= 1;
      return this.fuse >= 0;
    };
  }

  connect(): void {
    if (this.connected) return;
    this.session += 1;
    this.connected = true;
    this.gateway.inbox = [];
    this.desk.connect(`s${this.session}`, 100);
    this.desk.news({ type: 'heartbeat' });
  }

  drop(delivered: number): void {
    if (!this.connected) return;
    this.connected = false;
    for (let i = 0; i < delivered; i += 1) this.gateway.read(undefined);
    this.gateway.inbox = [];
    this.gateway.untransmitted.length = 0;
    this.desk.news({ type: 'session-lost' });
  }

  /** What the socket had taken reaches the gateway, or not; the next process knows what the journal holds. */
  restart(delivered: number): void {
    this.fuse = undefined;
    if (this.connected) for (let i = 0; i < delivered; i += 1) this.gateway.read(undefined);
    this.gateway.inbox = [];
    this.gateway.untransmitted.length = 0;
    this.connected = false;
    this.desk = this.desk.restarted();
    this.#wire();
    this.desk.feed({ type: 'home', time: this.desk.now.wall });
  }

  do(step: Act): void {
    const heard = this.connected ? this.desk : undefined;
    const ticket = 'ticket' in step ? `t${step.ticket}` : '';
    switch (step.do) {
      case 'place':
        this.desk.place(ticket, step.bracket ? bracket : plain({ side: step.ticket % 2 === 0 ? 'BUY' : 'SELL' }));
        break;
      case 'cancel':
        this.desk.cancel('c', { kind: 'ticket', ticket: ticketName(ticket) });
        break;
      case 'settle':
        this.desk.settle([ticket]);
        break;
      case 'read':
        this.gateway.read(heard);
        break;
      case 'fill':
        this.gateway.fill(step.pick, heard);
        break;
      case 'look':
        if (this.connected) this.gateway.answerLook(this.desk);
        break;
      case 'connect':
        this.connect();
        break;
      case 'drop':
        this.drop(step.delivered);
        break;
      case 'crash':
        this.fuse = step.pick;
        break;
      case 'wait':
        this.desk.wait(step.ms);
        break;
    }
    if (this.fuse !== undefined && this.fuse < 0) this.restart(step.do === 'place' ? 9 : 0);
    if (this.desk.reconnects > 0) {
      this.desk.reconnects = 0;
      this.drop(0);
      this.connect();
    }
    this.check();
  }

  check(): void {
    for (const [reference, times] of this.gateway.written) expect([reference, times]).toEqual([reference, 1]);
    for (const { message } of this.gateway.orders) {
      const { ticket } = readReference(message.orderRef) ?? { ticket: '' };
      const taken = this.desk.journal.some((entry) => entry.type === 'taken' && entry.ticket === ticket);
      expect(taken).toBe(true);
    }
    for (const body of this.desk.told) {
      if (body.kind === 'ticket' && body.state === 'not_placed') this.told.add(body.ticket);
    }
    for (const ticket of this.told) expect([ticket, this.gateway.has(ticket)]).toEqual([ticket, false]);
  }

  /** Nothing more goes wrong. */
  heal(): void {
    this.fuse = undefined;
    for (let i = 0; i < 12; i += 1) {
      this.connect();
      while (this.gateway.inbox.length > 0) this.gateway.read(this.desk);
      this.gateway.answerLook(this.desk);
      while (this.gateway.inbox.length > 0) this.gateway.read(this.desk);
      this.do({ do: 'wait', ms: 11_000 });
    }
  }
}

/** What is known of every ticket. */
function summaryOf({ state: { active, ended, highest, stops, home, generation } }: TestDesk) {
  const tickets = [...active.values(), ...ended.values()].map(({ ticket, state, legs }) => [
    ticket,
    state,
    legs.map(({ orderId, life }) => [orderId, life.permId, filledOf(life), endOf(life), statusOf(life)]),
  ]);
  return { tickets: tickets.sort(), highest, stops, home, generation };
}

describe('whatever happens', () => {
  it('no order is written twice, none without its entry, and what was not placed never is', () => {
    let unknown = 0;
    let over = 0;
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 40 }), (acts) => {
        const world = new World();
        for (const each of acts) world.do(each);
        world.heal();
        world.check();
        for (const held of world.gateway.orders) {
          const { ticket = '', leg } = readReference(held.message.orderRef) ?? {};
          const known = world.desk.state.active.get(ticket) ?? world.desk.state.ended.get(ticket);
          const life = known?.legs.find((each) => each.leg === leg)?.life;
          expect([ticket, known?.state, life?.permId]).toEqual([
            ticket,
            held.status === 'Submitted' ? 'working' : expect.stringMatching(/working|final/),
            held.permId,
          ]);
        }
        expect(summaryOf(world.desk.restarted())).toEqual(summaryOf(world.desk));
        for (const { state } of world.desk.state.active.values()) if (state === 'unknown') unknown += 1;
        over += world.desk.state.ended.size;
      }),
      { numRuns: 400 },
    );
    expect(over).toBeGreaterThan(200);
    expect(unknown).toBeLessThan(over / 20);
  });
});

describe('a relay that dies between two effects', () => {
  const outcome = (journal: readonly JournalEntry[], ticket: string) =>
    journal.some((entry) => entry.type === 'taken' && entry.ticket === ticket);

  it.each([plain(), bracket])('at any of them sends each leg once, and knows what became of it', (order) => {
    for (const delivered of [0, 1, 2, 9]) {
      for (let fuse = 0; fuse < 12; fuse += 1) {
        const world = new World();
        world.fuse = fuse;
        world.desk.place('t1', order);
        world.restart(delivered);
        world.desk.settle(['t1']);
        world.desk.place('t1', order);
        world.heal();
        world.check();
        const name = ticketName('t1');
        const { state } = world.desk.state.active.get(name) ?? world.desk.state.ended.get(name) ?? {};
        expect([fuse, delivered, state]).toEqual([fuse, delivered, world.gateway.has(name) ? 'working' : 'not_placed']);
        if (!outcome(world.desk.journal, name)) expect(world.gateway.written.size).toBe(0);
      }
    }
  });
});
