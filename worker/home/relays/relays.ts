import type { z } from 'zod';
import { ToolError } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/operation.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { relayStatusSchema } from '../../../shared/status.ts';
import { getStatus } from '../../../shared/tools/get_status.ts';
import { closeCodes } from '../../../shared/tunnel/close-codes.ts';
import { parseConnect, verifyConnect } from '../../../shared/tunnel/credential.ts';
import { type Body, heartbeat } from '../../../shared/tunnel/frames.ts';
import type { InstructionOutcome } from '../../../shared/tunnel/hub-model.ts';
import { isKeyChangeSigned, keyChangeSchema } from '../../../shared/tunnel/key-change.ts';
import { pairAgain, problem } from '../../edge/problem.ts';
import { relaysWithin } from './account-scope.ts';
import { type Device, Devices, type NewDevice } from './devices.ts';
import { Latest } from './latest.ts';
import { readWhole } from './read-chunks.ts';
import { type EventHandler, RelayEvents } from './relay-events.ts';
import {
  attachmentOf,
  type CallAnswer,
  type CallRequest,
  type NextChunk,
  type ProgressListener,
  RelayLink,
} from './relay-link.ts';
import { mergeAccounts, routeCall } from './routing.ts';
import type { RelayDetails, RelayView } from './status.ts';

/** Who is told what relays say. */
export interface RelaysOwner {
  /** What a relay says of itself, on connect and whenever it changes. */
  onStatus(device: string, status: unknown): void;
  /** A relay has connected; it says `status` of itself, and instructions reach it from here on. */
  onOpened(device: string, status: unknown): void;
  /** Who records what relays tell of for certain, by name of the event. */
  readonly eventHandlers: ReadonlyMap<string, EventHandler>;
}

/** How long `get_status` waits for a relay's own word before it shows the last one. */
const statusTimeoutMs = 5_000;

/** A relay's status is stored, and looked at, so often at most; the last one always. */
const statusEveryMs = 1_000;

/**
 * A user's relays: which are paired, the tunnel to each, and which of them answers a call. After hibernation it finds
 * the open tunnels again.
 */
export class Relays {
  readonly #context: DurableObjectState;
  readonly #devices: Devices;
  readonly #links = new Map<string, RelayLink>();
  readonly #statuses: Latest<unknown>;
  /** The process whose living connection was replaced, by relay, until the one that came has said who it is. */
  readonly #replaced = new Map<string, string>();
  readonly #owner: RelaysOwner;
  readonly #events: RelayEvents;

