import { ToolError } from '../../shared/errors.ts';
import { getHistoricalTicks } from '../../shared/tools/get_historical_ticks.ts';
import { omitUndefined } from '../../shared/values.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import { historyEnd } from '../gateway/history/history-plan.ts';
import type { HistoricalTicks } from '../gateway/market-data/ticks.ts';
import { known } from '../gateway/numbers.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { optional } from './support/optional.ts';
import { notesOf } from './support/options.ts';
import { type TickWish, tickPage } from './support/tick-page.ts';
import { parseTime, zoneUnknown } from './support/times.ts';
import { executorOf } from './support/tool.ts';

/** The most that IB tells at once. */
const mostTicks = 1_000;

export const getHistoricalTicksExecutor = executorOf(getHistoricalTicks, async (args, context) => {
  const { gateway, signal } = context;
  if (args.start !== undefined && args.end !== undefined) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'IB takes a start or an end, not both.',
      nextStep: 'Give `start` for the ticks after it, or `end` for those before it.',
    });
  }
  const instrument = await gateway.contracts.resolve(args.contract, signal);
  const { zone, marketZone } = instrument;
  const forward = args.start !== undefined;
  const edge = Math.ceil(edgeOf(args, marketZone, gateway.serverTime()) / 1_000);
  const wish: TickWish = { edge, forward, count: args.count };
  const page = async (count: number) => {
    const answer = await gateway.ticks.historical(
      {
        instrument,
        data: args.data,
        start: forward ? historyEnd(edge * 1_000) : '',
        end: forward ? '' : historyEnd(edge * 1_000),
        count,
        regularHoursOnly: args.rth,
        ignoreSize: args.ignore_size,
      },
      {
        onWait: (ms) => context.progress(0, undefined, `waiting ${Math.ceil(ms / 1_000)} s for IB’s limits on ticks`),
        until: context.deadline,
      },
      signal,
    );
    return tableOf(answer, zone, wish, count);
  };
  const [{ columns, rows, next }, earliest] = await Promise.all([
    page(args.count).then((first) => (first.next === edge ? page(mostTicks) : first)),
    optional(
      'earliest data',
      (shared) => gateway.ticks.earliest(instrument, args.data === 'BID_ASK' ? 'BID' : args.data, args.rth, shared),
      context,
    ),
  ]);
  if (rows.length === 0) {
    throw new ToolError({
      code: 'no_data',
      message: `IB has no ${args.data} ticks of ${instrument.name} there.`,
      nextStep:
        next === undefined
          ? 'Try another time or rth=false. What has no trades, such as currencies, has another kind of data: data=MIDPOINT.'
          : 'All that IB tells at once is of the second of the end itself: try an end a second earlier.',
    });
  }
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    data: args.data,
    timeZone: zone,
    currency: instrument.currency || undefined,
    earliest: earliest === undefined || Number.isNaN(earliest) ? undefined : isoInZone(zone, earliest),
    columns,
    rows,
    count: rows.length,
    next: next === undefined ? undefined : isoInZone(zone, next * 1_000),
    note: notesOf([
      next === undefined ? undefined : `Whole seconds only; go on with ${forward ? 'start' : 'end'}=next.`,
      priceUnitNote(instrument),
      marketZone === undefined ? zoneUnknown(instrument) : undefined,
    ]),
  });
});

/** From where or up to where ticks are wanted, epoch milliseconds. */
function edgeOf(
  { start, end }: { start?: string | undefined; end?: string | undefined },
  zone: string | undefined,
  now: number,
) {
  if (start !== undefined) return parseTime('start', start, zone, 0);
  return end === undefined ? now : parseTime('end', end, zone, 0);
}

type Row = (number | string)[];

function tableOf(
  answer: HistoricalTicks,
  zone: string,
  wish: TickWish,
  asked: number,
): { columns: string[]; rows: Row[]; next?: number | undefined } {
  const time = (seconds: number | undefined): string => isoInZone(zone, (seconds ?? 0) * 1_000);
  const cell = (value: number | undefined): number | string => known(value) ?? '';
  switch (answer.data) {
    case 'TRADES': {
      const { ticks, next } = tickPage(answer.ticks, wish, asked);
      const rows = ticks.map((tick) => [
        time(tick.time),
        cell(tick.price),
        cell(tick.size),
        tick.exchange ?? '',
        [tick.specialConditions, tick.tickAttribLast?.unreported ? 'unreported' : ''].filter(Boolean).join(' '),
      ]);
      return { columns: ['time', 'price', 'size', 'exchange', 'conditions'], rows, next };
    }
    case 'BID_ASK': {
      const { ticks, next } = tickPage(answer.ticks, wish, asked);
      const rows = ticks.map((tick) => [
        time(tick.time),
        cell(tick.priceBid),
        cell(tick.priceAsk),
        cell(tick.sizeBid),
        cell(tick.sizeAsk),
      ]);
      return { columns: ['time', 'bid', 'ask', 'bidSize', 'askSize'], rows, next };
    }
    case 'MIDPOINT': {
      const { ticks, next } = tickPage(answer.ticks, wish, asked);
      return { columns: ['time', 'price'], rows: ticks.map((tick) => [time(tick.time), cell(tick.price)]), next };
    }
  }
}
