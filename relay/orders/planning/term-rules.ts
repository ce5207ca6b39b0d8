import { Decimal } from 'decimal.js';
import { ToolError } from '../../../shared/errors.ts';
import type { OrderTerms, OrderTypeName, TimeInForceName } from '../../../shared/orders/order.ts';

/** What goes together in one order, whatever it is for. Pure. */

type Need = 'needs' | 'may' | 'no';

interface TypeRule {
  readonly limit: Need;
  readonly stop: Need;
  /** A trailing amount, or a percentage. */
  readonly trail: boolean;
  readonly offset: Need;
}

const rule = (limit: Need, stop: Need = 'no', offset: Need = 'no', trail = false): TypeRule => ({
  limit,
  stop,
  trail,
  offset,
});

const rules: Readonly<Record<OrderTypeName, TypeRule>> = {
  MKT: rule('no'),
  LMT: rule('needs'),
  STP: rule('no', 'needs'),
  STP_LMT: rule('needs', 'needs'),
  MIT: rule('no', 'needs'),
  LIT: rule('needs', 'needs'),
  TRAIL: rule('no', 'no', 'no', true),
  TRAIL_LIMIT: rule('may', 'no', 'no', true),
  MTL: rule('no'),
  MOC: rule('no'),
  LOC: rule('needs'),
  MOO: rule('no'),
  LOO: rule('needs'),
  AUCTION: rule('needs'),
  REL: rule('may', 'no', 'needs'),
  PASSV_REL: rule('may', 'no', 'needs'),
  PEG_MKT: rule('may', 'no', 'may'),
  PEG_MID: rule('may', 'no', 'may'),
  PEG_BEST: rule('may'),
  PEG_BENCH: rule('may'),
  SNAP_MKT: rule('no', 'no', 'may'),
  SNAP_MID: rule('no', 'no', 'may'),
  SNAP_PRIM: rule('no', 'no', 'may'),
  MIDPRICE: rule('may'),
  VOL: rule('may'),
};

/** Types that are for one time in force alone. */
export const ownTime: Partial<Record<OrderTypeName, TimeInForceName>> = {
  MOC: 'DAY',
  LOC: 'DAY',
  MOO: 'OPG',
  LOO: 'OPG',
  AUCTION: 'AUC',
};

/** Whether terms go together. @throws ToolError `invalid_arguments` @param whose as in `take_profit.` */
export function checkTerms(terms: OrderTerms, whose = ''): void {
  checkSize(terms, whose);
  checkTypePrices(terms, whose);
  checkTime(terms, whose);
  checkExtras(terms, whose);
}

function checkSize(
  { quantity, cashQuantity, minQuantity, displaySize, allOrNone, type }: OrderTerms,
  whose: string,
): void {
  if ((quantity === undefined) === (cashQuantity === undefined)) {
    throw wrong(`${whose}quantity and cash_quantity exclude each other.`, 'Give one of them.');
  }
  if (cashQuantity !== undefined && type !== 'MKT' && type !== 'LMT') {
    throw wrong('cash_quantity goes with MKT and LMT only.', 'Give quantity.');
  }
  if (quantity === undefined) return;
  for (const [name, part] of Object.entries({ min_quantity: minQuantity, display_size: displaySize })) {
    if (part !== undefined && new Decimal(part).gt(quantity)) {
      throw wrong(`${name} is larger than quantity.`, `Give at most ${quantity}.`);
    }
  }
  if (allOrNone && displaySize !== undefined)
    throw wrong('all_or_none shows the whole order.', 'Leave display_size out.');
}

