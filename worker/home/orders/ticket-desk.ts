import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { z } from 'zod';
import { ToolError } from '../../../shared/errors.ts';
import { hashOf, readCanonical } from '../../../shared/orders/canonical.ts';
import type { HomeAnswer, LookedAt, Ticket, TradeTool } from '../../../shared/orders/home-model.ts';
import { earlierTicket } from '../../../shared/orders/home-repeats.ts';
import { judgesOrders } from '../../../shared/orders/policy.ts';
import type { lookAtOrder, PreparedOrder } from '../../../shared/orders/preview.ts';
import { isOpen, isOver } from '../../../shared/orders/ticket.ts';
import { waitingTimes } from '../../../shared/orders/waiting-times.ts';
import type { TicketResult } from '../../../shared/tools/support/order-results.ts';
import { randomToken } from '../../edge/secrets.ts';
import type { RelayView } from '../relays/status.ts';
import { type Caller, HumanAsked } from './caller.ts';
import { questionText, ticketResult } from './results.ts';
import { advisorsRelay, assertReached, tradingRelay } from './routing.ts';
import type { Trading } from './trading.ts';

/** What the desk needs for one call. */
export interface DeskCall {
  readonly caller: Caller;
  readonly relays: readonly RelayView[];
  /** Asks one relay to prepare an order. Rejects with a ToolError. */
  prepare(device: string, tool: TradeTool, args: Readonly<Record<string, unknown>>): Promise<PreparedOrder>;
  /** Has the relay look once more at an order that is about to be consumed. Rejects with a ToolError. */
  look(device: string, ask: z.output<typeof lookAtOrder.input>): Promise<z.output<typeof lookAtOrder.output>>;
  tell(progress: number, total: number, message: string): void;
}

export interface OrderWish {
  readonly tool: TradeTool;
  /** The tool's arguments, checked. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly previewOnly?: boolean;
}

/** Where a tool's call becomes a ticket, and a ticket's fate a tool's answer. */
export class TicketDesk {
  readonly #trading: Trading;

  constructor(trading: Trading) {
    this.#trading = trading;
  }

