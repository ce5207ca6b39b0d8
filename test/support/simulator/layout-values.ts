import fc from 'fast-check';
import type { DecodedFields } from '../../../simulator/protocol/codec.ts';
import type { Item, Row } from '../../../simulator/protocol/fields.ts';

/** Random values for layouts, for tests. */

const numbers = ['0', '1', '2', '3.5', '1.7976931348623157E308', ''];

/** Fields whose values decide what follows, or that clients read more strictly than as text or number. */
const meaningful: Readonly<Record<string, readonly string[]>> = {
  secType: ['STK', 'BAG', 'FUND', 'OPT', ''],
  orderType: ['LMT', 'PEG BENCH', 'PEG BEST', 'PEG MID'],
  conjunction: ['a', 'o'],
  deltaNeutralOrderType: ['', 'None', 'MKT'],
  algoStrategy: ['', 'Vwap'],
  hedgeType: ['', 'D'],
  competeAgainstBestOffset: ['', '0.02', 'Infinity', 'Infinite', '1.7976931348623157E308'],
  deltaNeutral: ['0', '1'],
  advancedOrderRejectJson: ['', '{}'],
  exchange: ['SMART', 'IBKRATS'],
  errorTime: ['1779000000000'],
};
const conditionTypes = ['1', '3', '4', '5', '6', '7'];
const tickByTickTypes = ['1', '2', '3', '4'];

/**
 * Values for a layout: texts for fields, rows for groups; conditional parts get values whether they are due or not.
 * They are what a client of the protocol may meet: numbers where it expects some, and kinds that exist.
 */
export function valuesFor(items: readonly Item[]): fc.Arbitrary<Row> {
  const model: Record<string, fc.Arbitrary<Row[string]>> = {};
  const collect = (layout: readonly Item[], chosen: string | undefined): void => {
    for (const item of layout) {
      if (item.kind === 'field') {
        const kinds = item.name === chosen ? kindsOf(item.name) : undefined;
        model[item.name] = fc.constantFrom(...(kinds ?? meaningful[item.name] ?? numbers));
      } else if (item.kind === 'list') model[item.name] = fc.array(fc.constantFrom('1', '2.5'), { maxLength: 3 });
      else if (item.kind === 'group') model[item.name] = fc.array(valuesFor(item.items), { maxLength: 3 });
      else if (item.kind === 'when') collect(item.items, chosen);
    }
  };
  const decided = items.find((item) => item.kind === 'when');
  collect(items, decided?.kind === 'when' ? decided.field : undefined);
  return fc.record(model);
}

const kindsOf = (field: string): readonly string[] | undefined =>
  ({ type: conditionTypes, tickType: tickByTickTypes })[field];

/** Decoded fields as values to encode. */
export function encodable({ values, rows }: DecodedFields): Row {
  const groups = Object.entries(rows).map(([name, entries]) => [
    name,
    entries.map((entry) => (isSingle(entry) ? entry.values.value : encodable(entry))),
  ]);
  return { ...values, ...(Object.fromEntries(groups) as Row) };
}

/** True for the entries of a list, which have one value without a name of its own. */
const isSingle = ({ values, rows }: DecodedFields): boolean =>
  'value' in values && Object.keys(values).length === 1 && Object.keys(rows).length === 0;
