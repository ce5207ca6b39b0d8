import type { z } from 'zod';
import { accountsMeant } from '../../../shared/accounts.ts';
import { type ErrorCode, ToolError, toToolErrorData } from '../../../shared/errors.ts';
import type { Ticket } from '../../../shared/orders/home-model.ts';
import type { listOrders } from '../../../shared/orders/list-orders.ts';
import type { OrderView } from '../../../shared/orders/order-view.ts';
import { isOpen } from '../../../shared/orders/ticket.ts';
import type { getOrderStatus } from '../../../shared/tools/get_order_status.ts';
import type { getOrders } from '../../../shared/tools/get_orders.ts';
import { relayOffline } from '../../../shared/tunnel/failures.ts';
import { type AccountScope, reaches } from '../relays/account-scope.ts';
import { noRelay, type RelayView } from '../relays/status.ts';
import { iso, ordersOf, ticketResult } from './results.ts';
import { noSuchTicket, type TicketDesk } from './ticket-desk.ts';
import type { Trading } from './trading.ts';
import { tradingNotes } from './trading-notes.ts';

type Listing = z.output<typeof listOrders.output>;

export interface ReadCall {
  readonly relays: readonly RelayView[];
  /** The accounts that the asking grant reaches. */
  readonly scope: AccountScope;
  /** Asks one relay for its orders. Rejects with a ToolError. */
  list(device: string, args: z.input<typeof listOrders.input>): Promise<Listing>;
  tell(progress: number, total: number, message: string): void;
}

/** Orders and tickets as tools read them: what relays see now, and what is kept here of what was placed from here. */
export class OrderReading {
  readonly #trading: Trading;
  readonly #desk: TicketDesk;

  constructor(trading: Trading, desk: TicketDesk) {
    this.#trading = trading;
    this.#desk = desk;
  }

  /** What a relay cannot do with orders at present, and who changes it. */
  notes(device: string, relays: readonly RelayView[], scope: AccountScope): string[] {
    return tradingNotes(this.#trading.state, device, relays, scope);
  }

  /** @throws ToolError for arguments that name nothing, and while nothing is paired */
  async list(
    { account: named, contract, status, limit, cursor }: z.output<typeof getOrders.input>,
    call: ReadCall,
  ): Promise<z.input<typeof getOrders.output>> {
    if (call.relays.length === 0) throw new ToolError(noRelay);
    const account = named === undefined ? undefined : accountNamed(named, call.relays);
    const from = pageFrom(cursor);
    const mine = [...this.#trading.state.tickets.values()].filter(
      (one) => reaches(call.scope, one.account) && (account === undefined || one.account === account),
    );
    const waiting = mine.filter(({ state }) => isOpen(state) || state === 'submitting' || state === 'unknown');
    const wanted =
      status === 'waiting' ? [] : await this.#seen(call, account, { contract, completed: status !== 'open' });
    const orders = wanted.flatMap(({ listing }) => listing?.orders ?? []).map((order) => this.#withOurs(order));
    const shown = status === 'completed' ? orders.filter(({ ended }) => ended !== undefined) : orders;
    const page = shown.slice(from, from + limit);
    const notes = wanted.flatMap(({ note }) => (note === undefined ? [] : [note]));
    return {
      asOf: iso(Date.now()),
      orders: page,
      tickets:
        status === 'completed'
          ? []
          : waiting.slice(-100).map((ticket) => ({
              ticket: ticket.id,
              state: ticket.state,
              summary: ticket.prepared.facts.summary,
              ...(ticket.reference === undefined ? {} : { reference: ticket.reference }),
              ...(isOpen(ticket.state) && { until: iso(ticket.expiresAt) }),
              ...word(ticket),
            })),
      total: shown.length,
      ...(from + limit < shown.length && { next: String(from + limit) }),
      ...(notes.length > 0 && { note: notes.join(' ') }),
    };
  }

  async status(
    { order, wait = 0 }: z.output<typeof getOrderStatus.input>,
    call: ReadCall,
  ): Promise<z.input<typeof getOrderStatus.output>> {
    const ticket = this.#desk.ticketOf(order);
    if (ticket && !reaches(call.scope, ticket.account)) throw noSuchTicket();
    if (!ticket) return this.#foreign(order, call);
    const now = wait > 0 ? await this.#waited(ticket, wait * 1_000, call) : ticket;
    const { message, nextStep, ibCode, warnings, summary } = ticketResult(now);
    const listing = isOpen(now.state) ? undefined : await this.#listing(now.device, { order: now.id }, call);
    return {
      asOf: iso(Date.now()),
      ticket: now.id,
      state: now.state,
      summary,
      ...(message === undefined ? {} : { message }),
      ...(nextStep === undefined ? {} : { nextStep }),
      ...(ibCode === undefined ? {} : { ibCode }),
      orders: ordersOf(now),
      fills: listing?.fills ?? [],
      history: now.history.map(({ at, what }) => ({ at: iso(at), what })),
      warnings,
    };
  }

  async #foreign(order: string, call: ReadCall): Promise<z.input<typeof getOrderStatus.output>> {
    const answers = await this.#seen(call, undefined, { order, completed: true });
    const found = answers.flatMap(({ listing }) => listing?.orders ?? []).filter((one) => one.order === order);
    const notes = answers.flatMap(({ note }) => (note === undefined ? [] : [note]));
    if (found.length === 0) throw notFound(order, answers);
    return {
      asOf: iso(Date.now()),
      orders: found,
      fills: answers.flatMap(({ listing }) => listing?.fills ?? []),
      history: [],
      warnings: [],
      ...(notes.length > 0 && { note: notes.join(' ') }),
    };
  }

  /** Settles with the next change, or when the time is over. */
  async #waited(ticket: Ticket, ms: number, { tell }: ReadCall): Promise<Ticket> {
    tell(0, 1, `waiting for news of ${ticket.id}`);
    await this.#trading.change(ticket.id, ms);
    return this.#desk.ticket(ticket.id);
  }

