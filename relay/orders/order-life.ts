import { Decimal } from 'decimal.js';
import { type OrderRequest, orderVerdict, saysCancelled } from '../../shared/orders/codes.ts';
import { fillOf, revisionOf } from '../../shared/orders/fills.ts';
import type { FillCosts, SeenExecution } from './model.ts';

/**
 * The life of one order as it follows from what the gateway says of it, whatever the order in which it says it and however
 * often: a pure reducer. Amounts come from executions and from statuses, whichever know more; an end is never taken back,
 * but fills that come after it still count.
 */
export interface OrderLife {
  /** 0 until it is known. */
  readonly permId: number;
  /** Other permanent ids that were seen under the same order id, ascending. */
  readonly forks: readonly number[];
  /** IB's word, or `NotSeen`. */
  readonly status: string;
  /** It is known to have been at the gateway. */
  readonly seen: boolean;
  /** It was working or filled at some time: IB had accepted it. */
  readonly accepted: boolean;
  /** As approved; absent where an amount of money was ordered. */
  readonly quantity?: string;
  /** Of a combination, whose legs are told beside the whole. */
  readonly combination: boolean;
  readonly fills: readonly LifeFill[];
  /** The most that a status told, and the average price that came with it. */
  readonly told: { readonly filled: string; readonly average: string };
  readonly saysFilled: boolean;
  readonly saysCancelled: boolean;
  /** A code that refuses a new order, the first one. */
  readonly refused?: { readonly code: number; readonly text: string };
  /** 202 was heard, or that it is cancelled already. */
  readonly cancelAcknowledged: boolean;
  readonly inactive: boolean;
  /** Open orders lack it, and nothing else tells why. */
  readonly absent: boolean;
  readonly completed: boolean;
  readonly held: string;
}

interface LifeFill {
  readonly execution: SeenExecution;
  /** Of the first report of it that came with the lowest revision: what it was before corrections. */
  readonly original: string;
  readonly originalRevision: number;
  readonly costs?: FillCosts;
}

export type OrderFact =
  /** Why it is held is said by a status alone: without `held` nothing is said of it. */
  | { readonly type: 'open'; readonly permId: number; readonly status: string; readonly held?: string }
  | {
      readonly type: 'status';
      readonly permId: number;
      readonly status: string;
      readonly filled: string;
      readonly average: string;
      readonly held: string;
    }
  | { readonly type: 'execution'; readonly execution: SeenExecution; readonly costs?: FillCosts }
  | { readonly type: 'commission'; readonly execId: string; readonly costs: FillCosts }
  | { readonly type: 'error'; readonly code: number; readonly text: string; readonly request: OrderRequest }
  | { readonly type: 'completed'; readonly permId: number; readonly status: string; readonly filled: string }
  /** Whole lists of open and completed orders lack it. */
  | { readonly type: 'absent' };

export type OrderEnd = 'filled' | 'cancelled' | 'rejected' | 'gone';

export function newOrderLife(quantity: string | undefined, combination: boolean): OrderLife {
  return {
    permId: 0,
    forks: [],
    status: 'NotSeen',
    seen: false,
    accepted: false,
    ...(quantity === undefined ? {} : { quantity }),
    combination,
    fills: [],
    told: { filled: '0', average: '0' },
    saysFilled: false,
    saysCancelled: false,
    cancelAcknowledged: false,
    inactive: false,
    absent: false,
    completed: false,
    held: '',
  };
}

/** The same life when the fact says nothing new. */
export function live(life: OrderLife, fact: OrderFact): OrderLife {
  switch (fact.type) {
    case 'open':
      return withStatus(withPermId(life, fact.permId), fact.status, fact.held ?? heldStill(life, fact.status));
    case 'status':
      return withTold(withStatus(withPermId(life, fact.permId), fact.status, fact.held), fact.filled, fact.average);
    case 'completed': {
      const named = withTold(withPermId(life, fact.permId), fact.filled, '0');
      return { ...withStatus(named, fact.status, ''), completed: true };
    }
    case 'execution':
      return withExecution(withPermId(life, fact.execution.permId), fact.execution, fact.costs);
    case 'commission':
      return withCosts(life, fact.execId, fact.costs);
    case 'error':
      return withError(life, fact);
    case 'absent':
      return life.absent ? life : { ...life, absent: true };
  }
}

