import { describe, expect, it } from 'vitest';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import { TestDesk } from '../../test/support/trading-desk.ts';

const look = (desk: TestDesk) => desk.feed({ type: 'timer', name: 'round' });

describe('looks at the gateway’s lists', () => {
  it('are one at a time; what wants one meanwhile gets one more after it', () => {
    const desk = new TestDesk().ready();
    const before = desk.looks.length;
    look(desk);
    look(desk);
    look(desk);
    expect(desk.looks).toHaveLength(before + 1);
    desk.looked();
    expect(desk.looks).toHaveLength(before + 2);
    desk.looked();
    expect(desk.looks).toHaveLength(before + 2);
    expect(new Set(desk.looks).size).toBe(desk.looks.length);
  });

  it('that began before IB was back are not the list that an order waits for', () => {
    const desk = new TestDesk().ready();
    look(desk);
    desk.news({ type: 'upstream', up: false });
    desk.news({ type: 'upstream', up: true });
    desk.looked();
    expect(desk.state.session?.openRead).toBe(false);
    desk.looked();
    expect(desk.state.session?.openRead).toBe(true);
  });

  it('that somebody wants again and again hold no order back', () => {
    const desk = new TestDesk();
    desk.feed({ type: 'home', time: desk.now.wall });
    desk.connect();
    look(desk);
    desk.looked();
    desk.place('t1');
    expect(desk.placed()).toHaveLength(1);
  });

  it('that lead to another one each time are made with a pause', () => {
    const desk = new TestDesk().ready();
    desk.place('t1');
    desk.echo();
    const [message] = desk.placed();
    if (!message) throw new Error('nothing was placed');
    const listed = (whyHeld: string) => ({ open: [desk.seen(message, { status: 'Inactive', whyHeld })] });
    look(desk);
    const before = desk.looks.length;
    for (let n = 0; n < 20 && desk.state.look; n++) desk.looked(listed(`reason ${n}`));
    expect(desk.looks.length - before).toBe(1);
    desk.wait(waitingTimes.silentAfterWrite);
    expect(desk.looks.length - before).toBe(2);
  });

  it('that are not answered are made again, and a late answer to the first counts for nothing', () => {
    const desk = new TestDesk().ready();
    look(desk);
    const first = desk.looks.at(-1) ?? 0;
    desk.wait(waitingTimes.queryWithin - 1);
    expect(desk.looks.at(-1)).toBe(first);
    desk.wait(1);
    expect(desk.looks.at(-1)).not.toBe(first);
    desk.news({ type: 'looked', look: first, found: { open: [], completed: [], executions: [] } });
    expect(desk.state.look).toBeDefined();
    desk.looked();
    expect(desk.state.look).toBeUndefined();
    expect(desk.timers.has('look')).toBe(false);
  });

  it('that fail are made again after a while', () => {
    const desk = new TestDesk().ready();
    look(desk);
    const before = desk.looks.length;
    desk.news({ type: 'looked', look: desk.looks.at(-1) ?? 0 });
    expect(desk.looks).toHaveLength(before);
    desk.wait(waitingTimes.silentAfterWrite);
    expect(desk.looks).toHaveLength(before + 1);
  });

  it('need a session', () => {
    const desk = new TestDesk().ready();
    desk.news({ type: 'session-lost' });
    const before = desk.looks.length;
    look(desk);
    expect(desk.looks).toHaveLength(before);
    expect(desk.state.look).toBeUndefined();
  });
});
