import type { ExchangeEvent, Execution, Order, OrderOwner } from './model.ts';
import type { Working } from './working.ts';

const keyOf = ({ clientId, orderId }: OrderOwner): string => `${clientId}/${orderId}`;

/** What clients see of an order: a change in it is worth telling. */
function fingerprint({ status, filled, remaining, whyHeld, averageFillPrice, owner, terms }: Order) {
  return [status, filled, remaining, whyHeld, averageFillPrice, owner.clientId, owner.orderId, terms.type]
    .map(String)
    .join('|');
}

export interface RegistryState {
  readonly working: readonly Working[];
  readonly completed: readonly Order[];
  readonly executions: readonly Execution[];
  readonly lastOrderIds: readonly (readonly [number, number])[];
}

/** Every order of the day and those still alive, with the events of their changes. */
export class OrderRegistry {
  readonly #listeners: ((event: ExchangeEvent) => void)[] = [];
  readonly #working = new Map<number, Working>();
  readonly #byOwner = new Map<string, number>();
  readonly #lastOrderIds = new Map<number, number>();
  #living: readonly Working[] | undefined;
  readonly #completed = new Map<number, Order>();
  #executions: Execution[] = [];

  onEvent(listener: (event: ExchangeEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: ExchangeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** The orders that are alive, in the order in which they came. */
  living(): readonly Working[] {
    this.#living ??= [...this.#working.values()].sort((a, b) => a.sequence - b.sequence);
    return this.#living;
  }

  get isEmpty(): boolean {
    return this.#working.size === 0;
  }

  get(permId: number): Working | undefined {
    return this.#working.get(permId);
  }

  find(permId: number): Order | undefined {
    return this.#working.get(permId)?.order ?? this.#completed.get(permId);
  }

  /** The order an owner gave this id, also one that ended today. */
  ofOwner(owner: OrderOwner): Order | undefined {
    const permId = this.#byOwner.get(keyOf(owner));
    return permId === undefined ? undefined : this.find(permId);
  }

  /** The children of an order, alive ones only. */
  childrenOf(permId: number): Working[] {
    return this.living().filter(({ order }) => order.parentPermId === permId);
  }

  completed(): readonly Order[] {
    return [...this.#completed.values()];
  }

  executions(): readonly Execution[] {
    return this.#executions;
  }

  lastOrderId(clientId: number): number {
    return this.#lastOrderIds.get(clientId) ?? 0;
  }

  #note({ clientId, orderId }: OrderOwner): void {
    this.#lastOrderIds.set(clientId, Math.max(orderId, this.lastOrderId(clientId)));
  }

  /** Keeps an order as it is now without telling. */
  keep(working: Working): Working {
    const { order } = working;
    this.#living = undefined;
    if (working.completed) {
      this.#working.delete(order.permId);
      this.#completed.set(order.permId, order);
    } else this.#working.set(order.permId, working);
    if (order.owner.orderId !== 0) {
      this.#byOwner.set(keyOf(order.owner), order.permId);
      this.#note(order.owner);
    }
    return working;
  }

  /** Keeps an order as it is now and tells when clients can see a difference. */
  put(working: Working, always = false): Working {
    const { order } = working;
    const before = this.find(order.permId);
    this.keep(working);
    if (always || !before || fingerprint(before) !== fingerprint(order)) this.emit({ type: 'order', order });
    return working;
  }

  /** Replaces what is known of an order that has ended. */
  amend(order: Order): void {
    this.#completed.set(order.permId, order);
  }

  addExecution(execution: Execution): void {
    this.#executions.push(execution);
  }

  /** Forgets which ids clients have given, as after a reset of the API's order ids: orders live on without one. */
  forgetIds(): void {
    this.#byOwner.clear();
    this.#lastOrderIds.clear();
    this.#living = undefined;
    const nameless = (order: Order): Order => ({ ...order, owner: { ...order.owner, orderId: 0 } });
    for (const [permId, working] of this.#working)
      this.#working.set(permId, { ...working, order: nameless(working.order) });
    for (const [permId, order] of this.#completed) this.#completed.set(permId, nameless(order));
  }

  /** Forgets an order, as if it had never come; its id stays used. */
  drop({ permId, owner }: Order): void {
    this.#living = undefined;
    this.#working.delete(permId);
    if (this.#byOwner.get(keyOf(owner)) === permId) this.#byOwner.delete(keyOf(owner));
  }

  /** Forgets what ended before today. */
  startDay(): void {
    this.#completed.clear();
    this.#executions = [];
    for (const [key, permId] of this.#byOwner) if (!this.#working.has(permId)) this.#byOwner.delete(key);
  }

  save(): RegistryState {
    return {
      working: this.living(),
      completed: this.completed(),
      executions: this.#executions,
      lastOrderIds: [...this.#lastOrderIds],
    };
  }

  restore({ working, completed, executions, lastOrderIds }: RegistryState): void {
    this.#living = undefined;
    this.#working.clear();
    this.#completed.clear();
    this.#byOwner.clear();
    this.#lastOrderIds.clear();
    for (const [clientId, orderId] of lastOrderIds) this.#lastOrderIds.set(clientId, orderId);
    for (const one of working) this.#working.set(one.order.permId, one);
    for (const order of completed) this.#completed.set(order.permId, order);
    this.#executions = [...executions];
    for (const { owner, permId } of [...completed, ...working.map(({ order }) => order)])
      if (owner.orderId !== 0) this.#byOwner.set(keyOf(owner), permId);
  }
}
