import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { listingBudget } from '../../test/support/listing-budget.ts';
import { version } from '../version.ts';
import { findTool, type ToolName, tools } from './index.ts';
import { inputJsonSchema, listingOf, outputJsonSchema, resultJsonSchema } from './support/json-schema.ts';

test('the type of names knows exactly the tools that there are', () => {
  const known: ToolName = 'get_quotes';
  // @ts-expect-error: a name that no tool has is no ToolName.
  const unknown: ToolName = 'no_such_tool';
  expect([findTool(known)?.name, findTool(unknown)]).toEqual([known, undefined]);
});

test('names are unique and short enough for every host', () => {
  const names = tools.map((tool) => tool.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z_]{2,39}$/);
});

test('the build says the same version as the package', () => {
  expect(version).toBe(packageJson.version);
});

test('all read tools together leave a conversation its room', () => {
  const read = tools.filter(({ scope }) => scope === 'ibkr:read');
  expect(JSON.stringify(read.map(listingOf)).length).toBeLessThanOrEqual(listingBudget(read.length));
});

test('all trade tools together cost as little as they can', () => {
  const trade = tools.filter(({ scope }) => scope === 'ibkr:trade');
  expect(trade).toHaveLength(8);
  expect(JSON.stringify(trade.map(listingOf)).length).toBeLessThanOrEqual(9_000);
});

describe.each(tools.map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  test('keeps its published contract', async () => {
    const contract = {
      title: tool.title,
      description: tool.description,
      scope: tool.scope,
      annotations: tool.annotations,
      inputSchema: inputJsonSchema(tool),
      outputSchema: outputJsonSchema(tool),
      result: resultJsonSchema(tool),
    };
    await expect(
      `${JSON.stringify(contract, null, 2)}\n`,
      'if this change is meant, run npm run snapshots',
    ).toMatchFileSnapshot(`__snapshots__/${name}.json`);
  });

  test('has all hints, and reads only if it says so', () => {
    expect(tool.annotations).toEqual({
      readOnlyHint: tool.kind === 'read',
      // A preview keeps a ticket from which nothing follows by itself.
      destructiveHint: tool.kind !== 'read' && name !== 'preview_order',
      openWorldHint: true,
    });
  });

  test('says what it does in one or two sentences', () => {
    expect(tool.title.length).toBeLessThanOrEqual(30);
    expect(tool.description.length).toBeLessThanOrEqual(180);
  });
});
