import { Decimal } from 'decimal.js';
import { netOfLegs } from '../exchange/combos.ts';
import type { Adjustment, OrderTerms, OrderType, WireFields } from '../exchange/model.ts';
import type { Zone } from '../market/zone.ts';
import { parseConditions } from './order-conditions.ts';
import { invalid, OrderRequestError } from './order-error.ts';
import { parseOrderTime } from './order-times.ts';
import { parseOrderType, parseSide, parseTimeInForce } from './order-types.ts';
import { countOf, flagOf, nonZeroOf, numberOf, textOf } from './wire-values.ts';

/** What the fields of an order do not say themselves. */
export interface TermsContext {
  readonly legs: OrderTerms['legs'];
  /** The accounts an order can be for, the default one first. */
  readonly accounts: readonly string[];
  /** The gateway's own zone, for times that name none. */
  readonly zone: Zone;
  readonly now: number;
}

/** Java's way to say "no type". */
const noType = 'none';

/**
 * What an order asks for, from the fields of a placeOrder request. Fields that are empty, or that hold one of the
 * values clients write for "not set", are left out.
 * @throws {OrderRequestError} with the gateway's code when a field makes no sense
 * @throws {BadFieldError} when a number is none
 */
export function termsOf(wire: WireFields, context: TermsContext): OrderTerms {
  const type = parseOrderType(textOf(wire, 'orderType'));
  const combo = textOf(wire, 'secType').toUpperCase() === 'BAG';
  const cashQuantity = nonZeroOf(wire, 'cashQty');
  return {
    account: accountOf(wire, context.accounts),
    legs: context.legs,
    combo,
    exchange: textOf(wire, 'exchange').toUpperCase(),
    side: parseSide(textOf(wire, 'action')),
    quantity: new Decimal(countOf(wire, 'totalQuantity')),
    ...given('cashQuantity', cashQuantity === undefined ? undefined : new Decimal(cashQuantity)),
    type,
    tif: parseTimeInForce(textOf(wire, 'tif')),
    ...(combo ? given('limitPrice', netOfLegs(context.legs)) : {}),
    ...prices(wire),
    ...times(wire, context),
    ...handling(wire),
    conditions: parseConditions(wire.rows.conditions ?? [], (text) =>
      requiredTime(parseOrderTime(text, 'Time Condition', context.now, context.zone)),
    ),
    conditionsIgnoreRth: flagOf(wire, 'conditionsIgnoreRth'),
    conditionsCancelOrder: flagOf(wire, 'conditionsCancelOrder'),
    ...given('algo', algoOf(wire, context)),
    ...given('adjustment', adjustmentOf(wire)),
    ...given('scale', scaleOf(wire)),
    ...given('volatility', volatilityOf(wire)),
    ...given('pegBench', type === 'PEG BENCH' ? pegBenchOf(wire) : undefined),
    ...labels(wire),
  };
}

/** A property only when there is a value: absent is how terms say "not given". */
function given<const K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in K]: V });
}

function requiredTime(time: number | undefined): number {
  if (time === undefined) throw invalid('Invalid time condition');
  return time;
}

function accountOf(wire: WireFields, accounts: readonly string[]): string {
  const name = textOf(wire, 'account');
  const [first = ''] = accounts;
  if (name === '') {
    const shared = textOf(wire, 'faGroup') !== '';
    if (accounts.length > 1 && !shared && !isAdvisor(first))
      throw new OrderRequestError(435, 'You must specify an account.');
    return first;
  }
  if (!accounts.includes(name)) throw invalid(`Invalid account code '${name}'.`);
  return name;
}

/** An advisor's own account begins with F, on paper with DF. */
const isAdvisor = (account: string): boolean => /^D?F/.test(account);

function prices(wire: WireFields) {
  return {
    ...given('limitPrice', numberOf(wire, 'lmtPrice')),
    ...given('auxPrice', numberOf(wire, 'auxPrice')),
    ...given('trailStopPrice', nonZeroOf(wire, 'trailStopPrice')),
    ...given('trailingPercent', nonZeroOf(wire, 'trailingPercent')),
    ...given('limitPriceOffset', numberOf(wire, 'lmtPriceOffset')),
    ...given('percentOffset', nonZeroOf(wire, 'percentOffset')),
    ...given('discretionaryAmount', nonZeroOf(wire, 'discretionaryAmt')),
  };
}

