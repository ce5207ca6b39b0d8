import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { monotonicNow } from '../async/monotonic.ts';
import { createToolRunner, type ToolRunOptions } from './run-tool.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

/** Runs an operation of that kind with a caller who leaves meanwhile. @returns what it was given */
async function given(kind: 'read' | 'mutation', options: ToolRunOptions): Promise<ToolContext> {
  let context: ToolContext | undefined;
  const caller = new AbortController();
  const definition = { name: 'op', kind, input: z.object({}), output: z.object({}), timeoutMs: 1_000 };
  const executor = executorOf(
    definition,
    async (_, told) => {
      context = told;
      caller.abort();
      return {};
    },
    { offline: true },
  );
  const run = createToolRunner({
    gateway: undefined as never,
    records: undefined as never,
    logger: undefined as never,
    config: { relayName: 'home', trading: 'read-only' },
    version: '1',
    operations: [executor],
  });
  await run('op', {}, { signal: caller.signal, ...options });
  if (context === undefined) throw new Error('it did not run');
  return context;
}

describe('the signal that a tool is given', () => {
  it('aborts for a read, of its caller and when it has ended', async () => {
    expect((await given('read', {})).signal.aborted).toBe(true);
    expect((await given('read', { signal: new AbortController().signal })).signal.aborted).toBe(true);
  });

  it('never aborts for a mutation: not by its caller, nor when it has ended', async () => {
    const { signal, kind } = await given('mutation', { kind: 'mutation' });
    expect({ kind, aborted: signal.aborted }).toEqual({ kind: 'mutation', aborted: false });
  });
});

describe('the deadline', () => {
  it('is its caller’s, or the tool’s own when that is earlier', async () => {
    const soon = monotonicNow() + 100;
    expect((await given('read', { deadline: soon })).deadline).toBe(soon);
    const { deadline } = await given('read', { deadline: monotonicNow() + 60_000 });
    expect(deadline).toBeLessThanOrEqual(monotonicNow() + 1_000);
  });
});
