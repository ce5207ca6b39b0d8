import { monotonicNow } from '../../async/monotonic.ts';
import { dateInZone } from '../../gateway/time/time-zones.ts';
import { optional } from '../../tools/support/optional.ts';
import type { ToolContext } from '../../tools/support/tool.ts';
import type { PositionEffect } from '../planning/position-effect.ts';
import { netLiquidation } from './money.ts';
import type { Scene } from './scene.ts';

/** What few previews need, and no preview waits long for. */
const patienceMs = 1_500;
const dayTradeEquity = 25_000;

type Courtesy = Pick<ToolContext, 'gateway' | 'signal' | 'logger'>;

/** Percent a year, of shares that the order would borrow; undefined for all others, and where IB does not tell it. */
export async function borrowFeeOf(
  { instrument, now }: Scene,
  effects: readonly PositionEffect[],
  context: Courtesy,
): Promise<number | undefined> {
  const borrows = effects.some(({ after, change }) => change.isNegative() && after.isNegative() && !after.isZero());
  if (!borrows || instrument.secType !== 'STK') return undefined;
  const { contract } = instrument;
  const bars = await optional(
    'borrow fee',
    (signal) =>
      context.gateway.history.fetch(
        { contract, barSize: '1 day', data: 'FEE_RATE', regularHoursOnly: true },
        { to: now, duration: '5 D' },
        { latest: true, onWait: () => undefined, until: monotonicNow() + patienceMs },
        signal,
      ),
    context,
    patienceMs,
  );
  return bars?.at(-1)?.close;
}

/** Contracts that the order closes and that were traded the other way today: asked for in small accounts only. */
export async function openedToday(
  { values, accounts, now }: Scene,
  effects: readonly PositionEffect[],
  context: Courtesy,
): Promise<ReadonlySet<number>> {
  const equity = netLiquidation(values);
  const closing = effects.filter(
    ({ before, change }) => !before.isZero() && before.isPositive() !== change.isPositive(),
  );
  if (closing.length === 0 || equity === undefined || equity.gte(dayTradeEquity)) return new Set();
  const read = (signal: AbortSignal) => context.gateway.executions.reports(signal);
  const reports = (await optional('executions of today', read, context, patienceMs * 2)) ?? [];
  const zone = 'America/New_York';
  const today = dateInZone(zone, now);
  return new Set(
    reports.flatMap(({ account, contract, time, side }) => {
      const effect = closing.find(({ conId }) => conId === contract.conId);
      const opposite = effect && (side === 'BUY') === effect.change.isNegative();
      const isToday = time !== undefined && dateInZone(zone, time) === today;
      return opposite && isToday && accounts.includes(account) ? [effect.conId] : [];
    }),
  );
}