function times(wire: WireFields, { now, zone }: TermsContext) {
  const read = (name: string, label: string): number | undefined =>
    parseOrderTime(textOf(wire, name), label, now, zone);
  return {
    ...given('goodAfter', read('goodAfterTime', 'Good After Time')),
    ...given('goodTill', read('goodTillDate', 'Good Till Date')),
    ...given('duration', nonZeroOf(wire, 'duration')),
    ...given('activeStart', read('activeStartTime', 'Active Start Time')),
    ...given('activeStop', read('activeStopTime', 'Active Stop Time')),
  };
}

function handling(wire: WireFields) {
  const minQuantity = nonZeroOf(wire, 'minQty');
  return {
    outsideRth: flagOf(wire, 'outsideRth'),
    includeOvernight: flagOf(wire, 'includeOvernight'),
    allOrNone: flagOf(wire, 'allOrNone'),
    ...given('minQuantity', minQuantity === undefined ? undefined : new Decimal(minQuantity)),
    ...given('displaySize', nonZeroOf(wire, 'displaySize')),
    hidden: flagOf(wire, 'hidden'),
    triggerMethod: countOf(wire, 'triggerMethod'),
    transmit: flagOf(wire, 'transmit'),
    parentId: countOf(wire, 'parentId'),
    ocaGroup: textOf(wire, 'ocaGroup'),
    ocaType: countOf(wire, 'ocaType') || 3,
    notHeld: flagOf(wire, 'notHeld'),
  };
}

const labels = (wire: WireFields) => ({
  openClose: textOf(wire, 'openClose'),
  orderRef: textOf(wire, 'orderRef'),
  modelCode: textOf(wire, 'modelCode'),
  faGroup: textOf(wire, 'faGroup'),
  faMethod: textOf(wire, 'faMethod'),
  faPercentage: textOf(wire, 'faPercentage'),
});

function algoOf(wire: WireFields, { now, zone }: TermsContext): OrderTerms['algo'] {
  const strategy = textOf(wire, 'algoStrategy');
  if (strategy === '') return undefined;
  const rows = wire.rows.algoParams ?? [];
  const parameters = new Map(rows.map((row) => [textOf(row, 'tag'), textOf(row, 'value')]));
  const time = (...names: string[]): number | undefined => {
    const name = names.find((candidate) => parameters.has(candidate)) ?? '';
    return parseOrderTime(parameters.get(name) ?? '', name, now, zone);
  };
  return {
    strategy,
    parameters,
    ...given('startTime', time('startTime', 'activeTimeStart')),
    ...given('endTime', time('endTime', 'activeTimeEnd')),
  };
}

function adjustmentOf(wire: WireFields): Adjustment | undefined {
  const text = textOf(wire, 'adjustedOrderType');
  if (text === '' || text.toLowerCase() === noType) return undefined;
  const type: OrderType = parseOrderType(text);
  return {
    type,
    triggerPrice: countOf(wire, 'triggerPrice'),
    ...given('stopPrice', numberOf(wire, 'adjustedStopPrice')),
    ...given('stopLimitPrice', numberOf(wire, 'adjustedStopLimitPrice')),
    ...given('trailingAmount', numberOf(wire, 'adjustedTrailingAmount')),
    ...given('trailingUnit', numberOf(wire, 'adjustableTrailingUnit')),
  };
}

function scaleOf(wire: WireFields): OrderTerms['scale'] {
  const initialSize = nonZeroOf(wire, 'scaleInitLevelSize');
  const priceIncrement = nonZeroOf(wire, 'scalePriceIncrement');
  if (initialSize === undefined || priceIncrement === undefined) return undefined;
  return {
    initialSize,
    priceIncrement,
    ...given('nextSize', nonZeroOf(wire, 'scaleSubsLevelSize')),
    ...given('profitOffset', nonZeroOf(wire, 'scaleProfitOffset')),
  };
}

function volatilityOf(wire: WireFields): OrderTerms['volatility'] {
  const percent = nonZeroOf(wire, 'volatility');
  return percent === undefined ? undefined : { percent, unit: countOf(wire, 'volatilityType') || 2 };
}

function pegBenchOf(wire: WireFields): OrderTerms['pegBench'] {
  return {
    conId: countOf(wire, 'referenceContractId'),
    isDecrease: flagOf(wire, 'isPeggedChangeAmountDecrease'),
    amount: countOf(wire, 'peggedChangeAmount'),
    referenceAmount: countOf(wire, 'referenceChangeAmount'),
    exchange: textOf(wire, 'referenceExchangeId'),
    ...given('startingPrice', nonZeroOf(wire, 'startingPrice')),
    ...given('stockReferencePrice', nonZeroOf(wire, 'stockRefPrice')),
    ...given('rangeLower', nonZeroOf(wire, 'stockRangeLower')),
    ...given('rangeUpper', nonZeroOf(wire, 'stockRangeUpper')),
  };
}
