import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Pinned here and not in package.json: 60 MB that nobody needs to work on the project. */
const tools = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1'];
const root = resolve(import.meta.dirname, '..');
const ordersCore = ['{shared,relay}/orders/**/*.ts'];
const never = ['!**/*.{test,cases}.ts'];
const minKilled = 85;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    report: { type: 'string' },
    concurrency: { type: 'string', default: '2' },
    'new-threads': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const help = `npm run prove:mutants -- [options] [file or pattern ...]

Changes the orders core (${ordersCore.join(', ')}) in one place at a time, and runs the tests that reach that
place: a change that no test notices survives. Works in a temporary copy. Fails when fewer than ${minKilled} % are noticed.

  --report FILE      keeps every change and what became of it, as JSON (mutation-testing-report-schema)
  --concurrency N    test processes at a time (2)
  --new-threads      a new test thread for each change: 20 times slower; to check that keeping threads changes no result`;

/** The settings of Stryker (https://stryker-mutator.io/docs/stryker-js/configuration/). */
function settings(): object {
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', './scripts/mutants/sentences.ts'],
    ignorers: ['sentences'],
    vitest: { configFile: 'scripts/mutants/vitest.config.ts', related: false },
    mutate: [...(positionals.length > 0 ? positionals : ordersCore), ...never],
    coverageAnalysis: 'perTest',
    // Made once when a module is loaded: constants and tables, for which each change would need every test again.
    ignoreStatic: true,
    inPlace: true,
    concurrency: Number(values.concurrency),
    // Stryker would rewrite the project's own, and wants TypeScript 5 for that.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    thresholds: { high: 95, low: minKilled, break: minKilled },
  };
}

/** A copy of what git knows or would add, with this project's packages, beside the tools. */
function makeCopy(folder: string): string {
  const copy = join(folder, 'project');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'stryker.config.json'), JSON.stringify(settings()));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', '--ignore-scripts', ...tools];
  execFileSync('npm', install, { cwd: folder, stdio: 'inherit' });
  // The tests and Stryker's runner must meet in one Vitest: the project's.
  symlinkSync(join(root, 'node_modules/vitest'), join(folder, 'node_modules/vitest'));
  return copy;
}

function run(): number {
  // Ctrl-C ends Stryker, and the copy is removed as always.
  process.on('SIGINT', () => {});
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    const copy = makeCopy(folder);
    const stryker = join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const { status } = spawnSync(process.execPath, [stryker, 'run'], {
      cwd: copy,
      stdio: 'inherit',
      env: { ...process.env, MUTANTS_NEW_THREADS: values['new-threads'] ? '1' : '' },
    });
    if (values.report) copyFileSync(join(copy, 'reports/mutation/mutation.json'), resolve(values.report));
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.help) console.log(help);
else process.exitCode = run();
