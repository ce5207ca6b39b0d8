import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { gatewayStates, type RelayStatus } from '../../shared/status.ts';

/** A gateway restart may take this long before the relay counts as not ready. */
const maintenanceMs = 20 * 60_000;

/** The body of `/readyz`. */
export const readinessSchema = z.object({
  ready: z.boolean(),
  version: z.string(),
  /** Which pairing this is, so that a reader knows whose health it reads. Absent while the relay is not paired. */
  device: z.string().optional(),
  tunnel: z.object({ state: z.string(), problem: z.string().optional() }),
  gateway: z.object({
    state: z.enum(gatewayStates),
    since: z.string(),
    serverVersion: z.number().optional(),
    problem: z.string().optional(),
    nextStep: z.string().optional(),
  }),
});

export type Readiness = z.infer<typeof readinessSchema>;

/** What readiness is judged by. */
export interface HealthState {
  readonly device?: string;
  /** `open` is the good state; `problem` says why it never will be again. */
  readonly tunnel: { readonly state: string; readonly problem?: string };
  readonly gateway: RelayStatus['gateway'];
}

/**
 * Whether the relay can answer calls: the tunnel is open and the gateway is ready, or was ready a short while ago and
 * restarts. A relay that is merely alive is not ready.
 *
 * @param now epoch milliseconds, by the clock that the gateway's `since` goes by
 */
export function judgeReadiness(state: HealthState, version: string, now: number): Readiness {
  const { device, tunnel, gateway } = state;
  const restarting = gateway.state === 'maintenance' && now - Date.parse(gateway.since) < maintenanceMs;
  return {
    ready: tunnel.state === 'open' && (gateway.state === 'ready' || restarting),
    version,
    ...(device && { device }),
    tunnel,
    gateway,
  };
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (200 while the process lives) and `/readyz` (200 when calls can be answered, else 503 with the
 * reason) on the loopback address. Port 0 picks a free one.
 */
export async function startHealth(options: {
  readonly port: number;
  readonly version: string;
  readonly state: () => HealthState;
  /** Epoch milliseconds, by the clock that the gateway's `since` goes by. */
  readonly now: () => number;
}): Promise<HealthServer> {
  const { port, version, state, now } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify(body)}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, { error: 'Only GET is served here.' });
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return answer(200, { ok: true, version });
    if (path !== '/readyz') return answer(404, { error: 'There are /healthz and /readyz here.' });
    const readiness = judgeReadiness(state(), version, now());
    return answer(readiness.ready ? 200 : 503, readiness);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
