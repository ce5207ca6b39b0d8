import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { type ToolErrorData, toolErrorSchema } from '../shared/errors.ts';
import { getStatus } from '../shared/tools/get_status.ts';
import { findTool, tools } from '../shared/tools/index.ts';
import { manageWatchlists } from '../shared/tools/manage_watchlists.ts';
import type { ToolDefinition } from '../shared/tools/support/define.ts';
import type { Act, HomeArgumentCase } from './support/arguments-matter.ts';
import { rowsOf } from './support/bad-input.ts';
import { connectClient, type TestClient } from './support/clients.ts';
import { homeCases, relayCases } from './support/load-cases.ts';
import { pairDevice } from './support/raw-relay.ts';
import { fridayNoon } from './support/simulator/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';
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
    simulator: { clock: () => new Date(fridayNoon), accounts: ['DU1234567', 'DU7654321'] },
  });
  client = await system.connect('2026-07-28');
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

/** What a call answers and leaves behind, from the same beginning each time; without ids and the time of day. */
async function observe(tool: string, { begin, kept }: HomeArgumentCase, args: object) {
  const ids = await begin(act);
  const given = Object.entries(args).map(([key, value]) => [key, ids[String(value)] ?? value]);
  const { isError = false, structuredContent, _meta } = await client.call(tool, Object.fromEntries(given));
  const observation = JSON.stringify({ isError, structuredContent, _meta, kept: await kept(act) }, (key, value) =>
    ['created', 'updated', 'state', 'asOf'].includes(key) && typeof value === 'string' ? undefined : value,
  );
  const known = Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id, name), observation);
  // A sentence says of when its price is, too; the world’s prices stand still, its clock does not.
  const timeless = known.replaceAll(/\((live), \d{4}-\d{2}-\d{2}T[\d:.]+[-+Z][\d:]*\)/g, '($1)');
  return JSON.parse(timeless.replace(/"id":"a[\w-]{8}"/g, '"id":"new"')) as { isError: boolean };
}

test.each([...homeCases])('the cases of %s have exactly its arguments', (name, { argumentsMatter }) => {
  const documented = Object.keys(findTool(name)?.input.shape ?? {});
  expect(Object.keys(argumentsMatter.changes).toSorted()).toEqual(documented.toSorted());
});

const cases = [...homeCases].flatMap(([tool, { argumentsMatter }]) =>
  Object.entries(argumentsMatter.changes).map(([argument, calls]) => [tool, argument, calls, argumentsMatter] as const),
);

describe('every argument changes something', () => {
  test.each(cases)('%s: %s', async (tool, argument, [without, changed], homeCase) => {
    expect({ ...without, [argument]: undefined }).toEqual({ ...changed, [argument]: undefined });
    const plain = await observe(tool, homeCase, without);
    expect(await observe(tool, homeCase, without), 'in a world that stands still').toEqual(plain);
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
  beforeAll(async () => {
    for (const [tool, { badInput }] of homeCases) await act(tool, badInput.good);
  });

  test.each([...homeCases])('%s has every row that applies', (name, { badInput }) => {
    const rows = badInput.bad.map(({ what }) => what);
    expect(rows).toEqual(expect.arrayContaining(rowsOf(findTool(name) as ToolDefinition, {})));
  });

  const rows = [...homeCases].flatMap(([tool, { badInput, argumentsMatter }]) =>
    badInput.bad.map((row) => [tool, row.what, row, argumentsMatter.kept] as const),
  );
  test.each(rows)('%s: %s', async (tool, _, { args, code, step }, kept) => {
    const before = await kept(act);
    expect(await errorOf(tool, args)).toMatchObject({
      code,
      message: expect.stringMatching(sentence),
      nextStep: expect.stringMatching(step),
    });
    expect(await kept(act), 'nothing has changed').toEqual(before);
  });

  test('a watchlist says of an instrument that the login may not see what to subscribe to', async () => {
    await act(manageWatchlists.name, { action: 'create', name: 'Denied', contracts: ['T'] });
    expect(await errorOf(manageWatchlists.name, { action: 'get', name: 'Denied' })).toMatchObject({
      code: 'not_subscribed',
      nextStep: expect.stringMatching(/subscri/i),
    });
  });

  test('a gateway that is away is named, with what to do', async () => {
    const gatewayState = async () => ((await system.relay.readyz()).body.gateway as { state: string }).state;
    await system.simulator.refuseConnections(true);
    system.simulator.dropConnections();
    await eventually('the relay to notice', async () => (await gatewayState()) !== 'ready');
    for (const [tool, { badInput }] of homeCases) {
      expect(await errorOf(tool, { ...badInput.good, ...badInput.unseen })).toMatchObject({
        code: 'gateway_disconnected',
        nextStep: expect.stringMatching(sentence),
      });
    }
    await system.simulator.refuseConnections(false);
    await eventually('the gateway to be back', async () => (await gatewayState()) === 'ready');
  });
});

describe('a relay that is away', () => {
  const person = async (subject: string) => {
    const { browser } = await signInAs(system.worker, subject);
    return { browser, client: await connectClient({ era: '2026-07-28', url: system.worker.mcp, browser }) };
  };

  test('has calls for every tool', () => {
    // Those of orders are tried where a relay trades.
    const tried = tools.filter(({ toolset }) => toolset !== 'orders').map(({ name }) => name);
    expect(goodCalls.map(([tool]) => tool).toSorted()).toEqual(tried.toSorted());
  });

  test.each([
    ['was never paired', /pairing code/, async () => {}],
    [
      'does not run',
      /Start the relay/,
      (browser: Parameters<typeof pairDevice>[1]) => pairDevice(system.worker, browser),
    ],
  ])('because it %s is named by every tool, with what to do', async (why, step, prepare) => {
    const { browser, client: theirs } = await person(`test:${why}`);
    await prepare(browser);
    for (const [tool, good] of goodCalls.filter(([name]) => name !== getStatus.name)) {
      const { code, nextStep } = await errorOf(tool, good, theirs);
      expect({ tool, code, nextStep }).toEqual({ tool, code: 'relay_offline', nextStep: expect.stringMatching(step) });
    }
    const status = getStatus.output.parse((await theirs.call(getStatus.name)).structuredContent);
    expect(status).toMatchObject({ ok: false, nextStep: expect.stringMatching(sentence) });
    await theirs.close();
  });
});
