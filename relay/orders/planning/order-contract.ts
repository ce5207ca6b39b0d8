import { Decimal } from 'decimal.js';
import type { OrderComboLeg, OrderContract } from '../../../shared/orders/order.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';

/** A number of IB's in plain decimal notation. */
export function numberText(value: number | string): string {
  return new Decimal(value).toFixed();
}

/** An instrument or a combination as an order names it, routed to the exchange under which it was looked up. */
export function orderContractOf(instrument: Instrument): OrderContract {
  const { conId, secType, currency, name, legs } = instrument;
  const { symbol = '', exchange = 'SMART' } = instrument.contract;
  if (legs) return { conId: 0, secType, symbol, exchange, currency, name, legs: comboLegsOf(instrument, legs) };
  const { contract } = instrument.details;
  const { primaryExch, localSymbol, tradingClass, strike } = contract;
  const right = String(contract.right ?? '').slice(0, 1);
  const lastTradeDate = (contract.lastTradeDateOrContractMonth || '').slice(0, 8);
  return omitUndefined({
    conId,
    secType,
    symbol: contract.symbol ?? '',
    exchange,
    primaryExchange: primaryExch || undefined,
    currency,
    localSymbol: localSymbol || undefined,
    tradingClass: tradingClass || undefined,
    multiplier: multiplierOf(instrument),
    lastTradeDate: lastTradeDate || undefined,
    right: right === 'C' || right === 'P' ? right : undefined,
    strike: right !== '' && strike ? numberText(strike) : undefined,
    name,
  });
}

/** As IB names it; undefined where it names none or not a number. */
export function multiplierOf({ details }: Pick<Instrument, 'details'>): string | undefined {
  const value = Number(details.contract.multiplier);
  return Number.isFinite(value) && value > 0 ? numberText(value) : undefined;
}

function comboLegsOf({ contract: { comboLegs = [] } }: Instrument, legs: readonly Instrument[]): OrderComboLeg[] {
  return comboLegs.flatMap(({ ratio = 1, action, exchange = 'SMART' }, index) => {
    const leg = legs[index];
    if (!leg) return [];
    return omitUndefined({
      conId: leg.conId,
      ratio,
      side: action === 'SELL' ? ('SELL' as const) : ('BUY' as const),
      exchange,
      ...legNamesOf(leg),
    });
  });
}

/** What a leg of a combination is, beside its conId. */
export function legNamesOf(
  leg: Instrument,
): Pick<OrderComboLeg, 'name' | 'secType' | 'symbol' | 'multiplier' | 'currency'> {
  const { name, secType, currency } = leg;
  return omitUndefined({
    ...{ name, secType, currency },
    symbol: leg.details.contract.symbol ?? '',
    multiplier: multiplierOf(leg),
  });
}
