import type { Arena } from './arena.ts';
import { account } from './arena.ts';
import { check } from './checker.ts';
import { type Fault, faults } from './faults.ts';
import type { Terms, Violation } from './history.ts';
import { Random } from './simulation/random.ts';
import type { Told, Trader, Wanted } from './trader.ts';

/** A seeded plan of orders and of what goes wrong while they are on their way. */
export interface Plan {
  readonly seed: number;
  readonly fault: string | undefined;
  readonly orders: readonly PlannedTicket[];
}

interface PlannedTicket {
  readonly wanted: Wanted;
  readonly requestId: string | undefined;
  /** How the client behaves once it has the ticket. */
  readonly manner: (typeof manners)[number];
  /** What is done with the order afterwards. */
  readonly afterwards: 'nothing' | 'cancel' | 'modify';
}

const manners = ['once', 'reply lost three times', 'two clients', 'at once again'] as const;
/** Prices that rest, by symbol, far below the market: nothing fills unless the schedule wants it. */
const symbols = ['AAPL', 'MSFT', 'IBM', 'KO', 'NVDA', 'GOOGL', 'AMZN', 'META', 'TSLA', 'JPM', 'V', 'DIS'];

/** @param index which of the schedules of an arena it is: tickets of one contract and side are not mixed */
export function plan(seed: number, index: number): Plan {
  const random = new Random(seed);
  const fault = random.between(0, 7) === 0 ? undefined : random.pick(faults).name;
  const orders = Array.from({ length: 2 + random.between(0, 1) }, (_, position): PlannedTicket => {
    const symbol = symbols[(index * 3 + position) % symbols.length] ?? 'AAPL';
    const isMarket = random.between(0, 3) === 0;
    const quantity = 1 + random.between(0, 19);
    const entry: Terms = {
      account,
      symbol,
      side: 'BUY',
      quantity,
      tif: 'DAY',
      ...(isMarket ? { type: 'MKT' } : { type: 'LMT', limitPrice: (1_000 + random.between(0, 499)) / 100 }),
    };
    const isBracket = !isMarket && random.between(0, 2) === 0;
    return {
      wanted: { entry, ...(isBracket ? { takeProfit: (2_000 + random.between(0, 99)) / 100, stopLoss: 5 } : {}) },
      requestId: random.between(0, 1) === 0 ? `r-${seed}-${position}` : undefined,
      manner: random.pick(manners),
      afterwards: random.pick(['nothing', 'cancel', 'modify'] as const),
    };
  });
  return { seed, fault, orders };
}

export interface Outcome {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** How the tickets ended, by state. */
  readonly ends: Readonly<Record<string, number>>;
  /** How many were unknown, or without an answer, on the way. */
  readonly ambiguous: number;
  /** How many were still undecided at the end. */
  readonly open: number;
}

/** Carries a plan out, mends everything, waits for the outcomes, and has the checker judge. */
export async function run(arena: Arena, drawn: Plan, resolveWithin: number): Promise<Outcome> {
  const random = new Random(drawn.seed ^ 0x5bd1e995);
  const fault = faults.find(({ name }) => name === drawn.fault);
  const from = arena.calls.length;
  const tickets = await Promise.all(
    drawn.orders.map(({ wanted, requestId }) =>
      arena.traders[0].preview(wanted, requestId === undefined ? {} : { requestId }),
    ),
  );
  await fault?.prepare?.(arena, random);
  await Promise.all([
    strike(arena, fault, random),
    ...drawn.orders.map((order, index) => carryOut(arena, order, tickets[index])),
  ]);
  await arena.heal();
  const healedAt = Date.now();
  await arena.settle(from, resolveWithin);
  await arena.settle(from, 0);
  const history = arena.history(from, {
    faults: drawn.fault === undefined ? [] : [drawn.fault],
    healedAt,
    resolveWithin,
    silent: silentTickets(drawn.fault, arena, from),
  });
  const ends: Record<string, number> = {};
  const states = new Map(
    history.calls.flatMap(({ told, about }) =>
      told?.state === undefined ? [] : [[told.ticket ?? about, told.state] as const],
    ),
  );
  for (const state of states.values()) ends[state] = (ends[state] ?? 0) + 1;
  return {
    plan: drawn,
    violations: check(history),
    ends,
    ambiguous: history.calls.filter(({ told }) => told?.state === 'unknown' || told?.state === 'submitting').length,
    open: arena.undecided(from).length,
  };
}

/** Swallowed by a gateway that then lived on: it may wait in a window there, so only a person can say. */
const silentTickets = (fault: string | undefined, arena: Arena, from: number): string[] =>
  fault === 'gateway frozen' || fault === 'connection half open' || fault === 'broker lost (1100)'
    ? arena.undecided(from).map(([ticket]) => ticket)
    : [];

async function strike(arena: Arena, fault: Fault | undefined, random: Random): Promise<void> {
  await fault?.strike?.(arena, random);
}

async function carryOut(
  arena: Arena,
  { wanted, manner, afterwards }: PlannedTicket,
  previewed: Told | undefined,
): Promise<void> {
  const [first, second] = arena.traders;
  const { ticket } = previewed ?? {};
  if (ticket === undefined) return;
  await confirm(first, second, ticket, manner);
  if (afterwards === 'nothing') return;
  if (afterwards === 'cancel') {
    await first.cancel(ticket);
    return;
  }
  if (wanted.entry.limitPrice === undefined) return;
  const changed = await first.modify(ticket, {
    ...wanted.entry,
    limitPrice: Math.round(wanted.entry.limitPrice * 100 + 100) / 100,
  });
  if (changed?.ticket) await confirm(first, second, changed.ticket, manner);
}

async function confirm(first: Trader, second: Trader, ticket: string, manner: PlannedTicket['manner']): Promise<void> {
  switch (manner) {
    case 'once':
      await first.confirm(ticket);
      break;
    case 'reply lost three times':
      for (let lost = 0; lost < 3; lost++) await first.confirm(ticket, { lose: true });
      await first.confirm(ticket);
      break;
    case 'two clients':
      await Promise.all([first.confirm(ticket), second.confirm(ticket)]);
      break;
    case 'at once again':
      await Promise.all([first.confirm(ticket), first.confirm(ticket), first.confirm(ticket)]);
      break;
  }
}
