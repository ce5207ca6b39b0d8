import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { roundToTick } from '../market/rules.ts';
import { algoEnd, algoProblem } from './algos.ts';
import { invalid, invalidAlgo, invalidTif, type Notice, notices, rejected } from './messages.ts';
import { type OrderTerms, timesInForce } from './model.ts';
import { isClosing, isOpening, kindOf, worksOutsideRth } from './order-kinds.ts';
import type { Phase } from './sessions.ts';

/** What an order is checked against besides itself. */
export interface ValidationFacts {
  readonly instant: number;
  readonly last: number;
  readonly accounts: readonly string[];
  /** The phase of the order's market now. */
  readonly phase: Phase;
  /** The last instant at which orders for today's closing auction are taken. */
  readonly closingCutOff: number;
  /** True when the gateway's percentage check is not to be overridden. */
  readonly checksPercentage: boolean;
}

/** How far a limit may be on the wrong side of the market: what TWS has as default. */
const percentage = 0.2;

const finite = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** Why an order is refused; undefined when nothing is wrong with it. */
export function problemWith(terms: OrderTerms, facts: ValidationFacts): Notice | undefined {
  return (
    accountProblem(terms, facts) ??
    permissionProblem(terms) ??
    sizeProblem(terms) ??
    typeProblem(terms) ??
    timeProblem(terms, facts) ??
    priceProblem(terms, facts) ??
    attributeProblem(terms) ??
    algoProblem(terms)
  );
}

function accountProblem({ account, faGroup }: OrderTerms, { accounts }: ValidationFacts): Notice | undefined {
  if (account === '' && faGroup === '') return notices.noAccount;
  if (account !== '' && !accounts.includes(account)) return invalid(`Invalid account code '${account}'.`);
  return undefined;
}

/** Where the accounts may not trade: what is quoted over the counter, and India, which is open to its residents only. */
const closedExchanges: ReadonlySet<string> = new Set(['PINK', 'NSE']);

const permissionProblem = ({ legs }: OrderTerms): Notice | undefined =>
  legs.some(({ instrument }) => closedExchanges.has(instrument.primaryExchange))
    ? notices.noTradingPermission
    : undefined;

function sizeProblem(terms: OrderTerms): Notice | undefined {
  const { quantity, cashQuantity, legs, combo, exchange } = terms;
  const { instrument } = legs[0];
  if (cashQuantity?.gt(0)) {
    const usable = !combo && ['STK', 'CASH', 'CRYPTO'].includes(instrument.secType);
    if (!usable || !quantity.isZero()) return notices.cashQuantityUnusable;
    return undefined;
  }
  if (quantity.isNegative()) return invalid('Order size is invalid');
  if (quantity.isZero()) return notices.sizeZero;
  if (combo) return quantity.isInteger() ? undefined : notices.noFractions;
  if (!quantity.isInteger() && instrument.sizeIncrement >= 1) return notices.noFractions;
  if (!quantity.isInteger() && instrument.secType === 'STK' && exchange !== 'SMART') return notices.fractionsSmartOnly;
  if (quantity.lt(instrument.minSize)) return notices.sizeTooSmall;
  return isMultiple(quantity, instrument.sizeIncrement) ? undefined : notices.sizeVariation;
}

const isMultiple = (quantity: Decimal, increment: number): boolean =>
  !(increment > 0) || quantity.mod(new Decimal(increment)).isZero();

function typeProblem(terms: OrderTerms): Notice | undefined {
  const { instrument } = terms.legs[0];
  if (instrument.secType === 'IND' || instrument.secType === 'CONTFUT') return notices.unsupportedType;
  if (terms.combo)
    return ['LMT', 'MKT', 'STP', 'STP LMT', 'REL'].includes(terms.type) ? undefined : notices.unsupportedType;
  return isListed(instrument, terms) ? undefined : notices.unsupportedType;
}

/** Whether contract details list the type of order. A few types belong to kinds of contract rather than to lists. */
function isListed({ orderTypes, secType }: Instrument, terms: OrderTerms): boolean {
  const listed = new Set(orderTypes.split(','));
  const isOption = secType === 'OPT' || secType === 'FOP';
  const { type } = terms;
  if (type === 'VOL' || type === 'PEG STK' || type === 'BOX TOP') return isOption;
  if (type === 'MKT PRT' || type === 'STP PRT') return secType === 'FUT' || secType === 'FOP';
  if (type === 'MKT' || type === 'LMT') return listed.size === 1 || listed.has(type);
  return kindOf(terms).listedAs.some((code) => listed.has(code));
}

