import { describe, expect, it } from 'vitest';
import { bracket, plain, TestDesk, ticketName } from '../../test/support/trading-desk.ts';
import type { SeenExecution } from '../gateway/orders/news.ts';

describe('placing', () => {
  it('journals before it sends, answers, and tells what the gateway says', () => {
    const desk = new TestDesk().ready();
    const id = desk.place('t1');
    expect(desk.answers.get(id)).toEqual({ type: 'answer', id });
    const order = desk.effects.map((effect) => (effect.type === 'journal' ? effect.entry.type : effect.type));
    expect(order.indexOf('taken')).toBeLessThan(order.indexOf('send'));
    expect(desk.placed()).toMatchObject([
      { orderId: 101, parentId: 0, transmit: true, orderRef: `irm.home.${ticketName('t1')}.e` },
    ]);
    desk.echo();
    expect(desk.report('t1')).toMatchObject({ state: 'working', legs: [{ orderId: 101, permId: 9_101 }] });
    desk.status(101, 'Filled', { filled: '100', averagePrice: '149.5' });
    expect(desk.report('t1')).toMatchObject({ state: 'final', legs: [{ status: 'Filled', filled: '100' }] });
  });

  it('sends all legs of a bracket at once, of which only the last transmits', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    expect(desk.placed().map(({ orderId, parentId, transmit }) => [orderId, parentId, transmit])).toEqual([
      [101, 0, false],
      [102, 101, false],
      [103, 101, true],
    ]);
    desk.echo(3);
    expect(desk.report('t1')?.legs.map(({ leg, permId }) => [leg, permId])).toEqual([
      ['entry', 9_101],
      ['take_profit', 9_102],
      ['stop_loss', 9_103],
    ]);
  });

  it('journals and tells nothing when the same is said again, of a leg that waits for its parent, too', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    const say = (): void => {
      for (const orderId of [102, 103]) desk.status(orderId, 'PreSubmitted', { whyHeld: 'child' });
      desk.echo(3, { status: 'PreSubmitted' });
    };
    desk.echo(3, { status: 'PreSubmitted' });
    say();
    expect(desk.report('t1')?.legs.map(({ held }) => held)).toEqual([undefined, 'child', 'child']);
    const before = desk.journal.length;
    say();
    expect(desk.journal.length).toBe(before);
    desk.status(102, 'PreSubmitted');
    desk.echo(1, { status: 'Submitted' });
    expect(desk.report('t1')?.legs.map(({ held }) => held)).toEqual([undefined, undefined, undefined]);
  });

  it('tells what a fill cost, also of an order that was placed long ago', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    for (let day = 1; day < 4; day += 1) {
      desk.wait(24 * 3_600_000);
      desk.news({ type: 'heartbeat' });
      desk.feed({ type: 'home', time: desk.now.wall });
      desk.place(`u${day}`, plain({ side: 'SELL', limitPrice: `${160 + day}` }));
      desk.echo();
    }
    const [message] = desk.placed();
    if (!message) throw new Error('nothing was placed');
    const execution: SeenExecution = {
      ...desk.seen(message),
      ...{ execId: 'e.01', conId: 265_598, combination: false, quantity: '100', price: '149.5' },
      side: 'BUY',
      at: desk.now.gateway,
    };
    desk.news({ type: 'execution', execution });
    desk.news({ type: 'commission', execId: 'e.01', commission: '1.02', currency: 'USD', realizedPnl: '12.5' });
    const charged = { state: 'final', legs: [{ commission: '1.02', commissionCurrency: 'USD', realizedPnl: '12.5' }] };
    expect(desk.report('t1')).toMatchObject(charged);
    expect(desk.placed()).toHaveLength(4);
  });

  it('knows after a start what it knew before', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const again = desk.restarted();
    expect(again.report('t1')).toMatchObject({ state: 'working' });
    expect(again.sent).toEqual([]);
    expect(again.state.highest).toEqual(new Map([[7, 101]]));
  });
});
