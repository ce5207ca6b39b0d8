import type { WireFields } from '../exchange/model.ts';
import { unsetDouble, unsetInteger } from '../protocol/codec.ts';
import type { Row } from '../protocol/fields.ts';
import { javaDouble } from './java-double.ts';
import { flagOf, numberOf, textOf } from './wire-values.ts';

/** How one field of an order goes back to clients, and what stands for it when it was not set. */
interface Echo {
  readonly kind: 'text' | 'flag' | 'int' | 'double';
  readonly unset: string;
}

const entries = (kind: Echo['kind'], unset: string, names: string): [string, Echo][] =>
  names.split(' ').map((name) => [name, { kind, unset }]);

/** Every field of an order that comes back as it was sent, with the value a gateway writes for "not set". */
const echoes: ReadonlyMap<string, Echo> = new Map([
  ...entries(
    'text',
    '',
    'openClose orderRef faGroup faMethod faPercentage faProfile modelCode rule80A settlingFirm designatedLocation deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralDesignatedLocation hedgeType hedgeParam clearingAccount algoStrategy referenceExchangeId softDollarName softDollarValue customerAccount extOperator',
  ),
  ...entries('text', '?', 'deltaNeutralOpenClose'),
  ...entries('text', 'IB', 'clearingIntent'),
  ...entries('text', 'None', 'deltaNeutralOrderType adjustedOrderType'),
  ...entries(
    'flag',
    '0',
    'outsideRth hidden blockOrder sweepToFill allOrNone eTradeOnly firmQuoteOnly deltaNeutralShortSale optOutSmartRouting notHeld solicited whatIf randomizeSize randomizePrice isPeggedChangeAmountDecrease conditionsIgnoreRth conditionsCancelOrder isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo autoCancelParent professionalCustomer includeOvernight imbalanceOnly scaleAutoReset scaleRandomPercent',
  ),
  ...entries('flag', '1', 'dontUseAutoPriceForHedge'),
  ...entries(
    'int',
    '0',
    'origin shortSaleSlot auctionStrategy parentId triggerMethod volatilityType deltaNeutral deltaNeutralConId deltaNeutralOrderConId deltaNeutralShortSaleSlot continuousUpdate referencePriceType adjustableTrailingUnit referenceContractId',
  ),
  ...entries('int', '-1', 'exemptCode'),
  ...entries('int', unsetInteger, 'displaySize scaleInitLevelSize scaleSubsLevelSize'),
  ...entries(
    'int',
    '',
    'minQty duration postToAts minTradeQty minCompeteSize manualOrderIndicator scalePriceAdjustInterval scaleInitPosition scaleInitFillQty',
  ),
  ...entries('double', '0.0', 'peggedChangeAmount referenceChangeAmount'),
  ...entries('double', '0', 'discretionaryAmt cashQty deltaNeutralDelta deltaNeutralPrice'),
  ...entries(
    'double',
    '',
    'percentOffset startingPrice stockRefPrice delta stockRangeLower stockRangeUpper nbboPriceCap volatility deltaNeutralAuxPrice trailingPercent scalePriceIncrement scalePriceAdjustValue scaleProfitOffset competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
  ),
  ...entries(
    'double',
    unsetDouble,
    'triggerPrice lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount',
  ),
]);

function echo(wire: WireFields, name: string, { kind, unset }: Echo): string {
  const text = textOf(wire, name);
  if (text === '') return unset;
  switch (kind) {
    case 'text':
      return text;
    case 'flag':
      return flagOf(wire, name) ? '1' : '0';
    case 'int':
      return String(numberOf(wire, name) ?? unset);
    case 'double': {
      const value = numberOf(wire, name);
      return value === undefined ? unset : javaDouble(value);
    }
  }
}

/** The fields of an order that go back to clients as they came, in the gateway's spelling. */
export function echoed(wire: WireFields): Row {
  return Object.fromEntries([...echoes].map(([name, how]) => [name, echo(wire, name, how)]));
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
