import type { Decimal } from 'decimal.js';
import * as z from 'zod';
import { dividendsOf } from '../market/dividends.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Account } from './account.ts';
import { type AccountState, bookDelivery, bookTrade, type DayEnd, endOfDay, openState } from './account-state.ts';
import { Advisor } from './advisor.ts';
import type { Delivery, Past, PastDay, PastTrade, RecordedBook, Trade } from './book.ts';
import { commissionOf } from './commission.ts';
import { type Journal, type JournalEntry, readJournal, writeJournal } from './journal.ts';
import { marginState } from './margin.ts';
import { createAccounts, isAdvised } from './opening.ts';
import { closingPrice, closingPrices, resetPrice } from './prices.ts';
import { valueAccount, valueWith } from './valuation.ts';

export interface AccountBookOptions {
  /** Account codes as IB gives them: `DU…` paper, `U…` live; an `F…` or `DF…` first makes the others its advised accounts. */
  readonly accounts: readonly string[];
  readonly model: PriceModel;
  /** The New York date at the start, as a day number. */
  readonly today: number;
}

/** The books of a login, with positions bought before today. */
export function createAccountBook(options: AccountBookOptions): RecordedBook {
  return new Books(options);
}

type DayEndEntry = JournalEntry & { readonly kind: 'dayEnd' };
type Listener = (account: Account, instrument: Instrument | undefined) => void;

const savedBooks = z.object({ journal: z.unknown(), advisor: z.unknown() });

function advisorOf([master = '', ...clients]: readonly string[]): Advisor | undefined {
  return isAdvised([master]) ? new Advisor(master, clients) : undefined;
}

/**
 * Keeps every entry ever made, so that a correction can book everything anew from the beginning, and so that what is
 * saved is the history rather than its result.
 */
class Books implements RecordedBook {
  readonly #options: AccountBookOptions;
  readonly #listeners: Listener[] = [];
  readonly #execIds = new Set<string>();
  #journal: Journal;
  #states: Map<string, AccountState>;
  #accounts: readonly Account[];
  #advisor: Advisor | undefined;

  constructor(options: AccountBookOptions) {
    this.#options = options;
    this.#journal = { accounts: options.accounts, today: options.today, entries: [] };
    this.#states = this.#opening();
    this.#accounts = this.#current();
    this.#advisor = advisorOf(options.accounts);
  }

  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  get advisor(): Advisor | undefined {
    return this.#advisor;
  }

  account(id: string): Account | undefined {
    return this.#states.get(id)?.account;
  }

  book(trade: Trade): Decimal | undefined {
    const realized = this.#enter({ kind: 'trade', trade }, [trade]);
    this.#changed([this.#state(trade.account).account], trade.instrument);
    return realized;
  }

  deliver(delivery: Delivery): void {
    const { option, underlying } = delivery;
    this.#enter({ kind: 'delivery', delivery }, [option, underlying]);
    for (const { instrument } of [option, underlying]) this.#changed([this.#state(option.account).account], instrument);
  }

  /** Applies an entry, then keeps it. */
  #enter(entry: JournalEntry, trades: readonly Trade[]): Decimal | undefined {
    const known = trades.find(({ execId }) => this.#execIds.has(execId));
    if (known) throw new RangeError(`${known.execId} has been booked before`);
    const realized = this.#apply(entry);
    this.#journal.entries.push(entry);
    return realized;
  }

  correct(execId: string, price: number): Decimal | undefined {
    const entries = this.#journal.entries;
    const index = entries.findIndex((entry) => entry.kind === 'trade' && entry.trade.execId === execId);
    const entry = entries[index];
    if (entry?.kind !== 'trade') throw new RangeError(`there is no trade ${execId}`);
    entries[index] = { kind: 'trade', trade: { ...entry.trade, price } };
    const realized = this.#replay(execId);
    this.#changed([this.#state(entry.trade.account).account], entry.trade.instrument);
    return realized;
  }

  margin(accountId: string, instant: number) {
    return this.marginWith(accountId, [], instant);
  }

