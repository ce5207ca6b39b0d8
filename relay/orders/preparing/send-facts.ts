import { Decimal } from 'decimal.js';
import type { z } from 'zod';
import { isPaperAccount } from '../../../shared/accounts.ts';
import { ToolError } from '../../../shared/errors.ts';
import { canonicalText, readCanonical } from '../../../shared/orders/canonical.ts';
import { distinct, judge, judgesOrders } from '../../../shared/orders/policy.ts';
import type { Verdict } from '../../../shared/orders/policy-fields.ts';
import { lookAtOrder, type PreviewFacts } from '../../../shared/orders/preview.ts';
import { baseCurrency, exchangeRates } from '../../tools/support/currencies.ts';
import { executorOf, type ToolContext, type ToolExecutor } from '../../tools/support/tool.ts';
import type { SendFacts } from '../model.ts';
import { accountsOfOrder } from '../planning/order-account.ts';
import { instrumentOfOrder } from '../planning/plan-change.ts';
import type { Plan } from '../planning/plan-types.ts';
import type { TradingView } from '../planning/trading-view.ts';
import { liveMarketProblem } from './live-market.ts';
import { measuresOf, usesOf, type Worked } from './measures.ts';
import { cashAfter, effectsIn, realizedGain } from './money.ts';
import { notionalOf, type UnknownNotional } from './notional.ts';
import { entryOf, marketPrice, type Scene, sceneOf } from './scene.ts';

/**
 * What is found out about an order for the judgement at its send. It is found out before Home consumes the ticket and kept,
 * so that the frame is answered at once, whatever the gateway does meanwhile.
 */

/** The market, the position and the accounts, and what comes of the order there. */
export interface Looked {
  readonly scene: Scene;
  readonly worked: WorkedOut;
  readonly facts: SendFacts;
}

export interface WorkedOut extends Worked {
  readonly notional: Decimal | undefined;
  readonly notionalTold: PreviewFacts['notional'];
  readonly unknown: UnknownNotional | undefined;
}

type LookContext = Pick<ToolContext, 'gateway' | 'config' | 'signal' | 'logger'>;

/** Looks at everything about a planned order, and keeps what its send needs. @throws ToolError for a market nobody sees */
export async function lookAt(
  plan: Pick<Plan, 'account' | 'accounts' | 'order' | 'instrument'>,
  context: LookContext,
  view: Pick<TradingView, 'openOrders' | 'keepFacts'>,
): Promise<Looked> {
  const scene = await sceneOf(plan, context, view);
  const worked = workedOut(scene);
  const problem = liveMarketProblem(scene, worked.effects);
  if (problem) throw new ToolError(problem);
  const facts = factsFor(plan, scene, worked);
  view.keepFacts(canonicalText(plan.order), facts);
  return { scene, worked, facts };
}

/**
 * The operation that looks again at an order that is about to be consumed.
 * @param able gives this relay's trading, or throws a ToolError with the reason why there is none
 * @param noted writes down what is refused
 */
export function lookAtOrderExecutor(
  able: (gateway: ToolContext['gateway']) => TradingView,
  noted: <Output>(work: () => Promise<Output>) => Promise<Output>,
): ToolExecutor {
  return executorOf(lookAtOrder, (ask, context) => noted(() => lookAgain(ask, context, able(context.gateway))));
}

async function lookAgain(
  { order: text, members, wanted }: z.output<typeof lookAtOrder.input>,
  context: ToolContext,
  view: TradingView,
): Promise<z.output<typeof lookAtOrder.output>> {
  const order = readCanonical(text);
  const shared = order.kind !== 'exercise' && order.entry.allocation !== undefined;
  if (!shared && !wanted && !judgesOrders(view.policy)) return {};
  const { gateway, signal } = context;
  const [{ account, accounts }, instrument] = await Promise.all([
    accountsOfOrder(order, context),
    instrumentOfOrder(order.contract, gateway.contracts, signal),
  ]);
  if (shared && !isSameSet(accounts, members ?? [])) throw changedGroup();
  const { facts } = await lookAt({ account, accounts, order, instrument }, context, view);
  const failed = verdictsOf(view, facts, accounts).filter(({ pass }) => !pass);
  if (failed.length > 0) throw refusedByLimits(failed);
  return { measures: facts.measures, uses: facts.uses };
}

/** What the policy at home says of an order, for each of the accounts that it is for; what it says of all is said once. */
export function verdictsOf(
  { policy, used }: Pick<TradingView, 'policy' | 'used'>,
  { measures, uses }: Pick<SendFacts, 'measures' | 'uses'>,
  accounts: readonly string[],
): Verdict[] {
  return distinct(accounts.flatMap((one) => judge(policy, 'relay', measures, uses, used(), one)));
}

function factsFor({ account, order }: Pick<Plan, 'account' | 'order'>, scene: Scene, worked: WorkedOut): SendFacts {
  const shared = order.kind !== 'exercise' && order.entry.allocation !== undefined;
  const terms = entryOf(order);
  const priced = terms === undefined || marketPrice(scene.quote, terms.side) !== undefined;
  const unpriced = !priced && worked.unknown?.unpriced !== false && scene.accounts.every(isPaperAccount);
  const measures = {
    ...(shared ? {} : { account }),
    ...measuresOf(scene, worked),
    ...(unpriced ? { unpriced: true as const } : {}),
  };
  return {
    at: scene.now,
    measures,
    uses: usesOf(scene, worked, measures),
    ...(shared ? { members: scene.accounts } : {}),
    rates: ratesOf(scene),
  };
}

function ratesOf({ instrument, values }: Scene): Record<string, string> {
  const rates = exchangeRates(values);
  const currencies = new Set([instrument.currency, baseCurrency(values) ?? '']);
  return Object.fromEntries(
    [...currencies].flatMap((currency) => {
      const rate = rates.get(currency);
      return rate === undefined ? [] : [[currency, new Decimal(rate).toFixed()]];
    }),
  );
}

function workedOut(scene: Scene): WorkedOut {
  const effects = effectsIn(scene);
  const notional = notionalOf(scene);
  const known = 'because' in notional ? undefined : notional;
  return {
    effects,
    cash: cashAfter(scene),
    gain: realizedGain(scene, effects),
    notional: known?.amount,
    notionalTold: known && {
      amount: known.amount.toDecimalPlaces(2).toNumber(),
      currency: known.currency,
      basis: known.basis,
    },
    unknown: 'because' in notional ? notional : undefined,
  };
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function changedGroup(): ToolError {
  return new ToolError({
    code: 'conflict',
    message: 'The advisor’s group has other accounts now than when the order was previewed. Nothing was sent.',
    nextStep: 'Preview the order again; the preview tells for which accounts it is.',
    sent: false,
  });
}

function refusedByLimits(failed: readonly Verdict[]): ToolError {
  return new ToolError({
    code: 'rejected_by_policy',
    message: `${failed.map(({ rule, text }) => `${rule}: ${text}.`).join(' ')} Nothing was sent.`.slice(0, 1_500),
    nextStep: 'The owner’s limits at home forbid it as it stands now; preview it again, or ask for less.',
    sent: false,
  });
}
