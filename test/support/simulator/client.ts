import { EventName, IBApi } from '@stoqey/ib';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../simulator/index.ts';

export interface SeenEvent {
  readonly name: string;
  // Each event has its own argument types, which tests know.
  readonly args: readonly unknown[];
}

export interface SeenError {
  readonly code: number;
  readonly reqId: number;
  readonly text: string;
}

interface Waiter {
  readonly accepts: (event: SeenEvent) => boolean;
  readonly resolve: (event: SeenEvent) => void;
}

const timeoutMs = 5000;
const rawEvents: readonly string[] = [EventName.all, EventName.result, EventName.sent, EventName.received];

/** A real client over a real socket that remembers every event, for tests. */
export class TestClient {
  readonly api: IBApi;
  readonly events: SeenEvent[] = [];
  readonly #waiters = new Set<Waiter>();

  constructor(port: number, clientId = 1) {
    this.api = new IBApi({ host: '127.0.0.1', port, clientId, maxReqPerSec: 1000 });
    for (const name of Object.values(EventName)) {
      if (!rawEvents.includes(name)) this.#listen(name);
    }
    this.api.connect();
  }

  #listen(name: EventName): void {
    // The emitter behind the typed façade takes any listener.
    const emitter: { on(event: EventName, listener: (...args: unknown[]) => void): unknown } = this.api;
    emitter.on(name, (...args) => this.#record({ name, args }));
  }

  /** Connects and waits until the gateway has given an order id. */
  static async ready(port: number, clientId = 1): Promise<TestClient> {
    const client = new TestClient(port, clientId);
    await client.until(EventName.nextValidId);
    return client;
  }

  #record(event: SeenEvent): void {
    this.events.push(event);
    for (const waiter of this.#waiters) {
      if (!waiter.accepts(event)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(event);
    }
  }

  /** The arguments of the first event of a name, past or to come, that a test accepts. @throws after five seconds */
  async until(name: EventName, accepts: (...args: unknown[]) => boolean = () => true): Promise<readonly unknown[]> {
    const matches = (event: SeenEvent): boolean => event.name === name && accepts(...event.args);
    const seen = this.events.find(matches);
    if (seen) return seen.args;
    const { promise, resolve, reject } = Promise.withResolvers<SeenEvent>();
    const timer = setTimeout(() => reject(new Error(`no ${name} within ${timeoutMs} ms`)), timeoutMs);
    this.#waiters.add({ accepts: matches, resolve });
    try {
      return (await promise).args;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The arguments of every event of a name so far. */
  all(name: EventName): (readonly unknown[])[] {
    return this.events.filter((event) => event.name === name).map(({ args }) => args);
  }

  /** Errors so far, with the client's own complaints about undecodable messages among them (code 505). */
  errors(): SeenError[] {
    return this.all(EventName.error).map(([error, code, reqId]) => ({
      code: code as number,
      reqId: reqId as number,
      text: (error as Error).message,
    }));
  }

  async error(reqId: number): Promise<SeenError> {
    await this.until(EventName.error, (_, __, id) => id === reqId);
    return this.errors().find((error) => error.reqId === reqId) as SeenError;
  }

  disconnect(): void {
    this.api.disconnect();
  }
}

/** A Friday on which New York trades, at noon. */
export const fridayNoon = Date.parse('2026-11-20T17:00:00Z');

/** A clock that starts at an instant and runs at normal speed, or so many times as fast. */
export function clockFrom(instant: number, speed = 1): () => Date {
  const epoch = performance.now();
  return () => new Date(instant + speed * (performance.now() - epoch));
}

export interface Pair {
  readonly gateway: Simulator;
  readonly client: TestClient;
  close(): Promise<void>;
}

/** A simulator on a Friday noon with one connected client. */
export async function gatewayWithClient(options: SimulatorOptions = {}): Promise<Pair> {
  const gateway = await startSimulator({ clock: clockFrom(fridayNoon), tickIntervalMs: 20, ...options });
  const client = await TestClient.ready(gateway.port);
  return {
    gateway,
    client,
    close: () => {
      client.disconnect();
      return gateway.close();
    },
  };
}
