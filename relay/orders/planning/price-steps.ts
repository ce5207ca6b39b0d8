import { Decimal } from 'decimal.js';
import { legalPrices, type PriceIncrement } from '../../../shared/contracts/price-increments.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import type { ContractDesk } from '../../gateway/contracts/contracts.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { marketRulesOf } from '../../gateway/contracts/market-rules.ts';
import { incrementsInQuotes, priceUnitNote, tickInQuotes } from '../../gateway/contracts/price-unit.ts';
import { known } from '../../gateway/numbers.ts';
import { numberText } from './order-contract.ts';

/** How the prices of an instrument move at the exchange that an order is sent to, in the unit of its quotes. */
export interface PriceSteps {
  readonly increments: readonly PriceIncrement[];
  readonly mayBeNegative: boolean;
}

/** What is ordered at prices of zero and below, too. */
const belowZero: ReadonlySet<string> = new Set(['FUT', 'FOP', 'BAG']);
/** Combinations are priced in cents or finer, whatever their legs are. */
const finestOfCombos = 0.01;

/** The prices of an order that are prices, and not distances or percentages, by the argument that gives them. */
const prices = { limitPrice: 'limit_price', stopPrice: 'stop_price', trailStopPrice: 'trail_stop_price' } as const;

/** By the market rule of the exchange, else by the minimum tick; without either nothing is known of its prices. */
export async function priceStepsOf(
  instrument: Instrument,
  contracts: Pick<ContractDesk, 'marketRule'>,
  signal: AbortSignal,
): Promise<PriceSteps> {
  const { legs, secType, details } = instrument;
  if (legs) {
    const all = await Promise.all(legs.map((leg) => incrementsOf(leg, contracts, signal)));
    const finest = Math.min(finestOfCombos, ...all.flat().map(({ increment }) => increment));
    return { increments: [{ from: 0, increment: finest }], mayBeNegative: true };
  }
  const increments = await incrementsOf(instrument, contracts, signal);
  const tick = known(details.minTick);
  const byTick = tick === undefined || tick <= 0 ? [] : [{ from: 0, increment: tickInQuotes(tick, details) }];
  return {
    increments: increments.length > 0 ? increments : byTick,
    mayBeNegative: belowZero.has(secType),
  };
}

async function incrementsOf(
  instrument: Instrument,
  contracts: Pick<ContractDesk, 'marketRule'>,
  signal: AbortSignal,
): Promise<PriceIncrement[]> {
  const rule = marketRulesOf(instrument).get(instrument.contract.exchange ?? '');
  if (rule === undefined) return [];
  return incrementsInQuotes(await contracts.marketRule(rule, signal), instrument.details).filter(
    ({ increment }) => increment > 0,
  );
}

/**
 * Whether every price of an order is one that the exchange takes.
 * @param whose in front of the argument's name: empty, or as in `take_profit.`
 * @throws ToolError `invalid_arguments` naming the nearest legal prices
 */
export function checkPrices(terms: OrderTerms, instrument: Instrument, steps: PriceSteps, whose = ''): void {
  for (const [field, argument] of Object.entries(prices)) {
    const price = terms[field as keyof typeof prices];
    if (price !== undefined && !isFree(field, terms)) checkPrice(`${whose}${argument}`, price, instrument, steps);
  }
}

/** The cap of a relative order is 0 where there is none. */
function isFree(field: string, { type, limitPrice }: OrderTerms): boolean {
  return field === 'limitPrice' && Number(limitPrice) === 0 && /^(REL|PASSV_REL|PEG_|MIDPRICE)/.test(type);
}

function checkPrice(argument: string, text: string, instrument: Instrument, steps: PriceSteps): void {
  const price = new Decimal(text);
  const { name } = instrument;
  if (price.lte(0) && !steps.mayBeNegative) {
    throw illegal(`${argument} ${text}: ${name} has no price of zero or less.`, 'Give a price above zero.');
  }
  if (steps.increments.length === 0) return;
  const { below, at, above } = legalPrices(steps.increments, price.toNumber());
  if (at !== undefined && price.eq(at)) return;
  const nearest = [below, above].filter((each) => each > 0 || steps.mayBeNegative).map(numberText);
  const step = new Decimal(above).minus(below).toFixed();
  const unit = priceUnitNote(instrument);
  throw illegal(
    `${argument} ${text} is no price of ${name}, which moves in steps of ${step} there.${unit ? ` ${unit}` : ''}`,
    `Use ${nearest.join(' or ')}.`,
  );
}

function illegal(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
