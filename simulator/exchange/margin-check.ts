import type { Decimal } from 'decimal.js';
import type { Trade } from '../accounts/book.ts';
import { sharesOf } from './allocation.ts';
import { legPrices } from './combos.ts';
import type { Floor } from './floor.ts';
import type { View } from './market-view.ts';
import type { OrderPreview, OrderTerms } from './model.ts';
import { kindOf } from './order-kinds.ts';
import { zero } from './working.ts';

/** The price an order is expected to trade at: its limit where that is further from the market's favour, else the quote. */
export function expectedPrice(terms: OrderTerms, view: View): number {
  const { pricing, trigger } = kindOf(terms);
  const quote = terms.side === 'BUY' ? view.ask : view.bid;
  if (trigger === 'stop' && terms.auxPrice !== undefined) return terms.limitPrice || terms.auxPrice;
  const limited = (pricing === 'limit' || pricing === 'closingLimit') && terms.limitPrice !== undefined;
  if (!limited || terms.limitPrice === undefined) return quote;
  return terms.side === 'BUY' ? Math.min(quote, terms.limitPrice) : Math.max(quote, terms.limitPrice);
}

/** The trades an order would amount to if all of it were done at one price. */
export function hypotheticalTrades(
  floor: Floor,
  terms: OrderTerms,
  account: string,
  quantity: Decimal,
  price: number,
): Trade[] {
  const prices = terms.combo
    ? legPrices(terms, price, (instrument) => floor.market.quote(instrument, floor.at))
    : [price];
  return terms.legs.map((leg, index): Trade => {
    const size = quantity.mul(leg.ratio);
    const at = prices[index] ?? price;
    const flipped = leg.side === 'BUY' ? 'SELL' : 'BUY';
    return {
      execId: '',
      account,
      instrument: leg.instrument,
      side: terms.combo && terms.side === 'SELL' ? flipped : terms.combo ? leg.side : terms.side,
      quantity: size,
      price: at,
      commission: floor.book.commission(leg.instrument, size, at),
      time: floor.at,
    };
  });
}

/** Margin and commission as they would be after an order, summed over the accounts it is for. */
export function previewOf(floor: Floor, terms: OrderTerms, quantity: Decimal, price: number): OrderPreview {
  const parts = sharesOf(floor, terms, quantity).map((share) => {
    const trades = hypotheticalTrades(floor, terms, share.account, share.quantity, price);
    return {
      before: floor.book.margin(share.account, floor.at),
      after: floor.book.marginWith(share.account, trades, floor.at),
      commission: trades.reduce((sum, { commission }) => sum.plus(commission), zero),
    };
  });
  const total = (pick: (part: (typeof parts)[number]) => Decimal): Decimal =>
    parts.reduce((sum, part) => sum.plus(pick(part)), zero);
  return {
    permId: floor.nextPermId(),
    initialMarginBefore: total(({ before }) => before.initial),
    maintenanceMarginBefore: total(({ before }) => before.maintenance),
    equityWithLoanBefore: total(({ before }) => before.equityWithLoan),
    initialMarginAfter: total(({ after }) => after.initial),
    maintenanceMarginAfter: total(({ after }) => after.maintenance),
    equityWithLoanAfter: total(({ after }) => after.equityWithLoan),
    commission: total(({ commission }) => commission),
    commissionCurrency: terms.legs[0].instrument.currency,
    warning: '',
  };
}
