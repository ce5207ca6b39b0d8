import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { eventually } from '../scripts/processes.ts';
import { type ToolErrorData, toolErrorSchema } from '../shared/errors.ts';
import { getStatus } from '../shared/tools/get_status.ts';
import { findTool, tools } from '../shared/tools/index.ts';
import { manageWatchlists } from '../shared/tools/manage_watchlists.ts';
import { placeOrder } from '../shared/tools/place_order.ts';
import { previewOrder } from '../shared/tools/preview_order.ts';
import type { ToolDefinition } from '../shared/tools/support/define.ts';
import { inputJsonSchema } from '../shared/tools/support/json-schema.ts';
import { type Act, argumentPaths, type HomeArgumentCase, type Ids, withValue } from './support/arguments-matter.ts';
import { rowsOf } from './support/bad-input.ts';
import { connectClient, type TestClient } from './support/clients.ts';
import { homeCases, relayCases } from './support/load-cases.ts';
import { account, groupsXml, otherAccount } from './support/order-cases.ts';
import { pairDevice } from './support/raw-relay.ts';
import { fridayNoon } from './support/simulator/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';
import type { HomeToolCases } from './support/tool-cases.ts';
import { signInAs } from './support/users.ts';

/**
 * No documented argument is ignored, by the tools that the user's Home carries out: in a world that stands still a call
 * that is repeated from the same beginning does the same, and one that differs in an argument gives another answer or
 * leaves something else behind. The relay's own tools are put to the same test beside their code.
 */

let system: TestSystem;
let client: TestClient;
beforeAll(async () => {
  system = await startSystem({
    simulator: { clock: () => new Date(fridayNoon), accounts: ['DF1111111', account, otherAccount] },
    env: { RELAY_TRADING: 'paper', RELAY_APPROVAL: 'ticket', GATEWAY_MAX_REQUESTS_PER_SECOND: '1000' },
  });
  system.simulator.world.book.advisor?.replaceGroups(groupsXml);
  client = await system.connect('2026-07-28', { trade: true });
});
afterAll(async () => {
  await client.close();
  await system.close();
});

const act: Act = async (tool, args) => {
  const result = await client.call(tool, { ...args });
  expect(result.isError, result.content[0]?.text).toBeFalsy();
  return result.structuredContent ?? {};
};

/** The arguments with the ids that names in them stand for. */
function named(args: object, ids: Ids): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, ids[String(value)] ?? value]));
}

/** What a call answers and leaves behind, from the same beginning each time; without ids and the time of day. */
async function observe(tool: string, { begin, kept }: HomeArgumentCase, args: object) {
  const ids = await begin(act, args);
  const { isError = false, structuredContent, _meta } = await client.call(tool, named(args, ids));
  const observation = JSON.stringify({ isError, structuredContent, _meta, kept: await kept(act) }, (key, value) => {
    if (typeof value !== 'string') return value;
    if (key === 'order' && /^\d+$/.test(value) && !Object.values(ids).includes(value)) return 'new';
    return ['created', 'updated', 'state', 'asOf', 'until'].includes(key) ? undefined : value;
  });
  const known = Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id, name), observation);
  // A sentence says of when its price is, too; the world’s prices stand still, its clock does not.
  const timeless = known.replaceAll(/\((live), \d{4}-\d{2}-\d{2}T[\d:.]+[-+Z][\d:]*\)/g, '($1)');
  const isNow = (time: string): boolean => Math.abs(Date.parse(time) - Date.now()) < 86_400_000;
  const nameless = timeless
    .replace(/"id":"a[\w-]{8}"/g, '"id":"new"')
    .replaceAll(/\b[a-z2-7]{16}\b/g, 'new')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (time) => (isNow(time) ? 'now' : time));
  return JSON.parse(nameless) as { isError: boolean };
}

const observed = new Map<string, ReturnType<typeof observe>>();
const shownToStand = new Set<string>();

/** What a call answers and leaves behind, asked once; of each tool a second call shows that it does not change by itself. */
async function standstill(tool: string, homeCase: HomeArgumentCase, args: object) {
  const key = JSON.stringify([tool, args]);
  const known = observed.get(key);
  if (known) return known;
  const first = observe(tool, homeCase, args);
  observed.set(key, first);
  const plain = await first;
  if (!shownToStand.has(tool)) {
    shownToStand.add(tool);
    expect(await observe(tool, homeCase, args), 'in a world that stands still').toEqual(plain);
  }
  return plain;
}

test.each([...homeCases])('the cases of %s have exactly its arguments', (name, { argumentsMatter }) => {
  const documented = argumentPaths(inputJsonSchema(findTool(name) as ToolDefinition));
  expect(Object.keys(argumentsMatter.changes).toSorted()).toEqual(documented.toSorted());
});

/** `place_order` takes the very arguments of `preview_order`, whose walk is enough but for what tells requests apart. */
function isWalkedElsewhere(tool: string, argument: string): boolean {
  const [name = ''] = argument.split('.');
  if (tool !== placeOrder.name || name === 'client_request_id' || name === 'reference') return false;
  const [own, other] = [placeOrder, previewOrder].map(({ input }) => (input.shape as Record<string, z.ZodType>)[name]);
  return own?._zod.def === other?._zod.def;
}

const cases = [...homeCases].flatMap(([tool, { argumentsMatter }]) =>
  Object.entries(argumentsMatter.changes)
    .filter(([argument]) => !isWalkedElsewhere(tool, argument))
    .map(([argument, calls]) => [tool, argument, calls, argumentsMatter] as const),
);

