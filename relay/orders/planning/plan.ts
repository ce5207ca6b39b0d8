import { ToolError } from '../../../shared/errors.ts';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import {
  type CloseArguments,
  closeSchema,
  type ExerciseArguments,
  exerciseSchema,
  type ModifyArguments,
  modifySchema,
  placeSchema,
} from '../../../shared/orders/order-arguments.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { withReadings } from '../../gateway/contracts/readings.ts';
import { optional } from '../../tools/support/optional.ts';
import { priceIn, quoteOf } from '../../tools/support/quote.ts';
import { orderToChange } from './find-order.ts';
import { checkType } from './listed-types.ts';
import { groupMembers, orderAccount } from './order-account.ts';
import { changedOrder, instrumentOfOrder } from './plan-change.ts';
import { closingOf } from './plan-close.ts';
import { plannedExercise } from './plan-exercise.ts';
import { placementOf } from './plan-place.ts';
import type { Plan, PlanContext } from './plan-types.ts';
import { checkPrices, priceStepsOf } from './price-steps.ts';
import { checkSizes } from './size-steps.ts';
import { checkTerms } from './term-rules.ts';
import { type Tradable, tradableNamed } from './tradable.ts';

export type PlanningTool = 'place' | 'modify' | 'close' | 'exercise';

/**
 * What a trade tool’s arguments mean, exactly and completely: one instrument, one account or group, every term said, every
 * price and size one that the exchange takes.
 * @throws ToolError for what cannot be ordered so, naming what can; ZodError for arguments that are none
 */
export async function planOrder(tool: PlanningTool, args: unknown, context: PlanContext): Promise<Plan> {
  switch (tool) {
    case 'place':
      return placementOf(placeSchema.strict().parse(args), context);
    case 'modify':
      return changeOf(modifySchema.strict().parse(args), context);
    case 'close':
      return closureOf(closeSchema.strict().parse(args), context);
    case 'exercise':
      return exerciseOf(exerciseSchema.strict().parse(args), context);
  }
}

async function changeOf(args: ModifyArguments, context: PlanContext): Promise<Plan> {
  const { gateway, signal, view } = context;
  const open = await view.openOrders(signal);
  const found = orderToChange(args.order, open, view.clientId);
  const { order } = found;
  const accounts = order.terms.allocation
    ? await groupMembers(order.terms.allocation.group, context)
    : [orderAccount(order.account, context)];
  const named = args.account === undefined ? order.account : orderAccount(args.account, context);
  if (named !== order.account) throw otherAccount(named, order.account);
  const instrument = await instrumentOfOrder(order.contract, gateway.contracts, signal);
  const planned = changedOrder(found, changesOf(args), instrument);
  const steps = await priceStepsOf(instrument, gateway.contracts, signal);
  const { before, entry } = planned;
  if (goesTogether(before)) checkTerms(entry);
  checkPrices(changedPrices(before, entry), instrument, steps);
  checkSizes(entry, instrument);
  const warnings = checkType(entry, instrument);
  return { order: planned, instrument, account: order.account, accounts, warnings };
}

/** An order keeps its account; whoever names another one means another order. */
function otherAccount(named: string, own: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `This order is not in account ${named}. Nothing was sent.`,
    nextStep: `It is in ${own}; get_orders lists the orders of an account.`,
  });
}

/** IB fills in prices of its own, which no rule of ours need allow. */
function goesTogether(terms: OrderTerms): boolean {
  try {
    checkTerms(terms);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

/** Without the prices that stay: some of them are IB’s, which moves them as it likes. */
function changedPrices(before: OrderTerms, entry: OrderTerms): OrderTerms {
  const changed = (field: 'limitPrice' | 'stopPrice' | 'trailStopPrice') =>
    entry[field] === before[field] ? undefined : entry[field];
  const { limitPrice: _limit, stopPrice: _stop, trailStopPrice: _trail, ...rest } = entry;
  return omitUndefined({
    ...rest,
    limitPrice: changed('limitPrice'),
    stopPrice: changed('stopPrice'),
    trailStopPrice: changed('trailStopPrice'),
  }) as OrderTerms;
}

function changesOf(args: ModifyArguments) {
  const goodTill = args.good_till;
  return omitUndefined({
    quantity: args.quantity,
    limitPrice: args.limit_price,
    stopPrice: args.stop_price,
    trailingAmount: args.trail_amount,
    trailingPercent: args.trail_percent,
    trailStopPrice: args.trail_stop_price,
    limitOffset: args.limit_offset,
    offset: args.offset,
    tif: args.tif ?? (goodTill === undefined ? undefined : ('GTD' as const)),
    goodTill,
    outsideRth: args.outside_rth,
  });
}

async function closureOf(args: CloseArguments, context: PlanContext): Promise<Plan> {
  const { gateway, signal, view } = context;
  const account = orderAccount(args.account, context);
  const [{ instrument }, positions, open] = await Promise.all([
    tradableNamed(args.contract, gateway.contracts, signal),
    gateway.accounts.positions(signal),
    view.openOrders(signal),
  ]);
  const held =
    positions.find((one) => one.account === account && one.contract.conId === instrument.conId)?.quantity ?? 0;
  const closing = closingOf(
    instrument,
    held,
    { quantity: args.quantity, percent: args.percent },
    open.filter(({ order }) => order.account === account),
  );
  const { type = 'MKT', limit_price, tif, outside_rth, contract } = args;
  return placementOf(
    placeSchema.parse(omitUndefined({ account, contract, ...closing, type, limit_price, tif, outside_rth })),
    context,
  );
}

async function exerciseOf(args: ExerciseArguments, context: PlanContext): Promise<Plan> {
  const { gateway, signal } = context;
  const account = orderAccount(args.account, context);
  const tradable: Tradable = await tradableNamed(args.contract, gateway.contracts, signal);
  const { instrument, warnings } = tradable;
  const [positions, underlying] = await Promise.all([
    gateway.accounts.positions(signal),
    underlyingOf(instrument, context),
  ]);
  const held =
    positions.find((one) => one.account === account && one.contract.conId === instrument.conId)?.quantity ?? 0;
  const { action, quantity, override = false } = args;
  const { order, worth } = plannedExercise(
    tradable,
    { account, action, quantity, override },
    { held, ...underlying, now: gateway.serverTime() },
  );
  return { order, instrument, account, accounts: [account], warnings, worth };
}

/** What an option is on, with its price where that is told. */
async function underlyingOf(option: Instrument, context: PlanContext) {
  const { gateway } = context;
  const conId = option.details.underConId;
  if (!conId) return { underlying: undefined, spot: undefined };
  const { result: underlying } = await withReadings(() => gateway.contracts.resolve(String(conId), context.signal));
  const read = (signal: AbortSignal) => quoteOf(underlying, 'basic', { ...context, signal });
  const quote = await optional('price of the underlying', read, context);
  return { underlying, spot: quote && priceIn(quote) };
}