  constructor(context: DurableObjectState, owner: RelaysOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#devices = new Devices(context.storage.sql);
    this.#statuses = new Latest(statusEveryMs, (device, status) => {
      if (!this.#devices.find(device)) return;
      this.#devices.recordStatus(device, status);
      owner.onStatus(device, status);
    });
    this.#events = new RelayEvents(context.storage, owner.eventHandlers);
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.ping, heartbeat.pong));
    for (const socket of context.getWebSockets()) {
      const attachment = attachmentOf(socket);
      const device = attachment && this.#devices.find(attachment.device);
      if (device) this.#link(device.id).restore(socket, attachment, device.connectedAt ?? 0);
    }
  }

  /** @returns the id of the new relay, or nothing when there are too many */
  pair(relay: NewDevice): string | undefined {
    return this.#devices.add(relay);
  }

  /** One relay as its own page shows it. */
  details(id: string): RelayDetails | undefined {
    const device = this.#devices.find(id);
    if (!device) return undefined;
    const { publicKey, host, version, address, pairedAt, takenOverAt } = device;
    return { ...this.#view(device), publicKey, host, pairedVersion: version, address, pairedAt, takenOverAt };
  }

  rename(id: string, name: string): void {
    this.#devices.rename(id, name);
  }

  /** The relay's key stops working and its connection is closed at once. @returns the relay that was paired first now */
  remove(id: string): string | undefined {
    this.#devices.remove(id);
    this.#statuses.forget(id);
    this.#links.get(id)?.close(closeCodes.unauthorized, 'this relay was removed');
    this.#links.delete(id);
    this.#replaced.delete(id);
    this.#events.forget(id);
    return this.#devices.list()[0]?.id;
  }

  /** In the order in which they were paired. */
  views(): RelayView[] {
    return this.#devices.list().map((device) => this.#view(device));
  }

  isOnline(device: string): boolean {
    return this.#links.get(device)?.online ?? false;
  }

  /** Has a relay do something on the connection that is open, or not at all: see {@link RelayLink.instruct}. */
  instruct(device: string, name: string, body: Body, timeoutMs: number): Promise<InstructionOutcome> {
    return this.#link(device).instruct(crypto.randomUUID(), name, body, timeoutMs);
  }

  // Calls.

  /** Runs a call at the user's relay. Never throws for expected failures. */
  async call(request: CallRequest, onProgress?: ProgressListener): Promise<CallAnswer> {
    const route = routeCall(request, relaysWithin(this.views(), request.accounts));
    if ('error' in route) return { kind: 'error', error: route.error };
    const [first, ...others] = route.relays.map(({ id }) => this.#link(id));
    if (first && others.length === 0) return first.call(request, onProgress);
    const answers = await Promise.all(
      route.relays.map(async ({ id: device }, index) => {
        const link = this.#link(device);
        const id = `${request.id}-${index}`;
        return readWhole(link, id, await link.call({ ...request, id }));
      }),
    );
    return mergeAccounts(answers);
  }

  /**
   * Asks one relay something for this Home itself and checks its answer. Rejects with a ToolError.
   * @param whole the client's call of which this is a part, and with which it is cancelled
   */
  async ask<Input extends z.ZodObject, Output extends z.ZodObject>(
    device: string,
    { name, output, timeoutMs }: Operation<Input, Output>,
    args: z.input<Input>,
    whole?: CallRequest,
  ): Promise<z.output<Output>> {
    const link = this.#link(device);
    const id = whole ? `${whole.id}-${crypto.randomUUID().slice(0, 8)}` : crypto.randomUUID();
    const call = {
      id,
      op: name,
      args: args as Record<string, unknown>,
      timeoutMs,
      kind: 'read' as const,
      ...(whole?.alias === undefined ? {} : { alias: whole.alias }),
      ...(whole?.accounts === undefined ? {} : { accounts: whole.accounts }),
    };
    const answer = await readWhole(link, id, await link.call(call));
    // What it said of itself before it answered counts before its answer.
    this.#statuses.flush(device);
    if (answer.kind === 'error') throw new ToolError(answer.error);
    return output.parse(answer.value);
  }

  /** As {@link ask}, of the relay that serves market data. */
  async askMarket<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    args: z.input<Input>,
    whole: CallRequest,
  ): Promise<z.output<Output>> {
    const relays = relaysWithin(this.views(), whole.accounts);
    const route = routeCall({ op: operation.name, kind: 'read', args: {} }, relays);
    if ('error' in route) throw new ToolError(route.error);
    return this.ask(route.relays[0]?.id ?? '', operation, args, whole);
  }

  /** Asks every connected relay how it is; a `silent` one did not say. Over in seconds, so not cancelled. */
  async askStatus({ alias: _, accounts, ...request }: CallRequest): Promise<readonly RelayView[]> {
    const silent = new Set<string>();
    await Promise.all(
      [...this.#links].map(async ([device, link], index) => {
        if (!link.online) return;
        const answer = await link.call({ ...request, id: `${request.id}-${index}`, timeoutMs: statusTimeoutMs });
        this.#statuses.flush(device);
        const word = answer.kind === 'value' ? getStatus.output.safeParse(answer.value).data?.relays[0] : undefined;
        const status = relayStatusSchema.safeParse(word);
        if (status.success) this.#devices.recordStatus(device, status.data);
        else silent.add(device);
      }),
    );
    // What a relay says of itself is kept, so that it is asked for all of it, and narrowed here.
    const relays = this.views().map((relay) => ({ ...relay, silent: silent.has(relay.id) }));
    return relaysWithin(relays, accounts);
  }

  async nextChunk(id: string): Promise<NextChunk> {
    const link = [...this.#links.values()].find((candidate) => candidate.has(id));
    return link
      ? link.nextChunk(id)
      : {
          kind: 'error',
          error: { code: 'relay_interrupted', message: 'The answer was lost on its way.', nextStep: 'Call again.' },
        };
  }

  /** Stops a call, at the relay and the gateway too; a mutation is only no longer waited for. */
  cancel(id: string): void {
    for (const link of this.#links.values()) {
      if (link.has(id)) link.cancel(id);
      for (const part of link.partsOf(id)) link.cancel(part);
    }
  }

  /**
   * Stops the read that a client knows by this alias. It is a weak name: conversations of one client that share a grant
   * count alike. When several such calls are under way none is stopped, for nobody can tell which is meant.
   */
  cancelAlias(alias: string): void {
    const [id, ...others] = [...this.#links.values()].flatMap((link) => link.readsOf(alias));
    if (id !== undefined && others.length === 0) this.cancel(id);
  }

  // The tunnel.

  /** Opens the tunnel for a paired relay, or says why not. */
  async connect(request: Request): Promise<Response> {
    const proven = await this.#prove(request);
    if (proven instanceof Response) return proven;
    const { device, publicKey } = proven;
    if (publicKey !== device.publicKey) this.#devices.replaceKey(device.id, publicKey);
    const { 0: client, 1: server } = new WebSocketPair();
    this.#context.acceptWebSocket(server);
    // What it says first is news, however lately it has spoken on another connection.
    this.#statuses.end(device.id);
    this.#devices.recordConnected(device.id);
    const link = this.#link(device.id);
    if (link.online && link.bootId !== undefined) this.#replaced.set(device.id, link.bootId);
    link.connect(server, device.id);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Takes the key that a paired relay will connect with from now on, or says why not. */
  async changeKey(request: Request): Promise<Response> {
    const body = keyChangeSchema.safeParse(await request.json().catch(() => undefined));
    if (!body.success) return problem(400, 'bad_request', 'A change of the key has publicKey and proof.');
    const proven = await this.#prove(request);
    if (proven instanceof Response) return proven;
    if (!(await isKeyChangeSigned(body.data, request.headers.get('Authorization') ?? ''))) {
      return problem(403, 'forbidden', 'The new key has not signed this request.');
    }
    this.#devices.announceKey(proven.device.id, body.data.publicKey);
    return new Response(null, { status: 204 });
  }

  /** The relay whose credential a request carries, and the key that signed it; or the refusal. */
  async #prove(request: Request): Promise<{ device: Device; publicKey: string } | Response> {
    const credential = parseConnect(request.headers.get('Authorization') ?? '');
    const device = credential && this.#devices.find(credential.device);
    if (!credential || !device) return notPaired();
    const origin = new URL(request.url).origin;
    let publicKey = device.publicKey;
    let verdict = await verifyConnect(credential, publicKey, origin, Date.now() / 1_000);
    if (!verdict.ok && verdict.reason === 'bad_signature' && device.nextPublicKey !== null) {
      publicKey = device.nextPublicKey;
      verdict = await verifyConnect(credential, publicKey, origin, Date.now() / 1_000);
    }
    if (!verdict.ok) {
      // A wrong clock can be set right, so it must not read as a removed relay.
      return verdict.reason === 'clock_skew'
        ? problem(400, verdict.reason, verdict.message)
        : problem(401, 'unauthorized', verdict.message, pairAgain);
    }
    // It may have been removed, or have got another key, while its signature was checked.
    const now = this.#devices.find(device.id);
    if (!now || ![now.publicKey, now.nextPublicKey].includes(publicKey)) return notPaired();
    if (!this.#devices.useNonce(verdict.nonce, verdict.nonceExpiresAtSec * 1_000)) {
      return problem(400, 'replayed', 'This connection request was used before.');
    }
    return { device: now, publicKey };
  }

  receive(socket: WebSocket, message: string | ArrayBuffer): void {
    const link = this.#linkOf(socket);
    if (typeof message === 'string') link?.receive(socket, message);
    else link?.close(closeCodes.protocolError, 'frames are text');
  }

  /** The socket has closed, or broken. */
  left(socket: WebSocket): void {
    const attachment = attachmentOf(socket);
    const link = attachment && this.#links.get(attachment.device);
    if (!link) return;
    const { heardAt } = link;
    this.#statuses.end(attachment.device);
    if (heardAt !== undefined) this.#devices.recordSeen(attachment.device, heardAt);
    link.disconnected(socket);
  }

  /** Removes what has expired. @returns whether anything is left that will expire */
  sweep(): boolean {
    return this.#devices.sweep();
  }

  #linkOf(socket: WebSocket): RelayLink | undefined {
    const attachment = attachmentOf(socket);
    return attachment && this.#links.get(attachment.device);
  }

  #link(device: string): RelayLink {
    let link = this.#links.get(device);
    if (!link) {
      link = new RelayLink({
        opened: (id, status) => {
          this.#noteTakeover(id);
          this.#owner.onOpened(id, status);
        },
        status: (id, status) => {
          this.#devices.sawStatus(id, status);
          this.#statuses.push(id, status);
        },
        takeEvent: this.#owner.eventHandlers.size === 0 ? undefined : (...event) => this.#events.take(...event),
        pingedAt: (socket) => this.#context.getWebSocketAutoResponseTimestamp(socket)?.getTime(),
      });
      this.#links.set(device, link);
    }
    return link;
  }

  /** Another process than the one that was there has come with the relay's key. */
  #noteTakeover(id: string): void {
    const before = this.#replaced.get(id);
    this.#replaced.delete(id);
    if (before !== undefined && before !== this.#links.get(id)?.bootId) this.#devices.recordTakenOver(id);
  }

  #view({ id, name, connectedAt, seenAt, status }: Device): RelayView {
    const link = this.#links.get(id);
    const heardAt = link?.heardAt ?? seenAt;
    const online = link?.online ?? false;
    return {
      id,
      name: plainText(name),
      online,
      ...(online && connectedAt !== null ? { since: iso(connectedAt) } : {}),
      ...(heardAt === null ? {} : { lastSeen: iso(heardAt) }),
      ...(status ? { status } : {}),
    };
  }
}

/** The answer to a relay that no Home knows (any more). */
export function notPaired(): Response {
  return problem(401, 'unauthorized', 'This relay is not paired here, or was removed.', pairAgain);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
