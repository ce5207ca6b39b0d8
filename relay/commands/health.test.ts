import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayStates } from '../../shared/status.ts';
import { type HealthServer, type HealthState, judgeReadiness, readinessSchema, startHealth } from './health.ts';

const since = '2026-11-20T10:00:00.000Z';
const soon = Date.parse(since) + 60_000;
const late = Date.parse(since) + 30 * 60_000;

function state(gateway: HealthState['gateway']['state'], tunnel = 'open'): HealthState {
  return { tunnel: { state: tunnel }, gateway: { state: gateway, since } };
}

describe('judgeReadiness', () => {
  it('is ready when the tunnel is open and the gateway is ready, however long', () => {
    expect(judgeReadiness(state('ready'), '1', late).ready).toBe(true);
  });

  it.each(gatewayStates.filter((name) => name !== 'ready' && name !== 'maintenance'))(
    'is not ready while %s',
    (name) => {
      expect(judgeReadiness(state(name), '1', soon).ready).toBe(false);
    },
  );

  it('excuses maintenance for a bounded time only', () => {
    expect(judgeReadiness(state('maintenance'), '1', soon).ready).toBe(true);
    expect(judgeReadiness(state('maintenance'), '1', late).ready).toBe(false);
  });

  it('is not ready without the tunnel', () => {
    expect(judgeReadiness(state('ready', 'waiting'), '1', soon).ready).toBe(false);
    expect(judgeReadiness(state('maintenance', 'waiting'), '1', soon).ready).toBe(false);
  });

  it('tells no accounts', () => {
    const secretive = { ...state('ready'), accounts: ['DU1234567'] };
    expect(JSON.stringify(judgeReadiness(secretive, '1', soon))).not.toContain('DU1234567');
  });
});

describe('startHealth', () => {
  let server: HealthServer | undefined;
  let current = state('ready');
  let now = soon;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function get(path: string, init?: RequestInit): Promise<Response> {
    server ??= await startHealth({ port: 0, version: '1.2.3', state: () => current, now: () => now });
    return fetch(`http://127.0.0.1:${server.port}${path}`, init);
  }

  it('says that the process lives whatever else is wrong', async () => {
    current = state('stopped', 'waiting');
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true, version: '1.2.3' });
  });

  it('answers 200 when ready, and 503 with the reason when not', async () => {
    current = state('ready');
    expect((await get('/readyz')).status).toBe(200);
    current = {
      device: 'device1234',
      tunnel: { state: 'open' },
      gateway: { state: 'waiting_for_login', since, problem: 'IB Gateway is not logged in.', nextStep: 'Log in.' },
    };
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(readinessSchema.parse(await response.json())).toEqual({ ready: false, version: '1.2.3', ...current });
  });

  it('judges a restart by the clock that it began by', async () => {
    current = state('maintenance');
    expect((await get('/readyz')).status).toBe(200);
    now = late;
    expect((await get('/readyz')).status).toBe(503);
  });

  it('knows only its two pages and only GET', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/readyz', { method: 'POST' })).status).toBe(405);
  });

  it('listens on the loopback address only', async () => {
    await get('/healthz');
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      await expect(fetch(`http://${address}:${server?.port}/healthz`)).rejects.toThrow();
    }
    await expect(
      startHealth({ port: server?.port ?? 0, version: '1', state: () => current, now: () => now }),
    ).rejects.toThrow('EADDRINUSE');
  });
});
