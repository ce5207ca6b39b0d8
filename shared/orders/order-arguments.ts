import { z } from 'zod';
import { accountArgument, contractArgument } from '../values.ts';
import { decimalText, instantText } from './decimal-text.ts';
import { orderTypes, sides, timesInForce } from './order.ts';
import { orderArgument } from './order-view.ts';

/** What tools take that prepare orders. Numbers are texts, so that none is changed by being a float on its way. */

/** Printable ASCII: what reaches TWS must be that, and nothing that looks like another character is taken for it. */
const plain = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[\x20-\x7e]*$/, 'holds characters that IB does not take');

function number(what: string, fits: (text: string) => boolean) {
  return z.string().transform((given, context) => {
    const text = decimalText(given);
    if (text !== undefined && fits(text)) return text;
    context.addIssue({ code: 'custom', message: `must be ${what}, in digits` });
    return z.NEVER;
  });
}

/** A size or an amount. */
const amount = number('a number above 0', (text) => !text.startsWith('-') && text !== '0').optional();
/** A price, which of futures and combinations may be zero or less. */
const price = number('a number', () => true).optional();
const count = number('a whole number above 0', (text) => /^[1-9]\d*$/.test(text)).optional();

const instant = z
  .string()
  .transform((given, context) => {
    const text = instantText(given);
    if (text !== undefined) return text;
    context.addIssue({ code: 'custom', message: 'must be a moment with its zone, such as 2026-11-20T15:00:00Z' });
    return z.NEVER;
  })
  .optional();

/** Words of other systems for the same. */
const otherWords: Readonly<Record<string, string>> = {
  MARKET: 'MKT',
  LIMIT: 'LMT',
  STOP: 'STP',
  STOP_LIMIT: 'STP_LMT',
  STOP_LMT: 'STP_LMT',
  STPLMT: 'STP_LMT',
  TRAILING_STOP: 'TRAIL',
  TRAILING_STOP_LIMIT: 'TRAIL_LIMIT',
  MARKET_IF_TOUCHED: 'MIT',
  LIMIT_IF_TOUCHED: 'LIT',
  MARKET_ON_CLOSE: 'MOC',
  LIMIT_ON_CLOSE: 'LOC',
  MARKET_ON_OPEN: 'MOO',
  LIMIT_ON_OPEN: 'LOO',
  PEGMKT: 'PEG_MKT',
  PEGMID: 'PEG_MID',
  PEGBEST: 'PEG_BEST',
  GOOD_TILL_CANCEL: 'GTC',
  GOOD_TILL_CANCELLED: 'GTC',
  GOOD_TILL_DATE: 'GTD',
  IMMEDIATE_OR_CANCEL: 'IOC',
  FILL_OR_KILL: 'FOK',
  B: 'BUY',
  S: 'SELL',
  BOT: 'BUY',
  SLD: 'SELL',
};

/** A choice in any case, with blanks or dashes, or in other systems' words. */
function choice<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  const listed = new Map<string, Choices[number]>(choices.map((one) => [one.toUpperCase(), one]));
  return z
    .string()
    .transform((given, context): Choices[number] => {
      const name = given
        .trim()
        .toUpperCase()
        .replaceAll(/[\s-]+/g, '_');
      const word = [name, otherWords[name]].find((one) => one !== undefined && listed.has(one));
      if (word !== undefined) return listed.get(word) as Choices[number];
      context.addIssue({ code: 'custom', message: `must be one of ${choices.join(', ')}` });
      return z.NEVER;
    })
    .meta({ enum: [...choices] });
}

const flag = z.boolean().optional();
const tif = choice(timesInForce).optional();
/** Named by the error that refuses others. */
const unlistedTif = choice(timesInForce).meta({ enum: undefined }).optional();
const triggerMethods = [
  'default',
  'double_bid_ask',
  'last',
  'double_last',
  'bid_ask',
  'last_or_bid_ask',
  'mid',
] as const;

/** Named by the error that refuses others. */
const triggerMethod = choice(triggerMethods).meta({ enum: undefined });

const condition = z.strictObject({
  kind: z.enum(['price', 'time', 'margin', 'volume', 'percent_change', 'execution']),
  contract: contractArgument.optional(),
  above: z.boolean().default(true).describe('or after'),
  value: plain(40).optional(),
  method: triggerMethod.optional(),
  join: z.enum(['and', 'or']).default('and').describe('with the next'),
});

