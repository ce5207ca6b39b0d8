import { vi } from 'vitest';

/** What is waited for may take longer than Vitest's second on a machine that is busy with other tests. */
const patienceMs = 15_000;

const impatient = vi.waitFor;

// Files share a process, so that it may be done already.
if (impatient.name !== 'waitForPatiently') {
  vi.waitFor = function waitForPatiently(callback, options) {
    return impatient(callback, typeof options === 'number' ? options : { timeout: patienceMs, ...options });
  } as typeof vi.waitFor;
}
