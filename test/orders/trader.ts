import type { CallResult, TestClient } from '../support/clients.ts';
import type { CallLog } from './call-log.ts';
import type { Call, Terms } from './history.ts';

/** What a client asks for, and what it is told; every call is written down. */

export interface Wanted {
  readonly entry: Terms;
  readonly takeProfit?: number;
  readonly stopLoss?: number;
}

interface CallWith {
  readonly requestId?: string;
  /** The client gives up after so many milliseconds; an answer that came before is lost, too. */
  readonly lose?: number;
}

export type Told = NonNullable<Call['told']>;

/** Longer than the server lets anybody wait. */
const patienceMs = 40_000;

/** One grant's client. Calls never throw: an error that is no tool's result counts as a lost answer. */
export class Trader {
  readonly grant: string;
  readonly #client: TestClient;
  readonly #log: CallLog;
  #line = new AbortController();

  /** @param log where every call is written down */
  constructor(grant: string, client: TestClient, log: CallLog) {
    this.grant = grant;
    this.#client = client;
    this.#log = log;
  }

  /** Its connection to the server is gone: whatever it waits for never comes. */
  drop(): void {
    this.#line.abort();
    this.#line = new AbortController();
  }

  place(wanted: Wanted, more: CallWith = {}): Promise<Told | undefined> {
    return this.#order('place', 'place_order', wanted, more);
  }

  preview(wanted: Wanted, more: CallWith = {}): Promise<Told | undefined> {
    return this.#order('preview', 'preview_order', wanted, more);
  }

  confirm(ticket: string, more: CallWith = {}): Promise<Told | undefined> {
    return this.#call({ tool: 'confirm', about: ticket }, 'confirm_order', { ticket }, more);
  }

  modify(ticket: string, wanted: Terms, more: CallWith = {}): Promise<Told | undefined> {
    const { quantity, limitPrice, stopPrice } = wanted;
    return this.#call(
      { tool: 'modify', about: ticket, wanted: { e: wanted }, ...requestOf(more) },
      'modify_order',
      {
        order: ticket,
        quantity: String(quantity),
        ...(limitPrice === undefined ? {} : { limit_price: String(limitPrice) }),
        ...(stopPrice === undefined ? {} : { stop_price: String(stopPrice) }),
        ...(more.requestId ? { client_request_id: more.requestId } : {}),
      },
      more,
    );
  }

  cancel(ticket: string, more: CallWith = {}): Promise<Told | undefined> {
    return this.#call({ tool: 'cancel', about: ticket }, 'cancel_order', { order: ticket }, more);
  }

  /** @param wait seconds for the next change */
  status(ticket: string, wait = 0): Promise<Told | undefined> {
    return this.#call(
      { tool: 'status', about: ticket },
      'get_order_status',
      { order: ticket, ...(wait ? { wait } : {}) },
      {},
    );
  }

  #order(
    tool: 'place' | 'preview',
    name: string,
    { entry, takeProfit, stopLoss }: Wanted,
    more: CallWith,
  ): Promise<Told | undefined> {
    const child = { ...entry, side: entry.side === 'BUY' ? ('SELL' as const) : ('BUY' as const), tif: 'GTC' };
    delete (child as { limitPrice?: number }).limitPrice;
    delete (child as { stopPrice?: number }).stopPrice;
    return this.#call(
      {
        tool,
        wanted: {
          e: entry,
          ...(takeProfit === undefined ? {} : { t: { ...child, type: 'LMT', limitPrice: takeProfit } }),
          ...(stopLoss === undefined ? {} : { s: { ...child, type: 'STP', stopPrice: stopLoss } }),
        },
        ...requestOf(more),
      },
      name,
      {
        account: entry.account,
        contract: entry.symbol,
        side: entry.side,
        quantity: String(entry.quantity),
        type: entry.type,
        ...(entry.limitPrice === undefined ? {} : { limit_price: String(entry.limitPrice) }),
        ...(entry.stopPrice === undefined ? {} : { stop_price: String(entry.stopPrice) }),
        tif: entry.tif,
        ...(takeProfit === undefined ? {} : { take_profit: { limit_price: String(takeProfit), tif: 'GTC' } }),
        ...(stopLoss === undefined ? {} : { stop_loss: { stop_price: String(stopLoss), tif: 'GTC' } }),
        ...(more.requestId ? { client_request_id: more.requestId } : {}),
      },
      more,
    );
  }

  async #call(
    call: Omit<Call, 'grant' | 'at'>,
    name: string,
    args: Record<string, unknown>,
    { lose }: CallWith,
  ): Promise<Told | undefined> {
    const end = this.#log.begin({ ...call, grant: this.grant });
    const signal = AbortSignal.any([this.#line.signal, AbortSignal.timeout(lose ?? patienceMs)]);
    const told = await this.#client.call(name, args, { signal }).then(toldBy, () => undefined);
    const heard = lose === undefined ? told : undefined;
    end(heard);
    return heard;
  }
}

const requestOf = ({ requestId }: CallWith) => (requestId === undefined ? {} : { requestId });

function toldBy({ isError, structuredContent, _meta, content }: CallResult): Told {
  if (isError) {
    const { code } = (_meta?.['ibkr-remote-mcp/error'] ?? {}) as { code?: string };
    const words = content[0]?.text;
    return { error: code ?? words ?? 'error', ...(words === undefined ? {} : { words }) };
  }
  const { ticket, state, orders, message } = structuredContent as {
    message?: string;
    ticket?: string;
    state?: string;
    orders?: { filled?: number; leg?: string; outcome?: string }[];
  };
  const entry = orders?.find(({ leg }) => leg === undefined || leg === 'entry') ?? orders?.[0];
  return {
    ...(ticket === undefined ? {} : { ticket }),
    ...(state === undefined ? {} : { state }),
    ...(message === undefined ? {} : { words: message }),
    ...(entry?.outcome === undefined ? {} : { outcome: entry.outcome }),
    ...(entry?.outcome === undefined && entry?.filled !== undefined ? { filled: entry.filled } : {}),
  };
}
