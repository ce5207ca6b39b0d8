import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { ToolError } from '../errors.ts';
import { decimalText, instantText } from './decimal-text.ts';
import { type OrderTerms, orderTypes, type PlannedOrder, sides, timesInForce } from './order.ts';

/** Versions of the canonical form that this build reads, newest first. The last two are kept. */
export const hashVersions: readonly number[] = [1];

/** Printable ASCII, as everything that reaches TWS. */
const word = (max: number) =>
  z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/)
    .max(max);
/** For people; without control characters and such as rearrange a line. */
const words = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
const decimal = z.string().refine((text) => decimalText(text) === text, 'is no number in canonical notation');
const positive = decimal.refine((text) => !text.startsWith('-') && text !== '0', 'must be above 0');
const instant = z.string().refine((text) => instantText(text) === text, 'is no instant in canonical notation');
const conId = z.int().min(1);
const side = z.enum(sides);
const yes = z.literal(true);

const comboLeg = z.strictObject({
  conId,
  ratio: z.int().min(1).max(1_000_000),
  side,
  exchange: word(20),
  name: words,
  secType: word(10),
  symbol: word(40),
  multiplier: decimal.optional(),
  currency: word(10),
  price: decimal.optional(),
});

const contract = z
  .strictObject({
    conId: z.int().min(0),
    secType: word(10),
    symbol: word(40),
    exchange: word(20),
    primaryExchange: word(20).optional(),
    currency: word(10),
    localSymbol: word(60).optional(),
    tradingClass: word(40).optional(),
    multiplier: decimal.optional(),
    lastTradeDate: word(20).optional(),
    right: z.enum(['C', 'P']).optional(),
    strike: decimal.optional(),
    name: words,
    legs: z.array(comboLeg).min(2).max(20).optional(),
  })
  .refine(
    ({ conId: id, legs }) => (id === 0) === (legs !== undefined),
    'a combination has legs, anything else a conId',
  );

const onContract = { conId, exchange: word(20), contract: words };
const join = z.enum(['and', 'or']);
const triggerMethods = ['double_bid_ask', 'last', 'double_last', 'bid_ask', 'last_or_bid_ask', 'mid'] as const;

const condition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('price'),
    join,
    ...onContract,
    above: z.boolean(),
    price: decimal,
    method: z.enum(['default', ...triggerMethods]),
  }),
  z.strictObject({ kind: z.literal('time'), join, after: z.boolean(), time: instant }),
  z.strictObject({ kind: z.literal('margin'), join, above: z.boolean(), percent: decimal }),
  z.strictObject({ kind: z.literal('volume'), join, ...onContract, above: z.boolean(), volume: decimal }),
  z.strictObject({ kind: z.literal('percent_change'), join, ...onContract, above: z.boolean(), percent: decimal }),
  z.strictObject({ kind: z.literal('execution'), join, secType: word(10), exchange: word(20), symbol: word(40) }),
]);

const terms = z.strictObject({
  account: word(32).optional(),
  allocation: z
    .strictObject({ group: word(60), method: word(30).optional(), percentage: decimal.optional() })
    .optional(),
  side,
  quantity: positive.optional(),
  cashQuantity: positive.optional(),
  type: z.enum(orderTypes),
  limitPrice: decimal.optional(),
  stopPrice: decimal.optional(),
  trailingAmount: positive.optional(),
  trailingPercent: positive.optional(),
  trailStopPrice: decimal.optional(),
  limitOffset: decimal.optional(),
  offset: decimal.optional(),
  offsetPercent: decimal.optional(),
  discretionaryAmount: decimal.optional(),
  volatility: z.strictObject({ percent: positive, per: z.enum(['day', 'year']) }).optional(),
  pegBest: z
    .strictObject({
      minTradeQuantity: z.int().min(1).optional(),
      minCompeteSize: z.int().min(1).optional(),
      competeOffset: z.union([decimal, z.literal('mid')]).optional(),
      midOffsetWhole: decimal.optional(),
      midOffsetHalf: decimal.optional(),
    })
    .optional(),
  pegBench: z
    .strictObject({
      ...onContract,
      decreasing: z.boolean(),
      change: decimal,
      referenceChange: decimal,
      startingPrice: decimal.optional(),
      startingReference: decimal.optional(),
      rangeLower: decimal.optional(),
      rangeUpper: decimal.optional(),
    })
    .optional(),
  tif: z.enum(timesInForce),
  goodTill: instant.optional(),
  goodAfter: instant.optional(),
  durationSeconds: z.int().min(1).max(604_800).optional(),
  outsideRth: z.boolean(),
  allOrNone: yes.optional(),
  minQuantity: positive.optional(),
  displaySize: positive.optional(),
  hidden: yes.optional(),
  notHeld: yes.optional(),
  triggerMethod: z.enum(triggerMethods).optional(),
  oca: z.strictObject({ group: word(20), type: z.union([z.literal(1), z.literal(2), z.literal(3)]) }).optional(),
  algo: z.strictObject({ strategy: word(40), parameters: z.array(z.tuple([word(40), word(60)])).max(30) }).optional(),
  conditions: z.array(condition).min(1).max(10).optional(),
  conditionsIgnoreRth: yes.optional(),
  conditionsCancel: yes.optional(),
  openClose: z.enum(['open', 'close']).optional(),
  nonGuaranteed: yes.optional(),
}) satisfies z.ZodType<OrderTerms>;

const identity = z.strictObject({ orderId: z.int(), clientId: z.int().min(0), permId: z.int().min(0) });

const planned = z.discriminatedUnion('kind', [
  z.strictObject({
    version: z.literal(1),
    kind: z.literal('place'),
    contract,
    entry: terms,
    takeProfit: terms.optional(),
    stopLoss: terms.optional(),
  }),
  z.strictObject({
    version: z.literal(1),
    kind: z.literal('modify'),
    contract,
    target: identity,
    before: terms,
    entry: terms,
  }),
  z.strictObject({
    version: z.literal(1),
    kind: z.literal('exercise'),
    contract,
    account: word(32),
    action: z.enum(['exercise', 'lapse']),
    quantity: positive,
    override: z.boolean(),
  }),
]);

/** The one text of a planned order: JSON with sorted keys, and nothing that is absent. */
export function canonicalText(order: PlannedOrder): string {
  return JSON.stringify(sorted(order));
}

/** `1:` and the SHA-256 of the canonical text, in hexadecimal. */
export function hashOf(order: PlannedOrder): string {
  return hashOfText(canonicalText(order), order.version);
}

/**
 * Reads a canonical text, strictly: it must be exactly what {@link canonicalText} would write.
 * @throws ToolError `invalid_arguments`
 */
export function readCanonical(text: string): PlannedOrder {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('it is no JSON');
  }
  const { success, data, error } = planned.safeParse(json);
  if (!success) throw unreadable(error.issues[0]?.path.join('.') || 'its members');
  if (canonicalText(data as PlannedOrder) !== text) throw unreadable('it is written otherwise');
  return data as PlannedOrder;
}

/** The hash of a text that was received, whatever it says. */
export function hashOfText(text: string, version: number = hashVersions[0] ?? 1): string {
  return `${version}:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

function unreadable(what: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `The order cannot be read: ${what}. Nothing was sent.`,
    nextStep: 'Preview it again; if that fails too, update the server and the relay to the same version.',
  });
}
