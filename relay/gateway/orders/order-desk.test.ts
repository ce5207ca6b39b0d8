import { OrderAction, OrderType, SecType, TimeInForce } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { type Simulator, startSimulator } from '../../../simulator/index.ts';
import { connectTo, silent, type TestConnection } from '../../../test/support/connection.ts';
import { openMarket } from '../../../test/support/relay.ts';
import type { OrderMessage } from '../connection/events/messages.ts';
import type { ActingConnection, ActingMessage } from '../connection/faces.ts';
import type { GatewayLogger } from '../connection/link.ts';
import type { Supervisor, SupervisorSettings } from '../connection/supervisor.ts';
import { createGateway } from '../index.ts';
import { OrderDesk } from './order-desk.ts';
import { OrderOwners } from './order-owners.ts';

const apple = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const resting = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 10,
  lmtPrice: 1,
  tif: TimeInForce.GTC,
  transmit: true,
};
const place = (id: number, changes: object = {}): ActingMessage => [
  'placeOrder',
  id,
  apple,
  { ...resting, ...changes },
];

let sim: Simulator;
let connection: TestConnection;

beforeEach(async () => {
  sim = await startSimulator({ clock: openMarket });
});

afterEach(async () => {
  connection.supervisor.stop();
  await sim.close();
});

async function acting(settings: Partial<SupervisorSettings> = {}): Promise<ActingConnection> {
  connection = await connectTo(sim, { mayAct: true, ...settings });
  return connection.supervisor.takeActing();
}

const seen = (name: string) => sim.received.filter((request) => request.name === name);

const failure = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).data;
};

describe('what acts', () => {
  it('is given once, and never where the relay is for reading only', async () => {
    await acting();
    expect(() => connection.supervisor.takeActing()).toThrow('handed out before');
    const takeActing = vi.fn();
    const on = () => () => undefined;
    const faces = { onBroadcast: on, onInterrupted: on, onNews: on, onOrderError: on, takeActing };
    expect(new OrderDesk(faces as unknown as Supervisor, { trading: 'read-only', clientId: 7 }, silent).canTrade).toBe(
      false,
    );
    expect(takeActing).not.toHaveBeenCalled();
    for (const trading of ['paper', 'live'] as const) {
      expect(createGateway({ host: '127.0.0.1', port: 1, clientId: 7, trading }, silent).orders.canTrade).toBe(true);
    }
    expect(createGateway({ host: '127.0.0.1', port: 1, clientId: 7 }, silent).orders.canTrade).toBe(false);
  });

  it('hands all messages over in one turn, in order, before the data that waits', async () => {
    const { act, nextOrderId, unsentBytes } = await acting({ requestsPerSecond: 10 });
    const first = nextOrderId() ?? 0;
    expect(first).toBeGreaterThan(0);
    for (let i = 0; i < 30; i += 1)
      void connection.data.send('bulk', (link) => link.call('reqFamilyCodes')).catch(() => 0);
    await act([place(first, { transmit: false }), place(first + 1)]);
    expect(unsentBytes()).toBe(0);
    await vi.waitFor(() =>
      expect(seen('placeOrder').map(({ fields }) => Number(fields.orderId))).toEqual([first, first + 1]),
    );
    expect(seen('reqFamilyCodes').length).toBeLessThan(10);
    await act([['cancelOrder', first + 1]]);
    await vi.waitFor(() => expect(seen('cancelOrder')).toHaveLength(1));
  });

  it('sends nothing at all when one message cannot be sent, and says so', async () => {
    const { act, nextOrderId } = await acting();
    const id = nextOrderId() ?? 1;
    expect(await failure(act([place(id), place(id + 1, { orderRef: 'a\u0000b' })]))).toMatchObject({
      code: 'invalid_arguments',
      sent: false,
    });
    const reading = [place(id), ['reqPositions']] as unknown as ActingMessage[];
    expect(await failure(act(reading))).toMatchObject({ code: 'internal', sent: false });
    await act([['reqOpenOrders']]);
    await vi.waitFor(() => expect(seen('reqOpenOrders')).toHaveLength(1));
    expect(seen('placeOrder')).toEqual([]);
  });

  it('says that it may have been sent once the codec has had it', async () => {
    const { act, nextOrderId } = await acting();
    const id = nextOrderId() ?? 1;
    const broken = ['placeOrder', id + 1, apple, undefined] as unknown as ActingMessage;
    expect(await failure(act([place(id), broken]))).toMatchObject({ code: 'internal', sent: true });
    await vi.waitFor(() => expect(seen('placeOrder')).toHaveLength(1));
  });

  it('was never sent when there is no connection, it goes first, or the caller leaves the queue', async () => {
    const { act, nextOrderId } = await acting({ requestsPerSecond: 1 });
    const id = nextOrderId() ?? 1;
    await act([['reqOpenOrders']]);
    const leave = new AbortController();
    const left = failure(act([place(id)], leave.signal));
    const queued = failure(act([place(id + 1)]));
    leave.abort();
    expect(await left).toMatchObject({ code: 'cancelled', sent: false });
    await sim.refuseConnections(true);
    sim.dropConnections();
    expect(await queued).toMatchObject({ code: 'gateway_interrupted', sent: false });
    expect(await failure(act([place(id + 2)]))).toMatchObject({ code: 'gateway_disconnected', sent: false });
    expect(seen('placeOrder')).toEqual([]);
  });
});

