import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
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

test('the checker imports nothing of the product', async () => {
  for (const file of ['checker.ts', 'history.ts']) {
    const imports = [...(await readFile(`test/orders/${file}`, 'utf8')).matchAll(/from '(.+)'/g)];
    expect(imports.map(([, path]) => path).filter((path) => path !== './history.ts')).toEqual([]);
  }
});