describe('every argument changes something', () => {
  test.each(cases)('%s: %s', async (tool, argument, [without, changed], homeCase) => {
    expect(withValue(without, argument, undefined)).toEqual(withValue(changed, argument, undefined));
    const plain = await standstill(tool, homeCase, without);
    const other = await observe(tool, homeCase, changed);
    expect(other.isError, JSON.stringify(other)).toBe(false);
    expect(other).not.toEqual(plain);
  });
});

/** The error of a call, or of the item that it is about. */
async function errorOf(tool: string, args: object, by = client): Promise<ToolErrorData> {
  const { structuredContent, _meta } = await by.call(tool, { ...args });
  const [error] = (structuredContent?.errors ?? []) as unknown[];
  return toolErrorSchema.parse(_meta?.['ibkr-remote-mcp/error'] ?? error);
}

const sentence = /^\S.*\S.*$/s;
const goodCalls = [...relayCases, ...homeCases].map(([tool, { badInput }]) => [tool, badInput.good] as const);

describe('bad arguments of the tools at Home', () => {
  test.each([...homeCases])('%s has every row that applies', (name, { badInput }) => {
    const rows = badInput.bad.map(({ what }) => what);
    expect(rows).toEqual(expect.arrayContaining(rowsOf(findTool(name) as ToolDefinition, badInput)));
  });

  describe.each([...homeCases])('of %s', (tool, { badInput: { good, bad }, argumentsMatter: { begin, kept } }) => {
    let ids: Ids;
    let before: unknown;
    beforeAll(async () => {
      ids = await begin(act, good);
      await act(tool, named(good, ids));
      before = await kept(act);
    });

    test.each(bad.map((row) => [row.what, row] as const))('%s', async (_, { args, code, step }) => {
      expect(await errorOf(tool, named(args, ids))).toMatchObject({
        code,
        message: expect.stringMatching(sentence),
        nextStep: expect.stringMatching(step),
      });
      expect(await kept(act), 'nothing has changed').toEqual(before);
    });
  });

  test('a watchlist says of an instrument that the login may not see what to subscribe to', async () => {
    await act(manageWatchlists.name, { action: 'create', name: 'Denied', contracts: ['T'] });
    expect(await errorOf(manageWatchlists.name, { action: 'get', name: 'Denied' })).toMatchObject({
      code: 'not_subscribed',
      nextStep: expect.stringMatching(/subscri/i),
    });
  });

  test('a gateway that is away is named, with what to do', async () => {
    const begun = new Map<string, Ids>();
    for (const [tool, { argumentsMatter, badInput }] of homeCases) {
      begun.set(tool, await argumentsMatter.begin(act, badInput.good));
    }
    const gatewayState = async () => ((await system.relay.readyz()).body.gateway as { state: string }).state;
    await system.simulator.refuseConnections(true);
    system.simulator.dropConnections();
    await eventually('the relay to notice', async () => (await gatewayState()) !== 'ready');
    const ask = async (tool: string, { good, unseen, away }: HomeToolCases['badInput']) => {
      const args = named({ ...good, ...unseen }, begun.get(tool) ?? {});
      if (away?.gateway === 'answers') expect(await act(tool, args), tool).toMatchObject({});
      else {
        const code = away?.gateway ?? 'gateway_disconnected';
        expect(await errorOf(tool, args), tool).toMatchObject({ code, nextStep: expect.stringMatching(sentence) });
      }
    };
    // What ends an order waits for the gateway, and goes first when it is back.
    const [ending, others] = [true, false].map((wanted) =>
      [...homeCases].filter(([tool]) => tool.startsWith('cancel_') === wanted),
    );
    for (const [tool, { badInput }] of others ?? []) await ask(tool, badInput);
    const ends = (ending ?? []).map(([tool, { badInput }]) => ask(tool, badInput));
    await system.simulator.refuseConnections(false);
    await eventually('the gateway to be back', async () => (await gatewayState()) === 'ready');
    await Promise.all(ends);
  });
});

describe('a relay that is away', () => {
  const person = async (subject: string) => {
    const { browser } = await signInAs(system.worker, subject);
    const client = await connectClient({ era: '2026-07-28', url: system.worker.mcp, browser, trade: true });
    return { browser, client };
  };

  test('has calls for every tool', () => {
    expect(goodCalls.map(([tool]) => tool).toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  });

  test.each([
    ['was never paired', 'unpaired', /pairing code/, async () => {}],
    [
      'does not run',
      'offline',
      /Start the relay/,
      (browser: Parameters<typeof pairDevice>[1]) => pairDevice(system.worker, browser),
    ],
  ] as const)('because it %s is named by every tool, with what to do', async (why, which, step, prepare) => {
    const { browser, client: theirs } = await person(`test:${why}`);
    await prepare(browser);
    for (const [tool, good] of goodCalls.filter(([name]) => name !== getStatus.name)) {
      const wanted = homeCases.get(tool)?.badInput.away?.[which] ?? 'relay_offline';
      if (wanted === 'answers') {
        expect((await theirs.call(tool, { ...good })).isError, tool).toBeFalsy();
        continue;
      }
      const { code, nextStep } = await errorOf(tool, good, theirs);
      const does = wanted === 'relay_offline' ? step : sentence;
      expect({ tool, code, nextStep }).toEqual({ tool, code: wanted, nextStep: expect.stringMatching(does) });
    }
    const status = getStatus.output.parse((await theirs.call(getStatus.name)).structuredContent);
    expect(status).toMatchObject({ ok: false, nextStep: expect.stringMatching(sentence) });
    await theirs.close();
  });
});
