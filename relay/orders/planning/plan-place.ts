import { ToolError } from '../../../shared/errors.ts';
import { legsOf, type OrderTerms, type PlannedPlacement } from '../../../shared/orders/order.ts';
import type { OrderArguments } from '../../../shared/orders/order-arguments.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { checkType } from './listed-types.ts';
import { conditionsOf, pegBenchOf } from './look-ups.ts';
import { advisorOf, groupMembers, orderAccount } from './order-account.ts';
import { entryTerms, stopLossTerms, takeProfitTerms } from './order-terms.ts';
import type { Plan, PlanContext } from './plan-types.ts';
import { checkPrices, priceStepsOf } from './price-steps.ts';
import { checkSizes } from './size-steps.ts';
import { checkTerms } from './term-rules.ts';
import { tradableNamed } from './tradable.ts';

/** A new order with its protection. */
export async function placementOf(args: OrderArguments, context: PlanContext): Promise<Plan> {
  const { gateway, signal } = context;
  const [who, { instrument, contract, warnings }] = await Promise.all([
    whose(args, context),
    tradableNamed(args.contract, gateway.contracts, signal),
  ]);
  const [conditions, pegBench, steps] = await Promise.all([
    conditionsOf(args.conditions, instrument, gateway.contracts, signal),
    pegBenchOf(args.special?.peg_bench, instrument, gateway.contracts, signal),
    priceStepsOf(instrument, gateway.contracts, signal),
  ]);
  const entry = entryTerms(args, { whose: who.terms, conditions, pegBench });
  refuseUnprotectable(args, instrument);
  const order: PlannedPlacement = omitUndefined({
    version: 1 as const,
    kind: 'place' as const,
    contract: contractFor(entry, contract),
    entry,
    takeProfit: args.take_profit && takeProfitTerms(entry, args.take_profit),
    stopLoss: args.stop_loss && stopLossTerms(entry, args.stop_loss),
  });
  const told = legsOf(order).flatMap(([leg, terms]) => {
    const prefix = leg === 'entry' ? '' : `${leg}.`;
    checkTerms(terms, prefix);
    checkPrices(terms, instrument, steps, prefix);
    if (leg === 'entry') checkSizes(terms, instrument);
    return checkType(terms, instrument);
  });
  refuseCrossed(order);
  return { order, instrument, account: who.account, accounts: who.accounts, warnings: [...warnings, ...new Set(told)] };
}

interface Whose {
  readonly terms: Pick<OrderTerms, 'account' | 'allocation'>;
  readonly account: string;
  readonly accounts: readonly string[];
}

async function whose({ account: named, allocation }: OrderArguments, context: PlanContext): Promise<Whose> {
  if (!allocation) {
    const account = orderAccount(named, context);
    return { terms: { account }, account, accounts: [account] };
  }
  if (named !== undefined) {
    throw wrong('account and allocation exclude each other.', 'Give one of them.');
  }
  const accounts = await groupMembers(allocation.group, context);
  return {
    terms: { allocation: omitUndefined(allocation) },
    account: advisorOf(context) ?? accounts[0] ?? '',
    accounts,
  };
}

/** Orders of the night and at IB’s own venue are sent to an exchange of their own name. */
function contractFor<Contract extends { readonly exchange: string }>(
  { tif, type }: OrderTerms,
  contract: Contract,
): Contract {
  if (tif === 'OVERNIGHT') return { ...contract, exchange: 'OVERNIGHT' };
  return type === 'PEG_BEST' ? { ...contract, exchange: 'IBKRATS' } : contract;
}

function refuseUnprotectable(args: OrderArguments, { legs, contract }: Instrument): void {
  const protects = args.take_profit !== undefined || args.stop_loss !== undefined;
  if (protects && args.quantity === undefined) {
    throw wrong(
      'An order by amount of money takes no protection.',
      'Give quantity, or leave take_profit and stop_loss out.',
    );
  }
  if (args.oca && legs) {
    if (contract.exchange === 'SMART') throw wrong('Combinations that IB routes take no oca.', 'Leave oca out.');
    if (args.oca.type !== 3) throw wrong('Combinations take oca of type 3 only.', 'Give type 3, or leave oca out.');
  }
}

/** Protection on the wrong side of the entry would be filled with it. */
function refuseCrossed({ entry, takeProfit, stopLoss }: PlannedPlacement): void {
  const at = entry.limitPrice ?? entry.stopPrice;
  if (at === undefined) return;
  const buys = entry.side === 'BUY';
  const [profit, loss] = [takeProfit?.limitPrice, stopLoss?.stopPrice];
  if (profit !== undefined && (buys ? Number(profit) <= Number(at) : Number(profit) >= Number(at))) {
    throw wrong(`take_profit.limit_price ${profit} is no profit on ${at}.`, `Give one ${buys ? 'above' : 'below'} it.`);
  }
  if (loss !== undefined && (buys ? Number(loss) >= Number(at) : Number(loss) <= Number(at))) {
    throw wrong(
      `stop_loss.stop_price ${loss} is reached at ${at} already.`,
      `Give one ${buys ? 'below' : 'above'} it.`,
    );
  }
}

function wrong(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
