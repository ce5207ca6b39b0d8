import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../../shared/orders/canonical.ts';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import { failure, TestRelay } from '../../../test/support/relay.ts';
import type { SeenOrder } from '../../gateway/orders/news.ts';
import { referenceOf } from '../references.ts';
import { illegal, legal } from './plan.cases.ts';
import { planOrder } from './plan.ts';
import type { PlanContext } from './plan-types.ts';
import type { OpenOrder } from './trading-view.ts';

let relay: TestRelay;
let open: readonly OpenOrder[] = [];

beforeAll(async () => {
  relay = await TestRelay.start();
});

afterAll(() => relay.stop());

function plan(tool: Parameters<typeof planOrder>[0], args: object, config: Partial<PlanContext['config']> = {}) {
  return planOrder(tool, args, {
    gateway: relay.gateway,
    config: { relayName: 'home', trading: 'paper', ...config },
    signal: new AbortController().signal,
    logger: relay.logger,
    view: { clientId: 7, openOrders: async () => open },
  });
}

const ticket = 'abcdefgh12345678';
const terms: OrderTerms = {
  account: 'DU1234567',
  side: 'SELL',
  quantity: '100',
  type: 'LMT',
  limitPrice: '400',
  tif: 'GTC',
  outsideRth: false,
};
const apple = { conId: 265598, secType: 'STK', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: 'AAPL' };

function working(changes: Partial<SeenOrder> = {}, remaining = '100', filled = '0'): OpenOrder {
  const order: SeenOrder = {
    orderId: 5,
    clientId: 7,
    permId: 900_001,
    account: 'DU1234567',
    orderRef: referenceOf('home', ticket, 'entry'),
    status: 'Submitted',
    contract: apple,
    terms,
    ...changes,
  };
  return { order, remaining, filled };
}

describe('an order', () => {
  it.each(legal)('takes $what', async ({ args }) => {
    const { order } = await plan('place', args);
    expect(hashOf(order)).toMatch(/^1:/);
  });

  it.each(illegal)('refuses $what', async ({ args, code = 'invalid_arguments', says, step = /./ }) => {
    expect(await failure(plan('place', args))).toMatchObject({
      code,
      message: expect.stringMatching(says),
      nextStep: expect.stringMatching(step),
    });
  });

  it('says everything that a preset could change, and its protection is the other way', async () => {
    const { order } = await plan('place', {
      contract: 'AAPL',
      side: 'BUY',
      quantity: '10',
      type: 'LMT',
      limit_price: '300',
      take_profit: { limit_price: '350' },
      stop_loss: { stop_price: '280', limit_price: '279' },
    });
    const mine = { account: 'DU1234567', quantity: '10', outsideRth: false };
    expect(order).toMatchObject({
      contract: { conId: 265598, exchange: 'SMART' },
      entry: { ...mine, side: 'BUY', type: 'LMT', limitPrice: '300', tif: 'DAY' },
      takeProfit: { ...mine, side: 'SELL', type: 'LMT', limitPrice: '350', tif: 'GTC' },
      stopLoss: { ...mine, side: 'SELL', type: 'STP_LMT', stopPrice: '280', limitPrice: '279', tif: 'GTC' },
    });
  });

  it('has its conditions looked up', async () => {
    const { order } = await plan('place', {
      contract: 'AAPL',
      side: 'BUY',
      quantity: '10',
      type: 'MKT',
      conditions: [
        { kind: 'price', contract: 'MSFT', value: '500.10', join: 'or' },
        { kind: 'time', value: '2026-10-16T14:00:00Z' },
        { kind: 'execution', contract: 'ES 202612' },
      ],
    });
    expect(order).toMatchObject({
      entry: {
        conditions: [
          {
            kind: 'price',
            conId: 272093,
            exchange: 'SMART',
            above: true,
            price: '500.1',
            method: 'default',
            join: 'or',
          },
          { kind: 'time', after: true, time: '2026-10-16T14:00:00Z' },
          { kind: 'execution', secType: 'FUT', exchange: 'CME', symbol: 'ES' },
        ],
      },
    });
  });

  it('says how a name was read, and which of several listings it is', async () => {
    const place = (contract: string) => plan('place', { contract, side: 'BUY', quantity: '1', type: 'MKT' });
    expect((await place('SHEL')).warnings).toEqual([expect.stringMatching(/listed 2 times.*NYSE, not SHEL\.GBP/)]);
    expect((await place('VOD.L')).warnings).toContainEqual(expect.stringMatching(/“VOD\.L” is read as VOD\.GBP/));
    expect((await place('MSFT')).warnings).toEqual([]);
  });
});

