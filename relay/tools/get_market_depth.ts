import { ToolError } from '../../shared/errors.ts';
import { getMarketDepth } from '../../shared/tools/get_market_depth.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import type { BookLevel } from '../gateway/market-data/book.ts';
import { dataTypeNames } from '../gateway/market-data/data-type-lock.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { kindByHours } from './support/data-kind.ts';
import { optional } from './support/optional.ts';
import { closedSince } from './support/quote.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

export const getMarketDepthExecutor = executorOf(getMarketDepth, async (args, context) => {
  const { gateway, signal } = context;
  const found = await gateway.contracts.resolve(args.contract, signal);
  const exchange = args.exchange?.toUpperCase();
  const instrument = exchange === undefined ? found : { ...found, contract: { ...found.contract, exchange } };
  // The book of all exchanges is that of SMART: what is named at one exchange has a book of its own there.
  const smart = args.smart && instrument.contract.exchange === 'SMART';
  if (!args.smart && instrument.contract.exchange === 'SMART') {
    throw await withExchanges(nowhere(found), found, context);
  }
  const book = await gateway.ticks.book(instrument, args.rows, smart, signal).catch(async (error: unknown) => {
    const isUnknown = error instanceof ToolError && error.code === 'contract_not_found';
    throw await withExchanges(isUnknown ? noSuchBook(instrument, error) : error, found, context);
  });
  const bids = book.bids.slice(0, args.rows);
  const asks = book.asks.slice(0, args.rows);
  const [bidTotal, askTotal] = [total(bids), total(asks)];
  const [bid, ask] = [bids[0]?.price, asks[0]?.price];
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    currency: instrument.currency || undefined,
    ...(await freshness(instrument, context)),
    columns: ['bidFrom', 'bidSize', 'bid', 'ask', 'askSize', 'askFrom'],
    rows: Array.from({ length: Math.max(bids.length, asks.length) }, (_, index) => {
      const [buy, sell] = [bids[index], asks[index]];
      return [
        buy?.marketMaker ?? '',
        buy?.size ?? '',
        buy?.price ?? '',
        sell?.price ?? '',
        sell?.size ?? '',
        sell?.marketMaker ?? '',
      ];
    }),
    spread: bid !== undefined && ask !== undefined ? Number((ask - bid).toFixed(8)) : undefined,
    bidTotal,
    askTotal,
    imbalance: bidTotal + askTotal > 0 ? Number((bidTotal / (bidTotal + askTotal)).toFixed(3)) : undefined,
    note: priceUnitNote(instrument),
  });
});

/** IB gives no delayed books: what comes while the market is closed is what it had last. */
async function freshness(instrument: Instrument, context: ToolContext) {
  const now = context.gateway.serverTime();
  const dataType = kindByHours(instrument, now) ?? 1;
  const then = dataType === 2 ? await closedSince(instrument, context) : undefined;
  return { dataType: dataTypeNames[dataType], asOf: isoInZone(instrument.zone, then ?? now) };
}

const total = (levels: readonly BookLevel[]): number => levels.reduce((sum, { size }) => sum + size, 0);

/** One exchange's book was asked for, and none is named. */
function nowhere({ name }: Instrument): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `smart=false means the book of one exchange, and ${name} trades at several.`,
    nextStep: 'Name one with exchange, or leave smart out for all of them together.',
  });
}

/** The instrument is known, since it has been found: only the exchange can be wrong. */
function noSuchBook({ name, contract }: Instrument, { data }: ToolError): ToolError {
  return new ToolError({
    ...data,
    code: 'invalid_arguments',
    message: `${name} has no order book at ${contract.exchange}.`,
    nextStep: 'Leave exchange out for the book of all of them.',
  });
}

/** A refusal with the exchanges that would give depth for this instrument. */
async function withExchanges(error: unknown, instrument: Instrument, context: ToolContext): Promise<unknown> {
  if (
    !(error instanceof ToolError) ||
    !['not_subscribed', 'no_data', 'invalid_arguments', 'ib_error'].includes(error.code)
  ) {
    return error;
  }
  const listed = await optional('exchanges', (signal) => context.gateway.ticks.exchangesWithDepth(signal), context);
  const valid = new Set((instrument.details.validExchanges ?? '').split(','));
  const offered = (listed ?? [])
    .filter(({ secType, exchange }) => String(secType) === instrument.secType && valid.has(exchange ?? ''))
    .map(({ exchange }) => exchange ?? '');
  if (offered.length === 0) return error;
  const names = [...new Set(offered)].slice(0, 20).join(', ');
  return new ToolError({
    ...error.data,
    nextStep: `Exchanges with depth for it: ${names}. ${error.data.nextStep ?? ''}`.trim(),
  });
}
