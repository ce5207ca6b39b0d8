import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { manageAlerts } from '../shared/tools/manage_alerts.ts';
import { type CallResult, eras, type TestClient } from './support/clients.ts';
import { Line } from './support/line.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { beside, startSystem, type TestSystem } from './support/system.ts';

/** Alerts the whole way: an MCP client, OAuth, the Worker, the tunnel, the relay, the gateway, and a webhook. */

const options = { simulator: { clock: clockFrom(fridayNoon), tickIntervalMs: 50 } };

let system: TestSystem;
let client: TestClient;
let hook: Hook;
beforeAll(async () => {
  hook = await Hook.start();
  system = await startSystem(options);
  client = await system.connect('2026-07-28');
});
afterAll(async () => {
  await client.close();
  await system.close();
  await hook.close();
});

/** Somebody's server that is told about alerts. */
class Hook {
  readonly messages: { headers: IncomingHttpHeaders; body: string }[] = [];
  readonly server: Server;
  status = 204;

  constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += String(piece);
      });
      request.on('end', () => {
        this.messages.push({ headers: request.headers, body });
        response.writeHead(this.status).end();
      });
    });
  }

  static async start(): Promise<Hook> {
    const hooked = new Hook();
    hooked.server.listen(0, '127.0.0.1');
    await once(hooked.server, 'listening');
    return hooked;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const errorOf = (result: CallResult) =>
  result._meta?.['ibkr-remote-mcp/error'] as { code: string; message: string; nextStep?: string } | undefined;

async function manage(args: Record<string, unknown> = {}, by = client) {
  const result = await by.call('manage_alerts', args);
  expect(result.isError, result.content[0]?.text).toBeFalsy();
  return manageAlerts.output.strict().parse(result.structuredContent);
}

async function create(args: Record<string, unknown>, by = client) {
  // These tests want most alerts to fire at once.
  const { created } = await manage({ action: 'create', fire_now: true, ...args }, by);
  if (!created) throw new Error('nothing was created');
  return created;
}

const find = async (id: string, by = client) => (await manage({}, by)).alerts?.find((alert) => alert.id === id);
const firingsOf = async (id: string, by = client) =>
  (await manage({}, by)).firings?.filter(({ alert }) => alert === id) ?? [];
const fired = (id: string, by = client) =>
  eventually(`${id} to fire`, async () => (await firingsOf(id, by)).length > 0, 15_000);

async function lastOf(contract: string): Promise<number> {
  const result = await client.call('get_quotes', { contracts: [contract] });
  const [quote] = (result.structuredContent as { quotes: { last: number }[] }).quotes;
  return quote?.last ?? 0;
}

/** A moment at the gateway that is so many milliseconds away. */
const dueIn = (ms: number, { simulator } = system) => new Date(simulator.clock.now() + ms).toISOString();

test.each(eras)('a client of %s makes an alert, which is watched, fires once, and is deleted', async (era) => {
  const own = await system.connect(era);
  const last = await lastOf('AAPL');
  const { created } = await manage(
    {
      action: 'create',
      kind: 'price',
      contract: 'AAPL',
      below: String(last * 2),
      fire_now: true,
      note: 'Käufe prüfen',
    },
    own,
  );
  expect(created).toMatchObject({
    kind: 'price',
    conId: 265598,
    contract: 'AAPL',
    repeat: 'once',
    note: 'Käufe prüfen',
  });
  const id = created?.id ?? '';
  await fired(id);
  const after = await manage({}, own);
  expect(after.alerts?.find((alert) => alert.id === id)).toMatchObject({ state: 'fired', fired: 1 });
  const [firing] = after.firings ?? [];
  expect(firing).toMatchObject({ alert: id, seq: 1, contract: 'AAPL', note: 'Käufe prüfen' });
  expect(firing?.value).toBeGreaterThan(last / 2);
  expect(await manage({ action: 'delete', id }, own)).toMatchObject({ deleted: id });
  expect(await find(id)).toBeUndefined();
  await own.close();
});

test('an alert that is reached already is refused, and what was probably meant is suggested', async () => {
  const fall = { action: 'create', kind: 'change', contract: 'NVDA', below: 5 };
  const refused = await client.call('manage_alerts', fall);
  expect(errorOf(refused)).toMatchObject({
    code: 'invalid_arguments',
    message: expect.stringMatching(/NVDA is at -?[\d.]+ % since the close of 2026-11-\d\d, [\d.]+ \(live/),
    nextStep: expect.stringContaining('below=-5'),
  });
  const { created } = await manage({ ...fall, below: -50 });
  const { id = '', now } = created ?? {};
  expect(id).toMatch(/^[a-z]/);
  expect(now).toMatchObject({ currency: 'USD', referenceDate: expect.stringMatching(/^2026-11-/), dataType: 'live' });
  expect(now?.firesAt).toBeCloseTo((now?.reference ?? 0) / 2, 3);
  expect(now?.distance).toBeCloseTo(50 + (now?.value ?? 0), 3);
  expect((await find(id))?.now).toMatchObject({ reference: now?.reference });
  const change = { action: 'change', id, below: 50 };
  expect(errorOf(await client.call('manage_alerts', change))?.nextStep).toContain('below=-50');
  const { alerts } = await manage({ ...change, below: -40 });
  expect(alerts?.[0]?.now?.firesAt).toBeCloseTo((now?.reference ?? 0) * 0.6, 3);
  expect(errorOf(await client.call('manage_alerts', { ...fall, kind: 'price', below: 1e6 }))?.nextStep).toContain(
    'fire_now',
  );
  await manage({ action: 'delete', id });
});

test('an alert that is not reached is watched, and the same one again is the same', async () => {
  const first = await create({ kind: 'price', contract: 'MSFT', above: 1e6 });
  expect(first).toMatchObject({ state: 'watching', fired: 0 });
  expect((await create({ kind: 'price', contract: 'MSFT', above: 1e6 })).id).toBe(first.id);
  expect((await create({ kind: 'price', contract: 'MSFT', above: 2e6 })).id).not.toBe(first.id);
});

const alertsPage = ({ browser, worker } = system) => browser.open(new URL('/alerts', worker.origin));
const setWebhook = async (url: string, of = system) => (await alertsPage(of)).submit('Save', { fill: { url } });

describe('what cannot be an alert says how it can', () => {
  test.each([
    [{ action: 'create' }, /“create” needs kind/],
    [{ action: 'create', kind: 'price', contract: 'AAPL' }, /needs above or below/],
    [{ action: 'create', kind: 'price', above: 1 }, /needs contract/],
    [{ action: 'create', kind: 'price', contract: 'AAPL', above: 1, below: 2 }, /below must be less/],
    [{ action: 'create', kind: 'price', contract: 'AAPL', above: 1, account: 'DU1234567' }, /does not use account/],
    [{ action: 'create', kind: 'time', at: 'tomorrow' }, /at:/],
    [{ action: 'create', kind: 'volume', contract: 'AAPL', above: -1 }, /above zero/],
    [{ action: 'create', kind: 'cushion', below: 0.1, account: 'DU0000000' }, /no account “DU0000000”/],
    [{ action: 'create', kind: 'cushion', below: 90 }, /fraction/],
    [{ action: 'create', kind: 'time', at: '2020-06-03T09:30:00-04:00' }, /is past/],
    [{ action: 'create', kind: 'time', at: '2020-06-03T09:30:00-04:00', repeat: 'daily' }, /is past/],
    [{ action: 'create', kind: 'volume', contract: 'EUR.USD', above: 1 }, /no volume/],
    [{ action: 'create', kind: 'volume', contract: 'SPX:IND', above: 1 }, /no volume/],
    [{ action: 'create', kind: 'price', contract: 'NOSUCHTHING', above: 1 }, /NOSUCHTHING/],
    [{ action: 'pause', id: 'nothing' }, /no alert “nothing”/],
    [{ action: 'change', id: 'nothing', above: 1 }, /no alert “nothing”/],
    [{ action: 'change', above: 1 }, /needs id/],
    [{ action: 'change', id: 'x', contract: 'AAPL' }, /does not use contract/],
    [{ action: 'delete', id: 'nothing' }, /no alert “nothing”/],
    [{ action: 'delete' }, /needs id/],
    [{ action: 'list', id: 'x' }, /does not use id/],
  ])('%j', async (args, message) => {
    const result = await client.call('manage_alerts', args);
    expect(result.isError).toBe(true);
    expect(errorOf(result)?.message).toMatch(message);
    expect(errorOf(result)?.nextStep).toBeTruthy();
  });
});

describe('an alert that is there', () => {
  test('is paused and resumed, and is not watched meanwhile', async () => {
    const last = await lastOf('AAPL');
    const { id } = await create({ kind: 'price', contract: 'AAPL', above: last * 3, note: 'far' });
    expect((await manage({ action: 'pause', id })).alerts).toMatchObject([{ id, state: 'paused', note: 'far' }]);
    const changed = await manage({ action: 'change', fire_now: true, id, above: last / 2 });
    expect(changed.alerts).toMatchObject([{ id, state: 'paused', above: last / 2, note: 'far', repeat: 'once' }]);
    const probe = await create({ kind: 'price', contract: 'AAPL', above: last / 3 });
    await fired(probe.id);
    expect(await find(id)).toMatchObject({ state: 'paused', fired: 0 });
    await manage({ action: 'resume', id });
    await fired(id);
    const refused = await client.call('manage_alerts', { action: 'resume', id });
    expect(errorOf(refused)).toMatchObject({ message: expect.stringContaining('has fired') });
  });

  test('is changed with its past, and is armed anew by what it waits for alone', async () => {
    const last = await lastOf('KO');
    const { id } = await create({ kind: 'price', contract: 'KO', above: last * 3 });
    expect((await manage({ action: 'change', fire_now: true, id, below: last * 2 })).alerts).toMatchObject([
      { id, above: last * 3, below: last * 2 },
    ]);
    await fired(id);
    expect((await manage({ action: 'change', id, note: 'seen' })).alerts).toMatchObject([
      { id, state: 'fired', note: 'seen', fired: 1 },
    ]);
    expect(
      (await manage({ action: 'change', fire_now: true, id, above: last / 2, below: last / 3 })).alerts,
    ).toMatchObject([{ id }]);
    await eventually('it to fire again', async () => (await firingsOf(id)).length === 2, 15_000);
    expect((await firingsOf(id)).map(({ seq, kind }) => [seq, kind])).toEqual([
      [2, 'price'],
      [1, 'price'],
    ]);
    for (const args of [{ id, below: last }, { id, at: dueIn(60_000) }, { id }]) {
      expect((await client.call('manage_alerts', { action: 'change', ...args })).isError).toBe(true);
    }
  });
});

test('nothing is lost or repeated when the object was put to sleep meanwhile', async () => {
  const sleep = () => system.worker.evictHome(system.userId, 'hibernate');
  const { id } = await create({ kind: 'time', at: dueIn(3_000) });
  const paused = await create({ kind: 'price', contract: 'IBM', above: 1e6 });
  await manage({ action: 'pause', id: paused.id });
  await manage({ action: 'change', fire_now: true, id: paused.id, below: 1e5 });
  await sleep();
  await fired(id);
  const next = await create({ kind: 'price', contract: 'IBM', below: 1e6 });
  await sleep();
  await fired(next.id);
  expect(await firingsOf(next.id)).toHaveLength(1);
  expect(await find(paused.id)).toMatchObject({ state: 'paused', below: 1e5, fired: 0 });
});

/** What takes its time; those that break something have a person with a relay and a gateway of their own. */
describe.concurrent('in time,', () => {
  const alone = (work: Parameters<typeof beside>[2]) => beside(() => system, options, work);
  const online = (by: TestClient) =>
    eventually(
      'the relay to be online',
      async () => (await by.call('get_status')).structuredContent?.ok === true,
      20_000,
    );

  test(
    'a webhook that fails is tried again later',
    alone(async (own, by) => {
      const failing = await Hook.start();
      failing.status = 503;
      await setWebhook(failing.url, own);
      const { id } = await create({ kind: 'price', contract: 'SPY', below: 1e6 }, by);
      await eventually('the first attempt', async () => failing.messages.length === 1, 15_000);
      await eventually('the problem to be shown', async () => (await alertsPage(own)).text.includes('answered 503'));
      failing.status = 200;
      await eventually('the second attempt', async () => failing.messages.length === 2, 20_000);
      expect(failing.messages.map(({ headers }) => headers['webhook-id'])).toEqual([`${id}.1`, `${id}.1`]);
      await eventually('all to be well', async () => !(await alertsPage(own)).text.includes('did not arrive'));
      await failing.close();
    }),
  );

  test('accounts are watched too, and the one account need not be named', async () => {
    const cushion = await create({ kind: 'cushion', below: 1 });
    expect(cushion.account).toBe('DU1234567');
    const profit = await create({ kind: 'daily_pnl', account: 'du1234567', above: -1e9, below: -2e9 });
    await Promise.all([fired(cushion.id), fired(profit.id)]);
    expect(await firingsOf(cushion.id)).toMatchObject([{ kind: 'cushion', account: 'DU1234567' }]);
    expect(await firingsOf(profit.id)).toMatchObject([{ kind: 'daily_pnl', account: 'DU1234567' }]);
  });

  test('an instrument that IB does not serve says why', async () => {
    const { id } = await create({ kind: 'price', contract: 'T', above: 1 });
    const problem = await eventually('the problem to be told', async () => (await find(id))?.problem, 15_000);
    expect(problem).toMatch(/not subscribed/i);
  });

  test('nothing is lost or repeated when the relay fires while the Worker is not there', async () => {
    const line = await Line.to(system.worker.origin);
    const cut = beside(
      () => system,
      { ...options, env: { RELAY_URL: line.origin } },
      async (own, by) => {
        const { id } = await create({ kind: 'time', at: dueIn(3_600_000, own) }, by);
        line.cut();
        own.simulator.clock.advance(3_600_000);
        // A new connection asks what time it is.
        own.simulator.dropConnections();
        await eventually('it to fire at home', async () =>
          own.relay.output.some((text) => text.includes('an alert fired') && text.includes(id)),
        );
        expect(await firingsOf(id, by)).toEqual([]);
        line.mend();
        await fired(id, by);
        await online(by);
        expect(await firingsOf(id, by)).toHaveLength(1);
      },
    );
    await cut().finally(() => line.close());
  });

  test(
    'what was paused stays so when the relay starts again',
    alone(async (own, by) => {
      const { id } = await create({ kind: 'price', contract: 'KO', above: 1e6 }, by);
      await manage({ action: 'pause', id }, by);
      await manage({ action: 'change', fire_now: true, id, below: 1e5 }, by);
      await own.relay.kill('SIGKILL');
      own.relay.start();
      await online(by);
      const probe = await create({ kind: 'price', contract: 'KO', below: 1e6 }, by);
      await fired(probe.id, by);
      expect(await find(id, by)).toMatchObject({ state: 'paused', fired: 0 });
      await manage({ action: 'resume', id }, by);
      await fired(id, by);
    }),
  );

  test(
    'an alert ends with its option, and says so',
    alone(async (own, by) => {
      const { id } = await create({ kind: 'price', contract: 'SPY 20261127 C 700', above: 1e6 }, by);
      expect(await find(id, by)).toMatchObject({ state: 'watching' });
      own.simulator.clock.set({ at: Date.parse('2026-12-18T17:00:00Z') });
      own.simulator.dropConnections();
      const ended = await eventually(
        'it to end',
        async () => {
          const alert = await find(id, by);
          return alert?.state === 'expired' ? alert : undefined;
        },
        20_000,
      );
      expect(ended).toMatchObject({ problem: expect.stringContaining('expired on 2026-11-27') });
      const change = await by.call('manage_alerts', { action: 'change', id, above: 1 });
      expect(errorOf(change)?.message).toMatch(/has expired/);
    }),
  );

  test(
    'nothing is lost or repeated when the relay is killed and starts again, before and after it fired',
    alone(async (own, by) => {
      const waits = await create({ kind: 'price', contract: 'KO', above: 1e6 }, by);
      const done = await create({ kind: 'price', contract: 'KO', below: 1e6 }, by);
      await fired(done.id, by);
      const due = await create({ kind: 'time', at: dueIn(3_600_000, own) }, by);
      await own.relay.kill('SIGKILL');
      expect(await find(waits.id, by)).toMatchObject({ state: 'waiting' });
      own.simulator.clock.advance(3_600_000);
      own.relay.start();
      await online(by);
      await fired(due.id, by);
      await eventually('it to be watched', async () => (await find(waits.id, by))?.state === 'watching');
      expect(await firingsOf(done.id, by)).toHaveLength(1);
      expect(await firingsOf(due.id, by)).toHaveLength(1);
    }),
  );
});

describe('a webhook', () => {
  test.each([
    'http://example.com/hook',
    'https://10.0.0.1/',
    'https://0x0a000001/',
    'https://[::1]/',
    'https://user:secret@example.com/',
    'https://printer.local/',
    'https://router/',
    'https://nas.home.arpa./',
    'ftp://example.com/',
    'nonsense',
  ])('is never %s', async (url) => {
    const page = await setWebhook(url);
    expect(page.response.status).toBe(400);
    expect(page.text).not.toContain('whsec_');
  });

  test('is told once about each firing, signed', async () => {
    const page = await setWebhook(hook.url);
    const secret = /whsec_[\w+/=]+/.exec(page.text)?.[0] ?? '';
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect((await alertsPage()).text).not.toContain('whsec_');
    const { id } = await create({ kind: 'price', contract: 'NVDA', below: 1e6, note: '<b>now</b>' });
    await eventually('the message', async () => hook.messages.length > 0, 15_000);
    const [message] = hook.messages;
    const { headers, body } = message ?? { headers: {}, body: '' };
    expect(JSON.parse(body)).toMatchObject({
      type: 'alert.fired',
      data: { alert: id, seq: 1, kind: 'price', contract: 'NVDA', note: '<b>now</b>', value: expect.any(Number) },
    });
    expect(headers['webhook-id']).toBe(`${id}.1`);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
    const signed = `${id}.1.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(signed)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect((await manage()).webhook).toBe(new URL(hook.url).host);
    expect((await alertsPage()).html).toContain('&lt;b&gt;now');
  });

  test('is told nothing more when it is taken away', async () => {
    hook.messages.length = 0;
    const page = await alertsPage();
    await page.submit('Stop telling it');
    const { id } = await create({ kind: 'price', contract: 'QQQ', below: 1e6 });
    await fired(id);
    expect((await manage()).webhook).toBeUndefined();
    expect(hook.messages).toEqual([]);
  });
});
