import type { ContractRequest } from '../contracts/contract-request.ts';
import type { OrderLeg, OrderTerms } from '../exchange/model.ts';
import { invalid, OrderRequestError } from '../orders/order-error.ts';
import { parseSide } from '../orders/order-types.ts';
import { numberOf, textOf } from '../orders/wire-values.ts';
import { Request, type RequestOf } from '../protocol/requests.ts';
import { resolveInstrument } from './contract-query.ts';
import type { Context } from './handler.ts';

/** Venues an order can be sent to although contracts do not list them. */
const unlistedVenues = new Set(['OVERNIGHT', 'IBKRATS']);

/**
 * What an order is for; undefined after an error has been sent.
 * @throws {OrderRequestError} when the venue or a combination's legs are missing or unknown
 */
export function resolveLegs(context: Context, request: RequestOf<'placeOrder'>): OrderTerms['legs'] | undefined {
  const exchange = request.text('exchange').trim().toUpperCase();
  if (exchange === '') throw invalid('Missing order exchange');
  if (request.text('secType').toUpperCase() === 'BAG') return comboLegs(context, request, exchange);
  const instrument = resolveInstrument(context, contractRequest(request, exchange));
  return instrument && [{ instrument, ratio: 1, side: 'BUY', exchange }];
}

/** The order under the names by which requests about contracts go. */
function contractRequest(request: RequestOf<'placeOrder'>, exchange: string): ContractRequest {
  const venue = unlistedVenues.has(exchange) ? 'SMART' : exchange;
  const values = { ...request.values, reqId: request.text('orderId'), exchange: venue };
  return new Request('placeOrder', { values, rows: {} });
}

function comboLegs({ world }: Context, request: RequestOf<'placeOrder'>, exchange: string): OrderTerms['legs'] {
  const prices = request.rows('orderComboLegs');
  const legs = request.rows('comboLegs').map((row, index): OrderLeg => {
    const instrument = world.catalogue.byConId(numberOf(row, 'conId') ?? 0, world.today());
    const ratio = numberOf(row, 'ratio') ?? 0;
    if (!instrument || ratio <= 0)
      throw new OrderRequestError(313, `The combo details for leg '${index + 1}' are invalid.`);
    const priceRow = prices[index];
    const price = priceRow && numberOf(priceRow, 'price');
    return {
      instrument,
      ratio,
      side: parseSide(textOf(row, 'action')),
      exchange: textOf(row, 'exchange').toUpperCase() || exchange,
      ...(price === undefined ? {} : { price }),
    };
  });
  const [first, ...others] = legs;
  if (!first) throw new OrderRequestError(314, "Security type 'BAG' requires combo leg details.");
  return [first, ...others];
}
