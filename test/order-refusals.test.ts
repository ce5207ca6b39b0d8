import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import type { Browser } from './support/browser.ts';
import { type CallResult, connectClient, eras, type TestClient } from './support/clients.ts';
import { connectRaw, pairDevice } from './support/raw-relay.ts';
import { TradingRelay, tradingStatus } from './support/trading-relay.ts';
import { signInAs } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** What an assistant is told when an order may not be placed: that nothing was sent, and who has to change what. */

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker?.close());

const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '150' };
const textOf = ({ content }: CallResult) => content[0]?.text ?? '';
let people = 0;

describe.each(eras)('a client of %s', (era) => {
  let browser: Browser;
  let client: TestClient;
  beforeEach(async () => {
    people += 1;
    ({ browser } = await signInAs(worker, `refused ${people}`));
    client = await connectClient({ era, url: worker.mcp, browser, trade: true });
    return () => client.close();
  });
  const refused = async () => textOf(await client.call('place_order', order));
  const names = async () => (await client.listTools()).map(({ name }) => name);
  const remove = async () => (await (await browser.open(worker.origin)).follow('Remove …')).submit('Remove');

  test('is told who turns trading on, whether the relay is there, away, removed or was never paired', async () => {
    expect(await refused()).toMatch(/^relay_offline: No relay is paired yet.*Nothing was sent.*pairing code/s);
    expect(await names()).not.toContain('place_order');
    expect(await names()).toEqual(expect.arrayContaining(['get_orders', 'get_order_status']));
    const identity = await pairDevice(worker, browser, 'attic');
    const relay = await connectRaw(worker, identity);
    const readOnly = /^trading_unavailable: No relay allows trading \(“attic” is read-only/;
    await eventually('the status', async () => readOnly.test(await refused()));
    expect(await refused()).toMatch(
      /Nothing was sent\..*The owner sets RELAY_TRADING=paper in the relay’s \.env at home/s,
    );
    expect(await names()).not.toContain('place_order');
    relay.drop();
    await eventually('the end', async () => (await refused()).includes('is not connected now'));
    expect(await refused()).toMatch(readOnly);

    const trading = await TradingRelay.connect(worker, identity);
    await eventually('the mode', async () => (await names()).includes('place_order'));
    const status = async (order: string) => textOf(await client.call('get_order_status', { order }));
    expect(await status('4711')).toMatch(/^ticket_not_found/);
    trading.raw.drop();
    await eventually('what is not heard', async () => (await status('4711')).startsWith('relay_offline'));
    expect(await status('4711')).toMatch(/Whether there is an order 4711 is not known.*“attic” is not connected/);
    expect(await status('abcdefghijklmnop')).toMatch(/^ticket_not_found/);
    // The last known mode shows the tools; calling one fails closed.
    await eventually('the end', async () => (await refused()).startsWith('relay_offline'));
    expect(await refused()).toMatch(/at home/);
    expect(await names()).toContain('place_order');
    await remove();
    expect(await refused()).toMatch(/^relay_offline: No relay is paired yet.*Nothing was sent/s);
    expect(await names()).not.toContain('place_order');
  });

  test('without the right to trade reads orders, and is told where it is granted', async () => {
    const relay = await TradingRelay.connect(worker, await pairDevice(worker, browser));
    const reader = await connectClient({ era, url: worker.mcp, browser });
    const listed = (await reader.listTools()).map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining(['get_orders', 'get_order_status']));
    expect(listed).not.toContain('place_order');
    const asking = await connectClient({ era, url: worker.mcp, browser });
    // Either generation's library takes the refusal for a wish to be connected anew.
    const text = await asking.call('place_order', order).then(textOf, String);
    expect(text).toMatch(/ibkr:trade|insufficient_scope|403|Unauthorized/);
    await asking.close();
    const { ticket } = (await client.call('preview_order', order)).structuredContent as { ticket: string };
    const orders = await reader.call('get_orders', { status: 'waiting' });
    expect(orders.structuredContent).toMatchObject({ tickets: [{ ticket, state: 'previewed' }] });
    const status = await reader.call('get_order_status', { order: ticket });
    expect(status.structuredContent).toMatchObject({ ticket, state: 'previewed', history: [{ what: 'previewed' }] });
    await reader.close();
    relay.raw.drop();
  });

  test('is told who lifts a stop, a breaker or a doubt, by pages and get_status, too', async () => {
    const relay = await TradingRelay.connect(worker, await pairDevice(worker, browser));
    const since = 1;
    for (const [changes, said] of [
      [{ stopped: { where: 'dashboard', reason: 'as asked', since } }, /stopped.*as asked.*lifts it on the dashboard/s],
      [{ stopped: { where: 'home', reason: 'holidays', since } }, /holidays.*relay resume-trading` at home/s],
      [{ stopped: { where: 'breaker', reason: 'five rejections', since } }, /five.*resume-trading` at home/s],
      [{ stopped: { where: 'kill_file', reason: 'a file', since } }, /removes the kill file at home/],
      [{ stopped: undefined, trustNeeded: true }, /relay trust` at home/],
      [{ trustNeeded: false, blocked: 'The gateway is in read-only mode.' }, /read-only mode/],
    ] as const) {
      relay.say(changes);
      const page = new URL('/trading', worker.origin);
      await eventually(JSON.stringify(changes), async () => said.test((await browser.open(page)).text));
      const text = await refused();
      expect(text).toMatch(said);
      expect(text).toMatch(/^trading_unavailable: .*Nothing was sent/s);
    }
    expect(relay.instructions('order.place')).toEqual([]);
    relay.raw.drop();
    const { structuredContent } = await client.call('get_status');
    expect(structuredContent).toMatchObject({ relays: [{ orderNotes: ['The gateway is in read-only mode.'] }] });
  });

  test('hears of an order as it goes on while it waits, and can read it afterwards', async () => {
    const relay = await TradingRelay.connect(worker, await pairDevice(worker, browser));
    const told: string[] = [];
    const call = client.call('place_order', order, { onProgress: ({ message }) => void told.push(message ?? '') });
    const { ticket } = (await relay.accept('order.place')) as unknown as { ticket: string };
    const leg = { leg: 'entry', orderId: 5, permId: 900, status: 'Submitted', filled: '0' } as const;
    relay.report(ticket, 1, 'working', { legs: [leg] });
    await eventually('the news', async () => told.some((line) => line.startsWith('working')));
    relay.report(ticket, 2, 'working', { legs: [{ ...leg, filled: '0.4', averagePrice: '149.5' }] });
    await eventually('the fill', async () => told.some((line) => line.includes('entry filled 0.4 at 149.5')));
    relay.report(ticket, 3, 'final', { legs: [{ ...leg, status: 'Filled', filled: '1', averagePrice: '149.8' }] });
    expect((await call).structuredContent).toMatchObject({ ticket, state: 'final' });
    // One that asked for no progress gets the same answer, and all of it is kept.
    expect((await client.call('place_order', order)).structuredContent).toMatchObject({ ticket, state: 'final' });
    const kept = JSON.stringify((await client.call('get_order_status', { order: '900' })).structuredContent);
    expect(kept).toMatch(/working, entry filled 0\.4 at 149\.5.*final, entry filled 1 at 149\.8/);
    relay.raw.drop();
  });

  test('places through the relay that announced an account first; another one reads in it, and says so', async () => {
    const first = await TradingRelay.connect(worker, await pairDevice(worker, browser, 'attic'));
    await eventually('the first', async () => (await names()).includes('place_order'));
    const second = await TradingRelay.connect(worker, await pairDevice(worker, browser, 'cellar'), {
      ...tradingStatus,
      journal: { ...tradingStatus.journal, generation: 'c'.repeat(16) },
    });
    const call = client.call('place_order', { ...order, account: 'DU1' });
    const { ticket } = (await first.accept('order.place')) as unknown as { ticket: string };
    first.report(ticket, 1, 'not_placed');
    await call;
    // The only account there is need not be named.
    const other = client.call('place_order', { ...order, quantity: '2' });
    first.report(((await first.accept('order.place')) as unknown as { ticket: string }).ticket, 1, 'not_placed');
    await other;
    first.raw.drop();
    const away = await eventually('the end', async () => {
      const text = textOf(await client.call('place_order', { ...order, quantity: '3', account: 'DU1' }));
      return text.startsWith('relay_offline') ? text : undefined;
    });
    expect(away).toMatch(/at home/);
    expect(second.instructions('order.place')).toEqual([]);
    const page = (await browser.open(new URL('/trading', worker.origin))).text;
    expect(page).toMatch(/only reads in DU1: “attic” announced it first/);
    second.raw.drop();
  });
});
