import { describe, expect, it } from 'vitest';
import {
  errorIn,
  homeName,
  journalAt,
  relayJournal,
  TestHome,
  ticketIn,
  tradingStatus,
} from '../../test/support/home-desk.ts';
import type { TradingStatus } from './frames.ts';
import { versionOf } from './home-relays.ts';

const renewed = 'd'.repeat(16);
const trust = (home = homeName) => ({ kind: 'trust', home, by: 'the owner', at: 1 }) as const;

describe('a relay that connects', () => {
  it('without trading is not kept, and forgets what it traded when it did', () => {
    const home = new TestHome();
    expect(home.step({ type: 'opened', device: 'd1', status: undefined })).toEqual([]);
    expect(home.step({ type: 'status', device: 'd1', status: undefined })).toEqual([]);
    home.ready();
    home.step({ type: 'status', device: 'd1', status: undefined });
    expect(home.state.relays.get('d1')).toEqual({ device: 'd1', agreed: false, journal: journalAt(0), notices: [] });
    expect(home.step({ type: 'opened', device: 'd1', status: undefined }).map(({ type }) => type)).toEqual(['save']);
  });

  it('for the first time is paired, and what it trades is written down', () => {
    const home = new TestHome();
    home.step({ type: 'opened', device: 'd1', status: { ...tradingStatus, journal: journalAt(3) } });
    expect(home.state.relays.get('d1')).toMatchObject({ journal: journalAt(3), agreed: false });
    expect(home.audit('first journal')).toMatchObject([{ device: 'd1', detail: relayJournal }]);
    expect(home.audit('account is traded here')).toMatchObject([{ device: 'd1', detail: 'DU1' }]);
    expect(home.instructions('order.settle')).toHaveLength(1);
    home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, journal: journalAt(4, renewed) } });
    expect(home.state.relays.get('d1')?.journal).toEqual(journalAt(3));
    expect(home.audit('first journal')).toHaveLength(1);
  });

  it('and trusts another Home is not paired: somebody at home has to', () => {
    const home = new TestHome().ready({ home: 'e'.repeat(16) });
    expect(home.state.relays.get('d1')?.journal).toBeUndefined();
    expect(home.instructions('order.settle')).toEqual([]);
    expect(errorIn(home.prepare('x')).nextStep).toContain('relay trust');
  });

  it('is asked about its own tickets of which nothing was heard, in its own journal, at most 200 at a time', () => {
    const home = new TestHome().ready().ready({ accounts: ['DU2'] }, 'd2');
    const other = home.prepare('other', { device: 'd2' }, { account: 'DU2' });
    const heard = home.sent('heard');
    home.report(heard, 'working', 1);
    home.prepare('open', { previewOnly: true });
    const silent = Array.from({ length: 201 }, (_, index) => home.sent(`silent ${index}`));
    home.step({ type: 'opened', device: 'd1', status: tradingStatus });
    const asked = home.instructions('order.settle').at(-1);
    const tickets = silent.slice(0, 200).map((ticket) => ({ ticket, mintedIn: relayJournal }));
    expect(asked).toMatchObject({ device: 'd1', about: { kind: 'settle' } });
    expect(asked?.instruction.body).toEqual({ home: homeName, journal: journalAt(2), consumed: 202, tickets });
    expect(home.audit('settle').at(-1)).toMatchObject({ device: 'd1', journal: journalAt(2) });
    expect(home.audit('settle').at(-1)?.detail?.split(' ')).toEqual(silent.slice(0, 200));
    expect(home.audit('settle')[0]).not.toHaveProperty('detail');
    expect(ticketIn(other).state).toBe('submitting');
  });

  it('is asked anew on its next connection when it did not answer, and while it says something new', () => {
    for (const outcome of ['unsent', 'unanswered'] as const) {
      const home = new TestHome();
      home.step({ type: 'opened', device: 'd1', status: tradingStatus });
      home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, policy: 'p2' } });
      expect(home.instructions('order.settle'), 'asked once while no answer came').toHaveLength(1);
      expect(home.settled(outcome)).toContainEqual({ type: 'changed', id: 'd1' });
      expect(home.state.relays.get('d1')).toMatchObject({ agreed: false });
      expect(home.state.relays.get('d1')).not.toHaveProperty('disagreement');
      home.step({ type: 'status', device: 'd1', status: tradingStatus });
      expect(home.instructions('order.settle')).toHaveLength(2);
      home.settled('accepted');
      expect(home.step({ type: 'status', device: 'd1', status: tradingStatus })).toEqual([]);
      expect(home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, policy: 'p2' } })).toHaveLength(1);
    }
  });

  it('that disagrees is not asked again, and says why for as long as this connection lasts', () => {
    const home = new TestHome().ready();
    home.settled('refused', 'd1', 'another pair');
    expect(home.state.relays.get('d1')).toMatchObject({ agreed: false, disagreement: { message: 'another pair' } });
    expect(home.audit('relay disagrees')).toMatchObject([{ device: 'd1', detail: 'another pair' }]);
    expect(errorIn(home.prepare('x')).message).toBe('another pair');
    home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, policy: 'p2' } });
    expect(home.instructions('order.settle')).toHaveLength(1);
    home.step({ type: 'opened', device: 'd1', status: tradingStatus });
    expect(home.state.relays.get('d1')).not.toHaveProperty('disagreement');
    home.settled('refused');
    expect(errorIn(home.prepare('x')).message).toContain('do not know each other');
  });

  it('that was removed meanwhile is not heard', () => {
    const home = new TestHome();
    expect(home.settled('accepted')).toEqual([]);
    expect(home.step({ type: 'removed', device: 'd1' })).toEqual([]);
  });
});

