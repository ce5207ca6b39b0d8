import type { Instrument } from '../market/instruments.ts';
import { type OptionTerms, optionTerms } from '../market/option-pricing.ts';
import type { PriceModel } from '../market/prices.ts';
import { sessionAt } from '../market/quotes.ts';

/** An option's terms on the trading day of its underlying at an instant. @throws {TypeError} for anything else */
export function termsAt(model: PriceModel, option: Instrument, instant: number): OptionTerms {
  const { underlying } = option;
  if (!underlying) throw new TypeError(`${option.localSymbol} is not an option`);
  return optionTerms(option, sessionAt(model, underlying, instant).tradingDay.day, model);
}

/**
 * The fields of a computation message. What could not be computed is −1, or −2 for a Greek.
 * @param price −1 when there is none
 * @param volatility undefined when none explains the price
 */
export function computation(terms: OptionTerms, spot: number, price: number, volatility: number | undefined) {
  const greeks = volatility === undefined ? undefined : terms.greeks(spot, volatility);
  return {
    tickAttrib: 0,
    impliedVol: volatility ?? -1,
    delta: greeks?.delta ?? -2,
    optPrice: price,
    pvDividend: 0,
    gamma: greeks?.gamma ?? -2,
    vega: greeks?.vega ?? -2,
    theta: greeks?.theta ?? -2,
    undPrice: spot,
  };
}
