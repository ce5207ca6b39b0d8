import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Files share a process and its modules: loading them again for each took a fifth of the time. Each leaves globals as they were.
    isolate: false,
    // More than there are processors on a small machine: most tests wait for timers, sockets and processes.
    maxWorkers: 4,
    hookTimeout: 120_000,
    setupFiles: ['./test/support/patience.ts', './test/support/honest-matching.ts'],
    projects: [
      {
        extends: true,
        // Pure parts and single processes, beside the code.
        test: {
          name: 'unit',
          include: ['{shared,relay,simulator,worker,scripts,bench}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        // The whole system: real runtime, real relay processes, real sockets; each file has its own, on ports of its own.
        test: { name: 'integration', include: ['test/**/*.test.ts'], testTimeout: 180_000 },
      },
    ],
  },
});
