import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import type { CallResult, TestClient } from './support/clients.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';

/** A relay that may trade beside a gateway whose API is read-only: everybody is told so, with who unticks what. */

let system: TestSystem;
let client: TestClient;
beforeAll(async () => {
  system = await startSystem({
    simulator: { readOnlyApi: true, clock: clockFrom(fridayNoon) },
    env: { RELAY_TRADING: 'paper', RELAY_APPROVAL: 'ticket', GATEWAY_CLOCK: 'simulated' },
  });
  client = await system.connect('2026-07-28', { trade: true });
});
afterAll(async () => {
  await client?.close();
  await system?.close();
});

const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '100' };
const textOf = ({ content }: CallResult) => content[0]?.text ?? '';
const says = /^trading_unavailable: .*read-only mode.*untick.*Read-Only API.*READ_ONLY_API=no/s;
const notes = async () => JSON.stringify((await client.call('get_status')).structuredContent);
const placed = () => system.simulator.received.filter(({ name }) => name === 'placeOrder').length;

test('every trade tool, get_status and the page say that the gateway takes no orders, until it takes them again', async () => {
  await eventually('the tools', async () => (await client.listTools()).some(({ name }) => name === 'preview_order'));
  // Nobody has asked it yet.
  expect(await notes()).not.toContain('read-only mode');
  expect(textOf(await client.call('preview_order', order))).toMatch(says);
  expect(await notes()).toMatch(/orderNotes.*read-only mode.*READ_ONLY_API=no/);
  expect((await system.browser.open(new URL('/trading', system.worker.origin))).text).toMatch(/read-only mode.*untick/);
  expect(textOf(await client.call('place_order', order))).toMatch(says);

  // Unticked at home: the next preview finds out, and the ticket goes through.
  system.simulator.faults.readOnlyApi = false;
  const previewed = await client.call('preview_order', order);
  expect(previewed.structuredContent).toMatchObject({ state: 'previewed', preview: { whatIf: expect.anything() } });
  expect(await notes()).not.toContain('read-only mode');
  const { ticket } = previewed.structuredContent as { ticket: string };

  // Ticked again: what was previewed before is not sent.
  system.simulator.faults.readOnlyApi = true;
  expect(textOf(await client.call('preview_order', { ...order, quantity: '2' }))).toMatch(says);
  const before = placed();
  expect(textOf(await client.call('confirm_order', { ticket }))).toMatch(/read-only mode.*READ_ONLY_API=no/s);
  expect(placed()).toBe(before);

  system.simulator.faults.readOnlyApi = false;
  await client.call('preview_order', { ...order, quantity: '2' });
  const { structuredContent } = await client.call('confirm_order', { ticket });
  expect((structuredContent as { state: string }).state).toMatch(/^(submitted|working)$/);

  // A gateway that was started anew has said nothing yet.
  system.simulator.faults.readOnlyApi = true;
  expect(textOf(await client.call('preview_order', order))).toMatch(says);
  await system.simulator.restart({ downMs: 200 });
  await eventually('the new connection', async () => !(await notes()).includes('read-only mode'), 20_000);
});
