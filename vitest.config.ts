import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    isolate: false,
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        // Pure parts and single processes, beside the code.
        test: {
          name: 'unit',
          include: ['{shared,relay,simulator,worker,scripts,bench}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