describe('what the gateway says about an order', () => {
  it('reaches its owner: the order, its states, its fills and what is wrong with it', async () => {
    const { act, nextOrderId } = await acting();
    const owners = new OrderOwners(7, silent);
    connection.supervisor.onOrderError((error) => owners.tell(error));
    connection.supervisor.onBroadcast((message) => owners.tell(message as OrderMessage));
    const id = nextOrderId() ?? 1;
    const heard: string[] = [];
    owners.own(id, (message) =>
      heard.push(message.type === 'order-error' ? `${message.code} ${message.fate}` : message.type),
    );
    await act([place(id, { orderType: OrderType.MKT, lmtPrice: undefined })]);
    await vi.waitFor(() => expect(new Set(heard)).toEqual(new Set(['open-order', 'order-status', 'fill'])));
    await act([['cancelOrder', id]]);
    await vi.waitFor(() =>
      expect(heard.some((each) => /^(104 refused|161 refused|10148 refused)$/.test(each))).toBe(true),
    );
  });

  it('is a warning with its code when nobody owns the order, and hits no request', async () => {
    const warn = vi.fn<GatewayLogger['warn']>();
    const gateway = createGateway({ host: '127.0.0.1', port: sim.port, clientId: 9 }, { ...silent, warn });
    connection = { supervisor: gateway } as unknown as TestConnection;
    gateway.start();
    await vi.waitFor(() => gateway.assertReady());
    sim.ignoreRequests(['reqContractDetails']);
    const pending = vi.fn();
    gateway.contracts.resolve('AAPL').then(pending, pending);
    await vi.waitFor(() => expect(seen('reqContractDetails')).toHaveLength(1));
    const rejected = { where: { code: 201 }, fields: { reqId: 5, advancedOrderRejectJson: '{"why":"no"}' } };
    sim.addRule({ on: 'out', do: 'change', message: 'error', ...rejected });
    sim.sendSystemMessage(201, 'Order rejected - reason: none');
    await vi.waitFor(() =>
      expect(warn).toHaveBeenCalledWith(
        expect.objectContaining({ orderId: 5, code: 201, fate: 'refused' }),
        expect.any(String),
      ),
    );
    expect(pending).not.toHaveBeenCalled();
  });

  it('and is no JSON keeps the connection, and tells the owner', async () => {
    const { nextOrderId } = await acting();
    const heard = vi.fn();
    connection.supervisor.onOrderError(heard);
    const id = nextOrderId() ?? 1;
    const text = { reqId: id, advancedOrderRejectJson: 'This account may not trade it.' };
    sim.addRule({ on: 'out', do: 'change', message: 'error', where: { code: 201 }, fields: text });
    sim.sendSystemMessage(201, 'Order rejected');
    await vi.waitFor(() =>
      expect(heard).toHaveBeenCalledWith(
        expect.objectContaining({ orderId: id, code: 201, rejection: 'This account may not trade it.' }),
      ),
    );
    const before = seen('startApi').length;
    await connection.data.send('bulk', (link) => link.call('reqFamilyCodes'));
    await vi.waitFor(() => expect(seen('reqFamilyCodes')).toHaveLength(1));
    expect(seen('startApi')).toHaveLength(before);
  });

  it('of another client is not for the owner of the same id', () => {
    connection = { supervisor: { stop: () => undefined } } as unknown as TestConnection;
    const owners = new OrderOwners(7, silent);
    const owner = vi.fn();
    const release = owners.own(5, owner);
    expect(() => owners.own(5, owner)).toThrow('has an owner');
    const messages = (clientId: number) =>
      [
        { type: 'open-order', orderId: 5, contract: {}, order: { clientId }, state: {} },
        { type: 'fill', contract: {}, execution: { clientId, orderId: 5 } },
      ] as unknown as OrderMessage[];
    for (const message of messages(8)) owners.tell(message);
    expect(owner).not.toHaveBeenCalled();
    for (const message of messages(7)) owners.tell(message);
    expect(owner).toHaveBeenCalledTimes(2);
    release();
    for (const message of messages(7)) owners.tell(message);
    expect(owner).toHaveBeenCalledTimes(2);
  });
});
