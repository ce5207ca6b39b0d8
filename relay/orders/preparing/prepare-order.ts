import { Decimal } from 'decimal.js';
import { isPaperAccount } from '../../../shared/accounts.ts';
import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { canonicalText, hashOf, readCanonical } from '../../../shared/orders/canonical.ts';
import { judge, needsNotional, policyId } from '../../../shared/orders/policy.ts';
import type { Verdict } from '../../../shared/orders/policy-fields.ts';
import { type PreparedOrder, type PreviewFacts, prepareOrder } from '../../../shared/orders/preview.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { baseCurrency } from '../../tools/support/currencies.ts';
import { executorOf, type ToolContext, type ToolExecutor } from '../../tools/support/tool.ts';
import type { SendFacts } from '../model.ts';
import { accountsOfOrder } from '../planning/order-account.ts';
import { planOrder } from '../planning/plan.ts';
import { instrumentOfOrder } from '../planning/plan-change.ts';
import type { Plan } from '../planning/plan-types.ts';
import type { TradingView } from '../planning/trading-view.ts';
import { borrowFeeOf, openedToday } from './courtesies.ts';
import { detailsOf, summaryOf } from './describe.ts';
import { exerciseFacts } from './exercise-facts.ts';
import { measuresOf, usesOf, type Worked } from './measures.ts';
import { cashAfter, debitText, effectsIn, realizedGain } from './money.ts';
import { notionalOf, type UnknownNotional } from './notional.ts';
import { entryOf, marketPrice, quoteText, type Scene, sceneOf } from './scene.ts';
import { marketWarnings } from './warnings-market.ts';
import { positionWarnings } from './warnings-position.ts';
import { termWarnings } from './warnings-terms.ts';
import { whatIfOf } from './what-if-of.ts';
import { sizeText, timeText } from './words.ts';

const hourMs = 3_600_000;
const mostWarnings = 30;

/**
 * The operation that plans an order and tells everything that is to be known of it before anybody is asked.
 * @param view this relay's trading; undefined in a relay for reading only, which prepares nothing
 * @param problem why a relay that may trade cannot
 */
export function prepareOrderExecutor(view: TradingView | undefined, problem?: ToolErrorData): ToolExecutor {
  return executorOf(prepareOrder, async ({ tool, arguments: args }, context) => {
    if (problem) throw new ToolError(problem);
    if (!view) throw readingOnly();
    const blocked = view.blocked();
    if (blocked) throw new ToolError(blocked);
    context.gateway.assertReady();
    const plan = await planOrder(tool, args, { ...context, view });
    return prepared(plan, context, view);
  });
}

/**
 * What is found out about an approved order a moment before it is sent: the market, the position and the accounts as they
 * are then.
 * @param text the order's canonical text
 * @throws ToolError when it cannot be read, or when its accounts may not be traded any more
 */
export async function sendFactsOf(
  text: string,
  context: Pick<ToolContext, 'gateway' | 'config' | 'signal' | 'logger'>,
  view: Pick<TradingView, 'openOrders'>,
): Promise<SendFacts> {
  const order = readCanonical(text);
  const { gateway, signal } = context;
  const [{ account, accounts }, instrument] = await Promise.all([
    accountsOfOrder(order, context),
    instrumentOfOrder(order.contract, gateway.contracts, signal),
  ]);
  const scene = await sceneOf({ order, instrument, accounts }, context, view);
  return factsFor({ account, order }, scene, workedOut(scene));
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
  return { at: scene.now, measures, uses: usesOf(scene, worked, measures) };
}

