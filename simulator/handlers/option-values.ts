import type { Instrument } from '../market/instruments.ts';
import { type OptionTerms, optionTerms } from '../market/option-pricing.ts';
import type { PriceModel } from '../market/prices.ts';
import { lastPriceAt, sessionAt } from '../market/quotes.ts';
import { quotesOf, sharedView } from './quote-cache.ts';

/** The fields of a computation message apart from its request and its tick type. */
export type Computation = ReturnType<typeof computation>;

/** An option's computations from its bid, its ask, its last price and the model. */
export interface Computations {
  readonly bid: Computation;
  readonly ask: Computation;
  readonly last: Computation;
  readonly model: Computation;
}

const underlyingOf = ({ underlying, localSymbol }: Instrument): Instrument => {
  if (!underlying) throw new TypeError(`${localSymbol} is not an option`);
  return underlying;
};

/** An option's terms on the trading day of its underlying at an instant. @throws {TypeError} for anything else */
export function termsAt(model: PriceModel, option: Instrument, instant: number): OptionTerms {
  return optionTerms(option, sessionAt(model, underlyingOf(option), instant).tradingDay.day, model);
}

/**
 * What could not be computed is −1, or −2 for a Greek.
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

function computationsAt(model: PriceModel, option: Instrument, instant: number): Computations {
  const { price: spot } = lastPriceAt(model, underlyingOf(option), instant);
  const terms = termsAt(model, option, instant);
  const quote = quotesOf(model).at(option, instant);
  const implied = (price: number | undefined): Computation =>
    computation(terms, spot, price ?? -1, price === undefined ? undefined : terms.impliedBy(price, spot));
  return {
    bid: implied(quote.bid),
    ask: implied(quote.ask),
    last: implied(quote.last),
    model: computation(terms, spot, terms.value(spot), terms.volatility),
  };
}

/** The computations of a market's options. */
export const computationsOf = sharedView(computationsAt);
