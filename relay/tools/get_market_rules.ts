import { legalPrices, type PriceIncrement } from '../../shared/contracts/price-increments.ts';
import { ToolError } from '../../shared/errors.ts';
import { getMarketRules } from '../../shared/tools/get_market_rules.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { marketRulesOf } from '../gateway/contracts/market-rules.ts';
import { incrementsInQuotes, priceUnitNote, tickInQuotes } from '../gateway/contracts/price-unit.ts';
import { known, mayBeNegative } from '../gateway/numbers.ts';
import { notesOf } from './support/options.ts';
import { executorOf } from './support/tool.ts';

export const getMarketRulesExecutor = executorOf(getMarketRules, async ({ contract, exchange, price }, context) => {
  const { gateway, signal } = context;
  const instrument = await gateway.contracts.resolve(contract, signal);
  const negative = mayBeNegative.has(instrument.secType);
  if (price !== undefined && price <= 0 && !negative) throw notPositive(instrument, price);
  const rules = await Promise.all(
    exchangesByRule(instrument, exchange?.toUpperCase()).map(async ([marketRule, exchanges]) => {
      const rule = await gateway.contracts.marketRule(marketRule, signal);
      const increments = incrementsInQuotes(rule, instrument.details);
      const nearest =
        price === undefined || increments.length === 0 ? undefined : nearestTo(increments, price, negative);
      return omitUndefined({ marketRule, exchanges, increments, nearest });
    }),
  );
  const { details } = instrument;
  const minTick = known(details.minTick);
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    currency: instrument.currency,
    rules,
    minTick: minTick === undefined ? undefined : tickInQuotes(minTick, details),
    minSize: known(details.minSize),
    sizeIncrement: known(details.sizeIncrement),
    suggestedSizeIncrement: known(details.suggestedSizeIncrement),
    priceMagnifier: details.priceMagnifier || undefined,
    note: notesOf([
      rules.length === 0 ? 'IB names no market rule for it; minTick alone says how prices move.' : undefined,
      priceUnitNote(instrument),
    ]),
  });
});

/**
 * The market rules of an instrument with the exchanges that share each, first the one to which orders are routed.
 * @param only one exchange, in capitals
 */
function exchangesByRule(instrument: Instrument, only: string | undefined): [number, string[]][] {
  const rules = marketRulesOf(instrument);
  if (only !== undefined && !rules.has(only)) throw notThere(instrument, only, [...rules.keys()]);
  const routed = only ?? instrument.contract.exchange ?? '';
  const wanted = only === undefined ? [...rules.keys()] : [only];
  const exchanges = wanted.toSorted((a, b) => Number(b === routed) - Number(a === routed));
  return [...Map.groupBy(exchanges, (exchange) => rules.get(exchange) ?? 0)];
}

/** What does not trade below zero has no legal price there. */
function nearestTo(increments: readonly PriceIncrement[], price: number, negative: boolean) {
  const { below, ...rest } = legalPrices(increments, price);
  return below > 0 || negative ? { below, ...rest } : rest;
}

function notPositive({ name }: Instrument, price: number): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `${name} has no price of ${price}.`,
    nextStep: 'Give a price above zero.',
  });
}

function notThere({ name }: Instrument, exchange: string, exchanges: readonly string[]): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `IB names no market rule of ${name} at ${exchange}.`,
    nextStep: exchanges.length > 0 ? `It has rules at: ${exchanges.join(', ')}.` : 'Leave exchange out.',
  });
}
