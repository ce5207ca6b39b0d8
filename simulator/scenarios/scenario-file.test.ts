import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadScenario } from './scenario-file.ts';

async function file(name: string, content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'scenario-')), name);
  await writeFile(path, content);
  return path;
}

it('reads YAML and JSON alike, with lengths of time as text', async () => {
  const yaml = await file('a.yaml', 'name: a\nsteps:\n  - after: 1.5m\n    do: heal\n');
  const json = await file('a.json', '{"name":"a","steps":[{"after":"90s","do":"heal"}]}');
  expect(await loadScenario(yaml)).toEqual(await loadScenario(json));
  expect((await loadScenario(yaml)).steps).toEqual([{ after: 90_000, do: 'heal', with: {} }]);
});

it('knows the ready-made ones by name', async () => {
  expect((await loadScenario('two-factor')).steps.length).toBeGreaterThan(1);
});

it.each([
  ['two-facto', /did you mean two-factor/],
  ['/nowhere/a.yaml', /cannot be read \(ENOENT\)/],
])('says what is wrong with %s', async (name, reason) => {
  await expect(loadScenario(name)).rejects.toThrow(reason);
});

it.each([
  ['a.yaml', 'name: [', /cannot be read/],
  ['a.json', '{', /cannot be read/],
  ['a.yaml', 'name: a\nsteps:\n  - do: heel\n', /did you mean heal/],
  ['a.yaml', '', /is wrong/],
])('says what is wrong in %s: %s', async (name, content, reason) => {
  await expect(loadScenario(await file(name, content))).rejects.toThrow(reason);
});
