import { describe, expect, it } from 'vitest';
import { bracket, plain, TestDesk } from '../../test/support/trading-desk.ts';

const minutes = 60_000;
const withOption = () => new TestDesk({ deadManAfter: 5 * minutes }).ready();
const leave = (desk: TestDesk) => desk.feed({ type: 'home', lost: true });
const comeBack = (desk: TestDesk) => desk.feed({ type: 'home', time: desk.now.wall });
const notices = (desk: TestDesk) => desk.told.flatMap((body) => (body.kind === 'notice' ? [body.text] : []));

/** One order works. */
function placed(desk: TestDesk): TestDesk {
  desk.settle([]);
  desk.place('t1');
  desk.echo();
  return desk;
}

describe('a server that was away for longer than the owner allows', () => {
  it('has the own orders that work cancelled, once, and told of when it is back', () => {
    const desk = placed(withOption());
    leave(desk);
    desk.wait(5 * minutes - 1);
    expect(desk.cancelled()).toEqual([]);
    desk.wait(1);
    expect(desk.cancelled()).toEqual([101]);
    expect(desk.journal).toContainEqual(expect.objectContaining({ type: 'cancel', by: 'relay: dead man' }));
    expect(notices(desk)).toEqual([expect.stringMatching(/was away for long.*being cancelled\.$/)]);
    desk.status(101, 'Cancelled');
    desk.wait(60 * minutes);
    expect(desk.cancelled()).toEqual([101]);
    expect(notices(desk)).toHaveLength(1);
    expect(desk.report('t1')).toMatchObject({ state: 'final' });
    // It stops nothing else: what is asked for afterwards is placed.
    comeBack(desk);
    desk.place('t2', plain({ side: 'SELL' }));
    expect(desk.placed()).toHaveLength(2);
  });

  it('leaves what protects a position, and cancels what would open more of it', () => {
    const desk = withOption();
    desk.settle([]);
    desk.place('t1', bracket);
    desk.echo(3);
    desk.status(101, 'Submitted', { filled: '40', remaining: '60' });
    const ids = {
      orderId: 101,
      clientId: 7,
      permId: 9_101,
      execId: 'e1',
      account: 'DU1',
      orderRef: '',
      conId: 265_598,
    };
    const fill = { combination: false, side: 'BUY' as const, quantity: '40', price: '150', at: desk.now.gateway };
    desk.news({ type: 'execution', execution: { ...ids, ...fill } });
    leave(desk);
    desk.wait(5 * minutes);
    expect(desk.cancelled()).toEqual([101]);
    expect(notices(desk)).toEqual([expect.stringMatching(/but for those that protect a position\.$/)]);
  });

  it('that came back in time is counted anew when it leaves again', () => {
    const desk = placed(withOption());
    leave(desk);
    desk.wait(4 * minutes);
    comeBack(desk);
    desk.wait(30 * minutes);
    leave(desk);
    desk.wait(4 * minutes);
    expect(desk.cancelled()).toEqual([]);
    desk.wait(1 * minutes);
    expect(desk.cancelled()).toEqual([101]);
  });

  it('counts as back although it does not tell its time', () => {
    const desk = placed(withOption());
    leave(desk);
    desk.feed({ type: 'home' });
    desk.wait(60 * minutes);
    expect(desk.cancelled()).toEqual([]);
  });

  it('is counted from the start of a relay that never reached it', () => {
    const desk = placed(withOption()).restarted();
    desk.connect('s2');
    desk.looked();
    desk.wait(5 * minutes - 1);
    expect(desk.cancelled()).toEqual([]);
    desk.wait(1);
    expect(desk.cancelled()).toEqual([101]);
  });

  it('has them cancelled first when the gateway is there again, if that was away as well', () => {
    const desk = placed(withOption());
    leave(desk);
    desk.news({ type: 'session-lost' });
    desk.wait(6 * minutes);
    expect(desk.cancelled()).toEqual([]);
    desk.connect('s2');
    expect(desk.cancelled()).toEqual([101]);
  });

  it('is nobody’s business without the option, and says nothing where no order works', () => {
    const without = placed(new TestDesk().ready());
    leave(without);
    without.wait(24 * 60 * minutes);
    expect(without.cancelled()).toEqual([]);
    const idle = withOption();
    leave(idle);
    idle.wait(6 * minutes);
    expect(notices(idle)).toEqual([]);
    expect(idle.journal.filter(({ type }) => type === 'cancel')).toEqual([]);
  });
});
