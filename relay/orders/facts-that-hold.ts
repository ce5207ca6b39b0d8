import { Decimal } from 'decimal.js';
import type { PlaceBody } from '../../shared/orders/frames.ts';
import type { PlannedOrder } from '../../shared/orders/order.ts';
import type { SendFacts } from './model.ts';
import { filledOf } from './order-life.ts';
import { type Draft, findTicket, type TraderTicket } from './state.ts';

/**
 * What was found out about an order before it is sent tells of positions and working orders as they were when it was asked.
 * Orders of ours that left since, or that the gateway has not shown yet, are not in it: two sales of one position would each
 * be seen to reduce it. What depends on them is then not known, so that no rule lets it pass. Pure.
 */

/** Kinds in which a sale is never short of shares. */
const neverShort: ReadonlySet<string> = new Set(['OPT', 'FOP', 'WAR', 'CASH']);
const isOption = (secType: string): boolean => secType === 'OPT' || secType === 'FOP';

export function factsThatHold(
  draft: Pick<Draft, 'active' | 'ended' | 'recent'>,
  { ticket, account }: Pick<PlaceBody, 'ticket' | 'account'>,
  order: PlannedOrder,
  facts: SendFacts | undefined,
): SendFacts | undefined {
  if (!facts) return undefined;
  const others = draft.recent
    .filter((name) => name !== ticket)
    .flatMap((name) => findTicket(draft, name) ?? [])
    .filter((other) => other.account === account && isUnseen(other, facts.at ?? 0));
  if (others.length === 0) return facts;
  const { borrowingPercent: _, ...measures } = facts.measures;
  const traded = new Set(tradesOf(order));
  const isBeside = others.some((other) => other.order && tradesOf(other.order).some((one) => traded.has(one)));
  return isBeside ? withoutPosition(facts, order) : { ...facts, measures };
}

/** Not among what was asked about: it left since, was filled since, or has not been shown by the gateway. */
function isUnseen({ gatewayAt, legs, state }: TraderTicket, at: number): boolean {
  if (state === 'not_placed' || state === 'rejected') return false;
  if (gatewayAt >= at) return true;
  const isHidden = state !== 'final' && legs.some(({ leg, life }) => leg === 'entry' && life.permId === 0);
  return (
    isHidden ||
    legs.some(({ life }) => life.fills.some(({ execution }) => execution.at >= at) && filledOf(life) !== '0')
  );
}

interface Part {
  readonly conId: number;
  readonly secType: string;
  readonly sold: boolean;
}

function partsOf(order: PlannedOrder): Part[] {
  const { contract } = order;
  if (order.kind === 'exercise') return [{ conId: contract.conId, secType: contract.secType, sold: true }];
  const sold = order.entry.side === 'SELL';
  const legs = contract.legs ?? [{ conId: contract.conId, secType: contract.secType, side: 'BUY' as const }];
  return legs.map(({ conId, secType, side }) => ({ conId, secType, sold: sold === (side === 'BUY') }));
}

const tradesOf = (order: PlannedOrder): string[] =>
  partsOf(order).map(({ conId, sold }) => `${conId} ${sold ? 'sold' : 'bought'}`);

function withoutPosition({ measures, uses, ...rest }: SendFacts, order: PlannedOrder): SendFacts {
  const { positionPercent: _, borrowingPercent: __, ...known } = measures;
  const sold = partsOf(order).filter((part) => part.sold);
  return {
    ...rest,
    measures: {
      ...known,
      reduces: false,
      short: measures.short || sold.some(({ secType }) => !neverShort.has(secType)),
      uncoveredOption: measures.uncoveredOption || sold.some(({ secType }) => isOption(secType)),
    },
    // What could only reduce took nothing of the limits on notional and number.
    uses: measures.reduces
      ? {
          ...uses,
          notional: new Decimal(measures.notional ?? 0).toFixed(),
          orders: order.kind === 'modify' ? 0 : 1,
        }
      : uses,
  };
}
