import type { HistoryPiece } from '../../gateway/history/history-plan.ts';
import { type MarketSession, parseHours } from '../../gateway/time/hours.ts';
import type { BarRequest } from './bar-request.ts';
import { optional } from './optional.ts';
import type { ToolContext } from './tool.ts';

const dayMs = 86_400_000;
/** IB tells at most so many days of a schedule at once. */
const mostDays = 365;
/** Asking for the schedule costs a request itself. */
const worthAsking = 4;

/**
 * The pieces of a plan in which the market was open, as far as IB tells its sessions: small bars are too dear to ask for
 * those of a closed market. Undefined when IB does not tell.
 */
export async function openPieces(
  pieces: readonly HistoryPiece[],
  request: BarRequest,
  context: ToolContext,
): Promise<readonly HistoryPiece[] | undefined> {
  if (pieces.length <= worthAsking) return pieces;
  const { instrument, query, from, to, now } = request;
  const { contract, details, marketZone } = instrument;
  // The day after the end as well: an evening session belongs to the day on which it ends.
  const span = { to: Math.min(now, to + dayMs), days: Math.min(mostDays, Math.ceil((to - from) / dayMs) + 2) };
  const past = await optional(
    'trading schedule',
    (shared) =>
      context.gateway.history.schedule(
        contract,
        span,
        { regularHoursOnly: query.regularHoursOnly, marketZone },
        shared,
      ),
    context,
  );
  const coming = parseHours(query.regularHoursOnly ? details.liquidHours : details.tradingHours, marketZone);
  const since = past?.[0]?.open;
  return since === undefined || coming.length === 0 ? undefined : within([...(past ?? []), ...coming], since, pieces);
}

/** The pieces that hold part of a session, and those before `since`, of which no sessions are known. */
export function within<Piece extends Pick<HistoryPiece, 'from' | 'to'>>(
  sessions: readonly MarketSession[],
  since: number,
  pieces: readonly Piece[],
): readonly Piece[] {
  return pieces.filter(({ from, to }) => from < since || sessions.some(({ open, close }) => open < to && close > from));
}
