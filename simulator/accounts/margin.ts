import { Decimal } from 'decimal.js';
import type { MarginState } from './book.ts';
import { isCommodity, underlyingOf } from './kinds.ts';
import { optionRequirement } from './margin-options.ts';
import { currencyPart, futureMaintenance, nothing, requirementOf } from './margin-rates.ts';
import type { Ledger, Requirement, Requirements, Valuation, ValuedHolding } from './valued.ts';

const cents = 2;
/** Buying power of a day trading account: four times what is available. */
const leverage = 4;
const zero = new Decimal(0);

const add = (a: Requirement, b: Requirement): Requirement => ({
  initial: a.initial.plus(b.initial),
  maintenance: a.maintenance.plus(b.maintenance),
});
const converted = ({ initial, maintenance }: Requirement, rate: Decimal): Requirement => ({
  initial: initial.mul(rate).toDecimalPlaces(cents),
  maintenance: maintenance.mul(rate).toDecimalPlaces(cents),
});
const alike = (amount: Decimal): Requirement => ({ initial: amount, maintenance: amount });

/** What the positions and the loans of an account need. */
export function requirementsOf(holdings: readonly ValuedHolding[], currencies: readonly Ledger[]): Requirements {
  let securities = loans(currencies);
  let commodities = nothing;
  for (const valued of holdings) {
    const { holding, rate } = valued;
    const own = converted(requirementOf(valued), rate);
    if (isCommodity(holding.instrument)) commodities = add(commodities, own);
    else securities = add(securities, own);
  }
  for (const options of optionsByUnderlying(holdings)) {
    const [first] = options;
    if (!first) continue;
    const own = converted(alike(groupRequirement(first, options, holdings)), first.rate);
    if (isCommodity(first.holding.instrument)) commodities = add(commodities, own);
    else securities = add(securities, own);
  }
  return { securities, commodities };
}

function optionsByUnderlying(holdings: readonly ValuedHolding[]): ValuedHolding[][] {
  const options = holdings.filter(({ underlyingPrice }) => underlyingPrice !== undefined);
  return [...Map.groupBy(options, ({ holding }) => underlyingOf(holding.instrument).conId).values()];
}

function groupRequirement(
  { holding, underlyingPrice = zero }: ValuedHolding,
  options: readonly ValuedHolding[],
  holdings: readonly ValuedHolding[],
): Decimal {
  const underlying = underlyingOf(holding.instrument);
  const shares = holdings.find((other) => other.holding.instrument.conId === underlying.conId)?.holding;
  const group = { options, underlyingPrice, shares: zero };
  if (underlying.secType === 'FUT') {
    return optionRequirement({ ...group, futureMargin: futureMaintenance(underlying, underlyingPrice) });
  }
  return optionRequirement({ ...group, shares: underlying.secType === 'STK' && shares ? shares.quantity : zero });
}

/** A currency of which more is owed than owned needs a part of the debt. */
function loans(currencies: readonly Ledger[]): Requirement {
  const needed = currencies
    .filter(({ netLiquidation }) => netLiquidation.isNegative())
    .map(({ currency, netLiquidation, rate }) => netLiquidation.abs().mul(rate).mul(currencyPart(currency)));
  return alike(Decimal.sum(0, ...needed).toDecimalPlaces(cents));
}

/** Everything margin-related about an account, in base currency: what its tags and its what-ifs both say. */
export function marginState({ base, requirements }: Valuation): MarginState {
  const { initial, maintenance } = add(requirements.securities, requirements.commodities);
  const { equityWithLoan, netLiquidation } = base;
  const availableFunds = equityWithLoan.minus(initial);
  const excessLiquidity = equityWithLoan.minus(maintenance);
  return {
    initial,
    maintenance,
    equityWithLoan,
    availableFunds,
    excessLiquidity,
    buyingPower: Decimal.max(0, availableFunds).mul(leverage),
    cushion: netLiquidation.isZero() ? 0 : excessLiquidity.div(netLiquidation).toDecimalPlaces(6).toNumber(),
  };
}
