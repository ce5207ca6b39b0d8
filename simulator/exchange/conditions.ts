import type { Condition, OrderTerms } from './model.ts';

/** What conditions are judged by, at one moment. */
export interface ConditionFacts {
  readonly instant: number;
  /** The prices a price condition looks at; undefined for contracts nobody knows. */
  price(conId: number, triggerMethod: number): number | undefined;
  /** Units traded today. */
  volume(conId: number): number | undefined;
  /** Change since the previous close, in percent. */
  change(conId: number): number | undefined;
  /** Excess liquidity in percent of net liquidation. */
  cushion(): number;
  /** Whether something like this was traded since the order came. */
  traded(secType: string, exchange: string, symbol: string): boolean;
}

const compare = (isMore: boolean, value: number | undefined, threshold: number): boolean =>
  value !== undefined && (isMore ? value >= threshold : value <= threshold);

function holds(condition: Condition, facts: ConditionFacts): boolean {
  switch (condition.kind) {
    case 'price':
      return compare(condition.isMore, facts.price(condition.conId, condition.triggerMethod), condition.price);
    case 'time':
      return compare(condition.isMore, facts.instant, condition.time);
    case 'margin':
      return compare(condition.isMore, facts.cushion(), condition.percent);
    case 'execution':
      return facts.traded(condition.secType, condition.exchange, condition.symbol);
    case 'volume':
      return compare(condition.isMore, facts.volume(condition.conId), condition.volume);
    case 'percentChange':
      return compare(condition.isMore, facts.change(condition.conId), condition.percent);
  }
}

/** Whether the conditions as a whole have come true: "and" binds closer than "or". */
export function conditionsHold(terms: OrderTerms, facts: ConditionFacts): boolean {
  let group = true;
  for (const [index, condition] of terms.conditions.entries()) {
    group = group && holds(condition, facts);
    const isLast = index === terms.conditions.length - 1;
    if (condition.conjunction === 'or' || isLast) {
      if (group) return true;
      group = true;
    }
  }
  return terms.conditions.length === 0;
}

/** When conditions on time change. */
export const conditionTimes = ({ conditions }: OrderTerms): number[] =>
  conditions.flatMap((condition) => (condition.kind === 'time' ? [condition.time] : []));
