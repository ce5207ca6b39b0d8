import { z } from 'zod';
import { accountArgument, instant, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

const money = z.number().optional();
const seriesObject = z.object(series);
/** Rows `[name, value, percent of net liquidation, exposure]`, largest first; the values add up to net liquidation. */
const allocation = seriesObject;

export const getPortfolioSummary = defineReadTool({
  name: 'get_portfolio_summary',
  toolset: 'portfolio',
  title: 'Portfolio summary',
  description:
    'Totals and P&L; allocation by kind, sector, currency and country; largest positions, concentration, and Greeks by underlying.',
  input: z.object({
    account: accountArgument,
    top: z.number().int().min(1).max(50).default(10),
    greeks: z.boolean().default(true).describe('false is faster'),
  }),
  output: z.object({
    asOf: instant,
    /** One for each base currency; amounts are in it. */
    portfolios: z.array(
      z.object({
        currency: z.string(),
        accounts: z.array(z.string()),
        totals: z.object({
          netLiquidation: z.number(),
          /** Includes gains of futures that are not settled. */
          cash: z.number(),
          /** Market value of what is paid for in full; futures, CFDs and FX count in cash alone. */
          positions: z.number(),
          /** Interest and dividends that are due but not paid. */
          accrued: z.number(),
          /** What is left of net liquidation after cash, positions and accruals. */
          unexplained: z.number(),
          long: z.number(),
          short: z.number(),
          /** Of IB: value of all positions without regard to sign. */
          gross: money,
          /** Gross by net liquidation. */
          leverage: money,
          /** What moves with the market: value, notional of futures, delta dollars of options. */
          netExposure: z.number(),
          grossExposure: z.number(),
          dailyPnl: money,
          unrealizedPnl: money,
          realizedPnl: money,
          /** Net liquidation less what the account summary says, which IB refreshes every three minutes. */
          sinceSummary: money,
        }),
        /** With several accounts. */
        byAccount: seriesObject.optional(),
        allocation: z.object({ kind: allocation, sector: allocation, currency: allocation, country: allocation }),
        top: seriesObject,
        /** By underlying: what is held of it in any form, without regard to sign, as parts of all. */
        concentration: z
          .object({
            underlyings: z.number().int(),
            largest: z.string(),
            largestPercent: z.number(),
            top5Percent: z.number(),
            top10Percent: z.number(),
            /** How many equal positions would be as concentrated. */
            effectiveNumber: z.number(),
          })
          .optional(),
        /**
         * `deltaDollars` includes stocks and futures at delta 1; `gamma` is its change per 1 % of the underlying, `theta` per day,
         * `vega` per percentage point of volatility.
         */
        greeks: z
          .object({
            deltaDollars: z.number(),
            gamma: z.number(),
            theta: z.number(),
            vega: z.number(),
            /** Underlyings with options or futures, largest delta dollars first. */
            columns: series.columns,
            rows: series.rows,
            /** Options without Greeks, which count with neither delta nor exposure. */
            missing: z.array(z.string()).optional(),
          })
          .optional(),
        notes: z.array(z.string()).optional(),
      }),
    ),
  }),
  timeoutMs: 240_000,
  render: ({ asOf, portfolios }) =>
    portfolios
      .map(({ currency, accounts, totals, allocation, top, concentration, greeks, notes }) =>
        [
          `${accounts.join(', ')}, in ${currency}, ${asOf}`,
          facts(totals),
          ...Object.entries(allocation).map(([name, rows]) => `By ${name}\n${table(rows.columns, rows.rows)}`),
          ...(top.rows.length > 0 ? [`Largest positions\n${table(top.columns, top.rows)}`] : []),
          ...(concentration ? [facts(concentration)] : []),
          ...(greeks
            ? [
                facts({
                  'delta dollars': greeks.deltaDollars,
                  gamma: greeks.gamma,
                  theta: greeks.theta,
                  vega: greeks.vega,
                }),
                ...(greeks.rows.length > 0 ? [table(greeks.columns, greeks.rows)] : []),
                ...(greeks.missing ? [`Without Greeks: ${greeks.missing.join(', ')}`] : []),
              ]
            : []),
          ...(notes ?? []),
        ].join('\n'),
      )
      .join('\n\n'),
});
