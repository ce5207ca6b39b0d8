import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { manageWatchlists } from '../shared/tools/manage_watchlists.ts';
import { type CallResult, eras, type TestClient } from './support/clients.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';

/** Watchlists as a user has them: an MCP client, OAuth, the Worker, the user's Home, and the relay for instruments. */

let system: TestSystem;
let client: TestClient;
beforeAll(async () => {
  // Faster than IB allows: how requests are spaced is not the question here.
  system = await startSystem({
    simulator: { clock: clockFrom(fridayNoon) },
    env: { GATEWAY_MAX_REQUESTS_PER_SECOND: '100' },
  });
  client = await system.connect('2026-07-28');
});
afterAll(async () => {
  await client.close();
  await system.close();
});

const errorOf = (result: CallResult) =>
  result._meta?.['ibkr-remote-mcp/error'] as { code: string; message: string; nextStep?: string } | undefined;

async function manage(args: Record<string, unknown>, by = client) {
  const result = await by.call('manage_watchlists', args);
  expect(result.isError, result.content[0]?.text).toBeFalsy();
  return manageWatchlists.output.strict().parse(result.structuredContent);
}
async function refused(args: Record<string, unknown>) {
  const result = await client.call('manage_watchlists', args);
  expect(result.isError).toBe(true);
  return errorOf(result);
}
const contractsOf = async (name: string) =>
  (await manage({ action: 'get', name, quotes: false })).rows?.map(([contract]) => contract);
async function empty(): Promise<void> {
  for (const { name } of (await manage({})).watchlists ?? []) await manage({ action: 'delete', name });
}

test.each(eras)('a client of %s makes a list, sees its quotes, changes it and deletes it', async (era) => {
  const own = await system.connect(era);
  const created = await manage(
    { action: 'create', name: '科技 & Crème 🚀', contracts: ['AAPL', 'MSFT', 'NOSUCHTHING', 'AAPL'] },
    own,
  );
  expect(created).toMatchObject({
    name: '科技 & Crème 🚀',
    added: ['AAPL', 'MSFT'],
    errors: [{ contract: 'NOSUCHTHING', code: 'contract_not_found' }],
  });
  const { columns = [], rows = [] } = await manage({ action: 'get', name: '科技 & crème 🚀' }, own);
  expect(rows.map(([contract]) => contract)).toEqual(['AAPL', 'MSFT']);
  expect(rows[0]?.[columns.indexOf('conId')]).toBe(265598);
  expect(rows[0]?.[columns.indexOf('bid')]).toBeGreaterThan(0);
  expect(rows[0]?.[columns.indexOf('dataType')]).toBe('live');
  expect(await manage({ action: 'add', name: '科技 & Crème 🚀', contracts: 'MSFT, KO' }, own)).toMatchObject({
    added: ['KO'],
  });
  const removed = await manage({ action: 'remove', name: '科技 & Crème 🚀', contracts: ['265598', 'IBM'] }, own);
  expect(removed).toMatchObject({ removed: ['AAPL'], errors: [{ contract: 'IBM', code: 'contract_not_found' }] });
  await manage({ action: 'rename', name: '科技 & Crème 🚀', new_name: 'Drinks' }, own);
  expect(await manage({ action: 'list' }, own)).toMatchObject({ watchlists: [{ name: 'Drinks', instruments: 2 }] });
  expect(await manage({ action: 'delete', name: 'drinks' }, own)).toMatchObject({ name: 'Drinks', deleted: true });
  await own.close();
});

describe('what cannot be done says how it can', () => {
  test.each([
    [{ action: 'get', name: 'Teck' }, /no watchlist “Teck”.*“Tech”/],
    [{ action: 'get' }, /“get” needs name/],
    [{ action: 'list', name: 'Tech' }, /“list” does not use name/],
    [{ action: 'rename', name: 'Tech' }, /needs new_name/],
    [{ action: 'rename', name: 'Tech', new_name: 'OTHER' }, /another watchlist “OTHER”/],
    [{ action: 'create', name: 'a\u202Eb' }, /control character/],
    [{ action: 'create', name: ' ' }, /name/],
    [{ action: 'create', name: 'x'.repeat(61) }, /name/],
    [{ action: 'add', name: 'Nowhere', contracts: ['AAPL'] }, /no watchlist “Nowhere”/],
    [{ action: 'toggle' }, /action/],
  ])('%j', async (args, message) => {
    await empty();
    await manage({ action: 'create', name: 'Tech' });
    await manage({ action: 'create', name: 'Other' });
    const error = await refused(args);
    expect(error?.code).toBe('invalid_arguments');
    expect(error?.message).toMatch(message);
    expect(error?.nextStep).toBeTruthy();
  });
});

test('creating a list that exists is refused and changes nothing, and renaming may change only the case', async () => {
  await empty();
  await manage({ action: 'create', name: 'Tech', contracts: ['AAPL'] });
  expect(await refused({ action: 'create', name: 'TECH', contracts: ['MSFT'] })).toMatchObject({
    message: 'There is a watchlist “Tech” already, with 1 in it.',
    nextStep: expect.stringContaining('action=add'),
  });
  expect(await contractsOf('tech')).toEqual(['AAPL']);
  expect(await manage({ action: 'rename', name: 'tech', new_name: 'tECH' })).toMatchObject({ name: 'tECH' });
  expect(await contractsOf('tech')).toEqual(['AAPL']);
});

