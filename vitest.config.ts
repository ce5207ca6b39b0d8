import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Pure parts and single processes, beside the code.
        test: {
          name: 'unit',
          include: ['{shared,relay,simulator,worker,scripts,bench}/**/*.test.ts'],
          testTimeout: 20_000,
          // Half of them wait for timers and sockets, so that two share even a small machine well.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The whole system: real runtime, real relay process, real sockets. One file at a time: each starts several processes.
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
