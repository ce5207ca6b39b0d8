import type { Contract } from '@stoqey/ib';
import { describe, expect, it } from 'vitest';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';
import type { Fill } from '../../fills/fill-journal.ts';
import type { SeenOrder } from '../../gateway/orders/news.ts';
import type { FoundOrders } from '../../gateway/orders/order-lists.ts';
import { live, newOrderLife, type OrderFact } from '../order-life.ts';
import { referenceOf } from '../references.ts';
import type { TraderTicket } from '../state.ts';
import { type Onlooker, viewedOrders } from './order-views.ts';

const contract: OrderContract = {
  conId: 265598,
  secType: 'STK',
  symbol: 'AAPL',
  exchange: 'SMART',
  currency: 'USD',
  name: 'AAPL',
};
const terms: OrderTerms = {
  account: 'DU1',
  side: 'BUY',
  quantity: '100',
  type: 'LMT',
  limitPrice: '150',
  tif: 'DAY',
  outsideRth: false,
};
const ticket = 'abcdefghijkl0001';

const seen = (changes: Partial<SeenOrder> = {}): SeenOrder => ({
  orderId: 7,
  clientId: 11,
  permId: 900,
  account: 'DU1',
  orderRef: referenceOf('home', ticket, 'entry'),
  status: 'Submitted',
  contract,
  terms,
  ...changes,
});

const fill = (changes: Partial<Fill> = {}): Fill =>
  ({
    execId: '0001.01.01',
    account: 'DU1',
    contract: { conId: 265598, secType: 'STK' } as Contract,
    time: 1,
    timeText: '',
    at: 1,
    side: 'BUY',
    quantity: 40,
    price: 149.5,
    exchange: 'NYSE',
    permId: 900,
    orderRef: undefined,
    commission: 1.25,
    commissionCurrency: 'USD',
    realizedPnl: undefined,
    corrections: 0,
    ...changes,
  }) as Fill;

const placed = (facts: readonly OrderFact[] = []): TraderTicket => ({
  ticket,
  hash: '1:00',
  account: 'DU1',
  order: { version: 1, kind: 'place', contract, entry: terms },
  clientId: 11,
  session: 's',
  at: 0,
  gatewayAt: 0,
  legs: [
    {
      leg: 'entry',
      orderId: 7,
      parentId: 0,
      orderRef: referenceOf('home', ticket, 'entry'),
      terms,
      life: facts.reduce(live, newOrderLife('100', false)),
      compared: true,
      changedAt: 1,
    },
  ],
  state: 'submitted',
  warnings: [],
  revision: 1,
  silent: false,
  upstreamLost: false,
  restarted: false,
});

const nothing: FoundOrders = { open: [], completed: [], executions: [] };
const onlooker = (tickets: readonly TraderTicket[] = []): Onlooker => ({ clientId: 11, relay: 'home', tickets });
const views = (listed: Partial<FoundOrders>, fills: readonly Fill[] = [], tickets: readonly TraderTicket[] = []) =>
  viewedOrders({ ...nothing, ...listed }, fills, onlooker(tickets)).map(({ view }) => view);

