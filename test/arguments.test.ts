import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FRIDAY_NOON } from '../relay/simulator/test-client.ts';
import { argumentCases } from '../relay/tools/arguments-matter.ts';
import { tools } from '../shared/tools/index.ts';
import type { TestClient } from './support/clients.ts';
import { type Act, type HomeCase, homeCases } from './support/home-arguments.ts';
import { startSystem, type TestSystem } from './support/system.ts';

/**
 * No documented argument is ignored, by the tools that the user's Home carries out: in a world that stands still a call
 * that is repeated from the same beginning does the same, and one that differs in an argument gives another answer or
 * leaves something else behind. The relay's own tools are put to the same test beside their code.
 */

let system: TestSystem;
let client: TestClient;
beforeAll(async () => {
  system = await startSystem({
    simulator: { clock: () => new Date(FRIDAY_NOON), accounts: ['DU1234567', 'DU7654321'] },
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
async function observe(tool: string, { begin, kept }: HomeCase, args: object) {
  const ids = await begin(act);
  const given = Object.entries(args).map(([key, value]) => [key, ids[String(value)] ?? value]);
  const { isError = false, structuredContent, _meta } = await client.call(tool, Object.fromEntries(given));
  const observation = JSON.stringify({ isError, structuredContent, _meta, kept: await kept(act) }, (key, value) =>
    ['created', 'updated', 'state'].includes(key) && typeof value === 'string' ? undefined : value,
  );
  const known = Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id, name), observation);
  return JSON.parse(known.replace(/"id":"[\w-]{8}"/g, '"id":"new"')) as { isError: boolean };
}

test('there are cases for exactly the arguments that are documented, of every tool', () => {
  const documented = tools.flatMap(({ name, input }) => Object.keys(input.shape).map((key) => `${name}.${key}`));
  const covered = Object.entries({ ...argumentCases, ...homeCases }).flatMap(([name, { changes }]) =>
    Object.keys(changes).map((key) => `${name}.${key}`),
  );
  expect(covered.toSorted()).toEqual(documented.toSorted());
});

const cases = Object.entries(homeCases).flatMap(([tool, { changes }]) =>
  Object.entries(changes).map(([argument, calls]) => [tool, argument, calls] as const),
);

describe('every argument changes something', () => {
  test.each(cases)('%s: %s', async (tool, argument, [without, changed]) => {
    expect({ ...without, [argument]: undefined }).toEqual({ ...changed, [argument]: undefined });
    const homeCase = homeCases[tool] as HomeCase;
    const plain = await observe(tool, homeCase, without);
    expect(await observe(tool, homeCase, without), 'in a world that stands still').toEqual(plain);
    const other = await observe(tool, homeCase, changed);
    expect(other.isError, JSON.stringify(other)).toBe(false);
    expect(other).not.toEqual(plain);
  });
});
