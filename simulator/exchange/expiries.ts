import type { Decimal } from 'decimal.js';
import type { Holding } from '../accounts/account.ts';
import type { Trade } from '../accounts/book.ts';
import type { Instrument } from '../market/instruments.ts';
import { roundToTick } from '../market/rules.ts';
import type { Side } from '../market/side.ts';
import { dayNumber } from '../market/zone.ts';
import { bySystem, cancelOrder } from './ending.ts';
import type { Floor } from './floor.ts';
import { executionId } from './ids.ts';
import { zero } from './working.ts';

/** A change of position that no order made. */
interface Transfer {
  readonly account: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: number;
}

/** What bonds pay back, as their prices are quoted. */
const par = 100;

const closing = ({ quantity }: Holding): Side => (quantity.gt(0) ? 'SELL' : 'BUY');
const isCashSettled = ({ underlying }: Instrument): boolean => underlying?.secType === 'IND';

function transferOf(floor: Floor, change: Transfer): Trade {
  const execId = executionId(floor.seed, floor.nextExecution(), 1);
  return { ...change, execId, commission: zero, time: floor.at };
}

const transfer = (floor: Floor, change: Transfer): void => void floor.book.book(transferOf(floor, change));

/** What an option pays when it is exercised, per unit of its underlying; not positive out of the money. */
export function intrinsicValue({ right, strike = 0 }: Instrument, spot: number): number {
  return right === 'C' ? spot - strike : strike - spot;
}

/** The price a derivative settles at: the close of what it is on, or its opening when it is settled in the morning. */
function settlementPrice({ model, market }: Floor, instrument: Instrument, day: number): number {
  const settles = instrument.right !== undefined && instrument.underlying ? instrument.underlying : instrument;
  const { day: traded, segments } = model.schedule(settles).previous(day);
  const opening = segments.find(({ regular }) => regular)?.start;
  const isMorning = instrument.lastTradeDay !== undefined && opening !== undefined;
  const first = isMorning ? market.moments(settles, opening)[0]?.last : undefined;
  return roundToTick(settles.rule, first ?? model.closeOf(settles, traded));
}

/** Delivers contracts of an option that are exercised or assigned: the underlying at the strike, or the difference in cash. */
export function deliver(floor: Floor, account: string, holding: Holding, quantity: Decimal, spot: number): void {
  const { instrument } = holding;
  const value = Math.max(0, intrinsicValue(instrument, spot));
  const side = closing(holding);
  if (isCashSettled(instrument) || !instrument.underlying) {
    transfer(floor, { account, instrument, side, quantity, price: value });
    return;
  }
  // A long call buys and so does a short put.
  const buys = (instrument.right === 'C') === holding.quantity.gt(0);
  const option = transferOf(floor, { account, instrument, side, quantity, price: 0 });
  const underlying = transferOf(floor, {
    account,
    instrument: instrument.underlying,
    side: buys ? 'BUY' : 'SELL',
    // Options on futures deliver one contract each, others as many shares as their multiplier says.
    quantity: instrument.underlying.secType === 'FUT' ? quantity : quantity.mul(instrument.multiplier ?? 1),
    price: instrument.strike ?? 0,
  });
  floor.book.deliver({ option, underlying });
}

/** Gives long options up without anything in return. */
export function lapse(floor: Floor, account: string, holding: Holding, quantity: Decimal): void {
  transfer(floor, { account, instrument: holding.instrument, side: closing(holding), quantity, price: 0 });
}

/** Ends what expired before a day: options in the money are exercised, the others lapse, futures settle, bonds are redeemed. */
export function expireContracts(floor: Floor, today: number): void {
  for (const { order } of floor.registry.living())
    if (order.terms.legs.some(({ instrument }) => isNoLongerTraded(instrument, today)))
      cancelOrder(floor, order.permId, bySystem);
  const isOver = ({ instrument, quantity }: Holding): boolean => !quantity.isZero() && hasExpired(instrument, today);
  for (const { id } of floor.book.accounts) {
    const expired = floor.book.account(id)?.holdings.filter(isOver) ?? [];
    for (const holding of expired) expire(floor, id, holding);
  }
}

/** The day on which a contract ends, for those that do. */
const endOf = ({ expiry, bond }: Instrument): string | undefined => expiry || bond?.maturity;

const isBefore = (day: string | undefined, today: number): boolean => day !== undefined && dayNumber(day) < today;

const hasExpired = (instrument: Instrument, today: number): boolean => isBefore(endOf(instrument), today);

/** Whether a contract's last trading day is over; options settled in the morning expire a day later. */
export const isNoLongerTraded = (instrument: Instrument, today: number): boolean =>
  isBefore(instrument.lastTradeDay ?? endOf(instrument), today);

function expire(floor: Floor, account: string, holding: Holding): void {
  const { instrument } = holding;
  const quantity = holding.quantity.abs();
  const end = { account, instrument, side: closing(holding), quantity };
  if (instrument.bond) {
    transfer(floor, { ...end, price: par });
    return;
  }
  const price = settlementPrice(floor, instrument, dayNumber(endOf(instrument) ?? ''));
  if (instrument.right === undefined) transfer(floor, { ...end, price });
  else if (intrinsicValue(instrument, price) >= 0.01) deliver(floor, account, holding, quantity, price);
  else transfer(floor, { ...end, price: 0 });
}
