import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import {
  type BarSize,
  barSeconds,
  type HistoryDuration,
  parseDuration,
  reachBack,
} from '../gateway/history/history-plan.ts';
import { tradingDayStart } from '../gateway/time/hours.ts';
import { refuseTooLong } from './support/bar-limits.ts';
import type { BarRequest } from './support/bar-request.ts';
import { collectBars } from './support/bars.ts';
import { downsample, mergeTrades, type PlainBar, quoteMerger } from './support/downsample.ts';
import { parseTime, zoneUnknown } from './support/times.ts';
import { executorOf } from './support/tool.ts';

/** Rows made between two turns of the event loop. */
const rowsPerTurn = 2_000;

type Data = z.output<typeof getHistoricalBars.input>['data'];

const prices = ['open', 'high', 'low', 'close'] as const;
/** What IB puts into the four prices of a bar of bid and ask. */
const quoteColumns = ['averageBid', 'highestAsk', 'lowestBid', 'averageAsk'];
const averages = ['wap', 'count'] as const;

export const getHistoricalBarsExecutor = executorOf(getHistoricalBars, async (args, context) => {
  const { gateway, signal } = context;
  if (args.start !== undefined && args.duration !== undefined) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: '`start` and `duration` exclude each other.',
      nextStep: 'Give one of them, with `end` if the period does not end now.',
    });
  }
  const instrument = await gateway.contracts.resolve(args.contract, signal);
  const { details, zone, marketZone, secType } = instrument;
  const data = (args.data === 'TRADES' ? insteadOfTrades[secType] : undefined) ?? args.data;
  const dayStart = tradingDayStart(args.rth ? details.liquidHours : details.tradingHours, marketZone);
  const now = gateway.serverTime();
  const to = Math.min(now, args.end === undefined ? now : parseTime('end', args.end, marketZone, dayStart));
  const duration = parseDuration(args.duration ?? defaultDuration(args.bar_size));
  const from =
    args.start === undefined ? reachBack(duration, to, zone) : parseTime('start', args.start, marketZone, dayStart);
  if (from >= to) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'The period is empty: it begins where it ends, or in the future.',
      nextStep: 'Give a start before the end.',
    });
  }
  const stopAfter = args.start === undefined ? stopOf(duration, args.bar_size) : undefined;
  const request: BarRequest = {
    instrument,
    query: { contract: instrument.contract, barSize: args.bar_size, data, regularHoursOnly: args.rth },
    barSize: args.bar_size,
    from,
    to,
    now,
    dayStart,
    ...(stopAfter === undefined ? {} : { stopAfter }),
    ...(args.duration === undefined ? {} : { duration: args.duration }),
  };
  refuseTooLong(request, args);
  const series = await collectBars(request, context);
  const notes = data === args.data ? [] : [`IB keeps no trades of this kind of instrument, so this is ${data}.`];
  if (series.note !== undefined) notes.push(series.note);
  const unit = pricedData.has(data) ? priceUnitNote(instrument) : undefined;
  if (unit !== undefined) notes.push(unit);
  if (marketZone === undefined) notes.push(zoneUnknown(instrument));
  const quotes = data.endsWith('BID_ASK');
  const { bars, merged } = downsample(
    series.bars,
    args.max_points ?? series.bars.length,
    quotes ? quoteMerger(barSeconds(args.bar_size) * 1_000, to) : mergeTrades,
  );
  const more = (['volume', ...(args.wap ? averages : [])] as const).filter((name) =>
    bars.some((bar) => bar[name] !== undefined),
  );
  return {
    conId: instrument.conId,
    contract: instrument.name,
    barSize: args.bar_size,
    data,
    timeZone: zone,
    ...(pricedData.has(data) && instrument.currency ? { currency: instrument.currency } : {}),
    columns: ['time', ...(quotes ? quoteColumns : prices), ...more],
    rows: await rowsOf(bars, ['time', ...prices, ...more]),
    count: bars.length,
    ...(merged > 1 ? { merged } : {}),
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
  };
});

/** What is in the unit of prices; the rest are yields, rates and volatilities. */
const pricedData: ReadonlySet<string> = new Set<Data>([
  'TRADES',
  'MIDPOINT',
  'BID',
  'ASK',
  'BID_ASK',
  'ADJUSTED_LAST',
  'AGGTRADES',
]);

/** What stands for trades where IB keeps none. */
const insteadOfTrades: Readonly<Record<string, Data>> = { CASH: 'MIDPOINT', CRYPTO: 'AGGTRADES' };

/** About 200 to 400 bars, whatever their size. */
function defaultDuration(barSize: BarSize): string {
  const seconds = barSeconds(barSize);
  if (seconds <= 1) return '300 S';
  if (seconds <= 30) return '1h';
  if (seconds <= 180) return '1d';
  if (seconds <= 1_200) return '1w';
  if (seconds <= 28_800) return '1m';
  return seconds <= 86_400 ? '1y' : seconds <= 7 * 86_400 ? '5y' : '20y';
}

/** Seconds and days mean trading time, as IB counts them; longer units are calendar time. */
function stopOf(duration: HistoryDuration, barSize: BarSize): HistoryDuration | undefined {
  const small = barSeconds(barSize) <= 30;
  if (duration.unit === 'days') return duration;
  if (duration.unit !== 'seconds') return undefined;
  return small || duration.amount <= 86_400 ? duration : { amount: Math.ceil(duration.amount / 86_400), unit: 'days' };
}

async function rowsOf(bars: readonly PlainBar[], columns: readonly (keyof PlainBar)[]): Promise<(number | string)[][]> {
  const rows: (number | string)[][] = [];
  for (const bar of bars) {
    rows.push(columns.map((column) => bar[column] ?? ''));
    if (rows.length % rowsPerTurn === 0) await nextTurn();
  }
  return rows;
}
