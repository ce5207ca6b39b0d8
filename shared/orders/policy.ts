import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Decimal } from 'decimal.js';
import type { Policy, Verdict } from './policy-fields.ts';
import type { PreparedOrder } from './preview.ts';

type Measures = PreparedOrder['measures'];
type Uses = PreparedOrder['uses'];

interface Question {
  readonly policy: Policy;
  readonly measures: Measures;
  readonly account: string | undefined;
  readonly uses: Uses;
  /** Of the window so far, without this order. */
  readonly used: Uses;
  /** What can only reduce a position is free of limits on notional, count and loss; those on size hold for it, too. */
  readonly free: boolean;
}

/** One field of a policy: what it says of an order, or undefined where the field is not set or does not concern it. */
type Rule = (question: Question) => { readonly pass: boolean; readonly text: string } | undefined;

/** Small letters are as good as large ones, but only those of ASCII: others become letters that they are not. */
const isSame = (name: string, other: string): boolean =>
  /^[\x20-\x7e]+$/.test(other) && name.toUpperCase() === other.toUpperCase();

/** Of a combination all that it is made of must be allowed: its kind, its legs’ kinds, and each of their symbols. */
const listed = (allowed: readonly string[] | undefined, value: string | undefined, what: string) =>
  allowed === undefined
    ? undefined
    : {
        pass: value?.split(',').every((one) => allowed.some((name) => isSame(name, one))) ?? false,
        text: `${what} ${value ?? 'unknown'}; allowed: ${allowed.slice(0, 10).join(', ')}${allowed.length > 10 ? ', …' : ''}`,
      };

/** An amount that is not known does not pass where a limit is set. */
const atMost = (limit: number | undefined, amount: Decimal | undefined, text: (amount: string) => string) =>
  limit === undefined ? undefined : { pass: amount?.lte(limit) ?? false, text: text(amount?.toFixed() ?? 'unknown') };

/** Worth cannot be judged where there is no price at all, and of paper money need not be. */
const isUnpriced = ({ unpriced, notional }: Measures): boolean => unpriced === true && notional === undefined;

/** A right that is let go, or a change that makes an order no larger: there is nothing to hold to a size. */
const addsNoUnits = ({ quantity }: Measures, uses: Uses): boolean =>
  quantity !== undefined && new Decimal(uses.quantity).isZero();

const forbidden = (set: boolean | undefined, does: boolean, text: string) =>
  set === true ? { pass: !does, text: does ? text : 'it does not' } : undefined;

const sum = (a: string, b: string): Decimal => new Decimal(a).plus(b);

const decimal = (value: number | undefined): Decimal | undefined =>
  value === undefined ? undefined : new Decimal(value);

