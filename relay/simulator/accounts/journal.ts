import { Decimal } from 'decimal.js';
import * as z from 'zod';
import type { Instrument } from '../market/instruments.ts';
import type { Trade } from './book.ts';

/** Something that happened to the books. */
export type JournalEntry =
  | { readonly kind: 'trade'; readonly trade: Trade }
  /** The end of a date, with the closing prices of what was held. */
  | { readonly kind: 'dayEnd'; readonly day: number; readonly prices: ReadonlyMap<number, Decimal> };

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

const savedJournal = z.object({
  accounts: z.array(z.string()),
  today: z.int(),
  instruments: z.array(instrument),
  entries: z.array(
    z.union([
      z.object({
        kind: z.literal('trade'),
        execId: z.string(),
        account: z.string(),
        conId: z.int(),
        side: z.enum(['BUY', 'SELL']),
        quantity: decimal,
        price: z.number(),
        commission: decimal,
        time: z.number(),
      }),
      z.object({ kind: z.literal('dayEnd'), day: z.int(), prices: z.array(z.tuple([z.int(), decimal])) }),
    ]),
  ),
});

/** The journal as a value that survives `JSON.stringify`; every instrument is in it once. */
export function writeJournal({ accounts, today, entries }: Journal): unknown {
  const instruments = new Map<number, Instrument>();
  const written = entries.map((entry) => {
    if (entry.kind === 'dayEnd') {
      const prices = [...entry.prices].map(([conId, price]) => [conId, price.toFixed()]);
      return { kind: entry.kind, day: entry.day, prices };
    }
    const { instrument: traded, quantity, commission, ...rest } = entry.trade;
    instruments.set(traded.conId, traded);
    return {
      kind: entry.kind,
      ...rest,
      conId: traded.conId,
      quantity: quantity.toFixed(),
      commission: commission.toFixed(),
    };
  });
  return { accounts, today, instruments: [...instruments.values()], entries: written };
}

/** @throws when it is not what `writeJournal` gave */
export function readJournal(saved: unknown): Journal {
  const { accounts, today, instruments, entries } = savedJournal.parse(saved);
  const byConId = new Map(instruments.map((traded) => [traded.conId, traded]));
  return {
    accounts,
    today,
    entries: entries.map((entry): JournalEntry => {
      if (entry.kind === 'dayEnd') return { kind: entry.kind, day: entry.day, prices: new Map(entry.prices) };
      const { kind, conId, ...trade } = entry;
      const traded = byConId.get(conId);
      if (!traded) throw new RangeError(`contract ${conId} is not among the saved instruments`);
      return { kind, trade: { ...trade, instrument: traded } };
    }),
  };
}
