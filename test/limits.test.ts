import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policySchema } from '../shared/orders/policy-fields.ts';
import { Browser } from './support/browser.ts';
import { accessibilityFaults, startChromium } from './support/chromium.ts';
import { connectClient, type TestClient } from './support/clients.ts';
import { pairDevice } from './support/raw-relay.ts';
import { TradingRelay, tradingStatus } from './support/trading-relay.ts';
import { signInDemo } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** The limits that a person sets on the dashboard: the form in a real browser, and what it does to an assistant’s orders. */

let worker: TestWorker;
let chromium: Chromium;
let relay: TradingRelay;
let client: TestClient;
let browser: Browser;
let userId: string;

beforeAll(async () => {
  [worker, chromium] = await Promise.all([startWorker(), startChromium()]);
  browser = new Browser();
  userId = await signInDemo(worker, browser);
  relay = await TradingRelay.connect(worker, await pairDevice(worker, browser), {
    ...tradingStatus,
    approval: 'ticket',
    policyFields: Object.keys(policySchema.shape),
    limits: { maxDayOrders: 20, symbols: ['AAPL', 'MSFT'], noShort: true },
  });
  client = await connectClient({ era: '2025-era', url: worker.mcp, browser, trade: true });
});
afterAll(async () => {
  relay?.raw.drop();
  await client?.close();
  await Promise.all([chromium?.close(), worker?.close()]);
});

async function open(path: string, options: Parameters<Chromium['newPage']>[0] = {}): Promise<Page> {
  const page = await chromium.newPage(options);
  await page.goto(new URL('/sign-in', worker.origin).href);
  await page.click('text=Continue as the demo user');
  await page.goto(new URL(path, worker.origin).href);
  return page;
}

const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '150' };
const told = async (name: string, args: object) => {
  const { content, structuredContent } = await client.call(name, args as Record<string, unknown>);
  return { text: content[0]?.text ?? '', ...(structuredContent as { ticket: string; state: string } | undefined) };
};

test('a person tightens a limit on a phone, in the dark and without scripts; what waits has to be previewed again', async () => {
  const waiting = await told('place_order', order);
  expect(waiting.state).toBe('awaiting_approval');
  const page = await open('/trading', {
    javaScriptEnabled: false,
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
  });
  expect(await page.textContent('main')).toContain('none is set here');
  await page.click('text=Limits on orders');
  const hint = (name: string) => page.textContent(`#${name}-hint`);
  expect(await hint('maxDayOrders')).toContain('At home: 20.');
  expect(await hint('symbols')).toContain('At home: AAPL, MSFT.');
  expect(await hint('noShort')).toContain('Set at home');
  expect(await hint('currencies')).toContain('Not limited at home.');
  expect(await page.locator('#deadManMinutes').count()).toBe(0);

  // What cannot be read is said beside its field, the rest stays as it was filled in, and nothing is saved.
  await page.fill('#maxOrderQuantity', 'ten');
  await page.fill('#symbols', 'AAPL, TSLA');
  await page.selectOption('#hours', 'regular');
  await page.check('#closeOnly');
  await page.click('button:text-is("Save")');
  expect(await page.textContent('[role=alert]')).toContain('Nothing was saved');
  expect(await page.textContent('#maxOrderQuantity-problem')).toContain('plain number');
  expect(await page.getAttribute('#maxOrderQuantity', 'aria-invalid')).toBe('true');
  expect(await page.inputValue('#symbols')).toBe('AAPL, TSLA');
  expect(await page.inputValue('#hours')).toBe('regular');
  expect(await page.isChecked('#closeOnly')).toBe(true);
  const { ticket: another } = await told('preview_order', { ...order, quantity: '2' });
  expect(another).not.toBe(waiting.ticket);

  await page.fill('#maxOrderQuantity', '10');
  await page.fill('#maxDayOrders', '50');
  await page.selectOption('#hours', '');
  await page.uncheck('#closeOnly');
  await page.click('button:text-is("Save")');
  expect(await page.textContent('main')).toContain('3 set here');
  await page.click('text=Limits on orders');
  expect(await hint('maxDayOrders')).toContain('The 50 here is looser and has no effect');
  expect(await hint('symbols')).toContain('without effect here: TSLA');
  await page.close();

  const outdated = await told('confirm_order', { ticket: waiting.ticket });
  expect(outdated).toMatchObject({ state: 'expired' });
  expect(outdated.text).toMatch(/limits on the dashboard were changed.*nothing was sent/s);
  expect(relay.instructions('order.place')).toEqual([]);
  expect((await told('preview_order', order)).state).toBe('previewed');
  const lines = (await worker.sql('Home', userId, 'SELECT line FROM order_audit WHERE line LIKE \'%"policy"%\'')).map(
    ({ line }) => JSON.parse(String(line)) as { by: string; detail: string },
  );
  expect(lines).toMatchObject([{ by: expect.stringMatching(/^the owner, on the dashboard/) }]);
  expect(JSON.parse(lines[0]?.detail ?? '')).toEqual({
    before: {},
    after: { maxOrderQuantity: 10, maxDayOrders: 50, symbols: ['AAPL', 'TSLA'] },
  });
});

test.each([
  ['light', { width: 1280, height: 900 }],
  ['dark', { width: 360, height: 740 }],
] as const)(
  'in %s axe finds no fault with it, nothing is cut off, and the keyboard is enough',
  async (colorScheme, viewport) => {
    const page = await open('/trading/limits', { colorScheme, viewport });
    await page.fill('#maxPositionPercent', 'x');
    await page.focus('#maxPositionPercent');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const stops = new Set<string>();
    await page.focus('#accounts');
    for (let n = 0; n < 30; n += 1) {
      stops.add(String(await page.evaluate('document.activeElement.id || document.activeElement.textContent')));
      await page.keyboard.press('Tab');
    }
    const fields = (await page.evaluate(
      '[...document.querySelectorAll("main [name]:not([type=hidden])")].map((one) => one.id)',
    )) as string[];
    expect(fields.length).toBeGreaterThan(15);
    expect([...stops]).toEqual(expect.arrayContaining([...fields, 'Save']));
    await page.close();
  },
);

test('a form of another site, or one that was filled in before another change, changes nothing', async () => {
  const before = await open('/trading/limits');
  const cookie = `session=${browser.cookies.get('session')}`;
  const foreign = await worker.fetch('/trading/limits', {
    method: 'POST',
    headers: {
      Origin: 'https://elsewhere.example',
      'Content-Type': 'application/x-www-form-urlencoded',
      Cookie: cookie,
    },
    body: 'seen=x&noShort=on',
  });
  expect(foreign.status).toBe(403);
  const meanwhile = await open('/trading/limits');
  await meanwhile.fill('#maxDayOrders', '7');
  await meanwhile.click('button:text-is("Save")');
  await meanwhile.close();
  await before.fill('#maxDayOrders', '900');
  await before.click('button:text-is("Save")');
  await before.waitForSelector('[role=alert]');
  expect(await before.textContent('[role=alert]')).toContain('changed elsewhere');
  expect(await before.inputValue('#maxDayOrders')).toBe('7');
  await before.close();
});

test('a limit that is set here holds beside those at home, and says by whom it is set', async () => {
  expect((await told('preview_order', { ...order, quantity: '10' })).state).toBe('previewed');
  const refused = await told('place_order', { ...order, quantity: '11' });
  expect(refused.state).toBe('denied');
  expect(refused.text).toMatch(/maxOrderQuantity \(dashboard\): size 11, at most 10/);
  expect(relay.instructions('order.place')).toEqual([]);
});
