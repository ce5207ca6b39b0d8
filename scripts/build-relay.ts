import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

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
        target: 'node24',
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
    target: 'node24',
    format: 'esm',
    banner: { js: commonJsGlobals },
    // Optional native parts of ws; it does without.
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [withoutDotenv, threadInside],
    legalComments: 'eof',
    logLevel: 'warning',
  });
  return outfile;
}

if (import.meta.main) console.log(`Built ${await buildRelay()}`);
