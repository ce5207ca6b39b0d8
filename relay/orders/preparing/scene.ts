import type { OrderTerms, PlannedOrder } from '../../../shared/orders/order.ts';
import type { AccountValues } from '../../gateway/accounts/account-values.ts';
import type { Position } from '../../gateway/accounts/position.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { magnifierOf, pointValueOf, priceUnitOf } from '../../gateway/contracts/price-unit.ts';
import { type MarketState, marketStateAt } from '../../tools/support/market-state.ts';
import { optional, optionalWithReason } from '../../tools/support/optional.ts';
import { type Quote, quoteOf } from '../../tools/support/quote.ts';
import type { ToolContext } from '../../tools/support/tool.ts';
import type { OpenOrder, TradingView } from '../planning/trading-view.ts';

/** What a preview is not worth waiting for any longer. */
const patienceMs = 4_000;

/** Instruments of open orders that are looked up for one preview; of the others nothing is known. */
const mostLookups = 40;

/** Everything about the world that an order is judged and explained by, of one moment. */
export interface Scene {
  readonly order: PlannedOrder;
  readonly instrument: Instrument;
  /** Every account that it is for: one, or the members of an advisor's group. */
  readonly accounts: readonly string[];
  /** Gateway time, epoch milliseconds. */
  readonly now: number;
  readonly market: MarketState;
  readonly quote: Quote | undefined;
  /** Why there is no quote. */
  readonly noQuote: string | undefined;
  /** Of the legs of a combination, in their order. */
  readonly legQuotes: readonly (Quote | undefined)[];
  /** What the account window says that one unit is worth, in the unit of quotes; asked where there is no quote. */
  readonly mark: number | undefined;
  /** Positions of the accounts, signed. */
  readonly positions: readonly Position[];
  /** Open orders of the accounts, whoever placed them, without the one that is changed. */
  readonly open: readonly OpenOrder[];
  /** What one unit of the instruments of `open` is worth more when its price rises by 1, by conId; those that were not found are not there. */
  readonly pointValues: ReadonlyMap<number, number>;
  /** Of the first account. */
  readonly values: AccountValues | undefined;
}

type SceneContext = Pick<ToolContext, 'gateway' | 'signal' | 'logger'>;

/** Asks for everything at once. Positions and open orders are needed; the rest is told as missing. */
export async function sceneOf(
  { order, instrument, accounts }: Pick<Scene, 'order' | 'instrument' | 'accounts'>,
  context: SceneContext,
  view: Pick<TradingView, 'openOrders'>,
): Promise<Scene> {
  const { gateway, signal } = context;
  const now = gateway.serverTime();
  const readQuote = (patience: AbortSignal) => quoteOf(instrument, 'detailed', { ...context, signal: patience });
  const readValues = (patience: AbortSignal) => gateway.accounts.summaries(patience);
  const readLeg = (leg: Instrument) => (patience: AbortSignal) =>
    quoteOf(leg, 'basic', { ...context, signal: patience });
  const [quote, legQuotes, positions, open, summaries] = await Promise.all([
    optionalWithReason('quote of the order', readQuote, context, patienceMs),
    Promise.all((instrument.legs ?? []).map((leg) => optional('quote of a leg', readLeg(leg), context, patienceMs))),
    gateway.accounts.positions(signal),
    view.openOrders(signal),
    optional('account summary', readValues, context, patienceMs),
  ]);
  const changed = order.kind === 'modify' ? order.target : undefined;
  const others = open.filter(
    ({ order: one }) =>
      accounts.includes(one.account) &&
      !(
        changed &&
        one.orderId === changed.orderId &&
        one.clientId === changed.clientId &&
        one.permId === changed.permId
      ),
  );
  return {
    order,
    instrument,
    accounts,
    now,
    market: marketStateAt(now, instrument),
    quote: quote.value,
    noQuote: quote.value ? undefined : (quote.refusal?.message ?? 'It did not come in time.'),
    legQuotes,
    mark: quote.value ? undefined : await markOf(instrument, accounts, context),
    positions: positions.filter(({ account }) => accounts.includes(account)),
    open: others,
    pointValues: await pointValuesOf(instrument, others, context),
    values: summaries?.accounts.get(accounts[0] ?? ''),
  };
}

