import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { listOrders } from '../../../shared/orders/list-orders.ts';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import { startSimulator } from '../../../simulator/index.ts';
import { failure, openMarket, TestRelay } from '../../../test/support/relay.ts';
import type { GatewayMessage, GatewayNews } from '../../gateway/orders/news.ts';
import type { TradingConnection } from '../../gateway/orders/trading-connection.ts';
import { referenceOf } from '../references.ts';
import { listOrdersExecutor } from './list-orders.ts';

type Session = Extract<GatewayNews, { type: 'session' }>;

const ticket = 'abcdefghijkl0001';
const contract = { conId: 265598, secType: 'STK', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: 'AAPL' };

let relay: TestRelay;
let trading: TradingConnection;
let session: Session;

beforeEach(async () => {
  relay = new TestRelay(await startSimulator({ clock: openMarket }), { trading: 'paper' });
  relay.operations = [listOrdersExecutor(() => ({ clientId: 7, relay: 'home', tickets: [] }))];
  trading = relay.gateway.orders.takeTrading();
  const begun = Promise.withResolvers<Session>();
  trading.onNews((news) => news.type === 'session' && begun.resolve(news));
  relay.gateway.start();
  session = await begun.promise;
});

afterEach(() => relay.stop());

const ask = async (args: z.input<typeof listOrders.input> = {}) =>
  listOrders.output.strict().parse(await relay.execute('list_orders', args));

async function send(terms: Partial<OrderTerms>, orderRef: string, orderId = session.nextOrderId): Promise<void> {
  const message: GatewayMessage = {
    type: 'place',
    orderId,
    parentId: 0,
    transmit: true,
    contract,
    orderRef,
    terms: {
      account: session.accounts[0] ?? '',
      side: 'BUY',
      quantity: '10',
      type: 'LMT',
      limitPrice: '1',
      tif: 'GTC',
      outsideRth: false,
      ...terms,
    },
  };
  const outcome = await trading.send({ session: session.session, messages: [message], mayLeave: () => true });
  expect(outcome.handedOver).toBe(true);
}

describe('the list of orders', () => {
  it('has what rests, with whose it is, and finds it by contract, ticket and permanent id', async () => {
    expect((await ask()).orders).toEqual([]);
    await send({}, referenceOf('home', ticket, 'entry'));
    await send({ limitPrice: '2' }, 'of somebody', session.nextOrderId + 1);
    const orders = await vi.waitFor(async () => {
      const listed = await ask();
      expect(listed.orders).toHaveLength(2);
      return listed.orders;
    });
    const own = orders.find((one) => one.ticket === ticket);
    expect(own).toMatchObject({
      placedBy: 'here',
      leg: 'entry',
      quantity: 10,
      filled: 0,
      remaining: 10,
      limitPrice: 1,
    });
    expect(orders.find((one) => one !== own)?.notOurs).toMatch(/not known here/);
    expect((await ask({ contract: 'AAPL' })).orders).toHaveLength(2);
    expect((await ask({ contract: 'MSFT' })).orders).toEqual([]);
    expect((await ask({ order: ticket })).orders).toEqual([own]);
    expect((await ask({ order: `${ticket}/stop_loss` })).orders).toEqual([]);
    expect((await ask({ order: own?.order ?? '' })).orders).toEqual([own]);
  });

  it('has what was filled among the completed ones, with its fills and what they cost', async () => {
    await send(
      { type: 'MKT', limitPrice: undefined, tif: 'DAY' } as Partial<OrderTerms>,
      referenceOf('home', ticket, 'entry'),
    );
    const done = await vi.waitFor(async () => {
      const listed = await ask({ order: ticket, completed: true });
      expect(listed.fills).not.toEqual([]);
      expect(listed.orders).toMatchObject([
        { filled: 10, ticket, commission: expect.any(Number), ended: expect.any(String) },
      ]);
      return listed;
    });
    expect(done.fills.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(10);
    expect((await ask()).orders).toEqual([]);
  });

  it('shows no order of an account that the owner keeps to himself', async () => {
    await send({}, '');
    await vi.waitFor(async () => expect((await ask()).orders).toHaveLength(1));
    const account = session.accounts[0] ?? '';
    relay.config = { allowedAccounts: ['DU0000000'] };
    expect((await ask()).orders).toEqual([]);
    expect(await failure(ask({ account }))).toMatchObject({ code: 'account_not_found' });
  });
});
