import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventName, type Order, OrderAction, OrderType, SecType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fridayNoon, gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';
import { startSimulator } from '../index.ts';
import { StateFile } from '../state/state-file.ts';
import { ControlClient, ControlError } from './client.ts';
import { type ControlServer, startControl } from './control-server.ts';

const apple = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const restingOrder: Order = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 10,
  lmtPrice: 1,
  tif: 'GTC',
  transmit: true,
} as Order;

let pair: Pair;
let server: ControlServer;
let control: ControlClient;

beforeEach(async () => {
  pair = await gatewayWithClient();
  server = await startControl(pair.gateway);
  control = new ControlClient(server.port);
});

afterEach(async () => {
  await server.close();
  await pair.close();
});

interface Answer {
  readonly status: number;
  readonly body: { readonly error: string; readonly details?: readonly string[] };
}

/** A request with any headers, as `fetch` does not allow. */
function raw(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ port: server.port, host: '127.0.0.1', method, path, headers }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
    call.on('error', reject).end(body);
  });
}

async function resting(): Promise<number> {
  pair.client.api.placeOrder(1, apple, restingOrder);
  await pair.client.until(EventName.openOrder);
  return pair.gateway.world.exchange.open()[0]?.permId ?? 0;
}

describe('the control API', () => {
  it('lists what it can do, and each view answers', async () => {
    const endpoints = await control.endpoints();
    expect(endpoints['POST /actions/add-rule']).toContain('go wrong');
    for (const path of Object.keys(endpoints)) {
      const [method, url = ''] = path.split(' ');
      if (method === 'GET') expect((await raw('GET', url)).status).toBe(200);
    }
  });

  it('adds a rule that acts, shows it with its counts, and removes it', async () => {
    const answer = await control.do('add-rule', { on: 'out', message: 'userInfo', do: 'drop', times: 'always' });
    expect(answer).toEqual({ id: 1 });
    pair.client.api.reqUserInfo(1);
    pair.client.api.reqCurrentTime();
    await pair.client.until(EventName.currentTime);
    expect(pair.client.all(EventName.userInfo)).toEqual([]);
    expect((await control.see('faults')).rules).toMatchObject([{ id: 1, matched: 1, applied: 1 }]);
    await control.do('remove-rule', { id: 1 });
    await expect(control.do('remove-rule', { id: 1 })).rejects.toMatchObject({ status: 409 });
  });

  it('sets the clock, its speed, and lets it stand still', async () => {
    await control.do('set-clock', { at: '2026-11-23T15:00:00Z', frozen: true });
    expect(await control.see('clock')).toEqual({ now: '2026-11-23T15:00:00.000Z', speed: 1, frozen: true });
    await control.do('advance-clock', { ms: 90_000 });
    pair.client.api.reqCurrentTime();
    expect(await pair.client.until(EventName.currentTime)).toEqual([Date.parse('2026-11-23T15:01:30Z') / 1000]);
    await control.do('set-clock', { frozen: false, speed: 3600 });
    expect((await control.see('clock')).speed).toBe(3600);
  });

  it('fills, corrects, rejects and cancels orders, and shows the truth about them', async () => {
    const permId = await resting();
    await control.do('fill-order', { permId, quantity: 4, price: 1 });
    const [, , execution] = (await pair.client.until(EventName.execDetails)) as [unknown, unknown, { execId: string }];
    await control.do('correct-execution', { execId: execution.execId, price: 0.5 });
    await control.do('cancel-order', { reason: 'because' });
    expect(await pair.client.error(1)).toMatchObject({ code: 202 });
    expect(await control.see('executions')).toMatchObject([
      { execId: execution.execId, quantity: '4', price: 1 },
      { quantity: '4', price: 0.5 },
    ]);
    const { open, completed } = await control.see('orders');
    expect(open).toEqual([]);
    expect(completed).toMatchObject([{ permId, clientId: 1, orderId: 1, filled: '4', status: 'Cancelled' }]);
    await expect(control.do('reject-order', {})).rejects.toThrow('No order is working.');
  });

  it('enters an order by hand', async () => {
    const order = {
      account: 'DU1234567',
      symbol: 'AAPL',
      side: 'BUY',
      quantity: 1,
      type: 'LMT',
      limitPrice: 1,
    } as const;
    expect(await control.do('enter-order', order)).toEqual({ permId: expect.any(Number) });
    expect((await control.see('orders')).open).toMatchObject([{ symbol: 'AAPL', quantity: '1' }]);
    await expect(control.do('enter-order', { ...order, symbol: 'NOSUCH' })).rejects.toThrow('There is no STK NOSUCH');
  });

  it('breaks connections and mends them', async () => {
    await control.do('lose-connection');
    await control.do('set-farm', { farm: 'ushmds', state: 'broken' });
    await control.do('restore-connection', { dataLost: true });
    await pair.client.until(EventName.info, (_, code) => code === 1101);
    expect((await control.see('faults')).farms.ushmds).toBe('broken');
    await control.do('heal');
    expect((await control.see('faults')).farms.ushmds).toBe('ok');
    await control.do('restart', { downMs: 10 });
    await pair.client.until(EventName.disconnected);
  });

  it('changes what the login is subscribed to, and publishes bulletins', async () => {
    const { api } = pair.client;
    await control.do('set-research', { news: ['BZ'], wsh: 'notOffered' });
    api.reqNewsProviders();
    const [providers] = await pair.client.until(EventName.newsProviders);
    expect(providers).toEqual([expect.objectContaining({ providerCode: 'BZ' })]);
    api.reqWshMetaData(5);
    expect(await pair.client.error(5)).toMatchObject({ code: 10276 });
    await expect(control.do('set-research', { news: ['XYZ'] })).rejects.toThrow('"XYZ" is no news provider');
    api.reqNewsBulletins(false);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toHaveLength(1);
    await control.do('publish-bulletin', { text: 'Closed early.', exchange: 'IEX' });
    const [, type, words, exchange] = await pair.client.until(EventName.updateNewsBulletin);
    expect([type, words, exchange]).toEqual([1, 'Closed early.', 'IEX']);
    expect((await control.see('research')).settings).toMatchObject({ news: ['BZ'], wsh: 'notOffered' });
  });

  it('resets order books', async () => {
    pair.client.api.reqMktDepth(7, { ...apple, exchange: 'ARCA' }, 3, false);
    await pair.client.until(EventName.updateMktDepth);
    await control.do('reset-depth');
    expect(await pair.client.error(7)).toMatchObject({ code: 317 });
  });

  it('goes down and comes up on the same port', async () => {
    await control.do('go-down');
    expect(await control.see('clients')).toEqual([]);
    await control.do('come-up');
    const again = await TestClient.ready(pair.gateway.port, 2);
    expect(await control.see('clients')).toEqual([{ clientId: 2, serverVersion: 193 }]);
    again.disconnect();
  });
});

