import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { keptThreads } from './kept-threads.ts';

/** The first test that fails ends a run: those that take seconds come last. */
const slow = ['planning/plan.test.ts', 'prepare-order.test.ts', 'list-orders.test.ts'];

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => slow.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Stryker's runner names a pool of Vitest's own. */
const keepThreads: Plugin = {
  name: 'keep-threads',
  configureVitest({ project }) {
    Object.assign(project.config, { pool: keptThreads.name, poolRunner: keptThreads });
  },
};

export default defineConfig({
  plugins: process.env.MUTANTS_NEW_THREADS ? [] : [keepThreads],
  test: {
    isolate: false,
    testTimeout: 60_000,
    setupFiles: ['./test/support/patience.ts'],
    include: ['{shared,relay}/orders/**/*.test.ts'],
    // Its random days take seconds for each change that survives.
    exclude: ['relay/orders/promise.property.test.ts'],
    sequence: { sequencer: QuickFirst },
  },
});
