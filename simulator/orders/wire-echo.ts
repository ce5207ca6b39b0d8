import type { WireFields } from '../exchange/model.ts';
import type { Row } from '../protocol/fields.ts';
import type { Scalar } from '../protocol/spelling.ts';
import { flagOf, nonZeroOf, numberOf, textOf } from './wire-values.ts';

/** How a client's word for a field is read. A `count` or an `amount` of zero means that it was not set. */
type Kind = 'text' | 'flag' | 'int' | 'count' | 'double' | 'amount';

/** Every field of an order that comes back as it was sent. What stands for those that were not set is the message's affair. */
const echoes: Readonly<Record<Kind, string>> = {
  text: 'openClose orderRef faGroup faMethod faPercentage faProfile modelCode rule80A settlingFirm designatedLocation deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralDesignatedLocation hedgeType hedgeParam clearingAccount algoStrategy referenceExchangeId softDollarName softDollarValue customerAccount extOperator deltaNeutralOpenClose clearingIntent deltaNeutralOrderType adjustedOrderType',
  flag: 'outsideRth hidden blockOrder sweepToFill allOrNone eTradeOnly firmQuoteOnly deltaNeutralShortSale optOutSmartRouting notHeld solicited whatIf randomizeSize randomizePrice isPeggedChangeAmountDecrease conditionsIgnoreRth conditionsCancelOrder isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo autoCancelParent professionalCustomer includeOvernight imbalanceOnly scaleAutoReset scaleRandomPercent dontUseAutoPriceForHedge',
  int: 'origin shortSaleSlot auctionStrategy parentId triggerMethod volatilityType deltaNeutral deltaNeutralConId deltaNeutralOrderConId deltaNeutralShortSaleSlot continuousUpdate referencePriceType adjustableTrailingUnit referenceContractId exemptCode scaleInitLevelSize scaleSubsLevelSize minQty duration postToAts minTradeQty minCompeteSize manualOrderIndicator scalePriceAdjustInterval scaleInitPosition scaleInitFillQty',
  count: 'displaySize',
  double:
    'peggedChangeAmount referenceChangeAmount percentOffset startingPrice stockRefPrice delta stockRangeLower stockRangeUpper nbboPriceCap volatility deltaNeutralAuxPrice trailingPercent scalePriceIncrement scalePriceAdjustValue scaleProfitOffset competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf triggerPrice lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount',
  amount: 'discretionaryAmt cashQty deltaNeutralDelta deltaNeutralPrice',
};

const readers: Readonly<Record<Kind, (wire: WireFields, name: string) => Scalar>> = {
  text: (wire, name) => textOf(wire, name) || undefined,
  flag: (wire, name) => (textOf(wire, name) === '' ? undefined : flagOf(wire, name)),
  int: numberOf,
  count: nonZeroOf,
  double: numberOf,
  amount: nonZeroOf,
};

const fieldsOf = (kind: Kind): [string, Kind][] => echoes[kind].split(' ').map((name) => [name, kind]);
const kinds: readonly [string, Kind][] = (Object.keys(echoes) as Kind[]).flatMap(fieldsOf);

/** The fields of an order that go back to clients as they came. */
export function echoed(wire: WireFields): Row {
  return Object.fromEntries(kinds.map(([name, kind]) => [name, readers[kind](wire, name)]));
}

const legDefaults = { openClose: '0', shortSaleSlot: '0', designatedLocation: '', exemptCode: '-1' };

/** The legs of a combination as they came, with zeros where the client left fields out. */
export function echoedLegs(wire: WireFields): Row[] {
  return rowsOf(wire, 'comboLegs').map((leg) => {
    const said = Object.entries(leg.values).filter(([, value]) => value !== '');
    return { ...legDefaults, ...Object.fromEntries(said) };
  });
}

/** The conditions as they came, joined by `a` and `o`. */
export function echoedConditions(wire: WireFields): Row[] {
  return rowsOf(wire, 'conditions').map((row) => ({
    ...row.values,
    conjunction: textOf(row, 'conjunction').toLowerCase().startsWith('o') ? 'o' : 'a',
    isMore: flagOf(row, 'isMore'),
  }));
}

/** The rows of a group as they came. */
export const echoedRows = (wire: WireFields, name: string): Row[] => rowsOf(wire, name).map(({ values }) => values);

const rowsOf = (wire: WireFields, name: string): readonly WireFields[] => wire.rows[name] ?? [];
