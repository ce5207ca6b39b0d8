import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { executors } from '../relay/tools/index.ts';
import { tools } from '../shared/tools/index.ts';
import { toolRooms } from './support/load-cases.ts';

/** Each tool has all of its files, and each file is known: what is missing is said with what to do about it. */

/** The names of the files with an ending in a folder, without it. */
function named(folder: string, ending: string): ReadonlySet<string> {
  const pattern = new RegExp(`^([a-z_]+)${ending.replaceAll('.', '\\.')}$`);
  return new Set(readdirSync(folder).flatMap((file) => pattern.exec(file)?.[1] ?? []));
}

const { relay, home } = toolRooms;
const definitions = new Set([...named('shared/tools', '.ts')].filter((name) => name !== 'index'));
const carriedOut = { relay: named(relay, '.ts'), home: named(home, '.ts') };
const cases = { relay: named(relay, '.cases.ts'), home: named(home, '.cases.ts') };
const listed: ReadonlySet<string> = new Set(tools.map(({ name }) => name));
const published = named('shared/tools/__snapshots__', '.json');

const lacking = (names: Iterable<string>, has: { has(name: string): boolean }, say: (name: string) => string) =>
  [...names].filter((name) => !has.has(name)).map(say);

test('every definition is listed, and every listed tool is defined in the file of its name', () => {
  expect(
    lacking(definitions, listed, (name) => `Add ${name} to shared/tools/index.ts, where it is to be listed.`),
  ).toEqual([]);
  expect(lacking(listed, definitions, (name) => `Define ${name} in shared/tools/${name}.ts.`)).toEqual([]);
});

test('every tool is carried out by the file of its name, which is known', () => {
  const missing = tools.flatMap(({ name, runsAt }) => {
    if (!carriedOut[runsAt].has(name)) {
      return [`Carry ${name} out in ${toolRooms[runsAt]}/${name}.ts, as its definition says: it runs at ${runsAt}.`];
    }
    // The types of Home's index say what it lacks.
    return runsAt === 'home' || executors.has(name) ? [] : [`Add ${name} to ${relay}/index.ts.`];
  });
  expect(missing).toEqual([]);
  for (const [room, names] of Object.entries({ [relay]: carriedOut.relay, [home]: carriedOut.home })) {
    const tools = [...names].filter((name) => name !== 'index');
    expect(
      lacking(tools, listed, (name) => `${room}/${name}.ts carries out no tool: define ${name} in shared/tools.`),
    ).toEqual([]);
  }
});

test('every tool has its cases beside the file that carries it out', () => {
  const missing = tools.flatMap(({ name, runsAt }) => {
    const here = `${toolRooms[runsAt]}/${name}.cases.ts`;
    return cases.relay.has(name) || cases.home.has(name)
      ? []
      : [`Write ${here}: calls for the tests of all tools, as in the cases of another tool.`];
  });
  expect(missing).toEqual([]);
  for (const [room, names] of Object.entries({ [relay]: cases.relay, [home]: cases.home })) {
    expect(lacking(names, listed, (name) => `Remove ${room}/${name}.cases.ts: there is no such tool.`)).toEqual([]);
  }
});

test('every cases file exports what the tests of all tools look for', () => {
  for (const [room, names] of [
    [relay, cases.relay],
    [home, cases.home],
  ] as const) {
    for (const name of names) {
      expect(readFileSync(`${room}/${name}.cases.ts`, 'utf8'), `${room}/${name}.cases.ts exports “cases”`).toMatch(
        /^export const cases: (Home)?ToolCases = /m,
      );
    }
  }
});

test('every tool has a published contract, and no other has', () => {
  expect(lacking(listed, published, (name) => `Run npm run snapshots: ${name} has no published contract.`)).toEqual([]);
  expect(lacking(published, listed, (name) => `Remove shared/tools/__snapshots__/${name}.json.`)).toEqual([]);
});
