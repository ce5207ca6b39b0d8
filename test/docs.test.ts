import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { withToolTable } from '../scripts/tool-table.ts';
import { tools } from '../shared/tools/index.ts';
import { clientRequests } from '../simulator/protocol/requests.ts';

/** The documentation is held to the code. */

/** Requests that the library calls otherwise. */
const librarySpelling: Readonly<Record<string, string>> = {
  requestFa: 'requestFA',
  cancelWshMetaData: 'reqCancelWshMetaData',
  cancelWshEventData: 'reqCancelWshEventData',
};

const readme = await readFile('README.md', 'utf8');
const documents = [
  ...(await markdownIn('.')),
  ...(await markdownIn('docs')),
  ...(await markdownIn('docs/decisions')),
  'simulator/README.md',
  'findings/README.md',
];

async function markdownIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

test('every decision is listed, with its title', async () => {
  const index = await readFile('docs/decisions/README.md', 'utf8');
  const listed = [...index.matchAll(/^\| \[\d{4}\]\((.+?)\) \| (.+?) \|/gm)].map(
    ([, file, title]) => `${file} ${title}`,
  );
  const there = (await readdir('docs/decisions')).filter((name) => name !== 'README.md').sort();
  const titles = there.map(async (name) => {
    const [, title] = /^# \d+\. (.+)$/m.exec(await readFile(join('docs/decisions', name), 'utf8')) ?? [];
    return `${name} ${title}`;
  });
  expect(listed).toEqual(await Promise.all(titles));
  expect(new Set(there.map((name) => name.slice(0, 4))).size).toBe(there.length);
});

test('the glossary has at most 25 terms, in order', async () => {
  const terms = [...(await readFile('docs/glossary.md', 'utf8')).matchAll(/^\| ([^|]+?) \|/gm)].map(
    ([, term = '']) => term,
  );
  const words = terms.filter((term) => term !== 'Term');
  expect(words.length).toBeLessThanOrEqual(25);
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b, 'en')));
});

test('the README lists exactly the tools that exist, as they describe themselves', () => {
  expect(readme, 'the table of tools is not as the definitions are: run npm run docs').toBe(withToolTable(readme));
});

test('every npm command in the documentation exists', async () => {
  for (const document of documents) {
    for (const [, script = ''] of (await readFile(document, 'utf8')).matchAll(/npm run ([\w:-]+)/g)) {
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

const coverage = await readFile('docs/coverage.md', 'utf8');
/** The cells of every table row that is no header or rule. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-|]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const [others = '', requests = ''] = coverage.split("## IB's requests");

test('the coverage page sends readers only to tools that exist', () => {
  const names = new Set<string>(tools.map(({ name }) => name));
  const here = [...rowsOf(others).map((row) => row.at(-1)), ...rowsOf(requests).map((row) => row[1])];
  const said = here.flatMap((cell) => [...(cell ?? '').matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name = '']) => name));
  const isArgument = (name: string): boolean => tools.some((tool) => name in tool.input.shape);
  expect(said.filter((name) => !names.has(name) && !isArgument(name))).toEqual([]);
  expect(
    [...names].filter((name) => !said.includes(name)),
    'docs/coverage.md does not know these: name them in the last column of what they replace, or of the requests they send',
  ).toEqual([]);
});

test('the coverage page names only arguments that its tools have', () => {
  const told = rowsOf(others).flatMap((row) => [...(row.at(-1) ?? '').matchAll(/`([a-z_]+)` \(([^)]*)\)/g)]);
  expect(told.length).toBeGreaterThan(80);
  for (const [, name = '', list = ''] of told) {
    const shape = tools.find((tool) => tool.name === name)?.input.shape ?? {};
    for (const [, argument = ''] of list.matchAll(/`([a-z_]+)`/g)) expect(Object.keys(shape), name).toContain(argument);
  }
});

test('the coverage page knows every request of the protocol, and says truly which are sent', async () => {
  const rows = rowsOf(requests).slice(1);
  expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(clientRequests).toSorted());
  const folder = 'relay/gateway';
  // faces.ts only declares what can be sent.
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => /(?<!\.test)\.ts$/.test(name) && !name.endsWith('/faces.ts'),
  );
  const source = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
  for (const [name = '', usedBy = '', why = ''] of rows) {
    const sent = new RegExp(`'(?:${name}|${librarySpelling[name] ?? name})'`).test(source);
    expect(usedBy === '' || sent || why !== '', `${name} is said to be used`).toBe(true);
    expect(usedBy !== '' || !sent, `${name} is said not to be used`).toBe(true);
    expect(usedBy + why, `${name} is explained`).not.toBe('');
  }
});
