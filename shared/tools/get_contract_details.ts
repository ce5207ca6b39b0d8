import { z } from 'zod';
import { contractArgument, contractExamples, contractFields, itemErrors } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, renderItemErrors } from './support/render.ts';

/** A trading session, both ends ISO 8601 with the exchange's offset. */
const session = z.object({ open: z.string(), close: z.string() });

export const getContractDetails = defineReadTool({
  name: 'get_contract_details',
  toolset: 'core',
  title: 'Contract details',
  description:
    'Identity, hours, tick and size rules, order types, exchanges, industry, bond terms. `ES:FUT` lists expiries, `VZ:BOND` bonds.',
  input: z.object({
    contracts: z.array(contractArgument.describe(contractExamples)).min(1).max(20),
  }),
  output: z.object({
    contracts: z.array(
      z.object({
        ...contractFields,
        symbol: z.string(),
        localSymbol: z.string().optional(),
        secType: z.string(),
        name: z.string().optional(),
        exchange: z.string(),
        primaryExchange: z.string().optional(),
        currency: z.string(),
        /** Of prices, strikes and ticks, where it is not the currency itself: `0.01 USD`. */
        priceUnit: z.string().optional(),
        /** IB's word for it: 100 where a price of 450 means 4.50. A point is worth multiplier / priceMagnifier. */
        priceMagnifier: z.number().optional(),
        multiplier: z.number().optional(),
        tradingClass: z.string().optional(),
        /** The last day on which it trades. */
        expiry: z.string().optional(),
        /** `YYYY-MM`: by what a future is called, which may be after the month of its last day. */
        contractMonth: z.string().optional(),
        expired: z.boolean().optional(),
        /** Of what has expired: the next one. */
        next: z.string().optional(),
        strike: z.number().optional(),
        right: z.enum(['C', 'P']).optional(),
        underlyingConId: z.number().int().optional(),
        isin: z.string().optional(),
        cusip: z.string().optional(),
        /** Of bonds, in percent a year. */
        coupon: z.number().optional(),
        couponType: z.string().optional(),
        maturity: z.string().optional(),
        issued: z.string().optional(),
        /** As IB writes them: Moody’s and S&P’s. */
        ratings: z.string().optional(),
        bondType: z.string().optional(),
        callable: z.boolean().optional(),
        putable: z.boolean().optional(),
        convertible: z.boolean().optional(),
        /** The next date on which it may be called or put. */
        nextOption: z.string().optional(),
        nextOptionType: z.string().optional(),
        notes: z.string().optional(),
        stockType: z.string().optional(),
        industry: z.string().optional(),
        category: z.string().optional(),
        subcategory: z.string().optional(),
        timeZone: z.string().optional(),
        /** Regular sessions of the next days. */
        liquidHours: z.array(session).optional(),
        /** All sessions, extended hours included. */
        tradingHours: z.array(session).optional(),
        minTick: z.number().optional(),
        /** Price increments by band: from `from` upwards, prices move in steps of `increment`. */
        priceIncrements: z.array(z.object({ from: z.number(), increment: z.number() })).optional(),
        minSize: z.number().optional(),
        sizeIncrement: z.number().optional(),
        orderTypes: z.array(z.string()).optional(),
        exchanges: z.array(z.string()).optional(),
      }),
    ),
    errors: itemErrors,
  }),
  render: ({ contracts, errors }) =>
    [
      ...contracts.map((c) =>
        [
          `${c.contract} — ${c.name ?? c.symbol}`,
          facts({
            conId: c.conId,
            kind: c.secType,
            exchange: c.primaryExchange ?? c.exchange,
            currency: c.currency,
            'prices in': c.priceUnit,
            multiplier: c.multiplier,
            'price magnifier': c.priceMagnifier,
            expiry: c.expiry,
            month: c.contractMonth,
            expired: c.expired === true ? `yes, the next is ${c.next ?? 'not known'}` : undefined,
            strike: c.strike,
            right: c.right,
            'coupon %': c.coupon,
            maturity: c.maturity,
            ratings: c.ratings,
            callable: c.callable === true ? 'yes' : undefined,
            ISIN: c.isin,
            CUSIP: c.cusip,
            industry: c.industry,
            'min tick': c.minTick,
            'time zone': c.timeZone,
          }),
          facts({
            'next regular session': c.liquidHours?.[0] && `${c.liquidHours[0].open} to ${c.liquidHours[0].close}`,
          }),
        ]
          .filter(Boolean)
          .join('\n'),
      ),
      ...renderItemErrors(errors),
    ].join('\n\n'),
});