/** How it ended; undefined while it lives, or may. */
export function endOf(life: OrderLife): OrderEnd | undefined {
  const filled = filledOf(life);
  if (life.saysFilled || (life.quantity !== undefined && isWhole(filled, life.quantity))) return 'filled';
  const refused = life.refused !== undefined && !life.accepted && filled === '0';
  const isOver =
    life.saysCancelled ||
    life.absent ||
    (life.inactive && life.completed) ||
    (life.refused !== undefined && life.inactive);
  if (!isOver) return undefined;
  if (refused) return 'rejected';
  if (life.saysCancelled || life.cancelAcknowledged || life.inactive || life.refused !== undefined) return 'cancelled';
  return 'gone';
}

const filledByLife = new WeakMap<OrderLife, string>();

/** What was filled, in units: no fill twice, corrections in the place of what they correct. */
export function filledOf(life: OrderLife): string {
  const known = filledByLife.get(life);
  if (known !== undefined) return known;
  const filled = countFilled(life);
  filledByLife.set(life, filled);
  return filled;
}

function countFilled(life: OrderLife): string {
  const counted = countedFills(life);
  if (counted.length === 0) return life.told.filled;
  let now = new Decimal(0);
  let before = new Decimal(0);
  for (const { execution, original } of counted) {
    now = now.plus(execution.quantity);
    before = before.plus(original);
  }
  return Decimal.max(now, new Decimal(life.told.filled).minus(before.minus(now))).toFixed();
}

/** What of a size is not filled. */
export function remainingOf(quantity: string, filled: string): string {
  return filled === '0' ? quantity : Decimal.max(0, new Decimal(quantity).minus(filled)).toFixed();
}

/** From the executions when they cover what is filled, else as the gateway last told it. `undefined` without a fill. */
export function averageOf(life: OrderLife): string | undefined {
  const counted = countedFills(life);
  const filled = filledOf(life);
  if (filled === '0') return undefined;
  const sum = counted.reduce((all, { execution }) => all.plus(execution.quantity), new Decimal(0));
  if (sum.isZero() || sum.lt(filled)) return life.told.average === '0' ? undefined : life.told.average;
  const value = counted.reduce(
    (all, { execution }) => all.plus(new Decimal(execution.quantity).times(execution.price)),
    new Decimal(0),
  );
  return value.div(sum).toDecimalPlaces(8).toFixed();
}

/** What it cost so far, and what it realized; of several currencies the first one's. */
export function costsOf(life: OrderLife): FillCosts | undefined {
  const known = life.fills.flatMap(({ costs }) => (costs ? [costs] : []));
  const currency = known[0]?.currency;
  if (currency === undefined) return undefined;
  const same = known.filter((each) => each.currency === currency);
  const realized = same.flatMap(({ realizedPnl }) => (realizedPnl === undefined ? [] : [realizedPnl]));
  return {
    commission: sumOf(same.map(({ commission }) => commission)),
    currency,
    ...(realized.length > 0 ? { realizedPnl: sumOf(realized) } : {}),
  };
}

/** IB's last word; what executions prove to be filled is `Filled`. */
export function statusOf(life: OrderLife): string {
  return endOf(life) === 'filled' ? 'Filled' : life.status;
}

function sumOf(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] ?? '0') : texts.reduce((all, each) => all.plus(each), new Decimal(0)).toFixed();
}

/** Those that count toward the size: of a combination only the lines of the whole. */
function countedFills(life: OrderLife): readonly LifeFill[] {
  return life.combination ? life.fills.filter(({ execution }) => execution.combination) : life.fills;
}