describe('what the control API refuses', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['another host name', { host: 'evil.example' }],
    ['a web page', { origin: 'http://localhost:3000' }],
    ['a web page’s request', { 'sec-fetch-site': 'same-site' }],
  ])('%s', async (_, headers) => {
    expect((await raw('POST', '/actions/heal', headers as Record<string, string>)).status).toBe(403);
  });

  it('says what was meant, which methods there are, and what does not fit', async () => {
    expect(await raw('GET', '/order')).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('GET /orders') },
    });
    expect(await raw('GET', '/actions/heal')).toMatchObject({ status: 405 });
    expect(
      await raw('POST', '/actions/add-rule', json, '{"on":"in","message":"placeOder","do":"ignore"}'),
    ).toMatchObject({
      status: 400,
      body: { details: [expect.stringContaining('placeOrder')] },
    });
    expect(await raw('POST', '/actions/heal', json, '{')).toMatchObject({ status: 400 });
    expect(await raw('POST', '/actions/heal', {}, '{}')).toMatchObject({ status: 415 });
    await expect(control.do('set-clock', { speed: -1 })).rejects.toBeInstanceOf(ControlError);
  });

  it('a body without end', async () => {
    const body = `"${'x'.repeat(17 << 20)}"`;
    const refused = raw('POST', '/actions/heal', json, body).then(
      ({ status }) => status,
      () => 413,
    );
    expect(await refused).toBe(413);
  });
});

describe('state', () => {
  it('is saved and restored over the control API, with orders, positions, ids and the clock', async () => {
    const permId = await resting();
    await control.do('fill-order', { permId, quantity: 4, price: 1 });
    await control.do('set-clock', { at: '2026-11-20T18:00:00Z', frozen: true });
    await control.do('set-research', { fundamentals: 'removed' });
    const state = await control.state();
    await control.do('set-research', { fundamentals: 'classic' });
    const accounts = await control.see('accounts');
    await control.do('cancel-order');
    await control.do('advance-clock', { ms: 60_000 });
    await control.restore(state);
    expect((await control.see('orders')).open).toMatchObject([{ permId, remaining: '6' }]);
    expect(await control.see('accounts')).toEqual(accounts);
    expect((await control.see('research')).settings.fundamentals).toBe('removed');
    expect((await control.see('clock')).now).toBe('2026-11-20T18:00:00.000Z');
    const other = await startSimulator({ seed: 2 });
    await expect(new StateFile('/nowhere/state', other).restore()).resolves.toBe(false);
    await other.close();
    await expect(control.restore({ ...state, seed: 9 })).rejects.toThrow('belongs to seed 9');
    await expect(control.restore({ ...state, format: 2 as 1 })).rejects.toThrow('no state');
  });

  it('in a file is replaced as a whole, and a broken one gives a sentence', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-state-'));
    const path = join(folder, 'state.json');
    await resting();
    const file = new StateFile(path, pair.gateway);
    await Promise.all([file.save(), file.save()]);
    expect(await readdir(folder)).toEqual(['state.json']);
    const text = await readFile(path, 'utf8');
    const next = await startSimulator({ clock: () => new Date(fridayNoon + 60_000) });
    expect(await new StateFile(path, next).restore()).toBe(true);
    expect(next.world.exchange.open()).toHaveLength(1);
    expect(next.world.exchange.lastOrderId(1)).toBe(1);
    await writeFile(path, text.slice(0, -20));
    await expect(new StateFile(path, next).restore()).rejects.toThrow(/cannot be used\. It is not JSON.*Move it away/);
    await next.close();
  });
});