describe('accounts', () => {
  const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'MKT' };

  it('that are not certainly paper are for no relay for paper', async () => {
    const live = await TestRelay.start({ accounts: ['DU1234567', 'U7654321'] });
    const there = relay;
    relay = live;
    try {
      expect(await failure(plan('place', order))).toMatchObject({ message: expect.stringMatching(/several accounts/) });
      expect(await failure(plan('place', { ...order, account: 'DU1234567' }))).toMatchObject({
        code: 'trading_unavailable',
        message: expect.stringMatching(/paper accounts only/),
      });
      expect(await failure(plan('place', order, { allowedAccounts: ['U7654321'] }))).toMatchObject({
        code: 'trading_unavailable',
      });
      const { account } = await plan('place', { ...order, account: 'u7654321' }, { trading: 'live' });
      expect(account).toBe('U7654321');
    } finally {
      relay = there;
      await live.stop();
    }
  });
});

describe('an advisor’s order', () => {
  const clients = ['DU1111111', 'DU2222222'];
  const order = {
    contract: 'AAPL',
    side: 'BUY',
    quantity: '10',
    type: 'MKT',
    allocation: { group: 'Both', method: 'NetLiq' },
  };

  it('is for every member of its group, all of which must be allowed', async () => {
    const advisor = await TestRelay.start({ accounts: ['DF1234567', ...clients] });
    advisor.sim.world.book.advisor?.replaceGroups(
      `<ListOfGroups><Group><name>Both</name><ListOfAccts varName="list">${clients.map((one) => `<String>${one}</String>`).join('')}</ListOfAccts><defaultMethod>NetLiq</defaultMethod></Group></ListOfGroups>`,
    );
    const there = relay;
    relay = advisor;
    try {
      const planned = await plan('place', order);
      expect(planned).toMatchObject({ account: 'DF1234567', accounts: clients });
      expect(planned.order).toMatchObject({ entry: { allocation: { group: 'Both', method: 'NetLiq' } } });
      expect(planned.order).not.toHaveProperty('entry.account');
      const some = { allowedAccounts: ['DF1234567', 'DU1111111'] };
      expect(await failure(plan('place', order, some))).toMatchObject({
        message: expect.stringMatching(/Not every account/),
      });
      const unknown = { ...order, allocation: { group: 'None' } };
      expect(await failure(plan('place', unknown))).toMatchObject({
        nextStep: expect.stringMatching(/Groups: .*Both/),
      });
      const both = { ...order, account: 'DU1111111' };
      expect(await failure(plan('place', both))).toMatchObject({
        message: expect.stringMatching(/exclude each other/),
      });
    } finally {
      relay = there;
      await advisor.stop();
    }
  });
});

describe('a change', () => {
  it('keeps every term but those that are named', async () => {
    open = [working()];
    const { order } = await plan('modify', { order: ticket, limit_price: '390.5' });
    expect(order).toMatchObject({
      kind: 'modify',
      target: { orderId: 5, clientId: 7, permId: 900_001 },
      before: terms,
      entry: { ...terms, limitPrice: '390.5' },
    });
    expect((await plan('modify', { order: '900001', quantity: '50' })).order).toMatchObject({
      entry: { quantity: '50' },
    });
  });

  it('of a child names no group, which IB has made', async () => {
    const child = referenceOf('home', ticket, 'take_profit');
    const oca = { group: '900000', type: 3 as const };
    open = [working({ orderRef: child, parentId: 4, terms: { ...terms, oca } })];
    const { order } = await plan('modify', { order: `${ticket}/take_profit`, limit_price: '390' });
    expect(order).not.toHaveProperty('entry.oca');
    expect(order).not.toHaveProperty('before.oca');
    open = [working({ terms: { ...terms, oca } })];
    expect((await plan('modify', { order: ticket, limit_price: '390' })).order).toMatchObject({ entry: { oca } });
  });

  it('is not refused for prices that IB has filled in', async () => {
    const trailing = {
      ...terms,
      type: 'TRAIL' as const,
      limitPrice: '401.237',
      trailingAmount: '2',
      trailStopPrice: '398.123',
    };
    open = [working({ terms: trailing })];
    const { order } = await plan('modify', { order: ticket, limit_price: undefined, trail_amount: '3' });
    expect(order).toMatchObject({ entry: { trailingAmount: '3', trailStopPrice: '398.123' } });
  });

  it.each<[string, OpenOrder, object, RegExp]>([
    ['of what is not open', working(), { order: '17' }, /No open order/],
    ['of a leg that is gone', working(), { order: `${ticket}/stop_loss` }, /the stop_loss is not open/],
    ['of what was entered by hand', working({ orderId: 0, clientId: 0 }), { order: '900001' }, /not ours.*by hand/],
    ['of another program’s', working({ clientId: 3 }), { order: '900001' }, /not ours.*client 3/],
    ['of what is being cancelled', working({ status: 'PendingCancel' }), { order: '900001' }, /being cancelled/],
    ['to what it is', working(), { order: '900001', limit_price: '400.00' }, /Nothing of the order would change/],
    ['below what is filled', working({}, '40', '60'), { order: '900001', quantity: '60' }, /60 of it are filled/],
    ['to a price between cents', working(), { order: '900001', limit_price: '400.005' }, /steps of 0\.01/],
    ['of a fraction', working({ terms: { ...terms, quantity: '0.5' } }), { order: '900001' }, /no order of a fraction/],
  ])('is refused %s', async (_, one, args, says) => {
    open = [one];
    expect(await failure(plan('modify', { limit_price: '390', ...args }))).toMatchObject({
      message: expect.stringMatching(says),
      nextStep: expect.any(String),
    });
  });
});

