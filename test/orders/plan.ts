import { account } from './arena.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import type { Terms } from './history.ts';
import { Random } from './simulation/random.ts';
import type { Wanted } from './trader.ts';

/** A seeded plan of orders and of what goes wrong while they are on their way. */
export interface Plan {
  readonly seed: number;
  /** None in one of so many schedules as there are faults. */
  readonly fault: Fault | undefined;
  /** The first works before the fault strikes. */
  readonly orders: readonly PlannedTicket[];
}

export interface PlannedTicket {
  readonly wanted: Wanted;
  readonly requestId: string | undefined;
  /** How the client behaves once it has the ticket. */
  readonly manner: (typeof manners)[number];
  /** What is done with the order afterwards. */
  readonly afterwards: 'nothing' | 'cancel' | 'modify';
}

const manners = ['once', 'lost replies', 'two clients', 'at once again'] as const;
const symbols = ['AAPL', 'MSFT', 'IBM', 'KO', 'NVDA', 'GOOGL', 'AMZN', 'META', 'TSLA', 'JPM', 'V', 'DIS'];

/** The same for the same seed. Faults take turns, so that as many seeds in a row as there are meet each once. */
export function plan(seed: number): Plan {
  const random = new Random(seed);
  const fault = faults[seed % (faults.length + 1)];
  const first = random.between(0, symbols.length - 1);
  const orders = Array.from({ length: 3 }, (_, position) =>
    ticket(
      { seed, position, symbol: symbols[(first + position) % symbols.length] ?? 'AAPL', needs: fault?.needs },
      random,
    ),
  );
  return { seed, fault, orders };
}

interface Place {
  readonly seed: number;
  /** The first of a schedule rests. */
  readonly position: number;
  readonly symbol: string;
  readonly needs: Fault['needs'];
}

function ticket({ seed, position, symbol, needs }: Place, random: Random): PlannedTicket {
  const isBracket = random.chance(0.3) || (needs === 'bracket' && position > 0);
  const isMarket = random.chance(0.4) && position > 0 && !isBracket;
  const entry: Terms = {
    account,
    symbol,
    side: 'BUY',
    quantity: random.between(1, 20),
    tif: 'DAY',
    // Far below the market, where it rests.
    ...(isMarket ? { type: 'MKT' } : { type: 'LMT', limitPrice: random.between(1_000, 1_499) / 100 }),
  };
  const protection = isBracket ? { takeProfit: random.between(9_000, 9_099), stopLoss: 5 } : {};
  const manner = random.pick(manners);
  return {
    wanted: { entry, ...protection },
    // The same order again within ten minutes would be the same order.
    requestId: isMarket || random.chance(0.5) ? `r-${seed}-${position}` : undefined,
    manner: needs === 'lost replies' || needs === 'two clients' ? needs : manner,
    afterwards: needs === 'change' && position === 0 ? 'modify' : random.pick(['nothing', 'cancel', 'modify'] as const),
  };
}
