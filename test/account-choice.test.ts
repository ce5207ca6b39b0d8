import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { type CallResult, connectClient, openConsent, type TestClient } from './support/clients.ts';
import { homeCases, relayCases } from './support/load-cases.ts';
import { connectRaw, okStatus, pairDevice } from './support/raw-relay.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';
import { signInAs } from './support/users.ts';

/** Accounts that were left out at consent: no tool names them, reads them or trades in them. */

const [chosen, hidden] = ['DU1234567', 'DU7654321'];
let system: TestSystem;
let limited: TestClient;
let whole: TestClient;

beforeAll(async () => {
  system = await startSystem({
    simulator: { clock: clockFrom(fridayNoon), accounts: [chosen, hidden] },
    env: { RELAY_TRADING: 'paper', RELAY_APPROVAL: 'none' },
  });
  [limited, whole] = await Promise.all([
    system.connect('2026-07-28', { trade: true, accounts: [chosen] }),
    system.connect('2025-era', { trade: true }),
  ]);
});
afterAll(async () => {
  await Promise.all([limited?.close(), whole?.close()]);
  await system?.close();
});

const said = (result: CallResult) => JSON.stringify(result);
const textOf = ({ content }: CallResult) => content[0]?.text ?? '';

/** What every tool is asked in the test of them all, without an account. */
const questions = [...relayCases, ...homeCases].flatMap(([name, { question }]) =>
  question === 'asked elsewhere' ? [] : [[name, question] as const],
);

test('the whole has both accounts, so that something could be seen', async () => {
  expect(said(await whole.call('list_accounts'))).toContain(hidden);
  expect(said(await whole.call('get_status'))).toContain(hidden);
  expect(said(await whole.call('get_account_summary', { account: hidden }))).toContain(hidden);
});

test.each(questions)('%s names no account that was left out', async (name, args) => {
  expect(said(await limited.call(name, { ...args }))).not.toContain(hidden);
});

test.each([
  'get_status',
  'list_accounts',
  'get_account_summary',
  'get_positions',
  'get_executions',
  'get_portfolio_summary',
])('%s has the chosen account without being told of it', async (name) => {
  const result = await limited.call(name);
  expect(result.isError, textOf(result)).toBeFalsy();
  expect(said(result)).not.toContain(hidden);
});

const aboutAccounts = [...relayCases, ...homeCases].flatMap(([name, { question }]) =>
  question !== 'asked elsewhere' && 'account' in question ? [[name, question] as const] : [],
);

test.each(aboutAccounts)('%s says of it what it says of one that does not exist', async (name, args) => {
  const [left, none] = await Promise.all(
    [hidden, 'DU0000000'].map((account) => limited.call(name, { ...args, account })),
  );
  expect(left?.isError).toBe(true);
  expect(textOf(left as CallResult).replaceAll(hidden, '')).toBe(
    textOf(none as CallResult).replaceAll('DU0000000', ''),
  );
});

describe('orders', () => {
  const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '50' };
  const placed = async (client: TestClient, args: object) => {
    const result = await client.call('place_order', { ...order, ...args });
    if (result.isError) throw new Error(textOf(result));
    return result.structuredContent as { ticket: string; orders: { order: string }[] };
  };

  test('go to the chosen account, also where none is named', async () => {
    await eventually('trading', async () => !(await limited.call('preview_order', order)).isError, 20_000);
    const { ticket } = await placed(limited, { client_request_id: 'own' });
    expect(said(await limited.call('get_order_status', { order: ticket }))).toContain(chosen);
    await limited.call('cancel_order', { order: ticket });
  });

  test.each(['preview_order', 'place_order'])('%s takes no account that was left out', async (name) => {
    const refused = await limited.call(name, { ...order, account: hidden });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/^account_not_found: /);
    expect(JSON.stringify(system.simulator.ledger())).not.toContain(hidden);
  });

  test('of an account that was left out are seen, changed, closed and cancelled by nobody limited', async () => {
    const { ticket, orders } = await placed(whole, { account: hidden, client_request_id: 'foreign' });
    const [permanent = ''] = orders.map((one) => one.order);
    expect(permanent).toMatch(/^\d+$/);
    expect(said(await limited.call('get_orders'))).not.toContain(ticket);
    expect(said(await limited.call('get_orders', { status: 'all' }))).not.toContain(hidden);
    for (const name of [ticket, permanent]) {
      for (const [tool, args] of [
        ['get_order_status', { order: name }],
        ['modify_order', { order: name, quantity: '2' }],
        ['cancel_order', { order: name }],
        ['cancel_order', { order: name, account: hidden }],
      ] as const) {
        const answer = await limited.call(tool, args);
        expect(said(answer), tool).not.toMatch(/"outcome":"(cancelled|pending|sent)"|"state":"(working|submitted)"/);
      }
    }
    expect(said(await limited.call('cancel_all_orders', { dry_run: false }))).not.toContain(permanent);
    expect((await limited.call('cancel_all_orders', { dry_run: false, account: hidden })).isError).toBe(true);
    const still = await whole.call('get_order_status', { order: ticket });
    expect(said(still)).toMatch(/"state":"(working|submitted)"/);
    expect(said(await whole.call('cancel_order', { order: ticket }))).toContain('cancelled');
  });
});

describe('the consent', () => {
  test('needs one account at least where only some are allowed, and takes no other than there are', async () => {
    const client = { redirect_uris: ['http://127.0.0.1:7777/cb'], token_endpoint_auth_method: 'none' };
    const registered = await fetch(new URL('/oauth/register', system.worker.origin), {
      method: 'POST',
      body: JSON.stringify(client),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const query = new URLSearchParams({
      response_type: 'code',
      client_id,
      redirect_uri: 'http://127.0.0.1:7777/cb',
      scope: 'ibkr:read',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWb7D7OoZ0oCk',
      code_challenge_method: 'S256',
    });
    const open = () => openConsent(system.browser, new URL(`/authorize?${query}`, system.worker.origin));
    const none = await (await open()).submit('Allow', { fill: { accounts: 'some' } });
    expect(none.response.status).toBe(400);
    expect(none.text).toContain('tick at least one');
    const page = await open();
    expect(page.text).toContain(`${hidden} (paper)`);
    // A tick limits, whatever the choice above it says.
    const done = await page.submit('Allow', { check: [hidden] });
    expect(done.url.searchParams.get('code')).toBeTruthy();
    expect((await system.browser.open(system.worker.origin)).text).toContain(`may read and trade ${chosen} ·`);
  });
});

test('a relay that cannot keep to the choice is asked nothing by those who are limited', async () => {
  const { browser } = await signInAs(system.worker, 'owner of an old relay');
  const identity = await pairDevice(system.worker, browser);
  const relay = await connectRaw(system.worker, identity);
  try {
    const accounts = [...okStatus.accounts, { account: 'DU2', kind: 'paper' }];
    relay.send({ t: 'status', status: { ...okStatus, accounts } });
    await eventually('both accounts', async () => (await browser.open(system.worker.origin)).text.includes('DU2'));
    const client = await connectClient({ era: '2025-era', url: system.worker.mcp, browser, accounts: ['DU1'] });
    const answer = await client.call('get_positions');
    expect(textOf(answer)).toMatch(/^unsupported: .*Update the relay/s);
    expect(relay.frames.filter(({ t }) => t === 'call')).toEqual([]);
    await client.close();
  } finally {
    relay.drop();
  }
});
