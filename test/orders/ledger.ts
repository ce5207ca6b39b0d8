import type { ExchangeEvent, Order } from '../../simulator/exchange/model.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { CallLog } from './call-log.ts';
import type { History, LedgerOrder, Received, Terms } from './history.ts';

type Kept = { -readonly [Name in keyof LedgerOrder]: LedgerOrder[Name] };

const ended = new Set(['Filled', 'Cancelled', 'ApiCancelled', 'Inactive']);

/** Writes down what the simulated gateway reads and its exchange does with orders, by the observer's clock. */
export class Ledger {
  readonly #orders = new Map<number, Kept>();
  readonly #received: Received[] = [];
  readonly #relayClientId: number;
  readonly #simulator: Simulator;
  readonly #log: Pick<CallLog, 'say'> | undefined;

  /** @param log is told when an order is read and when one is accepted */
  constructor(simulator: Simulator, relayClientId: number, log?: Pick<CallLog, 'say'>) {
    this.#simulator = simulator;
    this.#relayClientId = relayClientId;
    this.#log = log;
    simulator.world.exchange.onEvent((event) => this.#note(event));
    this.listen();
  }

  /** Hears of requests at the moment at which the gateway reads them; again after all rules were cleared. */
  listen(): void {
    this.#simulator.faults.rules.addTested(
      { on: 'in', message: 'placeOrder', do: 'ignore', times: 'always' },
      ({ values }) => {
        const { orderRef = '', orderId, whatIf } = values;
        if (whatIf !== '1') {
          this.#received.push({
            at: Date.now(),
            reference: orderRef,
            clientId: this.#relayClientId,
            orderId: Number(orderId),
          });
          this.#log?.say('read');
        }
        return false;
      },
    );
  }

  read(): History['ledger'] {
    return { orders: [...this.#orders.values()], received: this.#received };
  }

  /** The orders under a ticket's references, the entry first. */
  of(ticket: string): readonly LedgerOrder[] {
    return [...this.#orders.values()].filter(({ reference }) => reference.split('.')[2] === ticket);
  }

  /** Of these, the tickets that the gateway read and that no exchange ever had. */
  silent(tickets: readonly string[]): string[] {
    return tickets.filter((ticket) => this.#readings(ticket) > 0 && this.of(ticket).length === 0);
  }

  /** Whether the gateway read more for that ticket's entry than its order and the changes that it took. */
  keptSilentOnChange(ticket: string): boolean {
    const [entry] = this.of(ticket);
    return entry !== undefined && this.#readings(ticket, 'e') > 1 + entry.changes.length;
  }

  #readings(ticket: string, leg?: string): number {
    return this.#received.filter(({ reference }) => {
      const [, , named, part] = reference.split('.');
      return named === ticket && (leg === undefined || part === leg);
    }).length;
  }

  #note(event: ExchangeEvent): void {
    if (event.type === 'execution') this.#fill(event);
    // What its client has not transmitted is at no exchange.
    if (event.type === 'order' && event.order.status !== 'ApiPending') this.#see(event.order);
  }

  #see(order: Order): void {
    const { permId, owner, status } = order;
    const at = Date.now();
    const known = this.#orders.get(permId);
    const terms = termsOf(order);
    const kept = known ?? {
      reference: order.terms.orderRef,
      permId,
      ...owner,
      acceptedAt: at,
      terms,
      changes: [],
      fills: [],
      status,
    };
    if (known && said(terms) !== said(known.changes.at(-1)?.terms ?? known.terms)) {
      kept.changes = [...known.changes, { at, terms }];
    }
    kept.status = status;
    if (ended.has(status)) kept.endedAt ??= at;
    else delete kept.endedAt;
    this.#orders.set(permId, kept);
    if (!known) this.#log?.say('accepted');
  }

  #fill({ order, execution }: Extract<ExchangeEvent, { type: 'execution' }>): void {
    const kept = this.#orders.get(order.permId);
    if (!kept || execution.isComboSummary) return;
    const { quantity, price } = execution;
    kept.fills = [...kept.fills, { at: Date.now(), quantity: quantity.toNumber(), price }];
  }
}

const said = (terms: Terms): string => JSON.stringify(terms);

function termsOf({ terms }: Order): Terms {
  const { account, legs, side, quantity, type, limitPrice, auxPrice, tif } = terms;
  return {
    account,
    symbol: legs[0].instrument.symbol,
    side,
    quantity: quantity.toNumber(),
    type: type.replaceAll(' ', '_'),
    ...(limitPrice ? { limitPrice } : {}),
    ...(auxPrice ? { stopPrice: auxPrice } : {}),
    tif,
  };
}
