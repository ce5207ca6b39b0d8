import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { tools } from '../shared/tools/index.ts';

/** The documentation is held to the code. */

const readme = await readFile('README.md', 'utf8');
const documents = [
  'README.md',
  ...(await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
];

test('the README lists exactly the tools that exist, in their order', () => {
  const listed = [...readme.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(tools.map((tool) => tool.name));
});

test('every npm command in the documentation exists', async () => {
  for (const document of documents) {
    for (const [, script = ''] of (await readFile(document, 'utf8')).matchAll(/npm run ([\w:]+)/g)) {
      expect(Object.keys(packageJson.scripts), `${document} mentions npm run ${script}`).toContain(script);
    }
  }
});

test('every relative link in the documentation leads somewhere', async () => {
  for (const document of documents) {
    for (const [, target = ''] of (await readFile(document, 'utf8')).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      await expect(
        readFile(join(document, '..', target), 'utf8'),
        `${document} links to ${target}`,
      ).resolves.toBeTruthy();
    }
  }
});

test('every file and folder that the README’s layout names exists', async () => {
  for (const [, folder = '', rest = ''] of readme.matchAll(/^(\w+)\/ {2,}(.*)$/gm)) {
    const entries = await readdir(folder);
    for (const [, name = ''] of rest.matchAll(/(\w[\w-]*)\/(?:\s|,|$)/g))
      expect(entries, `${folder}/${name}`).toContain(name);
  }
});

test('the compatibility settings are those that the OAuth library needs for client documents', async () => {
  expect(await readFile('wrangler.toml', 'utf8')).toContain('global_fetch_strictly_public');
});
