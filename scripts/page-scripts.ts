import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/**
 * Bundles what runs in browsers, each into `worker/browser/dist/NAME.txt`, which the Worker takes in as text. wrangler
 * runs this before it deploys, and whatever bundles the Worker here does.
 */
export async function buildPageScripts(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'worker/browser/passkeys.ts')],
    outdir: join(root, 'worker/browser/dist'),
    outExtension: { '.js': '.txt' },
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
  });
  await mkdir(join(root, 'worker/browser/dist'), { recursive: true });
  for (const { path, text } of outputFiles) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    // Several may do this at once; none of them reads half a file.
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, text);
    await rename(draft, path);
  }
}

if (import.meta.main) await buildPageScripts();
