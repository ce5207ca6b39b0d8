import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseConnect, verifyConnect } from '../../shared/tunnel/credential.ts';
import { defaultLimits, encodeFrame, parseRelayFrame, type RelayFrame } from '../../shared/tunnel/frames.ts';
import { pairingRequestSchema } from '../../shared/tunnel/pairing.ts';

/** Stands for the Worker on a real HTTP server: pairs, verifies credentials as it does, and welcomes relays. */
export class StubServer {
  /** The code that pairs, once. */
  pairingCode: string | undefined;
  /** Added to the clock that the `Date` header and the credential check show, in milliseconds. */
  clockOffsetMs = 0;
  healthy = true;
  /** Public keys by device. */
  readonly devices = new Map<string, string>();
  readonly sockets: WebSocket[] = [];
  readonly frames: RelayFrame[] = [];
  readonly pairings: unknown[] = [];
  origin = '';
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  readonly #webSockets = new WebSocketServer({ noServer: true });

  async start(): Promise<this> {
    this.#http.on('upgrade', async (request, socket, head) => {
      const refusal = await this.#refuse(request);
      if (!refusal) return this.#webSockets.handleUpgrade(request, socket, head, (ws) => this.#welcome(ws));
      const body = JSON.stringify({ error: { code: refusal[1], message: `refused: ${refusal[1]}` } });
      socket.end(`HTTP/1.1 ${refusal[0]} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    this.origin = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('date', new Date(Date.now() + this.clockOffsetMs).toUTCString());
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === '/healthz' && this.healthy) return void send(200, { ok: true });
    if (request.url !== '/relay/pair') return void send(404, {});
    const body = pairingRequestSchema.parse(JSON.parse(await text(request)));
    this.pairings.push(body);
    if (body.code !== this.pairingCode)
      return void send(403, { error: { code: 'wrong_code', message: 'Wrong code.' } });
    this.pairingCode = undefined;
    const device = `device_${this.devices.size}_0123456789`;
    this.devices.set(device, body.publicKey);
    send(201, { home: 'home_0123456789', device });
  }

  async #refuse(request: IncomingMessage): Promise<[status: number, code: string] | undefined> {
    const credential = parseConnect(request.headers.authorization);
    const publicKey = credential && this.devices.get(credential.device);
    if (!publicKey) return [401, 'unauthorized'];
    const verdict = await verifyConnect(credential, publicKey, this.origin, (Date.now() + this.clockOffsetMs) / 1_000);
    if (verdict.ok) return undefined;
    return verdict.reason === 'clock_skew' ? [400, 'clock_skew'] : [401, 'unauthorized'];
  }

  #welcome(socket: WebSocket): void {
    this.sockets.push(socket);
    socket.on('message', (data) => {
      const message = data.toString();
      if (message === 'ping') return socket.send('pong');
      const parsed = parseRelayFrame(message);
      if (parsed.kind !== 'frame') throw new Error(`the relay sent ${message.slice(0, 200)}`);
      this.frames.push(parsed.frame);
      if (parsed.frame.t !== 'hello') return;
      socket.send(encodeFrame({ t: 'welcome', proto: 1, session: 'stub', limits: defaultLimits, drop: [] }));
    });
  }
}