describe('orders as they are shown', () => {
  it('says of an own order what it is, what was filled of it and what that cost', () => {
    const [view] = views({ open: [seen()] }, [fill(), fill({ execId: '2.01', quantity: 20, price: 150 })], [placed()]);
    expect(view).toMatchObject({
      order: '900',
      account: 'DU1',
      contract: 'AAPL',
      side: 'BUY',
      quantity: 100,
      filled: 60,
      remaining: 40,
      limitPrice: 150,
      status: 'Submitted',
      placedBy: 'here',
      ticket,
      leg: 'entry',
      commission: 2.5,
      commissionCurrency: 'USD',
    });
    expect(view?.notOurs).toBeUndefined();
  });

  it('takes what a status told where that is more than the fills on record', () => {
    const progress = { filled: '70', remaining: '30', averagePrice: '149' };
    expect(views({ open: [seen({ progress })] }, [fill()])).toMatchObject([{ filled: 70, remaining: 30 }]);
  });

  it('shows an order once that was told twice, as it was told last', () => {
    const changed = seen({ terms: { ...terms, limitPrice: '151' } });
    expect(views({ open: [seen(), changed] })).toMatchObject([{ limitPrice: 151 }]);
  });

  it.each([
    ['another API program', { clientId: 3, orderRef: '' }, 'client 3', /API client 3.*or in TWS/],
    ['a hand', { clientId: 0, orderId: 0, orderRef: '' }, 'by hand', /TWS or on the phone/],
    ['a hand, bound', { clientId: 0, orderId: -4, orderRef: '' }, 'by hand', /TWS or on the phone/],
    ['another relay', { clientId: 4, orderRef: referenceOf('other', ticket, 'entry') }, 'another relay', /from there/],
    ['us without its ticket', { orderRef: '' }, 'client 11', /not known here/],
    ['us under another client id', { clientId: 12 }, 'here', /client id 12/],
  ])('says where an order of %s can be changed', (_, changes, placedBy, notOurs) => {
    const [view] = views({ open: [seen(changes)] });
    expect(view?.placedBy).toBe(placedBy);
    expect(view?.notOurs).toMatch(notOurs);
  });

  it('does not take an order of another relay for ours because of its permanent id of 0', () => {
    const foreign = seen({ permId: 0, clientId: 5, orderId: 9, orderRef: '' });
    const [view] = views({ open: [foreign] }, [], [placed()]);
    expect(view).toMatchObject({ placedBy: 'client 5', order: 'client 5, id 9' });
    expect(view?.ticket).toBeUndefined();
  });

  it('names an order by ticket and leg until IB has given it a permanent id', () => {
    expect(views({ open: [seen({ permId: 0 })] }, [], [placed()])).toMatchObject([{ order: ticket }]);
    const child = seen({ permId: 0, orderRef: referenceOf('home', ticket, 'stop_loss'), parentId: 7 });
    expect(views({ open: [child] })).toMatchObject([{ order: `${ticket}/stop_loss` }]);
  });

  it.each([
    ['trigger', 'PreSubmitted', 'its trigger price'],
    ['child,trigger', 'PreSubmitted', 'the fill of the order that it belongs to, its trigger price'],
    ['locate', 'Inactive', 'shares that can be borrowed'],
    ['', 'PendingCancel', 'its cancellation'],
    ['', 'PreSubmitted', undefined],
  ])('held for “%s” while %s: %s', (whyHeld, status, words) =>
    expect(views({ open: [seen({ whyHeld, status })] })[0]?.waitsFor).toBe(words),
  );

  it('shows a child with its parent, and open ones before completed ones, each once and the newest first', () => {
    const child = seen({ permId: 901, orderId: 8, parentId: 7, orderRef: '' });
    const done = { status: 'Filled Size: 100', filled: '100' };
    const completed = [890, 900, 895].map((permId) =>
      seen({ permId, clientId: -1, orderId: 0, orderRef: '', status: 'Filled', completed: done }),
    );
    const all = views({ open: [seen(), child], completed });
    expect(all.map(({ order }) => order)).toEqual(['901', '900', '895', '890']);
    expect(all[0]?.parent).toBe('900');
    expect(all[2]).toMatchObject({ ended: 'Filled Size: 100', filled: 100, placedBy: 'elsewhere' });
    expect(all[2]?.notOurs).toBeUndefined();
  });

  it('remembers an own order that no list of today has', () => {
    const text = 'Order rejected - reason:No Trading Permission';
    const rejected = placed([
      { type: 'error', code: 201, text, request: 'place' },
      { type: 'status', permId: 900, status: 'Inactive', filled: '0', average: '0', held: '' },
    ]);
    expect(views({}, [], [rejected])).toMatchObject([{ status: 'Rejected', ended: `rejected: ${text}`, ticket }]);
    expect(views({}, [], [placed()])).toEqual([]);
  });

  it('counts of a combination the lines of the whole, and what all of its legs cost', () => {
    const bag = { conId: 0, secType: 'BAG' } as Contract;
    const fills = [
      fill({ execId: '1.01', contract: bag, quantity: 1, price: 2, commission: undefined }),
      fill({ execId: '2.01', quantity: 1, price: 5 }),
      fill({ execId: '3.01', quantity: 1, price: 3 }),
    ];
    expect(views({ open: [seen()] }, fills)).toMatchObject([{ filled: 1, averagePrice: 2, commission: 2.5 }]);
  });
});