test('fifty lists fit, and the next is refused; deleting makes room', async () => {
  await empty();
  await Promise.all(Array.from({ length: 50 }, (_, index) => manage({ action: 'create', name: `List ${index}` })));
  expect((await refused({ action: 'create', name: 'One more' }))?.message).toMatch(/50 watchlists/);
  await manage({ action: 'delete', name: 'List 7' });
  await manage({ action: 'create', name: 'One more' });
  await empty();
});

describe('a list of two hundred', () => {
  let strings: string[] = [];
  beforeAll(async () => {
    const chain = await client.call('get_option_chain', { contract: 'SPY' });
    const expiries = (chain.structuredContent as { classes: { expiries: string[] }[] }).classes.flatMap(
      ({ expiries: days }) => days,
    );
    for (const expiry of expiries.filter((day) => day > '2026-12-01').slice(0, 5)) {
      const result = await client.call('get_option_chain', { contract: 'SPY', expiry, strikes: 25, limit: 100 });
      const { columns, rows } = result.structuredContent as { columns: string[]; rows: (string | number)[][] };
      strings.push(...rows.map((row) => String(row[columns.indexOf('conId')])));
    }
    strings = [...new Set(strings)];
    expect(strings.length).toBeGreaterThan(210);
  });

  test('is full: what does not fit is refused as a whole', async () => {
    await empty();
    await manage({ action: 'create', name: 'Options', contracts: strings.slice(0, 195) });
    const error = await refused({ action: 'add', name: 'Options', contracts: strings.slice(190, 205) });
    expect(error?.message).toMatch(/200 instruments.*195.*10 more/s);
    expect((await contractsOf('Options'))?.length).toBe(195);
    await manage({ action: 'add', name: 'Options', contracts: strings.slice(190, 200) });
    const { rows } = await manage({ action: 'get', name: 'Options' });
    expect(rows).toHaveLength(200);
  });

  test.each(eras)('stops asking for quotes when a client of %s goes away', async (era) => {
    const own = await system.connect(era);
    const { received } = system.simulator;
    const latest = received.at(-1);
    const asked = () =>
      received.slice(latest ? received.lastIndexOf(latest) : 0).filter(({ name }) => name === 'reqMktData').length;
    const abort = new AbortController();
    const leaving = own
      .call(
        'manage_watchlists',
        { action: 'get', name: 'Options' },
        { signal: abort.signal, onProgress: () => abort.abort() },
      )
      .catch((error: unknown) => error);
    await leaving;
    // Lines that have answered may stay open for who asks next; those that have not are taken back.
    const open = () => system.simulator.activeSubscriptions().filter(({ kind }) => kind === 'marketData').length;
    await eventually('the gateway to be quiet', async () => {
      const before = [asked(), open()];
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return isDeepStrictEqual([asked(), open()], before);
    });
    expect(asked()).toBeLessThan(200);
    expect(open()).toBeLessThanOrEqual(90);
    await own.close();
  });
});

test('two clients that change a list at once lose nothing of each other’s', async () => {
  const names = ['AAPL', 'MSFT', 'KO', 'IBM', 'SPY', 'NVDA'];
  const other = await system.connect('2025-era');
  await empty();
  await manage({ action: 'create', name: 'Shared' });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...names)), { minLength: 2, maxLength: 8 }),
      async (steps) => {
        // Each instrument is only added or only removed, so that the outcome does not depend on the order.
        const plan = new Map(steps.map(([add, contract]) => [contract, add]));
        const before = new Set(await contractsOf('Shared'));
        await Promise.all(
          [...plan].map(([contract, add], index) =>
            manage(
              { action: add ? 'add' : 'remove', name: 'Shared', contracts: [contract] },
              index % 2 === 0 ? client : other,
            ),
          ),
        );
        const expected = new Set(before);
        for (const [contract, add] of plan) {
          if (add) expected.add(contract);
          else expected.delete(contract);
        }
        expect(new Set(await contractsOf('Shared'))).toEqual(expected);
      },
    ),
    { numRuns: 15 },
  );
  await other.close();
});

test('lists outlive the object’s memory, and need the relay for instruments and quotes only', async () => {
  await empty();
  await manage({ action: 'create', name: 'Kept', contracts: ['AAPL'] });
  await system.worker.evictHome(system.userId, 'hibernate');
  expect(await contractsOf('Kept')).toEqual(['AAPL']);
  await system.relay.kill('SIGTERM');
  expect(await contractsOf('Kept')).toEqual(['AAPL']);
  expect(await manage({ action: 'remove', name: 'Kept', contracts: ['aapl'] })).toMatchObject({ removed: ['AAPL'] });
  expect((await refused({ action: 'add', name: 'Kept', contracts: ['MSFT'] }))?.code).toBe('relay_offline');
  expect(await refused({ action: 'create', name: 'New', contracts: ['MSFT'] })).toMatchObject({
    code: 'relay_offline',
  });
  expect(await manage({})).toMatchObject({ watchlists: [{ name: 'Kept', instruments: 0 }] });
});
