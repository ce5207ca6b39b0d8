import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  defaultLimits,
  encodeFrame,
  type HubFrame,
  parseRelayFrame,
  type RelayFrame,
} from '../../shared/tunnel/frames.ts';

/** Plays the hub on a real WebSocket server. */
export class FakeHub {
  readonly authorizations: string[] = [];
  /** Refuses the next upgrade when set. */
  refuse: { readonly status: number; readonly headers?: string; readonly body?: string } | undefined;
  /** Accepts TCP connections but never answers. */
  mute = false;
  pongs = true;
  readonly frames: RelayFrame[] = [];
  readonly sockets: WebSocket[] = [];
  readonly #http: Server = createServer();
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  url = '';

  async start(): Promise<void> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.authorizations.push(request.headers.authorization ?? '');
      if (this.mute) {
        this.#http.once('hang up', () => socket.destroy());
        return;
      }
      if (this.refuse !== undefined) {
        const { status, headers = '', body = '' } = this.refuse;
        this.refuse = undefined;
        socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`);
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (ws) => this.#accept(ws));
    });
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#http.emit('hang up');
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  get socket(): WebSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody connected');
    return socket;
  }

  send(frame: HubFrame): void {
    this.socket.send(encodeFrame(frame));
  }

  call(id: string, more: Partial<Extract<HubFrame, { t: 'call' }>> = {}): void {
    this.send({ t: 'call', id, op: 'echo', args: {}, timeoutMs: 5_000, kind: 'read', progress: false, ...more });
  }

  /** Waits for a frame of the type that satisfies the test, anywhere in what was received. */
  async frame<T extends RelayFrame['t']>(
    type: T,
    wanted: (frame: Extract<RelayFrame, { t: T }>) => boolean = () => true,
  ): Promise<Extract<RelayFrame, { t: T }>> {
    const isIt = (frame: RelayFrame): frame is Extract<RelayFrame, { t: T }> =>
      frame.t === type && wanted(frame as Extract<RelayFrame, { t: T }>);
    return vi.waitFor(() => {
      const found = this.frames.find(isIt);
      if (found === undefined) throw new Error(`no ${type} frame yet`);
      return found;
    }, 5_000);
  }

  result(id: string) {
    return this.frame('result', (frame) => frame.id === id);
  }

  async welcome(limits = defaultLimits, drop: string[] = []): Promise<void> {
    const { length } = this.frames.filter((frame) => frame.t === 'hello');
    await this.frame('hello');
    this.send({ t: 'welcome', proto: 1, session: `s${length}`, limits, drop });
  }

  #accept(socket: WebSocket): void {
    this.sockets.push(socket);
    socket.on('message', (data) => {
      const text = data.toString();
      if (text === 'ping') {
        if (this.pongs) socket.send('pong');
        return;
      }
      const parsed = parseRelayFrame(text);
      if (parsed.kind !== 'frame') throw new Error(`the relay sent ${text.slice(0, 200)}`);
      this.frames.push(parsed.frame);
    });
  }
}