const rules: { readonly [Name in keyof Policy]?: Rule } = {
  accounts: ({ policy, account }) => listed(policy.accounts, account, 'account'),
  securityTypes: ({ policy, measures }) => listed(policy.securityTypes, measures.secType, 'kind'),
  symbols: ({ policy, measures }) => listed(policy.symbols, measures.symbol, 'symbol'),
  currencies: ({ policy, measures }) => listed(policy.currencies, measures.currency, 'currency'),
  maxOrderQuantity: ({ policy: { maxOrderQuantity: limit }, measures }) =>
    atMost(limit, decimal(measures.quantity), (size) => `size ${size}, at most ${limit} an order`),
  maxOrderNotional: ({ policy: { maxOrderNotional: limit }, measures, free }) =>
    free || isUnpriced(measures)
      ? undefined
      : atMost(limit, decimal(measures.notional), (worth) => `worth ${worth}, at most ${limit} an order`),
  maxDayQuantity: ({ policy: { maxDayQuantity: limit }, measures, uses, used }) =>
    addsNoUnits(measures, uses)
      ? undefined
      : atMost(
          limit,
          measures.quantity === undefined ? undefined : sum(used.quantity, uses.quantity),
          (size) => `size ${size} within 24 hours, at most ${limit}`,
        ),
  maxDayNotional: ({ policy: { maxDayNotional: limit }, measures, uses, used, free }) =>
    free || isUnpriced(measures)
      ? undefined
      : atMost(
          limit,
          measures.notional === undefined ? undefined : sum(used.notional, uses.notional),
          (worth) => `worth ${worth} within 24 hours, at most ${limit}`,
        ),
  maxDayOrders: ({ policy: { maxDayOrders: limit }, uses, used, free }) =>
    free
      ? undefined
      : atMost(
          limit,
          new Decimal(used.orders + uses.orders),
          (orders) => `${orders} orders within 24 hours, at most ${limit}`,
        ),
  maxDayLoss: ({ policy: { maxDayLoss: limit }, uses, used, free }) =>
    free
      ? undefined
      : atMost(limit, sum(used.loss, uses.loss), (loss) => `loss ${loss} within 24 hours, at most ${limit}`),
  maxPositionPercent: ({ policy: { maxPositionPercent: limit }, measures }) =>
    measures.reduces || isUnpriced(measures)
      ? undefined
      : atMost(
          limit,
          decimal(measures.positionPercent),
          (share) => `position ${share} % of net liquidation, at most ${limit} %`,
        ),
  maxBorrowingPercent: ({ policy: { maxBorrowingPercent: limit }, measures }) =>
    measures.reduces
      ? undefined
      : atMost(
          limit,
          decimal(measures.borrowingPercent),
          (share) => `borrowed ${share} % of net liquidation, at most ${limit} %`,
        ),
  closeOnly: ({ policy, measures }) => forbidden(policy.closeOnly, !measures.reduces, 'it may open or turn a position'),
  noShort: ({ policy, measures }) => forbidden(policy.noShort, measures.short, 'it may leave a short position'),
  noUncoveredOptions: ({ policy, measures }) =>
    forbidden(policy.noUncoveredOptions, measures.uncoveredOption, 'it may leave an option uncovered'),
  priceCollarPercent: ({ policy: { priceCollarPercent: limit }, measures }) =>
    measures.distancePercent === undefined && (measures.reduces || measures.unpriced)
      ? undefined
      : atMost(
          limit,
          decimal(measures.distancePercent),
          (distance) => `price ${distance} % from the market, at most ${limit} %`,
        ),
  hours: ({ policy, measures }) =>
    policy.hours === 'regular'
      ? {
          pass: measures.regularHours === true,
          text: measures.regularHours ? 'within regular hours' : 'outside regular hours',
        }
      : undefined,
};

/** The names of the fields that this build knows, for the other end to know; those without a rule are looked after elsewhere. */
export const knownFields: readonly string[] = [
  ...Object.keys(rules),
  'approval',
  'approveForeignCancels',
  'deadManMinutes',
];

/**
 * What a policy says of an order, rule by rule; rules that do not concern it are left out. Pure: the caller counts what was
 * used, so that limits hold in aggregate.
 * @param by whose policy it is
 */
export function judge<By extends Verdict['by']>(
  policy: Policy,
  by: By,
  measures: Measures,
  uses: Uses,
  used: Uses,
  account?: string,
): Verdict[] {
  const question = { policy, measures, account: account ?? measures.account, uses, used, free: measures.reduces };
  return Object.entries(rules).flatMap(([rule, verdictOf]) => {
    const verdict = verdictOf(question);
    return verdict ? [{ rule, by, ...verdict }] : [];
  });
}

/** What a policy says of an order that is for several accounts; what it says of all of them is said once. */
export function distinct(verdicts: readonly Verdict[]): Verdict[] {
  return [...new Map(verdicts.map((verdict) => [`${verdict.rule} ${verdict.pass} ${verdict.text}`, verdict])).values()];
}

/** Whether a policy has anything to say of orders at all. */
export function judgesOrders(policy: Policy): boolean {
  return Object.entries(policy).some(([name, limit]) => name in rules && limit !== undefined);
}

/** Whether a rule needs to know what the order is worth. */
export function needsNotional({
  maxOrderNotional,
  maxDayNotional,
  maxPositionPercent,
  priceCollarPercent,
}: Policy): boolean {
  return [maxOrderNotional, maxDayNotional, maxPositionPercent, priceCollarPercent].some(
    (limit) => limit !== undefined,
  );
}

/** Names a policy: another name is another policy. */
export function policyId(policy: Policy): string {
  const text = JSON.stringify(Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1)));
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 16);
}
