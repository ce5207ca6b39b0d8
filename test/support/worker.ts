import { createTestHarness, type TestHarness } from 'wrangler';

export interface TestWorker {
  readonly harness: TestHarness;
  /** Origin, on a loopback address. */
  readonly origin: URL;
  readonly mcp: URL;
  close(): Promise<void>;
}

/** The Worker as wrangler.toml describes it, on the Workers runtime, with fresh storage. */
export async function startWorker(vars: Record<string, string> = { LOCAL_MODE: '1' }): Promise<TestWorker> {
  const harness = createTestHarness({ workers: [{ configPath: 'wrangler.toml', vars }] });
  const { url } = await harness.listen();
  const origin = new URL(url.origin);
  return { harness, origin, mcp: new URL('/mcp', origin), close: () => harness.close() };
}
