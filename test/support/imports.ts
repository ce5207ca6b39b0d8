import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const folders = ['shared', 'worker', 'relay', 'simulator', 'test', 'bench', 'scripts'];

/** Static and dynamic imports, type-only ones and re-exports included. */
const importForms = [
  /^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/gm,
  /^import\s+'(\.[^']+)'/gm,
  /import\(\s*'(\.[^']+)'\s*\)/g,
  /new URL\(\s*'(\.[^']+\.ts)',\s*import\.meta\.url\)/g,
];

/** Every TypeScript file of the tree with the files that it imports; paths are relative to the root. */
export function importsOfTree(): ReadonlyMap<string, readonly string[]> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'))]));
}

/** The files of the tree that a source imports. */
export function importsOf(file: string, source: string): readonly string[] {
  const targets = importForms.flatMap((form) => [...source.matchAll(form)].map(([, target = '']) => target));
  return [...new Set(targets.map((target) => normalize(join(dirname(file), target))))].filter((target) =>
    /\.tsx?$/.test(target),
  );
}

/** The groups of nodes that reach each other: every circle lies in one of them. Tarjan's algorithm. */
export function circles(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    let low = own;
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (stack.includes(next)) low = Math.min(low, order.get(next) ?? own);
    }
    lowest.set(node, low);
    if (low === own) {
      const group = stack.splice(stack.lastIndexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
