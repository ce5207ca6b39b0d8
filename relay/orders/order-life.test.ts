import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeenExecution } from './model.ts';
import {
  averageOf,
  costsOf,
  endOf,
  filledOf,
  live,
  newOrderLife,
  type OrderFact,
  type OrderLife,
  statusOf,
} from './order-life.ts';

const execution = (execId: string, quantity: string, changes: Partial<SeenExecution> = {}): SeenExecution => ({
  execId,
  orderId: 1,
  clientId: 7,
  permId: 9,
  account: 'DU1',
  orderRef: '',
  conId: 1,
  combination: false,
  side: 'BUY',
  quantity,
  price: '10',
  at: 0,
  ...changes,
});
const fill = (execId: string, quantity: string, changes: Partial<SeenExecution> = {}): OrderFact => ({
  type: 'execution',
  execution: execution(execId, quantity, changes),
});
const status = (word: string, filled = '0', permId = 9): OrderFact => ({
  type: 'status',
  permId,
  status: word,
  filled,
  average: filled === '0' ? '0' : '10',
  held: '',
});
const open = (word: string, permId = 9): OrderFact => ({ type: 'open', permId, status: word, held: '' });
const error = (code: number, request: 'place' | 'change' | 'cancel' = 'place'): OrderFact => ({
  type: 'error',
  code,
  text: `code ${code}`,
  request,
});
const absent: OrderFact = { type: 'absent' };
const lived = (facts: readonly OrderFact[], quantity = '100'): OrderLife =>
  facts.reduce(live, newOrderLife(quantity, false));

describe('the life of an order', () => {
  it.each<readonly [string, readonly OrderFact[], string | undefined, string]>([
    ['nothing said', [], undefined, '0'],
    ['working', [open('PreSubmitted'), status('Submitted')], undefined, '0'],
    ['filled by executions without a word', [fill('a.1', '60'), fill('b.1', '40')], 'filled', '100'],
    ['filled by status before executions', [status('Filled', '100'), fill('a.1', '100')], 'filled', '100'],
    ['a fill after the cancel', [status('Cancelled'), fill('a.1', '30')], 'cancelled', '30'],
    ['all filled after the cancel', [status('Cancelled'), fill('a.1', '100')], 'filled', '100'],
    ['Inactive alone', [open('Submitted'), status('Inactive')], undefined, '0'],
    ['Inactive and fills again', [status('Inactive'), fill('a.1', '10')], undefined, '10'],
    ['Inactive after a rejection', [error(201), status('Inactive')], 'rejected', '0'],
    ['a rejection alone', [error(201)], undefined, '0'],
    ['a rejection and no order', [error(201), absent], 'rejected', '0'],
    ['202 alone', [open('Submitted'), error(202, 'cancel')], undefined, '0'],
    ['202 and no order', [open('Submitted'), error(202, 'cancel'), absent], 'cancelled', '0'],
    ['202 and Cancelled', [open('Submitted'), status('Cancelled'), error(202)], 'cancelled', '0'],
    ['10147 to a cancel', [open('Submitted'), error(10_147, 'cancel')], undefined, '0'],
    ['10148 to a cancel', [open('Submitted'), error(10_148, 'cancel')], undefined, '0'],
    ['a refused change', [open('Submitted'), error(110, 'change')], undefined, '0'],
    ['an unknown code', [error(99_999)], undefined, '0'],
    ['no longer anywhere', [open('Submitted'), absent], 'gone', '0'],
    ['back again', [open('Submitted'), absent, open('Submitted')], undefined, '0'],
    ['the same twice', [fill('a.1', '50'), fill('a.1', '50'), status('Submitted', '50')], undefined, '50'],
    ['a correction', [fill('a.01', '100'), fill('a.02', '90')], undefined, '90'],
    ['PendingCancel then Filled', [status('PendingCancel'), status('Filled', '100')], 'filled', '100'],
  ])('%s', (_, facts, end, filled) => {
    const life = lived(facts, '100');
    expect([endOf(life), filledOf(life)]).toEqual([end, filled]);
  });

  it('shows what executions prove to be filled as such, and never takes that word back', () => {
    expect(statusOf(lived([open('Submitted'), fill('a.1', '100')]))).toBe('Filled');
    expect(statusOf(lived([status('Filled', '100'), status('Submitted', '100'), open('Cancelled')]))).toBe('Filled');
  });

  it('counts the lines of a whole combination, and not its legs beside them', () => {
    const facts = [fill('a.1', '2', { combination: true }), fill('b.1', '2'), fill('c.1', '4')];
    const life = facts.reduce(live, newOrderLife('2', true));
    expect([endOf(life), filledOf(life)]).toEqual(['filled', '2']);
  });

  it('weighs prices by size, and adds what fills cost', () => {
    const costs = (commission: string) => ({ commission, currency: 'USD', realizedPnl: '2' });
    const life = lived([
      fill('a.1', '30', { price: '10' }),
      fill('b.1', '70', { price: '20' }),
      { type: 'commission', execId: 'a.1', costs: costs('1.1') },
      { type: 'commission', execId: 'b.1', costs: costs('-0.2') },
      { type: 'commission', execId: 'b.1', costs: costs('-0.2') },
    ]);
    expect(averageOf(life)).toBe('17');
    expect(costsOf(life)).toEqual({ commission: '0.9', currency: 'USD', realizedPnl: '4' });
  });

  it('tells a second permanent id', () => {
    expect(
      lived([open('Submitted', 0), open('Submitted', 9), open('Submitted', 8), open('Submitted', 9)]),
    ).toMatchObject({
      permId: 9,
      forks: [8],
    });
  });
});

