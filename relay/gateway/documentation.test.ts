import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const relay = join(import.meta.dirname, '..');
const files = new Set(
  [relay, join(relay, '..', 'bench')]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    .map((path) => basename(path)),
);
const exists = (file: string): boolean => files.has(file);
const rows = readFileSync(join(relay, '..', 'docs', 'gateway-behaviour.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (T\d|–)/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

test('every case of the manual names the code that handles it and the tests that provoke it', () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const [, number, what, , where = '', tests = ''] of rows) {
    for (const [, file = ''] of where.matchAll(/`([\w.-]+)`/g)) expect(exists(file), `${what}: ${file}`).toBe(true);
    expect(tests, `${number} ${what}`).not.toBe('');
    for (const name of tests.split(', ')) expect(exists(`${name}.test.ts`), `${what}: ${name}.test.ts`).toBe(true);
  }
});

test('every trap of the library is listed, except those of orders', () => {
  const listed = rows.flatMap(([, numbers = '']) => numbers.split(', ')).filter((number) => number.startsWith('T'));
  const served = Array.from({ length: 18 }, (_, index) => `T${index + 1}`).filter((number) => number !== 'T16');
  expect(listed).toEqual(served);
});
