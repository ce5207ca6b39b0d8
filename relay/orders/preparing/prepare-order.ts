import { Decimal } from 'decimal.js';
import { isPaperAccount } from '../../../shared/accounts.ts';
import { ToolError, type ToolErrorData, toToolErrorData } from '../../../shared/errors.ts';
import { canonicalText, hashOf } from '../../../shared/orders/canonical.ts';
import { needsNotional, policyId } from '../../../shared/orders/policy.ts';
import { type PreparedOrder, type PreviewFacts, prepareOrder } from '../../../shared/orders/preview.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { baseCurrency } from '../../tools/support/currencies.ts';
import { executorOf, type ToolContext, type ToolExecutor } from '../../tools/support/tool.ts';
import type { SendFacts } from '../model.ts';
import { planOrder } from '../planning/plan.ts';
import type { Plan } from '../planning/plan-types.ts';
import type { TradingView } from '../planning/trading-view.ts';
import { borrowFeeOf, openedToday } from './courtesies.ts';
import { detailsOf, summaryOf } from './describe.ts';
import { exerciseFacts } from './exercise-facts.ts';
import { debitText } from './money.ts';
import { quoteText, type Scene } from './scene.ts';
import { lookAt, lookAtOrderExecutor, verdictsOf, type WorkedOut } from './send-facts.ts';
import { marketWarnings } from './warnings-market.ts';
import { positionWarnings } from './warnings-position.ts';
import { termWarnings } from './warnings-terms.ts';
import { whatIfOf } from './what-if-of.ts';
import { sizeText, timeText } from './words.ts';

const hourMs = 3_600_000;
const mostWarnings = 30;

/**
 * The operations that prepare an order: one plans it and tells everything that is to be known of it before anybody is asked,
 * the other looks at it again before it is consumed.
 * @param view this relay's trading; undefined in a relay for reading only, which prepares nothing
 * @param problem why a relay that may trade cannot
 */
export function preparingExecutors(view: TradingView | undefined, problem?: ToolErrorData): readonly ToolExecutor[] {
  const able = (gateway: Pick<ToolContext['gateway'], 'assertReady'>): TradingView => {
    if (problem) throw new ToolError(problem);
    if (!view) throw readingOnly();
    const blocked = view.blocked();
    if (blocked) throw new ToolError(blocked);
    gateway.assertReady();
    return view;
  };
  return [
    executorOf(prepareOrder, ({ tool, arguments: args }, context) =>
      noted(tool, view, async () => {
        const trading = able(context.gateway);
        const plan = await planOrder(tool, args, { ...context, view: trading });
        const order = await prepared(plan, context, trading);
        const failed = order.verdicts.filter(({ pass }) => !pass);
        const why = failed.map(({ rule, text }) => `${rule}: ${text}`).join('; ');
        if (failed.length > 0) trading.noteRefusal({ tool, hash: order.hash, why });
        return order;
      }),
    ),
    lookAtOrderExecutor(able, (work) => noted('look', view, work)),
  ];
}

/** Does that, and writes down when it is refused. */
async function noted<Output>(
  tool: string,
  view: TradingView | undefined,
  work: () => Promise<Output>,
): Promise<Output> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = toToolErrorData(error);
    view?.noteRefusal({ tool, why: `${code}: ${message}` });
    throw error;
  }
}

async function prepared(plan: Plan, context: ToolContext, view: TradingView): Promise<PreparedOrder> {
  const { order, account, accounts } = plan;
  const [{ scene, worked, facts: known }, whatIf] = await Promise.all([
    lookAt(plan, context, view),
    whatIfOf(order, context, view),
  ]);
  const { effects, cash, gain, notional } = worked;
  const { measures, uses } = known;
  const [borrowFee, tradedToday] = await Promise.all([
    borrowFeeOf(scene, effects, context),
    openedToday(scene, effects, context),
  ]);
  const hash = hashOf(order);
  const { policy } = view;
  const exercise = exerciseFacts(plan, scene);
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
    ...(known.members && { members: [...known.members] }),
    facts,
    verdicts: verdictsOf(view, known, accounts).slice(0, 40),
    uses,
    measures,
    policy: policyId(policy),
    approval: order.kind === 'exercise' && view.approval === 'none' ? 'ticket' : view.approval,
    generation: view.generation,
    gatewayTime: scene.now,
  };
}

function unknownWorth({ unknown }: WorkedOut, { unpriced }: SendFacts['measures'], matters: boolean): string {
  const limits = unpriced
    ? ' Limits that need it are passed over on paper.'
    : ' A limit needs it, so the order does not pass.';
  return `What the order is worth is not known. ${unknown?.because ?? ''}${matters ? limits : ''}`;
}

function positionText({ effects }: WorkedOut): PreviewFacts['position'] {
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