function timeProblem(terms: OrderTerms, { instant, phase, closingCutOff }: ValidationFacts): Notice | undefined {
  const { tif, goodTill, type, legs, duration } = terms;
  if (!timesInForce.includes(tif)) return invalidTif(tif);
  if (tif === 'GTD' && (goodTill === undefined || goodTill <= instant))
    return invalid('Good Till Date is missing or lies in the past');
  // Only coins can be worked for minutes.
  const minutes = legs[0].instrument.secType === 'CRYPTO' && duration !== undefined;
  if (tif === 'MINUTES' && !minutes) return invalidTif('Minutes');
  if ((algoEnd(terms) ?? instant) < instant) return invalidAlgo('The end time lies in the past');
  if (isClosing(kindOf(terms))) {
    if (tif !== 'DAY' && tif !== 'GTC') return notices.auctionTif;
    if (phase === 'regular' && instant > closingCutOff) return rejected('Exchange is closed.');
  }
  if (tif === 'OPG') {
    if (type !== 'MKT' && type !== 'LMT') return notices.tifIncompatible;
    if (phase === 'regular') return rejected('Exchange is closed.');
  }
  const { secType, schedule } = legs[0].instrument;
  const overnight = tif === 'OVERNIGHT' || tif === 'OND' || terms.exchange === 'OVERNIGHT';
  if (overnight && (secType !== 'STK' || schedule !== 'usStocks' || type !== 'LMT')) return invalidTif(tif);
  if ((tif === 'IOC' || tif === 'FOK') && kindOf(terms).trigger !== 'none' && tif === 'FOK')
    return notices.tifIncompatible;
  return undefined;
}

/** The prices a type of order cannot do without. */
function missingPrice(terms: OrderTerms): string | undefined {
  const { trigger, pricing } = kindOf(terms);
  const trails = trigger === 'trailingStop' || trigger === 'trailingTouch';
  if (
    trails &&
    !(finite(terms.auxPrice) && terms.auxPrice > 0) &&
    !(finite(terms.trailingPercent) && terms.trailingPercent > 0)
  )
    return 'Invalid trailing amount';
  if (trails && finite(terms.trailingPercent) && terms.trailingPercent >= 100) return 'Invalid trailing percentage';
  if ((trigger === 'stop' || trigger === 'touch') && !finite(terms.auxPrice)) return 'Stop price is missing';
  const needsLimit = (pricing === 'limit' || pricing === 'closingLimit') && !trails;
  if (needsLimit && !finite(terms.limitPrice)) return 'Limit price is missing';
  if (trails && pricing === 'limit' && !finite(terms.limitPrice) && !finite(terms.limitPriceOffset))
    return 'Limit price is missing';
  if (pricing === 'volatility' && !(terms.volatility && terms.volatility.percent > 0)) return 'Volatility is missing';
  if (pricing === 'benchmark' && !terms.pegBench) return 'Reference contract is missing';
  return undefined;
}

function priceProblem(terms: OrderTerms, facts: ValidationFacts): Notice | undefined {
  const missing = missingPrice(terms);
  if (missing) return invalid(missing);
  if (terms.combo) return undefined;
  const { rule } = terms.legs[0].instrument;
  const { trigger } = kindOf(terms);
  const absolute = [
    terms.limitPrice,
    terms.trailStopPrice,
    ...(trigger === 'stop' || trigger === 'touch' ? [terms.auxPrice] : []),
    terms.adjustment?.stopPrice,
    terms.adjustment?.stopLimitPrice,
  ].filter(finite);
  if (absolute.some((price) => price < 0)) return invalid('Price must be positive');
  if (absolute.some((price) => Math.abs(roundToTick(rule, price) - price) > 1e-7)) return notices.priceVariation;
  const { limitPrice, side } = terms;
  const aggressive = terms.type === 'LMT' && finite(limitPrice) && limitPrice > 0;
  const over = aggressive ? (limitPrice / facts.last - 1) * (side === 'BUY' ? 1 : -1) : 0;
  return facts.checksPercentage && over > percentage ? notices.percentageConstraint : undefined;
}

function attributeProblem(terms: OrderTerms): Notice | undefined {
  const { displaySize = 0, discretionaryAmount = 0, minQuantity, quantity } = terms;
  if (displaySize > 0 && discretionaryAmount > 0) return notices.icebergOrDiscretionary;
  if (minQuantity?.gt(quantity) && !terms.cashQuantity) return invalid('Minimum quantity exceeds the order size');
  if (terms.scale && terms.type !== 'LMT') return invalid('Scale orders must be limit orders');
  if (terms.ocaType < 0 || terms.ocaType > 3) return invalid('Invalid OCA type');
  if (![0, 1, 2, 3, 4, 7, 8].includes(terms.triggerMethod)) return invalid('Invalid trigger method');
  return undefined;
}

/** Notices about an order that is taken all the same. */
export function warningsFor(terms: OrderTerms): Notice[] {
  const { secType } = terms.legs[0].instrument;
  const isIgnored = terms.outsideRth && (secType === 'CASH' || !worksOutsideRth(terms.type) || isOpening(terms));
  return isIgnored ? [notices.outsideRthIgnored] : [];
}
