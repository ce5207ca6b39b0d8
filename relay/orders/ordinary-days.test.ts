import { describe, expect, it } from 'vitest';
import { bracket, TestDesk } from '../../test/support/trading-desk.ts';

describe('ordinary days', () => {
  const calm = (desk: TestDesk) => {
    expect(desk.state.stops).toEqual({});
    expect(desk.told.filter((body) => body.kind === 'ticket' && body.state === 'unknown')).toEqual([]);
  };

  it('a bracket of last week comes back after the weekend', () => {
    const desk = new TestDesk().ready();
    desk.place('t1', bracket);
    desk.echo(3);
    desk.status(101, 'Filled', { filled: '100' });
    desk.news({ type: 'session-lost' });
    desk.wait(60 * 3_600_000);
    desk.news({ type: 'port-refused' });
    desk.connect('s2', 104);
    desk.looked({
      open: desk
        .placed()
        .slice(1)
        .map((message) => desk.seen(message)),
    });
    desk.wait(60_000);
    desk.status(103, 'Filled', { filled: '100' });
    desk.status(102, 'Cancelled');
    expect(desk.report('t1')).toMatchObject({ state: 'final' });
    calm(desk);
  });

  it('an order of yesterday that is in no list today is over, and its end was not seen', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    desk.news({ type: 'session-lost' });
    desk.wait(16 * 3_600_000);
    desk.connect('s2');
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'working' });
    desk.wait(30_001);
    desk.looked();
    expect(desk.report('t1')).toMatchObject({ state: 'final', message: expect.stringContaining('no longer') });
    calm(desk);
  });

  it('ids of another program above a billion', () => {
    const desk = new TestDesk().ready();
    desk.connect('s2', 1_000_000_007);
    desk.looked();
    desk.place('t1');
    expect(desk.placed()).toMatchObject([{ orderId: 1 }]);
    calm(desk);
  });
});