  /** What is known here only: the user's own word for it. */
  #withOurs(order: OrderView): OrderView {
    const reference = order.ticket === undefined ? undefined : this.#trading.state.tickets.get(order.ticket)?.reference;
    return reference === undefined ? order : { ...order, reference };
  }

  async #listing(device: string, args: z.input<typeof listOrders.input>, call: ReadCall): Promise<Listing | undefined> {
    const relay = call.relays.find(({ id }) => id === device);
    if (!relay?.online) return undefined;
    return call.list(device, args).catch(() => undefined);
  }

  /** Every relay that is there; one that does not answer is named, for a short list would look complete. */
  async #seen(
    call: ReadCall,
    account: string | undefined,
    args: z.input<typeof listOrders.input>,
  ): Promise<{ listing?: Listing; note?: string }[]> {
    const serving = call.relays.filter(
      ({ status }) => account === undefined || status?.accounts.some((one) => one.account === account) !== false,
    );
    return Promise.all(
      serving.map(async ({ id, name, online }) => {
        if (!online) return { note: `The relay “${name}” is not connected, so its orders are missing.` };
        try {
          const listing = await call.list(id, { ...args, ...(account === undefined ? {} : { account }) });
          return { listing, ...(listing.note === undefined ? {} : { note: listing.note }) };
        } catch (thrown) {
          if (thrown instanceof ToolError && aboutArguments.has(thrown.data.code)) throw thrown;
          return { note: `The relay “${name}” did not list its orders: ${toToolErrorData(thrown).message}` };
        }
      }),
    );
  }
}

/** Tickets are all here; an order at IB may be known to a relay that was not heard. */
function notFound(order: string, asked: readonly { readonly listing?: Listing; readonly note?: string }[]): ToolError {
  if (!/^\d+$/.test(order)) return noSuchTicket();
  if (asked.length === 0) return new ToolError(noRelay);
  const unheard = asked.flatMap(({ listing, note }) => (listing || note === undefined ? [] : [note]));
  if (unheard.length === 0) return noSuchTicket();
  const message = `Whether there is an order ${order} is not known. ${unheard.join(' ')}`;
  return new ToolError({ ...relayOffline(), message });
}

/** What another relay would say as well. */
const aboutArguments: ReadonlySet<ErrorCode> = new Set([
  'invalid_arguments',
  'contract_not_found',
  'ambiguous_contract',
  'account_not_found',
]);

/** The one account that a name means, as relays tell theirs; the name itself while none has told any. */
function accountNamed(named: string, relays: readonly RelayView[]): string {
  const known = relays.flatMap(({ status }) => status?.accounts ?? []);
  if (known.length === 0) return named;
  const [meant, ...others] = accountsMeant(named, known);
  if (meant && others.length === 0) return meant.account;
  throw new ToolError({
    code: 'account_not_found',
    message: `${meant ? 'Several accounts are' : 'No account is'} meant by “${named}”.`,
    nextStep: `Use one of: ${known
      .slice(0, 20)
      .map(({ account }) => account)
      .join(', ')}.`,
  });
}

function pageFrom(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor);
  throw new ToolError({
    code: 'invalid_arguments',
    message: 'This cursor is none of get_orders.',
    nextStep: 'Take `next` of the page before, or leave the cursor out.',
  });
}

function word({ report, trouble }: Ticket): { message?: string } {
  const message = report?.message ?? trouble?.message;
  return message === undefined ? {} : { message };
}