function checkTypePrices(terms: OrderTerms, whose: string): void {
  const { type, limitPrice, stopPrice, trailingAmount, trailingPercent, trailStopPrice, limitOffset } = terms;
  const { limit, stop, trail, offset } = rules[type];
  demand(limit, limitPrice, `${whose}limit_price`, type);
  demand(stop, stopPrice, `${whose}stop_price`, type);
  const offsets = terms.offset ?? terms.offsetPercent;
  demand(offset, offsets, `${whose}offset`, type);
  if (terms.offset !== undefined && terms.offsetPercent !== undefined) {
    throw wrong('offset and offset_percent exclude each other.', 'Give one of them.');
  }
  const trails = [trailingAmount, trailingPercent].filter((value) => value !== undefined).length;
  if (trail && trails !== 1) {
    throw wrong(`${type} needs ${whose}trail_amount or ${whose}trail_percent.`, 'Give one of them.');
  }
  if (!trail && (trails > 0 || trailStopPrice !== undefined)) {
    throw wrong(`${type} does not trail.`, 'Leave trail_amount, trail_percent and trail_stop_price out.');
  }
  if (trailingPercent !== undefined && Number(trailingPercent) >= 100) {
    throw wrong(`${whose}trail_percent is 100 or more.`, 'Give a percentage of the price.');
  }
  const limits = [limitPrice, limitOffset].filter((value) => value !== undefined).length;
  if (type === 'TRAIL_LIMIT' && (limits !== 1 || trailStopPrice === undefined)) {
    throw wrong('TRAIL_LIMIT needs trail_stop_price, and limit_offset or limit_price.', 'Give them in special.');
  }
  if (type !== 'TRAIL_LIMIT' && limitOffset !== undefined)
    throw wrong('limit_offset goes with TRAIL_LIMIT.', 'Leave it out.');
  if ((type === 'VOL') !== (terms.volatility !== undefined))
    throw wrong('VOL and volatility go together.', 'Give both or none.');
  if ((type === 'PEG_BENCH') !== (terms.pegBench !== undefined)) {
    throw wrong('PEG_BENCH and peg_bench go together.', 'Give both or none.');
  }
  if (type !== 'PEG_BEST' && terms.pegBest !== undefined) throw wrong('peg_best goes with PEG_BEST.', 'Leave it out.');
}

function demand(need: Need, value: string | undefined, name: string, type: OrderTypeName): void {
  if (need === 'needs' && value === undefined) throw wrong(`${type} needs ${name}.`, `Give ${name}.`);
  if (need === 'no' && value !== undefined)
    throw wrong(`${type} has no ${name}.`, `Leave ${name} out, or use another type.`);
}

function checkTime({ type, tif, goodTill, goodAfter, durationSeconds }: OrderTerms, whose: string): void {
  const only = ownTime[type];
  if (only !== undefined && tif !== only) throw wrong(`${type} is for ${only} only.`, `Leave ${whose}tif out.`);
  if (only === undefined && (tif === 'OPG' || tif === 'AUC')) {
    throw wrong(`tif ${tif} belongs to a type of its own.`, tif === 'OPG' ? 'Use MOO or LOO.' : 'Use AUCTION.');
  }
  if ((tif === 'GTD') !== (goodTill !== undefined)) {
    throw wrong(`${whose}tif GTD and ${whose}good_till go together.`, 'Give both or none.');
  }
  if (tif === 'MINUTES' && durationSeconds === undefined)
    throw wrong('tif MINUTES needs duration_seconds.', 'Give it in special.');
  if ((tif === 'OVERNIGHT' || tif === 'OVERNIGHT_DAY') && type !== 'LMT') {
    throw wrong(`tif ${tif} is for LMT orders.`, 'Give a limit, or another tif.');
  }
  if (goodTill !== undefined && goodAfter !== undefined && goodTill <= goodAfter) {
    throw wrong('good_till is not after good_after.', 'Correct one of them.');
  }
}

function checkExtras(terms: OrderTerms, whose: string): void {
  const { conditions, conditionsCancel, conditionsIgnoreRth, displaySize, discretionaryAmount, account, allocation } =
    terms;
  if (!conditions && (conditionsCancel || conditionsIgnoreRth)) {
    throw wrong('There are no conditions to cancel by or to ignore hours for.', 'Give conditions.');
  }
  if (displaySize !== undefined && discretionaryAmount !== undefined) {
    throw wrong('display_size and discretionary_amount exclude each other.', 'Give one of them.');
  }
  if ((account === undefined) === (allocation === undefined)) {
    throw wrong(`${whose}account and allocation exclude each other.`, 'Give one of them.');
  }
}

function wrong(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
