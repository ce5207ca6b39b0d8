import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { expect, it } from 'vitest';
import { settingsOf } from '../relay/config.ts';
import { actions } from './actions/actions.ts';
import { views } from './control/views.ts';
import { ruleSchema } from './faults/rules.ts';
import { readyMade } from './scenarios/ready-made.ts';
import { scenarioSchema } from './scenarios/scenario.ts';

/** docs/simulator.md is held to the code. */
const document = readFileSync(join(import.meta.dirname, '../docs/simulator.md'), 'utf8');

/** The first two cells of each row of the table under a heading cell. */
function table(heading: string): [string, string][] {
  const [, rows = ''] = document.split(new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n`, 'm'));
  const [own = ''] = rows.split('\n\n');
  return [...own.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = '', text = '']) => [name, text]);
}

const names = (heading: string): string[] => table(heading).map(([name]) => name);

it('names every flag there is, but those of every command', () => {
  const own = settingsOf('simulate').filter(([name]) => name.startsWith('simulator'));
  expect(names('Flag').sort()).toEqual(own.map(([, { flag }]) => new Option(flag).long).sort());
});

it('lists the views, the actions and the scenarios as they describe themselves', () => {
  expect(table('View')).toEqual(Object.entries(views).map(([name, { description }]) => [`GET /${name}`, description]));
  expect(table('Action')).toEqual(Object.entries(actions).map(([name, { description }]) => [name, description]));
  expect(table('Ready-made')).toEqual([...readyMade].map(([name, { description }]) => [name, description]));
});

it('lists what rules can do, in both directions', () => {
  const [incoming, outgoing] = ruleSchema.options;
  expect(names('`in`')).toEqual(incoming.options.map(({ shape }) => shape.do.value));
  expect(names('`out`')).toEqual(outgoing.options.map(({ shape }) => shape.do.value));
});

it('has examples that are valid', async () => {
  const [, rule = ''] = /```json\n([\s\S]*?)```/.exec(document) ?? [];
  expect(ruleSchema.safeParse(JSON.parse(rule)).success).toBe(true);
  const [, scenario = ''] = /```yaml\n([\s\S]*?)```/.exec(document) ?? [];
  const { parse } = await import('yaml');
  expect(scenarioSchema.safeParse(parse(scenario)).success).toBe(true);
  for (const [, body = '{}', action = ''] of document.matchAll(/-d '([^']*)' localhost:4080\/actions\/([\w-]+)/g)) {
    const { parameters } = actions[action as keyof typeof actions];
    expect(parameters.safeParse(JSON.parse(body)).success, action).toBe(true);
  }
});