  /**
   * Prepares an order at its relay and takes it as far as may be without anybody else.
   * @throws ToolError when it is refused; {@link HumanAsked} when its human has to be asked
   */
  async order({ tool, args, previewOnly = false }: OrderWish, call: DeskCall): Promise<TicketResult> {
    const { caller } = call;
    const {
      client_request_id: requestId,
      reference,
      ...order
    } = args as { client_request_id?: string; reference?: string };
    const argumentsHash = hashOfArguments(tool, order);
    if (caller.decision) return this.#decided(argumentsHash, call);
    const repeated = this.#repeated({ argumentsHash, requestId, previewOnly }, caller);
    if (repeated) return this.#repeatedly(repeated, call);
    const relay = this.#relayFor(order, call);
    const prepared = await call.prepare(relay.id, tool, order);
    assertHash(prepared);
    const online = await this.#trading.isReady(relay.id);
    const answer = this.#trading.ask({
      type: 'prepared',
      id: newId(),
      nonce: randomToken(24),
      device: relay.id,
      tool,
      asker: askerOf(caller),
      previewOnly,
      online,
      argumentsHash,
      ...(requestId === undefined ? {} : { requestId }),
      ...(reference === undefined ? {} : { reference }),
      prepared,
    });
    return this.#answered(answer, call);
  }

  /** Submits a ticket, at most once. */
  async confirm(ticket: string, call: DeskCall): Promise<TicketResult> {
    const argumentsHash = hashOfArguments('confirm', { ticket });
    if (call.caller.decision) return this.#decided(argumentsHash, call);
    const looked = await this.#look(ticket, call);
    const online = await this.#trading.isReady(this.#trading.state.tickets.get(ticket)?.device);
    const answer = this.#trading.ask({
      type: 'confirm',
      ticket,
      ...(looked && { looked }),
      nonce: randomToken(24),
      argumentsHash,
      asker: askerOf(call.caller),
      online,
    });
    return this.#answered(answer, call);
  }

  async #decided(argumentsHash: string, call: DeskCall): Promise<TicketResult> {
    const { decision } = call.caller;
    if (!decision) throw new Error('nothing was decided');
    const looked = decision.accepted ? await this.#look(decision.ticket, call) : undefined;
    const online = await this.#trading.isReady(this.#trading.state.tickets.get(decision.ticket)?.device);
    const answer = this.#trading.ask({
      type: 'answered',
      ...decision,
      ...(looked && { looked }),
      argumentsHash,
      asker: askerOf(call.caller),
      online,
    });
    return this.#answered(answer, call);
  }

  /**
   * What the order would do now, for the limits on both sides; undefined where nobody needs to know, and for what cannot be
   * consumed anyway, which the machine says why.
   * @throws ToolError when the relay would refuse the order as it stands now
   */
  async #look(id: string, { caller, look }: DeskCall): Promise<LookedAt | undefined> {
    const { tickets, policy } = this.#trading.state;
    const ticket = tickets.get(id);
    const isTheirs = ticket?.grant === caller.grant && isOpen(ticket.state) && Date.now() < ticket.expiresAt;
    if (!isTheirs || !(await this.#trading.isReady(ticket.device))) return;
    const { order, members } = ticket.prepared;
    try {
      const ask = { order, wanted: judgesOrders(policy), ...(members && { members }) };
      const { measures, uses } = await look(ticket.device, ask);
      return measures && uses && { measures, uses };
    } catch (error) {
      const code = error instanceof ToolError ? error.data.code : undefined;
      // A relay that does not know the question looks by itself.
      if (code === 'unsupported') return;
      // It can never be that order again.
      if (code === 'conflict') this.#trading.step({ type: 'withdraw', ticket: id, by: 'the relay, for its group' });
      throw error;
    }
  }

  #answered({ ticket, ask, repeated }: Extract<HomeAnswer, { kind: 'ticket' }>, call: DeskCall): Promise<TicketResult> {
    if (ask && ticket.question) {
      const { nonce } = ticket.question;
      throw new HumanAsked({ ticket: ticket.id, nonce, hash: ticket.prepared.hash, message: questionText(ticket) });
    }
    return repeated ? this.#repeatedly(ticket, call) : this.#outcome(ticket, call);
  }

  /** A call that an earlier one answers leaves a line in the audit, and nothing else. */
  #repeatedly(ticket: Ticket, call: DeskCall): Promise<TicketResult> {
    const { id, device } = ticket;
    const { grant, client: by } = call.caller;
    this.#trading.noteCall({ what: 'call repeated', grant, by, device, ticket: id, detail: ticket.state });
    return this.#outcome(ticket, call, firstAgain(ticket));
  }

  /** Waits for a while for what comes of a ticket that is under way. */
  async #outcome({ id }: Ticket, { tell }: DeskCall, note?: string): Promise<TicketResult> {
    const begun = Date.now();
    let working: number | undefined;
    let told = '';
    for (let n = 1; ; n += 1) {
      const ticket = this.ticket(id);
      const line = ticket.history.at(-1)?.what ?? '';
      if (line !== told) tell(n, n + 1, line);
      told = line;
      if (isOpen(ticket.state) || isOver(ticket.state) || ticket.state === 'unknown') return ticketResult(ticket, note);
      if (ticket.state !== 'submitting') working ??= Date.now();
      const { firstWord, quickEnd } = waitingTimes;
      const left = working === undefined ? begun + firstWord - Date.now() : working + quickEnd - Date.now();
      if (left <= 0) return ticketResult(ticket, note);
      await this.#trading.change(id, left);
    }
  }

  /** @throws ToolError when there is none */
  ticket(id: string): Ticket {
    const ticket = this.#trading.state.tickets.get(id);
    if (ticket) return ticket;
    throw noSuchTicket();
  }

  /** What the same words have come to before, so that the gateway need not be there for it. */
  #repeated(
    asked: { readonly argumentsHash: string; readonly requestId: string | undefined; readonly previewOnly: boolean },
    caller: Caller,
  ): Ticket | undefined {
    const { argumentsHash, requestId, previewOnly } = asked;
    const repeats = !previewOnly && !caller.canAsk;
    const draft = { tickets: new Map(this.#trading.state.tickets), now: Date.now() };
    const earlier = earlierTicket(draft, { grant: caller.grant, requestId, argumentsHash, repeats });
    return earlier?.kind === 'outcome' ? earlier.ticket : undefined;
  }

  /** A change goes to the relay that placed the order; anything else to the one that trades the account. */
  #relayFor(args: Readonly<Record<string, unknown>>, { relays, caller: { accounts } }: DeskCall): RelayView {
    const { order, account, allocation } = args as { order?: string; account?: string; allocation?: object };
    assertReached(account, accounts);
    const device = order === undefined ? undefined : this.deviceOf(order);
    const known = relays.find(({ id }) => id === device);
    if (known) return known;
    const { state } = this.#trading;
    const isShared = allocation !== undefined && account === undefined;
    return isShared ? advisorsRelay(state, relays, accounts) : tradingRelay(state, relays, account, accounts);
  }

  /** Which relay has that order, as far as tickets tell. */
  deviceOf(order: string): string | undefined {
    return this.ticketOf(order)?.device;
  }

  /** The ticket that an order belongs to, by any of the names that it goes by. */
  ticketOf(order: string): Ticket | undefined {
    const { tickets } = this.#trading.state;
    const own = tickets.get(order.split('/')[0] ?? '');
    return (
      own ?? [...tickets.values()].find(({ report }) => report?.legs.some(({ permId }) => String(permId) === order))
    );
  }
}

export function noSuchTicket(): ToolError {
  return new ToolError({
    code: 'ticket_not_found',
    message: 'There is no such ticket here.',
    nextStep: 'get_orders lists what there is.',
  });
}

function askerOf({ grant, client, canAsk }: Caller) {
  return { grant, client, canAsk };
}

function firstAgain({ consumedAt }: Ticket): string {
  return consumedAt === undefined
    ? 'This was asked for before.'
    : 'This order was asked for before, so nothing new was sent; a new client_request_id would make it another one.';
}

/** The relay's hash is computed again here: what is approved is what is shown. */
function assertHash({ order, hash }: PreparedOrder): void {
  if (hashOf(readCanonical(order)) !== hash) throw new Error('the relay’s hash is not that of its order');
}

/** Ten letters and digits would do; the form is that of all tickets. */
export function newId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => alphabet[byte % 32]).join('');
}

/** The same whatever the order of the keys. */
function hashOfArguments(tool: string, args: Readonly<Record<string, unknown>>): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify([tool, sorted(args)]))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]);
}
