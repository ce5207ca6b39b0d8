/**
 * How long an orderly stop may take, in milliseconds. Each is longer than the one before; the grace period of the
 * container is the longest.
 */
export const stopTimes = {
  /** For mutations under way, and for the hub to acknowledge what came of them. */
  mutationsMs: 15_000,
  /** For everything; then the process ends whatever happens. */
  processMs: 20_000,
} as const;
