import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
/** The major version that the relay is written for and tested on. */
const oldestNode = 24;

/** An older Node would stop somewhere inside, with a message that says nothing. */
const nodeCheck = `
if (Number.parseInt(process.versions.node) < ${oldestNode}) {
  console.error('The relay needs Node ${oldestNode} or newer; this is ' + process.versions.node + '. Install a newer one, or run the relay as a container.');
  process.exit(1);
}
`;

/** A module's imports come before its code, so that a part of Node that an older one lacks would end it before the check. */
const builtinsAfterCheck: Plugin = {
  name: 'builtins-after-check',
  setup(builder) {
    builder.onResolve({ filter: /^[\w:/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/** What CommonJS dependencies expect to find around them. */
const commonJsGlobals = `
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;
`;

/** @stoqey/ib loads `.env` from the current folder. The relay's settings come from where its documentation says, only. */
const withoutDotenv: Plugin = {
  name: 'without-dotenv',
  setup(builder) {
    builder.onResolve({ filter: /^dotenv$/ }, () => ({ path: 'dotenv', namespace: 'empty' }));
    builder.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = { config() {} };' }));
  },
};

/** The program of the thread that reads documents goes into the one file as a data: address. */
const threadInside: Plugin = {
  name: 'thread-inside',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]relay[\\/]documents[\\/]thread-url\.ts$/ }, async () => {
      const { outputFiles } = await build({
        entryPoints: [join(root, 'relay/documents/thread-main.ts')],
        bundle: true,
        minify: true,
        platform: 'node',
        target: `node${oldestNode}`,
        format: 'esm',
        write: false,
      });
      const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
      return { contents: `export const threadUrl = new URL('data:text/javascript;base64,${code}');` };
    });
  },
};

/** Bundles the relay into one file that needs nothing but Node. */
export async function buildRelay(outfile = join(root, 'dist/relay.mjs')): Promise<string> {
  await build({
    entryPoints: [join(root, 'relay/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: `node${oldestNode}`,
    format: 'esm',
    banner: { js: commonJsGlobals + nodeCheck },
    // Optional native parts of ws; it does without.
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [withoutDotenv, threadInside, builtinsAfterCheck],
    legalComments: 'eof',
    logLevel: 'warning',
  });
  return outfile;
}

if (import.meta.main) console.log(`Built ${await buildRelay()}`);
