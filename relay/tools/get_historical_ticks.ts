import { ToolError } from '../../shared/errors.ts';
import { getHistoricalTicks } from '../../shared/tools/get_historical_ticks.ts';
import { historyEnd } from '../gateway/history-plan.ts';
import { known, present } from '../gateway/numbers.ts';
import type { HistoricalTicks } from '../gateway/ticks.ts';
import { isoInZone } from '../gateway/time-zones.ts';
import { ifTold } from './enrich.ts';
import { parseTime } from './times.ts';
import { executorOf } from './tool.ts';

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
  const { zone } = instrument;
  const start = args.start === undefined ? '' : historyEnd(parseTime('start', args.start, zone, 0));
  const end = args.end === undefined ? undefined : historyEnd(parseTime('end', args.end, zone, 0));
  const [ticks, earliest] = await Promise.all([
    gateway.ticks.historical(
      {
        instrument,
        data: args.data,
        start,
        end: end ?? (start === '' ? historyEnd(gateway.serverTime()) : ''),
        count: args.count,
        regularHoursOnly: args.rth,
        ignoreSize: args.ignore_size,
      },
      {
        onWait: (ms) => context.progress(0, undefined, `waiting ${Math.ceil(ms / 1_000)} s for IB’s limits on ticks`),
        until: context.deadline,
      },
      signal,
    ),
    ifTold(
      'earliest data',
      (shared) => gateway.ticks.earliest(instrument, args.data === 'BID_ASK' ? 'BID' : args.data, args.rth, shared),
      context,
    ),
  ]);
  const { columns, rows } = tableOf(ticks, zone);
  if (rows.length === 0) {
    throw new ToolError({
      code: 'no_data',
      message: `IB has no ${args.data} ticks of ${instrument.name} there.`,
      nextStep:
        'Try another time or rth=false. What has no trades, such as currencies, has another kind of data: data=MIDPOINT.',
    });
  }
  // IB completes the last second, which may hold many more.
  const kept = args.start === undefined ? rows.slice(-args.count) : rows.slice(0, args.count);
  return present({
    conId: instrument.conId,
    contract: instrument.name,
    data: args.data,
    timeZone: zone,
    earliest: earliest === undefined || Number.isNaN(earliest) ? undefined : isoInZone(zone, earliest),
    columns,
    rows: kept,
    count: kept.length,
    note:
      kept.length < rows.length
        ? `IB gave ${rows.length} to complete the last second; ask for more to see them.`
        : undefined,
  });
});

type Row = (number | string)[];

function tableOf(answer: HistoricalTicks, zone: string): { columns: string[]; rows: Row[] } {
  const time = (seconds: number | undefined): string => isoInZone(zone, (seconds ?? 0) * 1_000);
  const cell = (value: number | undefined): number | string => known(value) ?? '';
  switch (answer.data) {
    case 'TRADES':
      return {
        columns: ['time', 'price', 'size', 'exchange', 'conditions'],
        rows: answer.ticks.map((tick) => [
          time(tick.time),
          cell(tick.price),
          cell(tick.size),
          tick.exchange ?? '',
          [tick.specialConditions, tick.tickAttribLast?.unreported ? 'unreported' : ''].filter(Boolean).join(' '),
        ]),
      };
    case 'BID_ASK':
      return {
        columns: ['time', 'bid', 'ask', 'bidSize', 'askSize'],
        rows: answer.ticks.map((tick) => [
          time(tick.time),
          cell(tick.priceBid),
          cell(tick.priceAsk),
          cell(tick.sizeBid),
          cell(tick.sizeAsk),
        ]),
      };
    case 'MIDPOINT':
      return {
        columns: ['time', 'price'],
        rows: answer.ticks.map((tick) => [time(tick.time), cell(tick.price)]),
      };
  }
}