const takeProfit = z.strictObject({ limit_price: price, tif, good_till: instant, outside_rth: flag });
const stopLoss = z.strictObject({
  stop_price: price,
  limit_price: price,
  trail_amount: amount,
  trail_percent: amount,
  tif,
  good_till: instant,
  outside_rth: flag,
});

/** What few orders have. */
const special = z.strictObject({
  trail_stop_price: price,
  limit_offset: price,
  offset_percent: amount,
  discretionary_amount: amount,
  all_or_none: flag,
  min_quantity: amount,
  display_size: amount,
  hidden: flag,
  not_held: flag,
  trigger_method: triggerMethod.optional(),
  open_close: z.enum(['open', 'close']).optional(),
  duration_seconds: count,
  conditions_ignore_rth: flag,
  conditions_cancel: flag,
  non_guaranteed: flag,
  volatility: z.strictObject({ percent: amount.unwrap(), per: z.enum(['day', 'year']).default('year') }).optional(),
  peg_best: z
    .strictObject({
      min_trade: count,
      min_compete: count,
      /** A number, or `mid`. */
      compete_offset: plain(20).optional(),
      mid_offset_whole: price,
      mid_offset_half: price,
    })
    .optional(),
  peg_bench: z
    .strictObject({
      contract: contractArgument,
      decreasing: flag,
      change: amount.unwrap(),
      reference_change: amount.unwrap(),
      starting_price: price,
      starting_reference: price,
      range_lower: price,
      range_upper: price,
    })
    .optional(),
});

/** The order itself, as preview_order and place_order take it. */
export const orderArguments = {
  account: accountArgument,
  contract: contractArgument.describe('or a combination: SPY 20261218 C 600 - SPY 20261218 C 610'),
  side: choice(sides),
  quantity: amount,
  cash_quantity: amount,
  type: choice(orderTypes),
  limit_price: price,
  stop_price: price.describe('or trigger'),
  trail_amount: amount,
  trail_percent: amount,
  offset: price.describe('Of REL, PEG, SNAP'),
  tif: tif.describe('Default DAY'),
  good_till: instant,
  good_after: instant,
  outside_rth: flag,
  take_profit: takeProfit.optional(),
  stop_loss: stopLoss.optional(),
  conditions: z.array(condition).min(1).max(10).optional(),
  oca: z.strictObject({ group: plain(20), type: z.int().min(1).max(3).default(1) }).optional(),
  algo: z
    .strictObject({
      strategy: plain(40),
      parameters: z.record(plain(40), z.union([plain(60), z.number(), z.boolean()])).default({}),
    })
    .optional(),
  allocation: z.strictObject({ group: plain(60), method: plain(30).optional(), percentage: price }).optional(),
  special: special.optional(),
};

/** What tells a repetition from a second order. */
export const requestArguments = { client_request_id: plain(64).optional() };

/** The user's own word for an order; it stays with us. */
export const orderReference = z.string().trim().min(1).max(100).optional();

/** Which order, and only what is to be changed. */
export const modifyArguments = {
  order: orderArgument.describe('Ticket, or `order` of get_orders'),
  account: accountArgument,
  quantity: amount,
  limit_price: price,
  stop_price: price,
  trail_amount: amount,
  trail_percent: amount,
  trail_stop_price: price,
  limit_offset: price,
  offset: price,
  tif: unlistedTif,
  good_till: instant,
  outside_rth: flag,
};

export const closeArguments = {
  contract: contractArgument,
  account: accountArgument,
  quantity: amount,
  percent: amount.describe('Of the position; all by default'),
  type: choice(['MKT', 'LMT', 'MIDPRICE', 'MOC', 'LOC']).optional().describe('Default MKT'),
  limit_price: price,
  tif: unlistedTif,
  outside_rth: flag,
};

export const exerciseArguments = {
  contract: contractArgument,
  account: accountArgument,
  action: z.enum(['exercise', 'lapse']).default('exercise'),
  quantity: count,
  override: flag.describe('Also out of the money'),
};

export const placeSchema = z.object(orderArguments);
export type OrderArguments = z.output<typeof placeSchema>;
export const modifySchema = z.object(modifyArguments);
export type ModifyArguments = z.output<typeof modifySchema>;
export const closeSchema = z.object(closeArguments);
export type CloseArguments = z.output<typeof closeSchema>;
export const exerciseSchema = z.object(exerciseArguments);
export type ExerciseArguments = z.output<typeof exerciseSchema>;
