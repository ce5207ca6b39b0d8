import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { policySchema } from '../../shared/orders/policy-fields.ts';
import { badHistories, goodHistories } from './checker.cases.ts';
import { check } from './checker.ts';

/** The checker of orders finds each kind of broken promise, and nothing in what is right. */

test.each(goodHistories)('nothing is wrong with %s', (_name, history) => {
  expect(check(history)).toEqual([]);
});

test.each(badHistories)('%s: %s', (invariant, _name, history) => {
  expect(check(history).map((violation) => violation.invariant)).toContain(invariant);
});

test('every invariant of the document has a history that breaks it, and no other is checked', async () => {
  const document = await readFile('docs/order-safety.md', 'utf8');
  const written = [...document.matchAll(/^\| ([SL]\d+) \|/gm)].map(([, name]) => name);
  expect([...new Set(badHistories.map(([invariant]) => invariant))]).toEqual(written);
});

test('the document has every limit that can be set', async () => {
  const document = await readFile('docs/order-safety.md', 'utf8');
  const [, table = ''] = /\n## Limits\n(.+?)\n## /s.exec(document) ?? [];
  const named = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(named.toSorted()).toEqual(Object.keys(policySchema.shape).toSorted());
});

test('the checker imports nothing of the product', async () => {
  for (const file of ['checker.ts', 'history.ts']) {
    const imports = [...(await readFile(`test/orders/${file}`, 'utf8')).matchAll(/from '(.+)'/g)];
    expect(imports.map(([, path]) => path).filter((path) => path !== './history.ts')).toEqual([]);
  }
});
