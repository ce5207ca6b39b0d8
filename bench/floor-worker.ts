import { DurableObject } from 'cloudflare:workers';

interface Env {
  HOME: DurableObjectNamespace<Home>;
}

/**
 * The least that any design of this kind must do: HTTP → Worker → Durable Object → WebSocket → echo → back. No OAuth, no
 * MCP, no validation. What the real thing costs beyond this is ours.
 */
export class Home extends DurableObject<Env> {
  readonly #waiting = new Map<string, (text: string) => void>();

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  call(body: string): Promise<string> {
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.set(id, resolve);
    this.ctx.getWebSockets()[0]?.send(JSON.stringify({ id, body }));
    return promise;
  }

  override webSocketMessage(_socket: WebSocket, text: string): void {
    const { id, body } = JSON.parse(text) as { id: string; body: string };
    this.#waiting.get(id)?.(body);
    this.#waiting.delete(id);
  }
}

/** wrangler.toml names these classes too. */
export class AuthStore extends DurableObject<Env> {}
export class Directory extends DurableObject<Env> {}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const home = env.HOME.getByName('bench');
    if (request.headers.get('Upgrade') === 'websocket') return home.fetch(request);
    return new Response(await home.call(await request.text()));
  },
};
