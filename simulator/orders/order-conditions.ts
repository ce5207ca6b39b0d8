import type { Condition, WireFields } from '../exchange/model.ts';
import { invalid } from './order-error.ts';
import { countOf, flagOf, textOf } from './wire-values.ts';

/** Reads a time of a condition; the time is given. */
type ReadTime = (text: string) => number;

/** The conditions of an order, in order. @throws {OrderRequestError} when one of them is of no kind the gateway knows */
export function parseConditions(rows: readonly WireFields[], readTime: ReadTime): Condition[] {
  return rows.map((row) => ({ ...conditionOf(row, readTime), conjunction: conjunctionOf(row) }));
}

/** `o` and `O` are or, anything else is and. */
const conjunctionOf = (row: WireFields): Condition['conjunction'] =>
  textOf(row, 'conjunction').toLowerCase().startsWith('o') ? 'or' : 'and';

type Unjoined<C> = C extends Condition ? Omit<C, 'conjunction'> : never;

function conditionOf(row: WireFields, readTime: ReadTime): Unjoined<Condition> {
  const isMore = flagOf(row, 'isMore');
  const contract = { conId: countOf(row, 'conId'), exchange: textOf(row, 'exchange') };
  switch (textOf(row, 'type')) {
    case '1':
      return {
        kind: 'price',
        isMore,
        price: countOf(row, 'value'),
        ...contract,
        triggerMethod: countOf(row, 'triggerMethod'),
      };
    case '3':
      return { kind: 'time', isMore, time: readTime(textOf(row, 'value')) };
    case '4':
      return { kind: 'margin', isMore, percent: countOf(row, 'value') };
    case '5':
      return {
        kind: 'execution',
        secType: textOf(row, 'secType'),
        exchange: contract.exchange,
        symbol: textOf(row, 'symbol'),
      };
    case '6':
      return { kind: 'volume', isMore, volume: countOf(row, 'value'), ...contract };
    case '7':
      return { kind: 'percentChange', isMore, percent: countOf(row, 'value'), ...contract };
    default:
      throw invalid('Invalid condition type');
  }
}