  marginWith(accountId: string, trades: readonly Trade[], instant: number) {
    const after = trades.reduce((state, trade) => bookTrade(state, trade).state, this.#state(accountId));
    return marginState(valueAccount(this.#options.model, after.account, instant));
  }

  commission(instrument: Instrument, quantity: Decimal, price: number): Decimal {
    return commissionOf(instrument, quantity, price);
  }

  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  rollDay(day: number): void {
    const { model } = this.#options;
    const held = new Map(
      this.#accounts.flatMap(({ holdings }) => holdings.map(({ instrument }) => [instrument.conId, instrument])),
    );
    const pricesBy = (price: typeof closingPrice) =>
      new Map([...held].map(([conId, instrument]) => [conId, price(model, instrument, day)]));
    const entry: JournalEntry = { kind: 'dayEnd', day, prices: pricesBy(closingPrice), resets: pricesBy(resetPrice) };
    this.#journal.entries.push(entry);
    this.#apply(entry);
    this.#changed(this.#current(), undefined);
  }

  past(): Past {
    const states = this.#opening();
    const days: PastDay[] = [];
    const trades: PastTrade[] = [];
    for (const entry of this.#journal.entries) {
      const realized = this.#apply(entry, states);
      if (entry.kind === 'trade') trades.push({ trade: entry.trade, realized });
      if (entry.kind === 'delivery') {
        const { option, underlying } = entry.delivery;
        trades.push({ trade: option, realized: undefined }, { trade: underlying, realized: undefined });
      }
      if (entry.kind !== 'dayEnd') continue;
      const { prices } = this.#endOf(entry);
      for (const [account, { account: at, payments }] of states) {
        days.push({ day: entry.day, account, valuation: valueWith(prices, at), payments });
      }
    }
    return { opened: this.#journal.today, days, trades };
  }

  save(): unknown {
    return { journal: writeJournal(this.#journal), advisor: this.#advisor?.save() ?? null };
  }

  restore(saved: unknown): void {
    const { journal, advisor } = savedBooks.parse(saved);
    this.#journal = readJournal(journal);
    this.#advisor = advisorOf(this.#journal.accounts);
    if (advisor) this.#advisor?.restore(advisor);
    this.#replay();
    this.#changed(this.#current(), undefined);
  }

  #state(accountId: string): AccountState {
    return stateIn(this.#states, accountId);
  }

  #opening(): Map<string, AccountState> {
    const { accounts, today } = this.#journal;
    return new Map(
      createAccounts(accounts, this.#options.model, today).map((account) => [account.id, openState(account)]),
    );
  }

  #current(): Account[] {
    return [...this.#states.values()].map(({ account }) => account);
  }

  /** Books everything anew, and says what one of the trades realizes. */
  #replay(execId?: string): Decimal | undefined {
    this.#states = this.#opening();
    this.#execIds.clear();
    let found: Decimal | undefined;
    for (const entry of this.#journal.entries) {
      const realized = this.#apply(entry);
      if (entry.kind === 'trade' && entry.trade.execId === execId) found = realized;
    }
    return found;
  }

  #apply(entry: JournalEntry, states = this.#states): Decimal | undefined {
    if (entry.kind === 'trade') {
      const { state, realized } = bookTrade(stateIn(states, entry.trade.account), entry.trade);
      this.#execIds.add(entry.trade.execId);
      states.set(entry.trade.account, state);
      return realized;
    }
    if (entry.kind === 'delivery') {
      const { option, underlying } = entry.delivery;
      states.set(option.account, bookDelivery(stateIn(states, option.account), entry.delivery));
      for (const { execId } of [option, underlying]) this.#execIds.add(execId);
      return undefined;
    }
    for (const [id, state] of states) states.set(id, this.#ended(state, entry));
    return undefined;
  }

  #ended(state: AccountState, entry: DayEndEntry): AccountState {
    if (entry.day < state.account.day) return state;
    const end = this.#endOf(entry);
    const equityAtOpen = valueWith(end.prices, state.account).base.equityWithLoan;
    const ended = endOfDay(state, end);
    return { ...ended, account: { ...ended.account, equityAtOpen } };
  }

  /** What the market said at the end of a date. */
  #endOf({ day, prices, resets }: DayEndEntry): DayEnd {
    const { model } = this.#options;
    const closing = closingPrices(model, day);
    const noted = (instrument: Instrument): Decimal => prices.get(instrument.conId) ?? closing.of(instrument);
    const reset = (instrument: Instrument): Decimal =>
      resets.get(instrument.conId) ?? resetPrice(model, instrument, day);
    return { day, prices: { ...closing, of: noted }, resetPrice: reset, dividends: dividendsOf };
  }

  #changed(accounts: readonly Account[], instrument: Instrument | undefined): void {
    this.#accounts = this.#current();
    for (const account of accounts) for (const listener of this.#listeners) listener(account, instrument);
  }
}

function stateIn(states: ReadonlyMap<string, AccountState>, accountId: string): AccountState {
  const state = states.get(accountId);
  if (!state) throw new RangeError(`there is no account ${accountId}`);
  return state;
}
