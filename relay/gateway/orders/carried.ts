import { ToolError } from '../../../shared/errors.ts';
import type { OrderContract, OrderTerms, OrderTypeName } from '../../../shared/orders/order.ts';
import {
  offsetTypes,
  overnightExchange,
  pricedTypes,
  stopTypes,
  trailingTypes,
  typeNamed,
  wireTimes,
  wireTypes,
} from './order-types.ts';

/**
 * What an order's message can say. A term that it has no place for would be left out, or be read as another one, and the
 * order would then work otherwise than it was approved; here it is refused.
 */

/** The types that have a term; of another one it has no place, or means something else. */
const termsOfTypes: readonly (readonly [term: keyof OrderTerms, types: ReadonlySet<OrderTypeName>])[] = [
  ['limitPrice', pricedTypes],
  ['stopPrice', stopTypes],
  ['trailingAmount', trailingTypes],
  ['trailingPercent', trailingTypes],
  ['trailStopPrice', trailingTypes],
  ['limitOffset', new Set(['TRAIL_LIMIT'])],
  ['offset', offsetTypes],
  ['offsetPercent', offsetTypes],
  ['volatility', new Set(['VOL'])],
  ['pegBest', new Set(['PEG_BEST', 'PEG_MID'])],
  ['pegBench', new Set(['PEG_BENCH'])],
];

interface Wrong {
  readonly what: string;
  readonly next: string;
  readonly has: (terms: OrderTerms, contract: OrderContract) => boolean;
}

/** One of two, never both or none. */
const isBothOrNone = (one: unknown, other: unknown): boolean => (one === undefined) === (other === undefined);
const isFraction = (text: string | undefined): boolean => text?.includes('.') === true;

const wrongs: readonly Wrong[] = [
  {
    what: 'A size and an amount of money at once, or neither,',
    next: 'Give quantity or cash_quantity.',
    has: ({ quantity, cashQuantity }) => isBothOrNone(quantity, cashQuantity),
  },
  {
    what: 'An account and a group at once, or neither,',
    next: 'Give account or allocation.',
    has: ({ account, allocation }) => isBothOrNone(account, allocation),
  },
  {
    what: 'A limit and an offset of it at once',
    next: 'Give limit_price or limit_offset.',
    has: ({ limitPrice, limitOffset }) => limitPrice !== undefined && limitOffset !== undefined,
  },
  {
    what: 'A trailing amount and a percentage at once, or neither,',
    next: 'Give trail_amount or trail_percent.',
    has: ({ type, trailingAmount, trailingPercent }) =>
      trailingTypes.has(type) && isBothOrNone(trailingAmount, trailingPercent),
  },
  {
    what: 'This time in force with this type',
    next: 'MOO and LOO are for OPG, AUCTION is for AUC, and these two are for no other type.',
    has: ({ type, tif }) => typeNamed(wireTypes[type], wireTimes[tif]) !== type,
  },
  {
    what: 'A last moment without GTD, or GTD without one,',
    next: 'Give good_till with tif GTD.',
    has: ({ tif, goodTill }) => (tif === 'GTD') !== (goodTill !== undefined),
  },
  {
    what: `Working overnight alone anywhere but at ${overnightExchange}`,
    next: `Use the exchange ${overnightExchange}, or tif OVERNIGHT_DAY.`,
    has: ({ tif }, { exchange }) => (tif === 'OVERNIGHT') !== (exchange === overnightExchange),
  },
  {
    what: 'What conditions do, without conditions,',
    next: 'Give conditions.',
    has: ({ conditions, conditionsCancel, conditionsIgnoreRth }) =>
      !conditions?.length && (conditionsCancel === true || conditionsIgnoreRth === true),
  },
  {
    what: 'A fraction as smallest or shown size, as volume or as margin of a condition',
    next: 'Give whole numbers.',
    has: ({ minQuantity, displaySize, conditions = [] }) =>
      isFraction(minQuantity) ||
      isFraction(displaySize) ||
      conditions.some(
        (one) =>
          (one.kind === 'volume' && isFraction(one.volume)) || (one.kind === 'margin' && isFraction(one.percent)),
      ),
  },
  {
    what: 'A smallest trade quantity of PEG_BEST anywhere but at IBKRATS',
    next: 'Use the exchange IBKRATS, or leave it out.',
    has: ({ pegBest }, { exchange }) => pegBest?.minTradeQuantity !== undefined && exchange !== 'IBKRATS',
  },
  {
    what: 'Competing for the best price with PEG_MID',
    next: 'Use PEG_BEST.',
    has: ({ type, pegBest }) =>
      type === 'PEG_MID' && (pegBest?.minCompeteSize !== undefined || pegBest?.competeOffset !== undefined),
  },
  {
    what: 'Midpoint offsets without competing up to the midpoint',
    next: 'Give compete_offset mid.',
    has: ({ type, pegBest }) =>
      type === 'PEG_BEST' &&
      pegBest?.competeOffset !== 'mid' &&
      (pegBest?.midOffsetWhole !== undefined || pegBest?.midOffsetHalf !== undefined),
  },
  {
    what: 'That legs may fill alone, of what is no combination at SMART,',
    next: 'Leave non_guaranteed out.',
    has: ({ nonGuaranteed }, { legs, exchange }) => nonGuaranteed === true && (!legs || exchange !== 'SMART'),
  },
  {
    what: 'Prices of legs beside a limit of the whole',
    next: 'Give one of them.',
    has: ({ limitPrice }, { legs = [] }) => limitPrice !== undefined && legs.some(({ price }) => price !== undefined),
  },
];

/** Versions: IBKR's list of server versions, of which 10.19 has 176 and 10.32 has 193. */
const since: readonly (Pick<Wrong, 'what' | 'has'> & { readonly version: number })[] = [
  { what: 'Working overnight', version: 189, has: ({ tif }) => tif === 'OVERNIGHT' || tif === 'OVERNIGHT_DAY' },
  { what: 'The terms of PEG_BEST', version: 170, has: ({ pegBest }) => pegBest !== undefined },
  { what: 'A duration in seconds', version: 158, has: ({ durationSeconds }) => durationSeconds !== undefined },
];

/** @throws ToolError `invalid_arguments` when a term would be left out, or be read as another one */
export function assertCarried(contract: OrderContract, terms: OrderTerms, serverVersion: number): void {
  const tooNew = since.find(({ version, has }) => serverVersion < version && has(terms, contract));
  if (tooNew) {
    throw unsayable(
      `${tooNew.what} cannot be said to this IB Gateway: its API is of version ${serverVersion}, and ${tooNew.version} is needed.`,
      'Update IB Gateway, or leave the term out.',
    );
  }
  const [stray] = termsOfTypes.find(([term, types]) => terms[term] !== undefined && !types.has(terms.type)) ?? [];
  if (stray)
    throw unsayable(`A ${terms.type} order has no ${snake(stray)}.`, 'Leave it out, or choose the type it is of.');
  const wrong = wrongs.find(({ has }) => has(terms, contract));
  if (wrong) throw unsayable(`${wrong.what} cannot be said in an order of IB’s.`, wrong.next);
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function unsayable(what: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message: `${what} Nothing was sent.`, nextStep, sent: false });
}