/** Instruments are known from earlier calls, mostly. */
async function pointValuesOf(
  own: Instrument,
  open: readonly OpenOrder[],
  context: SceneContext,
): Promise<ReadonlyMap<number, number>> {
  const wanted = new Set(
    open.flatMap(({ order: { contract } }) => (contract.legs ?? [contract]).map(({ conId }) => conId)),
  );
  const known = new Map((own.legs ?? [own]).map(({ conId, details }) => [conId, pointValueOf(details)]));
  const read = (conId: number) => (signal: AbortSignal) => context.gateway.contracts.resolve(String(conId), signal);
  const missing = [...wanted].filter((conId) => conId !== 0 && !known.has(conId)).slice(0, mostLookups);
  await Promise.all(
    missing.map(async (conId) => {
      const found = await optional('an instrument of an open order', read(conId), context, patienceMs);
      if (found) known.set(conId, pointValueOf(found.details));
    }),
  );
  return known;
}

async function markOf(
  { conId, details }: Instrument,
  accounts: readonly string[],
  context: SceneContext,
): Promise<number | undefined> {
  const [account = ''] = accounts;
  const read = (signal: AbortSignal) => context.gateway.accounts.portfolio(account, signal);
  const price = (await optional('mark of the position', read, context, patienceMs))?.get(conId)?.marketPrice;
  return price === undefined ? undefined : price * magnifierOf(details);
}

/** The order that leaves first: an entry, or what a change makes of an order. Exercises have none. */
export function entryOf(order: PlannedOrder): OrderTerms | undefined {
  return order.kind === 'exercise' ? undefined : order.entry;
}

/** Signed units by conId, of all the accounts together. */
export function heldIn({ positions }: Pick<Scene, 'positions'>): ReadonlyMap<number, number> {
  const held = new Map<number, number>();
  for (const { contract, quantity } of positions) {
    const conId = contract.conId ?? 0;
    held.set(conId, (held.get(conId) ?? 0) + quantity);
  }
  return held;
}

/** At about what price one unit is traded, in the unit of quotes: its own limit, else the side of the market it takes. */
export function expectedPrice({ order, quote }: Pick<Scene, 'order' | 'quote'>): number | undefined {
  const terms = entryOf(order);
  if (!terms) return undefined;
  const named = terms.limitPrice ?? terms.stopPrice ?? terms.trailStopPrice;
  if (named !== undefined && Number(named) !== 0) return Number(named);
  return marketPrice(quote, terms.side);
}

/** What somebody who trades at once pays or gets. */
export function marketPrice(quote: Quote | undefined, side: OrderTerms['side']): number | undefined {
  const taken = side === 'BUY' ? quote?.ask : quote?.bid;
  return taken ?? quote?.last ?? quote?.close;
}

/** The quote on one line. */
export function quoteText({ quote, instrument }: Pick<Scene, 'quote' | 'instrument'>): string | undefined {
  if (!quote) return undefined;
  const { bid, ask, last, close, bidSize, askSize, dataType, asOf, halted } = quote;
  const parts = [
    bid === undefined ? undefined : `bid ${bid}${bidSize === undefined ? '' : ` × ${bidSize}`}`,
    ask === undefined ? undefined : `ask ${ask}${askSize === undefined ? '' : ` × ${askSize}`}`,
    last === undefined ? undefined : `last ${last}`,
    last === undefined && close !== undefined ? `close ${close}` : undefined,
    halted ? 'halted' : undefined,
  ].filter((part) => part !== undefined);
  const unit = priceUnitOf(instrument);
  return `${parts.join(', ')}${unit ? ` in ${unit}` : ''} (${dataType}, ${asOf})`;
}
