import { vi } from 'vitest';
import { type DataConnection, dataConnection } from '../../relay/gateway/connection/data-connection.ts';
import type { GatewayLogger } from '../../relay/gateway/connection/link.ts';
import { Supervisor, type SupervisorSettings } from '../../relay/gateway/connection/supervisor.ts';
import { MarketClock } from '../../relay/gateway/time/market-clock.ts';
import type { Simulator } from '../../simulator/index.ts';

const nothing = () => undefined;
export const silent: GatewayLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A bare connection to a simulated gateway, which nothing outside `relay/gateway` ever has. */
export interface TestConnection {
  readonly supervisor: Supervisor;
  readonly data: DataConnection;
}

/** Connects and waits until requests are served. */
export async function connectTo(
  sim: Pick<Simulator, 'port'>,
  settings: Partial<SupervisorSettings> = {},
  logger = silent,
): Promise<TestConnection> {
  const supervisor = new Supervisor(
    {
      host: '127.0.0.1',
      port: sim.port,
      clientId: 7,
      handshakeMs: 10_000,
      loginMs: 20_000,
      heartbeatIdleMs: 15_000,
      heartbeatTimeoutMs: 10_000,
      reconnectMinMs: 30,
      reconnectMaxMs: 1_000,
      requestsPerSecond: 40,
      mayAct: false,
      ...settings,
    },
    logger,
    new MarketClock(),
  );
  supervisor.start();
  await vi.waitFor(() => supervisor.assertReady(), { interval: 5, timeout: 5_000 });
  return { supervisor, data: dataConnection(supervisor) };
}
