import { Decimal } from 'decimal.js';
import * as z from 'zod';
import type { Instrument } from '../market/instruments.ts';
import type { Delivery, Trade } from './book.ts';

/** Something that happened to the books. */
export type JournalEntry =
  | { readonly kind: 'trade'; readonly trade: Trade }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  /** The end of a date, with the closing prices of what was held, and those from which the next day's gains count. */
  | {
      readonly kind: 'dayEnd';
      readonly day: number;
      readonly prices: ReadonlyMap<number, Decimal>;
      readonly resets: ReadonlyMap<number, Decimal>;
    };

/** All that ever happened, from the day the books were opened. */
export interface Journal {
  readonly accounts: readonly string[];
  /** The day number of the date on which they were opened. */
  readonly today: number;
  readonly entries: JournalEntry[];
}

const decimal = z.string().transform((text, context) => {
  try {
    return new Decimal(text);
  } catch {
    context.addIssue(`${text} is not a number`);
    return z.NEVER;
  }
});

const instrument = z.custom<Instrument>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['conId', 'symbol', 'secType', 'currency', 'schedule', 'rule', 'process'].every((name) => name in value),
);

const savedTrade = z.object({
  execId: z.string(),
  account: z.string(),
  conId: z.int(),
  side: z.enum(['BUY', 'SELL']),
  quantity: decimal,
  price: z.number(),
  commission: decimal,
  time: z.number(),
});

const savedPrices = z.array(z.tuple([z.int(), decimal]));

const savedJournal = z.object({
  accounts: z.array(z.string()),
  today: z.int(),
  instruments: z.array(instrument),
  entries: z.array(
    z.union([
      savedTrade.extend({ kind: z.literal('trade') }),
      z.object({ kind: z.literal('delivery'), option: savedTrade, underlying: savedTrade }),
      z.object({ kind: z.literal('dayEnd'), day: z.int(), prices: savedPrices, resets: savedPrices.optional() }),
    ]),
  ),
});

const writePrices = (prices: ReadonlyMap<number, Decimal>) =>
  [...prices].map(([conId, price]) => [conId, price.toFixed()]);

/** The journal as a value that survives `JSON.stringify`; every instrument is in it once. */
export function writeJournal({ accounts, today, entries }: Journal): unknown {
  const instruments = new Map<number, Instrument>();
  const write = ({ instrument: traded, quantity, commission, ...rest }: Trade) => {
    instruments.set(traded.conId, traded);
    return { ...rest, conId: traded.conId, quantity: quantity.toFixed(), commission: commission.toFixed() };
  };
  const written = entries.map((entry) => {
    if (entry.kind === 'dayEnd') {
      const { kind, day, prices, resets } = entry;
      return { kind, day, prices: writePrices(prices), resets: writePrices(resets) };
    }
    if (entry.kind === 'trade') return { kind: entry.kind, ...write(entry.trade) };
    const { option, underlying } = entry.delivery;
    return { kind: entry.kind, option: write(option), underlying: write(underlying) };
  });
  return { accounts, today, instruments: [...instruments.values()], entries: written };
}

/** @throws when it is not what `writeJournal` gave */
export function readJournal(saved: unknown): Journal {
  const { accounts, today, instruments, entries } = savedJournal.parse(saved);
  const byConId = new Map(instruments.map((traded) => [traded.conId, traded]));
  const read = ({ conId, ...trade }: z.output<typeof savedTrade>): Trade => {
    const traded = byConId.get(conId);
    if (!traded) throw new RangeError(`contract ${conId} is not among the saved instruments`);
    return { ...trade, instrument: traded };
  };
  return {
    accounts,
    today,
    entries: entries.map((entry): JournalEntry => {
      if (entry.kind === 'dayEnd') {
        const { kind, day, prices, resets = prices } = entry;
        return { kind, day, prices: new Map(prices), resets: new Map(resets) };
      }
      if (entry.kind === 'delivery')
        return {
          kind: entry.kind,
          delivery: { option: read(entry.option), underlying: read(entry.underlying) },
        };
      const { kind, ...trade } = entry;
      return { kind, trade: read(trade) };
    }),
  };
}