function isWhole(filled: string, quantity: string): boolean {
  return filled !== '0' && (filled === quantity || new Decimal(filled).gte(quantity));
}

function withPermId(life: OrderLife, permId: number): OrderLife {
  const seen = life.seen && !life.absent ? life : { ...life, seen: true, absent: false };
  if (permId === 0 || permId === seen.permId || seen.forks.includes(permId)) return seen;
  if (seen.permId === 0) return { ...seen, permId };
  return { ...seen, forks: [...seen.forks, permId].sort((a, b) => a - b) };
}

/** In the same state it waits for the same. */
const heldStill = ({ status, held }: OrderLife, now: string): string => (now === status ? held : '');

const working = new Set(['PreSubmitted', 'Submitted', 'Filled', 'PendingCancel', 'PreCancelled']);

function withStatus(life: OrderLife, status: string, held: string): OrderLife {
  const next = {
    accepted: life.accepted || working.has(status),
    saysFilled: life.saysFilled || status === 'Filled',
    saysCancelled: life.saysCancelled || status === 'Cancelled' || status === 'ApiCancelled',
    inactive: life.inactive || status === 'Inactive',
  };
  const isLast = life.saysFilled || (life.saysCancelled && status !== 'Filled');
  if (isLast || (status === life.status && held === life.held)) {
    return next.accepted === life.accepted && next.saysFilled === life.saysFilled && next.inactive === life.inactive
      ? life
      : { ...life, ...next };
  }
  return { ...life, ...next, status, held };
}

function withTold(life: OrderLife, filled: string, average: string): OrderLife {
  if (filled === life.told.filled || filled === '0' || filled === '') return life;
  if (new Decimal(filled).lte(life.told.filled)) return life;
  return { ...life, accepted: true, told: { filled: new Decimal(filled).toFixed(), average } };
}

function sameFill(a: SeenExecution, b: { readonly execId: string; readonly account: string }): boolean {
  return a.account === b.account && fillOf(a.execId) === fillOf(b.execId);
}

function withExecution(life: OrderLife, execution: SeenExecution, costs?: FillCosts): OrderLife {
  const old = life.fills.find((fill) => sameFill(fill.execution, execution));
  const revision = revisionOf(execution.execId);
  const known = costs ? { costs } : {};
  if (!old) {
    const fill = { execution, original: execution.quantity, originalRevision: revision, ...known };
    return { ...life, accepted: true, fills: [...life.fills, fill] };
  }
  const isNewer = revision > revisionOf(old.execution.execId);
  const isOlder = revision < old.originalRevision;
  if (!isNewer && !isOlder && !(costs && !old.costs)) return life;
  const fill: LifeFill = {
    ...old,
    ...(isNewer ? { execution } : {}),
    ...(isOlder ? { original: execution.quantity, originalRevision: revision } : {}),
    ...known,
  };
  return { ...life, fills: life.fills.map((each) => (each === old ? fill : each)) };
}

function withCosts(life: OrderLife, execId: string, costs: FillCosts): OrderLife {
  const old = life.fills.find(({ execution }) => execution.execId === execId);
  if (!old || isSameCosts(old.costs, costs)) return life;
  return { ...life, fills: life.fills.map((each) => (each === old ? { ...old, costs } : each)) };
}

export function isSameCosts(a: FillCosts | undefined, b: FillCosts): boolean {
  return a?.commission === b.commission && a.currency === b.currency && a.realizedPnl === b.realizedPnl;
}

function withError(life: OrderLife, { code, text, request }: Extract<OrderFact, { type: 'error' }>): OrderLife {
  const { after } = orderVerdict(code);
  if (saysCancelled(code, text)) return life.cancelAcknowledged ? life : { ...life, cancelAcknowledged: true };
  if (request !== 'place' || after.place !== 'never existed' || life.refused) return life;
  return { ...life, refused: { code, text } };
}
