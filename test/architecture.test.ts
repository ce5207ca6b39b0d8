import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowed, fileRooms } from './architecture.cases.ts';
import { circles, importsOf, importsOfTree } from './support/imports.ts';

const imports = importsOfTree();

/** Files that only tests and measurements read. */
const isTest = (file: string): boolean => /^(test|bench|scripts)\/|\.(test|cases)\.tsx?$/.test(file);
const product = [...imports.keys()].filter((file) => !isTest(file));

/** The room that a file lies in: its folder, or the file itself where a folder is only a corridor. */
const roomOf = (file: string): string => (fileRooms.includes(dirname(file)) ? file : dirname(file));

/** The rooms that each room imports from, with one import of each as a witness. */
const edges = new Map<string, Map<string, string>>();
for (const file of product) {
  const room = edges.get(roomOf(file)) ?? new Map<string, string>();
  edges.set(roomOf(file), room);
  for (const target of imports.get(file) ?? []) {
    if (roomOf(target) !== roomOf(file)) room.set(roomOf(target), `${file} imports ${target}`);
  }
}

describe('the tree', () => {
  it('finds imports of every form', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import {\n  b,\n} from '../b.ts';",
      "export { c } from './c.ts';",
      "import './d.ts';",
      "const e = await import('./e.tsx');",
      "const f = new URL('./f.ts', import.meta.url);",
      "import { g } from 'g';",
    ].join('\n');
    expect(importsOf('x/y/z.ts', source).toSorted()).toEqual(
      ['x/y/a.ts', 'x/b.ts', 'x/y/c.ts', 'x/y/d.ts', 'x/y/e.tsx', 'x/y/f.ts'].toSorted(),
    );
    expect(imports.size).toBeGreaterThan(700);
  });

  it('finds circles', () => {
    const graph = { a: ['b', 'd'], b: ['c'], c: ['a'], d: ['e'], e: [] };
    expect(circles(new Map(Object.entries(graph)))).toEqual([['a', 'b', 'c']]);
  });

  it('has no file that imports itself through others, types included', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('has no circle of rooms, types included', () => {
    expect(circles(new Map([...edges].map(([room, targets]) => [room, targets.keys()])))).toEqual([]);
  });

  it.each([...edges])('%s imports only from the rooms that architecture.cases.ts allows it', (room, targets) => {
    const unexpected = [...targets].filter(([target]) => !(allowed[room] ?? []).includes(target));
    expect(unexpected.map(([, witness]) => witness)).toEqual([]);
  });

  it('allows nothing that nobody uses', () => {
    const idle = Object.entries(allowed).flatMap(([room, targets]) =>
      targets.filter((target) => !edges.get(room)?.has(target)).map((target) => `${room} -> ${target}`),
    );
    expect(idle).toEqual([]);
    expect(Object.keys(allowed).filter((room) => !edges.has(room))).toEqual([]);
  });
});

describe('names', () => {
  it('mean one thing: no two types of shared, worker and relay have the same name', () => {
    const places = new Map<string, string[]>();
    for (const file of product.filter((name) => !name.startsWith('simulator/'))) {
      for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
        /^export (?:interface|type|(?:abstract )?class) (\w+)/gm,
      )) {
        places.set(name, [...(places.get(name) ?? []), file]);
      }
    }
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
    expect(places.size).toBeGreaterThan(300);
  });
});

describe('the packages', () => {
  const crossings = product.flatMap((file) => (imports.get(file) ?? []).map((target) => [file, target] as const));
  const packageOf = (file: string): string => file.split('/')[0] ?? '';

  it('shared imports only itself', () => {
    expect(
      crossings.filter(([file, target]) => packageOf(file) === 'shared' && packageOf(target) !== 'shared'),
    ).toEqual([]);
  });

  it('worker and relay never import each other', () => {
    const pairs = crossings.map(([file, target]) => `${packageOf(file)} ${packageOf(target)}`);
    expect(pairs.filter((pair) => pair === 'worker relay' || pair === 'relay worker')).toEqual([]);
  });

  it('only the simulate command, tests and measurements import the simulator', () => {
    const outside = crossings.filter(
      ([file, target]) => packageOf(target) === 'simulator' && packageOf(file) !== 'simulator',
    );
    expect([...new Set(outside.map(([file]) => file))]).toEqual([
      'relay/commands/past-records.ts',
      'relay/commands/simulate.ts',
    ]);
  });

  it('nothing of the product imports what belongs to tests', () => {
    expect(crossings.filter(([, target]) => isTest(target))).toEqual([]);
  });

  it('what lies beside the code for tests is called x.test.ts or x.cases.ts', () => {
    const odd = [...imports.keys()].filter(
      (file) => !/^(test|bench)\//.test(file) && /(^|[/.-])(test|tests|testing|golden|fixture|mock)[/.-]/.test(file),
    );
    expect(odd.filter((file) => !/\.(test|cases)\.ts$/.test(file))).toEqual([]);
  });
});
