import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { parse } from 'smol-toml';
import { buildPageScripts } from './page-scripts.ts';

const root = resolve(import.meta.dirname, '..');

/** The parts of wrangler.toml that a local runtime needs; wrangler.toml stays the only description of the Worker. */
export interface WorkerConfig {
  name: string;
  main: string;
  compatibility_date: string;
  compatibility_flags: string[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
}

export async function readWorkerConfig(): Promise<WorkerConfig> {
  return parse(await readFile(join(root, 'wrangler.toml'), 'utf8')) as unknown as WorkerConfig;
}

/** Bundles a Worker into one module and returns its code, as a deployment does it. @param main entry file, absolute or relative to the project */
export async function bundleWorker(main: string): Promise<string> {
  await buildPageScripts();
  const { outputFiles } = await build({
    entryPoints: [resolve(root, main)],
    write: false,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
