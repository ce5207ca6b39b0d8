import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { OrderTerms } from '../exchange/model.ts';
import { plainOrder } from '../exchange/plain-order.ts';
import { anyContract, type ContractQuery } from '../market/catalogue.ts';
import type { World } from '../world/world.ts';

/** An order as somebody enters it in the gateway's own window. */
export const manualOrder = z.strictObject({
  account: z.string(),
  symbol: z.string(),
  secType: z.string().default('STK'),
  exchange: z.string().default('SMART'),
  currency: z.string().default('USD'),
  side: z.enum(['BUY', 'SELL']),
  quantity: z.number().positive(),
  type: z.enum(['MKT', 'LMT', 'STP']).default('MKT'),
  /** The limit of a limit order. */
  limitPrice: z.number().optional(),
  /** The trigger of a stop order. */
  auxPrice: z.number().optional(),
  tif: z.enum(['DAY', 'GTC']).default('DAY'),
});

type ManualOrder = z.output<typeof manualOrder>;

function queryOf({ symbol, secType, exchange, currency }: ManualOrder): ContractQuery {
  return { ...anyContract, symbol, secType, exchange, currency };
}

function termsOf(order: ManualOrder, instrument: OrderTerms['legs'][0]['instrument']): OrderTerms {
  const { account, exchange, side, quantity, type, limitPrice, auxPrice, tif } = order;
  return {
    account,
    legs: [{ instrument, ratio: 1, side: 'BUY', exchange }],
    ...plainOrder,
    exchange,
    side,
    quantity: new Decimal(quantity),
    type,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(auxPrice === undefined ? {} : { auxPrice }),
    tif,
    openClose: 'O',
  };
}

/** Enters an order that no client owns. @throws when the contract or the account is unknown, or the exchange refuses it */
export function enterOrder(world: World, order: ManualOrder): { permId: number } {
  if (!world.book.account(order.account)) throw new Error(`There is no account ${order.account}.`);
  const [instrument, second] = world.catalogue.find(queryOf(order), world.today());
  if (!instrument) throw new Error(`There is no ${order.secType} ${order.symbol} in ${order.currency}.`);
  if (second)
    throw new Error(`${order.symbol} is ambiguous: ${instrument.localSymbol}, ${second.localSymbol} and perhaps more.`);
  const { permId } = world.exchange.scripts.enterByHand(termsOf(order, instrument));
  return { permId };
}