async function prepared(plan: Plan, context: ToolContext, view: TradingView): Promise<PreparedOrder> {
  const { order, account, accounts } = plan;
  const [scene, whatIf] = await Promise.all([sceneOf(plan, context, view), whatIfOf(order, context, view)]);
  const worked = workedOut(scene);
  const { effects, cash, gain, notional } = worked;
  const { measures, uses } = factsFor(plan, scene, worked);
  const [borrowFee, tradedToday] = await Promise.all([
    borrowFeeOf(scene, effects, context),
    openedToday(scene, effects, context),
  ]);
  const hash = hashOf(order);
  const { policy } = view;
  const exercise = exerciseFacts(plan, scene);
  const verdicts = accounts.flatMap((one) => judge(policy, 'relay', measures, uses, view.used(one), one));
  const facts: PreviewFacts = omitUndefined({
    summary: summaryOf(order, accounts.every(isPaperAccount) ? 'paper' : 'live').slice(0, 600),
    details: [...detailsOf(order), ...exercise.details].slice(0, 20),
    accountKind: accounts.every(isPaperAccount) ? ('paper' as const) : ('live' as const),
    currency: order.contract.currency,
    baseCurrency: baseCurrency(scene.values),
    ...whatIf,
    notional: worked.notionalTold,
    position: positionText(worked),
    realizedGain: gain?.text.slice(0, 300),
    resultingDebit: debitText(cash)?.slice(0, 300),
    quote: quoteText(scene)?.slice(0, 300),
    warnings: [
      ...plan.warnings,
      sameAsRecent(hash, scene, view),
      ...marketWarnings(scene),
      ...positionWarnings(scene, { effects, cash, borrowFee, tradedToday }),
      ...termWarnings(scene),
      ...exercise.warnings,
      notional === undefined ? unknownWorth(worked, measures, needsNotional(policy)) : undefined,
    ]
      .filter((warning) => warning !== undefined)
      .map((warning) => warning.slice(0, 500))
      .slice(0, mostWarnings),
    protection: protectionText(plan, scene),
  });
  return {
    order: canonicalText(order),
    hash,
    account,
    facts,
    verdicts: distinct(verdicts).slice(0, 40),
    uses,
    measures,
    policy: policyId(policy),
    approval: order.kind === 'exercise' && view.approval === 'none' ? 'ticket' : view.approval,
    generation: view.generation,
    gatewayTime: scene.now,
  };
}

interface WorkedOut extends Worked {
  readonly notionalTold: PreviewFacts['notional'];
  readonly unknown: UnknownNotional | undefined;
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

/** Of the accounts of a group every rule is judged; what passes for all is said once. */
function distinct(verdicts: readonly Verdict[]): Verdict[] {
  const byText = new Map(verdicts.map((verdict) => [`${verdict.rule} ${verdict.pass} ${verdict.text}`, verdict]));
  return [...byText.values()];
}

function unknownWorth({ unknown }: WorkedOut, { unpriced }: SendFacts['measures'], matters: boolean): string {
  const limits = unpriced
    ? ' Limits that need it are passed over on paper.'
    : ' A limit needs it, so the order does not pass.';
  return `What the order is worth is not known. ${unknown?.because ?? ''}${matters ? limits : ''}`;
}

function positionText({ effects }: Worked): PreviewFacts['position'] {
  const [effect] = effects;
  if (!effect || effects.length > 1) return undefined;
  return { before: sizeText(effect.before), after: sizeText(effect.after) };
}

function sameAsRecent(hash: string, { now, instrument }: Scene, view: TradingView): string | undefined {
  const same = view.recentOrders().find((one) => one.hash === hash && now - one.at < hourMs);
  return same && `The same order was sent ${timeText(same.at, instrument.zone)}, ticket ${same.ticket}.`;
}

/** What of a protection the order leaves: its own children, or those of a position that it closes. */
function protectionText({ order }: Plan, { open }: Scene): string | undefined {
  if (order.kind === 'exercise') return undefined;
  if (order.kind === 'place' && (order.takeProfit ?? order.stopLoss)) {
    return order.stopLoss
      ? 'Its stop-loss works as soon as the entry is filled, for the part that is filled.'
      : 'It has a take-profit and no stop-loss.';
  }
  const stops = open.filter(
    ({ order: one }) =>
      one.contract.conId === order.contract.conId && one.contract.conId !== 0 && /^(STP|TRAIL)/.test(one.terms.type),
  );
  if (stops.length === 0) return undefined;
  const units = stops.reduce((sum, { remaining }) => sum.plus(remaining), new Decimal(0));
  return `Working stops for ${sizeText(units)} ${order.contract.name} stay as they are.`;
}

function readingOnly(): ToolError {
  return new ToolError({
    code: 'trading_unavailable',
    message: 'This relay is for reading only: it neither places orders nor asks IB what they would cost.',
    nextStep: 'Its owner allows paper trading at home, with RELAY_TRADING=paper, and restarts the relay.',
  });
}
