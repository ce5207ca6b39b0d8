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
  remainingOf,
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
const error = (code: number, request: 'place' | 'change' | 'cancel' = 'place', text = `code ${code}`): OrderFact => ({
  type: 'error',
  code,
  text,
  request,
});
const completed = (word: string, filled = '0'): OrderFact => ({ type: 'completed', permId: 9, status: word, filled });
const absent: OrderFact = { type: 'absent' };
const lived = (facts: readonly OrderFact[], quantity = '100'): OrderLife =>
  facts.reduce(live, newOrderLife(quantity, false));

const state = (name: string): string => `OrderId 7 that needs to be cancelled can not be cancelled, state: ${name}.`;

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
    ['10148, pending', [open('Submitted'), error(10_148, 'cancel', state('PendingCancel')), absent], 'gone', '0'],
    ['10148, filled', [open('Submitted'), error(10_148, 'cancel', state('Filled')), absent], 'gone', '0'],
    ['10148, cancelled, and no order', [error(10_148, 'cancel', state('Cancelled')), absent], 'cancelled', '0'],
    ['10148, cancelled, alone', [open('Submitted'), error(10_148, 'cancel', state('Cancelled'))], undefined, '0'],
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

  it.each<readonly [string, readonly OrderFact[], string | undefined, string]>([
    ['Inactive in the list of completed orders', [open('Submitted'), completed('Inactive')], 'cancelled', '0'],
    ['rejected after it was accepted', [open('Submitted'), error(201), status('Inactive')], 'cancelled', '0'],
    ['rejected after a fill', [fill('a.1', '10'), error(201), absent], 'cancelled', '10'],
    ['cancelled by the API', [open('Submitted'), status('ApiCancelled')], 'cancelled', '0'],
    ['completed as filled', [completed('Filled', '100')], 'filled', '100'],
    ['said to be filled, whatever follows', [status('Filled'), status('Cancelled'), absent], 'filled', '0'],
    ['over its size', [fill('a.1', '101')], 'filled', '101'],
    ['a status without a number', [status('Submitted', '')], undefined, '0'],
    ['an older status', [status('Submitted', '40'), status('Submitted', '10')], undefined, '40'],
    ['fills that the status is behind of', [fill('a.1', '60'), status('Submitted', '40')], undefined, '60'],
    ['a status that is ahead of a fill', [fill('a.1', '40'), status('Submitted', '60')], undefined, '60'],
    ['a correction after the status', [status('x', '50'), fill('a.01', '50'), fill('a.02', '30')], undefined, '30'],
    ['a correction before what it corrects', [fill('a.02', '30'), fill('a.01', '50')], undefined, '30'],
    ['the same id in two accounts', [fill('a.1', '30'), fill('a.1', '20', { account: 'DU2' })], undefined, '50'],
    ['a change that was refused as if it never existed', [error(201, 'change'), absent], 'gone', '0'],
  ])('%s is told as it is', (_, facts, end, filled) => {
    const life = lived(facts, '100');
    expect([endOf(life), filledOf(life)]).toEqual([end, filled]);
  });

  it('without a size is filled only by word', () => {
    const life = [fill('a.1', '1000')].reduce(live, newOrderLife(undefined, false));
    expect([endOf(life), endOf(live(life, status('Filled', '1000')))]).toEqual([undefined, 'filled']);
  });

  it('knows what of a size is left', () => {
    expect([remainingOf('100', '0'), remainingOf('100', '30.5'), remainingOf('100', '101')]).toEqual([
      ...['100', '69.5', '0'],
    ]);
  });

  it('takes the average from executions when they cover what is filled, and else from the gateway', () => {
    expect(averageOf(lived([open('Submitted')]))).toBeUndefined();
    expect(averageOf(lived([status('Submitted', '50')]))).toBe('10');
    expect(averageOf(lived([{ type: 'completed', permId: 9, status: 'x', filled: '50' }]))).toBeUndefined();
    expect(averageOf(lived([status('Submitted', '50'), fill('a.1', '40', { price: '20' })]))).toBe('10');
    expect(averageOf(lived([status('Submitted', '50'), fill('a.1', '50', { price: '20' })]))).toBe('20');
    expect(averageOf(lived([fill('a.1', '3', { price: '1' }), fill('b.1', '3', { price: '1.00000001' })]))).toBe(
      '1.00000001',
    );
  });

  it('adds costs of one currency, and takes none twice, nor for an execution that it has not seen', () => {
    const costs = (commission: string, currency = 'USD') => ({ commission, currency });
    const paid = (execId: string, ...given: Parameters<typeof costs>): OrderFact => ({
      ...{ type: 'commission', execId },
      costs: costs(...given),
    });
    const facts = [fill('a.1', '30'), fill('b.1', '30'), fill('c.1', '30')];
    expect(costsOf(lived(facts))).toBeUndefined();
    const life = lived([...facts, paid('b.1', '1.50'), paid('c.1', '2', 'EUR'), paid('x.1', '9')]);
    expect(costsOf(life)).toEqual({ commission: '1.50', currency: 'USD' });
    expect(live(life, paid('b.1', '1.50'))).toBe(life);
    expect(costsOf(live(life, paid('b.1', '1.75')))?.commission).toBe('1.75');
    const late: OrderFact = { type: 'execution', execution: execution('a.1', '30'), costs: costs('1') };
    expect(costsOf(live(life, late))?.commission).toBe('2.5');
  });

  it('stays the same where nothing new is said', () => {
    const told = [open('Submitted'), status('Submitted', '40'), fill('a.02', '40'), error(201), error(202, 'cancel')];
    const life = lived(told);
    for (const fact of [...told, open('Submitted', 0), error(399), error(201, 'change'), fill('a.02', '40')]) {
      expect(live(life, fact)).toBe(life);
    }
    const ended = lived([open('Submitted'), status('Cancelled')]);
    for (const fact of [open('Submitted'), status('PendingCancel')]) expect(live(ended, fact)).toBe(ended);
    expect(live(ended, { ...open('Submitted'), held: 'locate' } as OrderFact)).toBe(ended);
    const gone = lived([open('Submitted'), absent]);
    expect(live(gone, absent)).toBe(gone);
    expect(live(gone, open('Submitted'))).toMatchObject({ absent: false, seen: true });
  });

  it('says why it waits, as it was told last', () => {
    const held: OrderFact = { type: 'open', permId: 9, status: 'PreSubmitted', held: 'locate' };
    expect(lived([open('PreSubmitted'), held])).toMatchObject({ status: 'PreSubmitted', held: 'locate' });
    expect(lived([held, open('Submitted')])).toMatchObject({ status: 'Submitted', held: '' });
    const silent = (word: string): OrderFact => ({ type: 'open', permId: 9, status: word });
    const life = lived([held]);
    expect(live(life, silent('PreSubmitted'))).toBe(life);
    expect(live(life, silent('Submitted'))).toMatchObject({ status: 'Submitted', held: '' });
    expect(live(life, open('PreSubmitted'))).toMatchObject({ held: '' });
  });

  it('tells a second permanent id, and a third, in their order', () => {
    expect(lived([open('x', 9), open('x', 20), open('x', 3), open('x', 100)])).toMatchObject({ forks: [3, 20, 100] });
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