describe('a relay that is removed', () => {
  it('takes its accounts with it, voids what was not sent, and leaves what was sent to a person', () => {
    const home = new TestHome().ready().ready({ accounts: ['DU2'] }, 'd2');
    const open = ticketIn(home.prepare('open', { previewOnly: true })).id;
    const sent = home.sent('sent');
    const working = home.sent('working');
    home.report(working, 'working', 1);
    const other = ticketIn(home.prepare('other', { device: 'd2' }, { account: 'DU2' })).id;
    home.step({ type: 'removed', device: 'd1' });
    expect([open, sent, working, other].map((id) => home.ticket(id).state)).toEqual([
      'expired',
      'unknown',
      'working',
      'submitting',
    ]);
    expect(home.ticket(sent).trouble).toMatchObject({ code: 'relay_interrupted', nextStep: expect.any(String) });
    expect(home.audit('lost sight')).toMatchObject([{ ticket: sent, by: 'home' }]);
    expect(home.audit('relay removed')).toMatchObject([{ device: 'd1' }]);
    expect([...home.state.owners]).toEqual([['DU2', 'd2']]);
    expect([...home.state.relays.keys()]).toEqual(['d2']);
  });
});

describe('trust', () => {
  it('of another Home changes nothing', () => {
    const home = new TestHome().ready();
    home.tell(trust('e'.repeat(16)), journalAt(9, renewed));
    expect(home.state.relays.get('d1')).toMatchObject({ agreed: true, journal: journalAt(0) });
    expect(home.audit('trust')).toMatchObject([{ device: 'd1', by: 'the owner', detail: 'e'.repeat(16) }]);
    home.tell(trust(), journalAt(9, renewed), 'd9');
    expect(home.state.relays.has('d9')).toBe(false);
  });

  it('of a renewed journal leaves what was sent to a person, and asks whether both mean the same', () => {
    const home = new TestHome().ready().ready({ accounts: ['DU2'] }, 'd2');
    const sent = home.sent('sent');
    const open = ticketIn(home.prepare('open', { previewOnly: true })).id;
    const other = ticketIn(home.prepare('other', { device: 'd2' }, { account: 'DU2' })).id;
    const asked = home.instructions('order.settle').length;
    home.settled('refused', 'd1', 'another pair');
    home.tell(trust(), journalAt(1, renewed));
    expect([sent, open, other].map((id) => home.ticket(id).state)).toEqual(['unknown', 'expired', 'submitting']);
    expect(home.state.relays.get('d1')).toMatchObject({ agreed: false, asking: true, journal: journalAt(1, renewed) });
    expect(home.state.relays.get('d1')).not.toHaveProperty('disagreement');
    expect(home.instructions('order.settle')).toHaveLength(asked + 1);
    expect(errorIn(home.prepare('x', {}, { generation: renewed })).message).toContain('only just connected');
  });

  it('of the journal that was believed in voids nothing', () => {
    const home = new TestHome().ready();
    const sent = home.sent('sent');
    const open = ticketIn(home.prepare('open', { previewOnly: true })).id;
    home.tell(trust(), journalAt(5));
    expect([sent, open].map((id) => home.ticket(id).state)).toEqual(['submitting', 'previewed']);
  });
});

describe('an order for a relay', () => {
  it.each<[string, Partial<TradingStatus>, string]>([
    ['stopped on the dashboard', stopped('dashboard'), 'The owner lifts it on the dashboard.'],
    ['stopped by the kill file', stopped('kill_file'), 'The owner removes the kill file at home.'],
    ['stopped at home', stopped('home'), 'The owner looks at why and runs `relay resume-trading` at home.'],
    ['stopped by its breaker', stopped('breaker'), 'The owner looks at why and runs `relay resume-trading` at home.'],
  ])('that is %s says who lifts it', (_, status, nextStep) => {
    const home = new TestHome().ready();
    home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, ...status } });
    expect(errorIn(home.prepare('x'))).toEqual({
      ...{ code: 'trading_unavailable', nextStep },
      message: 'Trading is stopped: enough Nothing was sent.',
    });
  });

  it('of a journal that was renewed since is refused', () => {
    const home = new TestHome().ready();
    expect(errorIn(home.prepare('x', {}, { generation: renewed })).message).toContain('do not know each other');
  });

  it('whose form the relay no longer reads is void; others wait on', () => {
    const home = new TestHome().ready({ hashVersions: [2, 1] }).ready({ accounts: ['DU2'] }, 'd2');
    const old = ticketIn(home.prepare('old', { previewOnly: true })).id;
    const young = ticketIn(home.prepare('young', { previewOnly: true }, { hash: '2:young' })).id;
    const consumed = home.sent('sent');
    const other = ticketIn(home.prepare('other', { device: 'd2', previewOnly: true }, { account: 'DU2' })).id;
    home.step({ type: 'status', device: 'd1', status: { ...tradingStatus, hashVersions: [2] } });
    expect([old, young, consumed, other].map((id) => home.ticket(id).state)).toEqual([
      ...['expired', 'previewed', 'submitting', 'previewed'],
    ]);
  });

  it('names the version of its form', () => {
    expect([versionOf('1:abc'), versionOf('12:abc'), versionOf('abc'), versionOf('x1:abc')]).toEqual([1, 12, 0, 0]);
  });
});

function stopped(where: NonNullable<TradingStatus['stopped']>['where']): Partial<TradingStatus> {
  return { stopped: { where, reason: 'enough', since: 1 } };
}
