/** What one batch of calls took. Times in milliseconds. */
export interface Sample {
  p50: number;
  p99: number;
  perSecond: number;
}

/** Runs `calls` calls with `inFlight` at once. */
export async function measure(
  call: () => Promise<unknown>,
  { calls, inFlight }: { calls: number; inFlight: number },
): Promise<Sample> {
  const times: number[] = [];
  let left = calls;
  const started = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const at = performance.now();
      await call();
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), perSecond: calls / seconds };
}

/** The median of several batches, value by value: one disturbed batch changes nothing. */
export function median(samples: readonly Sample[]): Sample {
  const middle = (pick: (sample: Sample) => number) =>
    quantile(
      samples.map(pick).sort((a, b) => a - b),
      0.5,
    );
  return { p50: middle((s) => s.p50), p99: middle((s) => s.p99), perSecond: middle((s) => s.perSecond) };
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}
