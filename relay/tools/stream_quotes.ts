import { ToolError, type ToolErrorData, toToolErrorData } from '../../shared/errors.ts';
import { streamQuotes } from '../../shared/tools/stream_quotes.ts';
import { omitUndefined } from '../../shared/values.ts';
import { abortError } from '../async/abort.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { dataMayFollow } from '../gateway/connection/error-codes.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { priceUnitOf } from '../gateway/contracts/price-unit.ts';
import { type DataType, dataTypeNames } from '../gateway/market-data/data-type-lock.ts';
import type { Ticker } from '../gateway/market-data/ticker.ts';
import { kindOf, kindsOfLegs } from './support/data-kind.ts';
import { asItem, itemError } from './support/item-error.ts';
import { executorOf, type ToolContext } from './support/tool.ts';
import { WatchedQuote } from './support/watched-quote.ts';

/** How long a call waits for its first line, so that it can still watch for a minute in its time. */
const roomPatienceMs = 25_000;

const noRoom: ToolErrorData = {
  code: 'busy',
  message: 'No market-data line was free for it.',
  nextStep: 'Ask for fewer instruments at once, or try again when others are done.',
};

interface Watched {
  readonly instrument: Instrument;
  readonly quote: WatchedQuote;
  /** Kinds of a combination's legs. */
  legs: readonly DataType[];
  failed?: ToolErrorData;
  /** A refusal that other data may follow. */
  refused?: ToolErrorData;
}

export const streamQuotesExecutor = executorOf(streamQuotes, async (args, context) => {
  const { gateway, signal } = context;
  const errors: (ToolErrorData & { contract: string })[] = [];
  const watched: Watched[] = [];
  await Promise.all(
    args.contracts.map(async (text) => {
      try {
        const instrument = await gateway.contracts.resolveAny(text, signal);
        watched.push({ instrument, quote: new WatchedQuote(instrument.secType), legs: [] });
      } catch (error) {
        errors.push(itemError(text, error, context));
      }
    }),
  );
  const from = gateway.serverTime();
  if (watched.length > 0) await Promise.all([watch(watched, args, context), lookAtLegs(watched, context)]);
  const seen = watched.filter(({ quote }) => !quote.isEmpty);
  for (const { instrument, quote, failed, refused } of watched) {
    const error = failed ?? (quote.isEmpty ? (refused ?? gateway.quotes.silence(instrument)) : undefined);
    if (error) errors.push(asItem(instrument.name, error));
  }
  return {
    from: new Date(from).toISOString(),
    to: new Date(gateway.serverTime()).toISOString(),
    quotes: seen.map((one) => summaryOf(one, gateway.serverTime())),
    ...(errors.length > 0 ? { errors } : {}),
  };
});

/** Keeps the lines open until the time is up, enough has happened, or nothing more can come. */
async function watch(
  watched: readonly Watched[],
  { seconds, updates = Number.POSITIVE_INFINITY }: { seconds: number; updates?: number | undefined },
  context: ToolContext,
): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([over.signal, context.signal]);
  const end = (): void => over.abort();
  const unopened = new Set(watched);
  // The time is that of watching, not of waiting for a line.
  let timer = setTimeout(end, roomPatienceMs);
  const opened = (one: Watched): void => {
    if (unopened.size === watched.length) {
      clearTimeout(timer);
      timer = setTimeout(end, seconds * 1_000);
    }
    unopened.delete(one);
  };
  let interrupted: ToolErrorData | undefined;
  const stopHearing = context.gateway.onInterrupted((error, kept) => {
    if (kept) return;
    interrupted = error;
    over.abort();
  });
  const tell = teller(watched, seconds, context);
  const keep = async (one: Watched): Promise<void> => {
    const fail = (error: ToolErrorData) => {
      one.refused = error;
      if (dataMayFollow.has(error.ibCode ?? 0)) return;
      one.failed = error;
      if (watched.every(({ failed }) => failed)) over.abort();
    };
    const onTicker = (ticker: Ticker) => {
      if (until.aborted || !one.quote.take(ticker)) return;
      tell(one);
      if (watched.reduce((sum, { quote }) => sum + quote.updates, 0) >= updates) over.abort();
    };
    const { instrument } = one;
    const onOpen = (): void => {
      one.quote.reopened();
      opened(one);
    };
    const line = context.gateway.quotes.watch({ instrument, onTicker, onError: fail, onOpen }, until);
    await line.catch((error: unknown) => until.aborted || fail(toToolErrorData(error)));
  };
  try {
    await Promise.all(watched.map(keep));
  } finally {
    clearTimeout(timer);
    stopHearing();
  }
  if (context.signal.aborted) throw abortError(context.signal);
  if (interrupted) throw new ToolError(interrupted);
  for (const one of unopened) one.failed ??= noRoom;
}

/**
 * Tells every change: how often the caller hears of them is the tunnel's to say, which keeps the newest. As one message
 * may stand for several changes, it shows all instruments, the one that has changed last first.
 */
function teller(watched: readonly Watched[], seconds: number, context: ToolContext): (changed: Watched) => void {
  const started = monotonicNow();
  const changes = new Set<Watched>();
  return (changed) => {
    changes.delete(changed);
    changes.add(changed);
    const count = watched.reduce((sum, { quote }) => sum + quote.updates, 0);
    const done = Math.min(seconds, (monotonicNow() - started) / 1_000);
    context.progress(done, seconds, `${count} updates: ${[...changes].reverse().map(lineOf).join('; ')}`);
  };
}

function lineOf({ instrument, quote: { bid, ask, last } }: Watched): string {
  return `${instrument.name} ${bid ?? '–'} × ${ask ?? '–'}${last === undefined ? '' : `, last ${last}`}`;
}

/** A combination is no fresher than its legs. */
async function lookAtLegs(watched: readonly Watched[], { gateway, signal }: ToolContext): Promise<void> {
  await Promise.all(
    watched.map(async (one) => {
      one.legs = await kindsOfLegs(one.instrument, gateway, signal);
    }),
  );
}

function summaryOf({ instrument, quote, legs }: Watched, now: number) {
  const { first, last, high, low } = quote.range;
  return omitUndefined({
    conId: instrument.conId || undefined,
    priceUnit: priceUnitOf(instrument),
    contract: instrument.name,
    currency: instrument.currency || undefined,
    updates: quote.updates,
    dataType: dataTypeNames[kindOf(quote.ticker, instrument, now, legs)],
    bid: quote.bid,
    ask: quote.ask,
    halted: quote.halted || undefined,
    ...{ first, last, high, low },
    change: last === undefined || first === undefined ? undefined : Number((last - first).toFixed(8)),
    trades: quote.trades,
    volume: quote.volume > 0 ? quote.volume : undefined,
    vwap: quote.vwap,
  });
}
