import { ToolError } from '../../../shared/errors.ts';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';

/**
 * Terms that a gateway's version of the protocol may not carry. The libraries leave some of them out without a word, and an
 * order would then work otherwise than it was approved; here it is refused.
 *
 * Versions: IBKR's list of server versions (10.19 is 176, 10.32 is 193); at 193 the whole model can be carried but for what
 * stands here with a higher one.
 */
interface Carried {
  readonly what: string;
  readonly since: number;
  readonly has: (terms: OrderTerms, contract: OrderContract) => boolean;
}

const carried: readonly Carried[] = [
  { what: 'Working overnight', since: 189, has: ({ tif }) => tif === 'OVERNIGHT' || tif === 'OVERNIGHT_DAY' },
  { what: 'A duration in seconds', since: 158, has: ({ durationSeconds }) => durationSeconds !== undefined },
  { what: 'PEG_BEST’s terms', since: 170, has: ({ pegBest }) => pegBest !== undefined },
];

/** Combinations that the message has no place for, whatever the version. */
const misplaced: readonly Omit<Carried, 'since'>[] = [
  {
    what: 'A smallest trade quantity of PEG_BEST anywhere but at IBKRATS',
    has: ({ pegBest }, { exchange }) => pegBest?.minTradeQuantity !== undefined && exchange !== 'IBKRATS',
  },
  {
    what: 'PEG_BEST’s terms with another order type',
    has: ({ type, pegBest }) =>
      pegBest !== undefined &&
      type !== 'PEG_BEST' &&
      (pegBest.minCompeteSize !== undefined || pegBest.competeOffset !== undefined || type !== 'PEG_MID'),
  },
  {
    what: 'Midpoint offsets without competing up to the midpoint',
    has: ({ type, pegBest }) =>
      type === 'PEG_BEST' &&
      pegBest?.competeOffset !== 'mid' &&
      (pegBest?.midOffsetWhole !== undefined || pegBest?.midOffsetHalf !== undefined),
  },
  {
    what: 'PEG_BENCH’s terms with another order type',
    has: ({ type, pegBench }) => pegBench !== undefined && type !== 'PEG_BENCH',
  },
  {
    what: 'Prices or guarantees of legs without legs',
    has: ({ nonGuaranteed }, { legs }) => nonGuaranteed === true && !legs,
  },
];

/** @throws ToolError `invalid_arguments` when a term would be left out */
export function assertCarried(contract: OrderContract, terms: OrderTerms, serverVersion: number): void {
  const tooNew = carried.find(({ since, has }) => serverVersion < since && has(terms, contract));
  if (tooNew) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `${tooNew.what} cannot be said to this IB Gateway: its API is of version ${serverVersion}, and ${tooNew.since} is needed. Nothing was sent.`,
      nextStep: 'Update IB Gateway, or leave the term out.',
      sent: false,
    });
  }
  const lost = misplaced.find(({ has }) => has(terms, contract));
  if (lost) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `${lost.what} cannot be said in IB’s order message. Nothing was sent.`,
      nextStep: 'Leave the term out, or choose the type it belongs to.',
      sent: false,
    });
  }
}