describe('closing', () => {
  it('sells what is held, and buys back what is short', async () => {
    open = [];
    const entry = async (args: object) => (await plan('close', args)).order;
    expect(await entry({ contract: 'AAPL' })).toMatchObject({ entry: { side: 'SELL', quantity: '100', type: 'MKT' } });
    expect(await entry({ contract: 'KO', percent: '33' })).toMatchObject({ entry: { side: 'BUY', quantity: '66' } });
    const limit = { contract: 'AAPL', quantity: '30', type: 'LMT', limit_price: '350' };
    expect(await entry(limit)).toMatchObject({ entry: { quantity: '30', limitPrice: '350' } });
  });

  it('counts what works already', async () => {
    open = [working({}, '60')];
    expect(await failure(plan('close', { contract: 'AAPL' }))).toMatchObject({
      message: expect.stringMatching(/already sell 60 of the 100/),
      nextStep: expect.stringMatching(/at most 40/),
    });
    expect((await plan('close', { contract: 'AAPL', quantity: '40' })).order).toMatchObject({
      entry: { quantity: '40' },
    });
    // Of the two orders that protect a position only one is filled.
    open = [working({ ocaGroup: 'one', orderId: 5 }, '60'), working({ ocaGroup: 'one', orderId: 6, permId: 2 }, '60')];
    expect((await plan('close', { contract: 'AAPL', quantity: '40' })).order).toMatchObject({
      entry: { quantity: '40' },
    });
    open = [];
  });

  it.each([
    ['nothing', { contract: 'IBM' }, /No position in IBM/],
    ['more than there is', { contract: 'AAPL', quantity: '101' }, /Only 100 AAPL are held/],
    ['less than one', { contract: 'AAPL', percent: '0.5' }, /less than one/],
  ])('%s is refused', async (_, args, says) => {
    open = [];
    expect(await failure(plan('close', args))).toMatchObject({ message: expect.stringMatching(says) });
  });
});

describe('exercising', () => {
  const held = 'AAPL 20261218 C 355';

  it('is for what is held, and out of the money only when that is said', async () => {
    expect(await failure(plan('exercise', { contract: held }))).toMatchObject({
      message: expect.stringMatching(/out of the money/),
    });
    const { order, worth } = await plan('exercise', { contract: held, quantity: '1', override: true });
    expect(order).toMatchObject({
      kind: 'exercise',
      action: 'exercise',
      quantity: '1',
      account: 'DU1234567',
      override: true,
    });
    expect(worth?.intrinsic).toBeLessThan(0);
    expect((await plan('exercise', { contract: held, action: 'lapse' })).order).toMatchObject({
      action: 'lapse',
      quantity: '2',
    });
  });

  it.each([
    ['what is not held', { contract: 'AAPL 20261218 C 230' }, /No AAPL 20261218 C 230 is held/],
    ['more than is held', { contract: held, quantity: '3', override: true }, /2 AAPL .* are held/],
    ['a stock', { contract: 'AAPL' }, /no option/],
  ])('%s is refused', async (_, args, says) => {
    expect(await failure(plan('exercise', args))).toMatchObject({ message: expect.stringMatching(says) });
  });
});
