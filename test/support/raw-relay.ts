import { once } from 'node:events';
import WebSocket from 'ws';
import { eventually } from '../../scripts/processes.ts';
import { type ConnectIdentity, generateDeviceKey, signConnect } from '../../shared/tunnel/credential.ts';
import { Browser } from './browser.ts';
import { connectClient, type TestClient } from './clients.ts';
import { pairingCode, signInDemo } from './users.ts';
import { startWorker, type TestWorker } from './worker.ts';

export type Frame = { t: string; id?: string; [key: string]: unknown };

/** A Worker with one user, who has paired a relay by hand and connected a client. */
export interface PairedUser {
  readonly worker: TestWorker;
  readonly browser: Browser;
  readonly userId: string;
  readonly identity: ConnectIdentity;
  readonly client: TestClient;
}

export async function startPairedUser(): Promise<PairedUser> {
  const worker = await startWorker();
  const browser = new Browser();
  const userId = await signInDemo(worker, browser);
  const identity = await pairDevice(worker, browser);
  const client = await connectClient({ era: '2026-07-28', url: worker.mcp, browser });
  return { worker, browser, userId, identity, client };
}

/** Pairs a key by hand, as `relay pair` would. */
export async function pairDevice(worker: TestWorker, browser: Browser, name = 'raw relay'): Promise<ConnectIdentity> {
  const key = await generateDeviceKey();
  const response = await requestPairing(worker, {
    code: await pairingCode(worker, browser),
    publicKey: key.publicKey,
    name,
    version: '0',
  });
  if (response.status !== 201) throw new Error(`pairing failed: ${response.status} ${await response.text()}`);
  const { home, device } = (await response.json()) as { home: string; device: string };
  return { home, device, privateKey: key.privateKey };
}

export function requestPairing(worker: TestWorker, body: Record<string, unknown>): Promise<Response> {
  return fetch(new URL('/relay/pair', worker.origin), { method: 'POST', body: JSON.stringify(body) });
}

export const okStatus = {
  version: '0',
  gateway: { state: 'ready', since: '2026-11-20T00:00:00Z' },
  farms: [],
  accounts: [{ account: 'DU1', kind: 'paper' }],
  trading: 'read-only',
};

/** A relay under a test's full control: it says and answers only what the test tells it to. */
export class RawRelay {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const text = String(data);
      if (text !== 'pong') this.frames.push(JSON.parse(text) as Frame);
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    socket.on('error', () => {});
  }

  send(frame: Frame): void {
    this.socket.send(JSON.stringify(frame));
  }

  hello(calls: string[] = [], bootId = 'boot-1'): void {
    this.send({ t: 'hello', min: 1, max: 1, relay: { name: 'raw', version: '0' }, bootId, status: okStatus, calls });
  }

  /** The next frame of that type that no earlier call of this has given out. */
  next(t: string): Promise<Frame> {
    return eventually(
      `a ${t} frame`,
      async () => {
        const at = this.frames.findIndex((frame) => frame.t === t);
        return at < 0 ? undefined : this.frames.splice(at, 1)[0];
      },
      10_000,
    );
  }

  closing(): Promise<{ code: number; reason: string }> {
    return eventually('the connection to close', async () => this.closed, 10_000);
  }

  /** Loses the connection without a goodbye. */
  drop(): void {
    this.socket.terminate();
  }
}

/** Opens the tunnel; rejects with the HTTP status and body when the server refuses. */
export async function openTunnel(worker: TestWorker, headers: Record<string, string>): Promise<RawRelay> {
  const url = new URL('/relay', worker.origin);
  url.protocol = 'ws:';
  const socket = new WebSocket(url.href, { headers });
  const relay = new RawRelay(socket);
  const refused = new Promise<never>((_, reject) => {
    socket.on('unexpected-response', async (_request, response) => {
      let body = '';
      for await (const chunk of response) body += String(chunk);
      reject(new Refused(response.statusCode ?? 0, body));
    });
  });
  await Promise.race([once(socket, 'open'), refused]);
  return relay;
}

export class Refused extends Error {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    super(`${status} ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** Connects a paired device and finishes the handshake. */
export async function connectRaw(
  worker: TestWorker,
  identity: ConnectIdentity,
  calls: string[] = [],
  bootId?: string,
): Promise<RawRelay> {
  const authorization = await signConnect(identity, worker.origin.origin, Date.now() / 1_000);
  const relay = await openTunnel(worker, { Authorization: authorization });
  relay.hello(calls, bootId);
  await relay.next('welcome');
  return relay;
}
