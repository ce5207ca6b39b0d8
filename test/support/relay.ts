import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import type { z } from 'zod';
import { monotonicNow } from '../../relay/async/monotonic.ts';
import { flexServiceUrl } from '../../relay/flex/tokens.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../relay/gateway/index.ts';
import { openRecords, type Records } from '../../relay/performance/records.ts';
import { createToolRunner, type ToolRunOptions } from '../../relay/tools/run-tool.ts';
import type { ExecutorConfig, ToolExecutor } from '../../relay/tools/support/tool.ts';
import { ToolError } from '../../shared/errors.ts';
import { findTool } from '../../shared/tools/index.ts';
import { relayTimeout } from '../../shared/tunnel/failures.ts';
import { type ReceivedRequest, type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts';

const logger = pino({ level: 'silent' });

/** A Thursday, 11:00 in New York: markets in America and Europe are open. */
export const openMarket = (): Date => new Date(Date.UTC(2026, 9, 15, 15, 0, 0));

/** A result whose every member is there: where one is missing, the assertion that reads it fails. */
type Certain<Value> = Value extends string | number | boolean
  ? Value
  : Value extends readonly (infer Item)[]
    ? [Certain<Item>, Certain<Item>, ...Certain<Item>[]]
    : { [Name in keyof Value]-?: Certain<NonNullable<Value[Name]>> };

/** How a test calls a tool; with `timeoutMs` its signal aborts then, as it does for a read at the tunnel. */
export interface CallOptions extends Omit<ToolRunOptions, 'deadline'> {
  readonly timeoutMs?: number;
}

/** A relay's tools on a simulated gateway, for tests. */
export class TestRelay {
  readonly sim: Simulator;
  readonly gateway: Gateway;
  /** How the owner has set up the relay; tests may change it. */
  config: Partial<ExecutorConfig> = {};
  /** What it can be asked for besides its tools. */
  operations: readonly ToolExecutor[] = [];
  /** What the relay remembers of the past: nothing at first, and no Flex tokens. */
  records: Records;
  readonly logger = logger;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'test-relay-'));

  constructor(sim: Simulator, options: Partial<GatewayOptions>) {
    this.sim = sim;
    this.records = openRecords(this.dataDir, { tokens: [], baseUrl: flexServiceUrl });
    const address = { host: '127.0.0.1', port: sim.port, clientId: 7 };
    this.gateway = createGateway({ ...address, reconnectMinMs: 50, idleLineMs: 0, ...options }, logger);
  }

  /** Starts both and waits until the gateway is ready. Quotes leave no line open unless the test wants it. */
  static async start(simulator: SimulatorOptions = {}, gateway: Partial<GatewayOptions> = {}): Promise<TestRelay> {
    const relay = new TestRelay(await startSimulator({ clock: openMarket, ...simulator }), gateway);
    relay.gateway.start();
    await vi.waitFor(() => expect(relay.gateway.status().gateway.state).toBe('ready'), { interval: 5, timeout: 5_000 });
    return relay;
  }

  async stop(): Promise<void> {
    this.gateway.stop();
    await this.sim.close();
    this.records.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Runs calls, with unchecked results. */
  get execute(): (op: string, args: unknown, options?: CallOptions) => Promise<Record<string, unknown>> {
    const run = createToolRunner({
      gateway: this.gateway,
      config: { relayName: 'home', trading: 'read-only', ...this.config },
      records: this.records,
      version: '0.1.0',
      logger,
      operations: this.operations,
    });
    return async (op, args, { timeoutMs, ...options } = {}) => {
      if (timeoutMs === undefined) return run(op, args, options);
      const time = new AbortController();
      const timer = setTimeout(() => time.abort(new ToolError(relayTimeout('read'))), timeoutMs);
      const signal = AbortSignal.any(options.signal ? [options.signal, time.signal] : [time.signal]);
      return run(op, args, { ...options, signal, deadline: monotonicNow() + timeoutMs }).finally(() =>
        clearTimeout(timer),
      );
    };
  }

  /** Executes a call and checks the result against the shared definition. */
  async call(op: string, args: unknown, options?: CallOptions): Promise<Record<string, unknown>> {
    const result = await this.execute(op, args, options);
    const output = findTool(op)?.output as z.ZodObject;
    output.strict().parse(result);
    expect(/null|e\+308/.test(JSON.stringify(result)), 'absent values are omitted').toBe(false);
    return result;
  }

  /** Calls a tool and gives its result with the type that its definition promises. */
  async read<Output extends z.ZodObject>(
    tool: { readonly name: string; readonly output: Output },
    args: object = {},
    options?: CallOptions,
  ): Promise<Certain<z.output<Output>>> {
    return (await this.call(tool.name, args, options)) as Certain<z.output<Output>>;
  }

  /** The requests of a name that the gateway has received. */
  received(name: string): ReceivedRequest[] {
    return this.sim.received.filter((request) => request.name === name);
  }
}

/** The typed error with which a call fails. */
export async function failure(work: Promise<unknown>): Promise<ToolError['data']> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).data;
}
