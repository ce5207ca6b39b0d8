import { z } from 'zod';
import { accountArgument, accountKind, instant, performancePeriods, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

export const getPerformance = defineReadTool({
  name: 'get_performance',
  toolset: 'portfolio',
  title: 'Performance',
  description:
    'Gain and time-weighted return (%) by period, daily net asset value; commissions and realized P&L of one period.',
  input: z.object({
    account: accountArgument,
    period: z.enum(performancePeriods).default('all').describe('Of series and trading'),
    max_points: z.number().int().min(2).max(2_000).default(60),
  }),
  output: z.object({
    asOf: instant,
    accounts: z.array(
      z.object({
        account: z.string(),
        kind: accountKind,
        currency: z.string(),
        nav: z.number(),
        /** Those that the records reach back to. A period begins at the close of `from`. */
        periods: z.array(
          z.object({
            period: z.enum(performancePeriods),
            from: z.string(),
            to: z.string(),
            startNav: z.number(),
            endNav: z.number(),
            /** End less start less net flow. */
            gain: z.number(),
            /** Percent. Absent where nothing was invested at some time. */
            twr: z.number().optional(),
            /** Deposits less withdrawals, as far as known. */
            netFlow: z.number(),
            /** Whether deposits and withdrawals are known for all of it; unknown ones count as gain or loss. */
            flows: z.enum(['known', 'partly', 'unknown']),
          }),
        ),
        /** Fills of the period by currency, then all in the account's at the present rates: currency, fills, commission, realizedPnl. */
        trading: z.object({ since: instant, ...series }).optional(),
        /** date, nav, flow since the row before, twr since the first row in percent. */
        ...series,
        /** Days of the series before it was thinned out. */
        days: z.number().int(),
        note: z.string().optional(),
      }),
    ),
  }),
  render: ({ accounts }) =>
    accounts
      .map(({ account, kind, currency, nav, periods, trading, columns, rows, note }) =>
        [
          facts({ account: `${account} (${kind})`, NAV: `${nav} ${currency}` }),
          table(
            ['period', 'from', 'to', 'gain', 'TWR %', 'start', 'end', 'net flow', 'flows'],
            periods.map((p) => [p.period, p.from, p.to, p.gain, p.twr, p.startNav, p.endNav, p.netFlow, p.flows]),
          ),
          ...(trading ? [`Fills since ${trading.since}`, table(trading.columns, trading.rows)] : []),
          table(columns, rows.slice(-20)),
          ...(note ? [note] : []),
        ].join('\n'),
      )
      .join('\n\n'),
});