const anyFact: fc.Arbitrary<OrderFact> = fc.oneof(
  fc
    .constantFrom('ApiPending', 'PendingSubmit', 'PreSubmitted', 'Submitted', 'Inactive', 'PendingCancel')
    .map((word) => open(word)),
  fc
    .tuple(
      fc.constantFrom('PendingSubmit', 'PreSubmitted', 'Submitted', 'Cancelled', 'ApiCancelled', 'Inactive', 'Filled'),
      fc.constantFrom('0', '10', '40', '100'),
      fc.constantFrom(0, 9),
    )
    .map(([word, filled, permId]) => status(word, filled, permId)),
  fc
    .tuple(fc.constantFrom('a.01', 'a.02', 'b.01', 'b.03', 'c.01'), fc.constantFrom('10', '40', '50'))
    .map(([execId, quantity]) => fill(execId, execId === 'a.02' ? '10' : quantity)),
  fc
    .tuple(fc.constantFrom(201, 202, 399, 10_147, 10_148, 99_999), fc.constantFrom('place', 'cancel', 'change'))
    .map(([code, request]) => error(code, request as 'place')),
);

describe('whatever the order in which it is told', () => {
  /** One report of each execution: two of the same id say the same. */
  const consistent = (facts: readonly OrderFact[]): OrderFact[] => {
    const seen = new Map<string, OrderFact>();
    return facts.map((fact) => {
      if (fact.type !== 'execution') return fact;
      const same = seen.get(fact.execution.execId) ?? fact;
      seen.set(fact.execution.execId, same);
      return same;
    });
  };
  const summary = (life: OrderLife) => [endOf(life), filledOf(life), life.permId, life.accepted, life.seen];

  it('and however often, the end and the amount are the same', () => {
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 12 }).chain((facts) => {
          const told = consistent(facts);
          return fc.tuple(fc.constant(told), fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }));
        }),
        ([facts, shuffled]) => {
          expect(summary(lived(shuffled))).toEqual(summary(lived(facts)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('what was filled is never less than before, but for corrections, nor an end taken back', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 15 }), (facts) => {
        let life = newOrderLife('100', false);
        for (const fact of facts.filter((each) => each.type !== 'execution' || each.execution.execId.endsWith('01'))) {
          const next = live(life, fact);
          expect(Number(filledOf(next))).toBeGreaterThanOrEqual(Number(filledOf(life)));
          if (endOf(life) !== undefined) expect(endOf(next)).toBeDefined();
          if (endOf(life) === 'filled') expect(endOf(next)).toBe('filled');
          life = next;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
