import { describe, expect, it } from 'vitest';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';

const entries = (desk: TestDesk, type: string) => desk.journal.filter((entry) => entry.type === type);

/** The order of a ticket is sent and rejected. */
function reject(desk: TestDesk, ticket: string): void {
  desk.place(ticket, plain({ limitPrice: `${100 + desk.placed().length}` }));
  const orderId = desk.placed().at(-1)?.orderId ?? 0;
  desk.news({ type: 'order-error', orderId, code: 201, text: 'no' });
  desk.looked();
}

/** Time goes by in an office in which everything is well. */
function later(desk: TestDesk, ms: number): void {
  desk.wait(ms);
  desk.news({ type: 'heartbeat' });
  desk.feed({ type: 'home', time: desk.now.wall });
}

describe('rejections', () => {
  const fifthAfter = (ms: number) => {
    const desk = new TestDesk().ready();
    reject(desk, 'a0');
    later(desk, ms);
    for (const ticket of ['a1', 'a2', 'a3', 'a4']) reject(desk, ticket);
    return desk.state.stops.breaker !== undefined;
  };

  it('count for an hour', () => {
    expect(fifthAfter(waitingTimes.rejectionsWithin)).toBe(true);
    expect(fifthAfter(waitingTimes.rejectionsWithin + 1)).toBe(false);
  });

  it('are journalled each, and an acceptance only where it ends some', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    expect(entries(desk, 'acceptance')).toEqual([]);
    reject(desk, 'a1');
    desk.place('t2', plain({ side: 'SELL' }));
    desk.echo();
    expect(entries(desk, 'rejection')).toEqual([{ type: 'rejection', ticket: ticketName('a1'), at: desk.now.wall }]);
    expect(entries(desk, 'acceptance')).toMatchObject([{ ticket: ticketName('t2'), at: desk.now.wall }]);
  });
});

describe('the breaker', () => {
  /** Two orders that turn out to be others than was approved, one after the other. */
  const tripped = () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    const waiting = desk.place('t2', plain({ side: 'SELL' }));
    desk.echo(1, { terms: { ...plainTerms, quantity: '9'.repeat(700) } });
    return { desk, waiting };
  };
  const { entry: plainTerms } = plain() as Extract<ReturnType<typeof plain>, { kind: 'place' }>;

  it('is journalled once with a reason that is not longer than may be told, and says so', () => {
    const { desk } = tripped();
    desk.echo(1, { permId: 77 });
    const stops = entries(desk, 'stopped');
    expect(stops).toMatchObject([{ where: 'breaker', by: 'breaker', at: desk.now.wall }]);
    const [stop] = stops;
    if (stop?.type !== 'stopped') throw new Error('no stop');
    expect(stop.reason).toHaveLength(600);
    const told = desk.told.filter((body) => body.kind === 'stop');
    expect(told[0]).toMatchObject({ stopped: true, where: 'breaker', reason: stop.reason, kept: [] });
    expect(desk.effects).toContainEqual(
      expect.objectContaining({ type: 'note', level: 'error', text: expect.stringMatching(/^Trading stops: /) }),
    );
  });

  it('lets nothing go that waits, and says why', () => {
    const { desk, waiting } = tripped();
    const { refused } = desk.answers.get(waiting) ?? {};
    expect(refused?.message).toContain('IBKR showed another order');
    expect(refused?.nextStep).toContain('relay resume-trading');
    expect(desk.placed()).toHaveLength(1);
    expect(desk.state.queue).toEqual([]);
  });
});
