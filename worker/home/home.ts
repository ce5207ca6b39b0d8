import { DurableObject } from 'cloudflare:workers';
import type { z } from 'zod';
import { ToolError, toToolErrorData } from '../../shared/errors.ts';
import type { Operation } from '../../shared/operation.ts';
import { relayStatusSchema } from '../../shared/status.ts';
import { getStatus } from '../../shared/tools/get_status.ts';
import { closeCodes } from '../../shared/tunnel/close-codes.ts';
import { parseConnect, verifyConnect } from '../../shared/tunnel/credential.ts';
import { heartbeat } from '../../shared/tunnel/frames.ts';
import { pairAgain, problem } from '../edge/problem.ts';
import type { Env } from '../env.ts';
import { type KvListOptions, type KvListResult, type KvPutOptions, KvTable } from '../storage/kv-table.ts';
import { type Device, Devices, type PairingResult } from './relays/devices.ts';
import { readChunks } from './relays/read-chunks.ts';
import {
  attachmentOf,
  type CallAnswer,
  type CallProgress,
  type CallRequest,
  type NextChunk,
  RelayLink,
} from './relays/relay-link.ts';
import { mergeAccounts, routeCall } from './relays/routing.ts';
import { composeStatus, type RelayView } from './relays/status.ts';
import { initialise, isInitialised, migrate } from './schema.ts';
import { type AlertsOverview, Personal } from './tools/personal.ts';

export type { CallAnswer, CallProgress, CallRequest, NextChunk } from './relays/relay-link.ts';
export type { RelayView } from './relays/status.ts';
export type { AlertsOverview } from './tools/personal.ts';

const sweepIntervalMs = 6 * 3_600_000;

/** How long `get_status` waits for a relay's own word before it shows the last one. */
const statusTimeoutMs = 5_000;

/**
 * Everything that belongs to one user: the tunnels of their relays, browser sessions, their OAuth grants and tokens, and
 * their watchlists and alerts.
 * Its name is the opaque user id. A Home that no sign-in has created answers nobody and stores nothing.
 */
export class Home extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #kv: KvTable;
  readonly #devices: Devices;
  readonly #links = new Map<string, RelayLink>();
  readonly #personal: Personal;
  #initialised: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#kv = new KvTable(this.#sql);
    this.#devices = new Devices(this.#sql);
    this.#personal = new Personal(this.#sql, {
      ask: (...question) => this.#ask(...question),
      relays: () => this.relays().relays,
      isOnline: (device) => this.#links.get(device)?.online ?? false,
      messagesWait: () => void this.#scheduleDelivery(),
    });
    this.#initialised = isInitialised(this.#sql);
    if (!this.#initialised) return;
    migrate(this.#sql);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.ping, heartbeat.pong));
    for (const socket of ctx.getWebSockets()) {
      const attachment = attachmentOf(socket);
      const device = attachment && this.#devices.find(attachment.device);
      if (device) this.#link(device.id).restore(socket, attachment, device.connectedAt ?? 0);
    }
  }

  /** Creates the Home; called once, when the user's first sign-in makes their id. */
  initialise(userId: string): void {
    initialise(this.#sql, userId);
    this.#initialised = true;
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.ping, heartbeat.pong));
  }

  // The user's OAuth records.

  kvGet(key: string): string | null {
    return this.#initialised ? this.#kv.get(key) : null;
  }

  async kvPut(key: string, value: string, options?: KvPutOptions): Promise<void> {
    this.#mustExist();
    this.#kv.put(key, value, options);
    await this.#scheduleSweep();
  }

  kvDelete(key: string): void {
    if (this.#initialised) this.#kv.delete(key);
  }

  kvList(options?: KvListOptions): KvListResult {
    return this.#initialised ? this.#kv.list(options) : { keys: [], list_complete: true };
  }

  // Browser sessions.

  async createSession(hash: string, seconds: number): Promise<void> {
    this.#mustExist();
    this.#sql.exec('INSERT INTO session (hash, expires_at) VALUES (?, ?)', hash, Date.now() + seconds * 1_000);
    await this.#scheduleSweep();
  }

  hasSession(hash: string): boolean {
    if (!this.#initialised) return false;
    return (
      this.#sql.exec('SELECT 1 FROM session WHERE hash = ? AND expires_at > ?', hash, Date.now()).toArray().length > 0
    );
  }

  deleteSession(hash: string): void {
    if (this.#initialised) this.#sql.exec('DELETE FROM session WHERE hash = ?', hash);
  }

  // Relays.

  createPairingCode(): Promise<string> {
    this.#mustExist();
    const { user_id } = this.#sql.exec<{ user_id: string }>('SELECT user_id FROM meta').one();
    return this.#devices.createPairingCode(user_id);
  }

  /** Exchanges a pairing code for a device; `publicKey` is what the relay will prove itself with. */
  async pair(secret: string, name: string, publicKey: string): Promise<PairingResult> {
    return this.#initialised ? this.#devices.pair(secret, name, publicKey) : { ok: false, reason: 'wrong-code' };
  }

  /** Removes a relay: its key stops working and its connection is closed at once. */
  revokeDevice(id: string): void {
    this.#mustExist();
    this.#devices.remove(id);
    this.#links.get(id)?.close(closeCodes.unauthorized, 'this relay was removed');
    this.#links.delete(id);
    this.#personal.relayRemoved(id, this.#devices.list()[0]?.id);
  }

  relays(): { relays: RelayView[] } {
    return { relays: this.#initialised ? this.#devices.list().map((device) => this.#view(device)) : [] };
  }

  // Alerts, for the dashboard.

  alertsOverview(): AlertsOverview {
    return this.#initialised ? this.#personal.overview() : { firings: [], waiting: 0 };
  }

  /** Sets where fired alerts are told; an empty address ends it. @returns the signing secret, or what is wrong */
  setWebhook(url: string): { secret: string } | { problem: string } | undefined {
    this.#mustExist();
    return this.#personal.setWebhook(url, this.env.LOCAL_MODE === '1');
  }

  // Calls.

  /** Carries out a tool that this Home answers itself. Never throws for expected failures. */
  async answer(request: CallRequest, onProgress?: (progress: CallProgress) => void): Promise<CallAnswer> {
    if (request.op === getStatus.name) return this.status(request);
    this.#mustExist();
    try {
      return { kind: 'value', value: await this.#personal.answer(request, onProgress) };
    } catch (thrown) {
      if (!(thrown instanceof ToolError)) console.error(`${request.op} failed`, thrown);
      return { kind: 'error', error: toToolErrorData(thrown) };
    }
  }

  /** Asks one relay something for this Home itself, perhaps as part of a client's call. Rejects with a ToolError. */
  async #ask<Input extends z.ZodObject, Output extends z.ZodObject>(
    device: string,
    { name, output, timeoutMs }: Operation<Input, Output>,
    args: z.input<Input>,
    whole?: CallRequest,
  ): Promise<z.output<Output>> {
    const link = this.#link(device);
    const id = whole ? `${whole.id}-${crypto.randomUUID().slice(0, 8)}` : crypto.randomUUID();
    const alias = whole?.alias === undefined ? {} : { alias: whole.alias };
    const call = { id, op: name, args: args as Record<string, unknown>, timeoutMs, kind: 'read' as const, ...alias };
    const answer = await link.call(call);
    if (answer.kind === 'error') throw new ToolError(answer.error);
    return output.parse(answer.kind === 'value' ? answer.value : JSON.parse(await readChunks(link, id)));
  }

  /** Runs a call at the user's relay. Never throws for expected failures. */
  async call(request: CallRequest, onProgress?: (progress: CallProgress) => void): Promise<CallAnswer> {
    const relays = this.relays().relays;
    const route = routeCall(request, relays);
    if ('error' in route) return { kind: 'error', error: route.error };
    const [first, ...others] = route.relays.map(({ id }) => this.#link(id));
    if (first && others.length === 0) return first.call(request, onProgress);
    const answers = await Promise.all(
      [first, ...others].map((link, index) => link?.call({ ...request, id: `${request.id}-${index}` })),
    );
    return mergeAccounts(answers.filter((answer) => answer !== undefined));
  }

  /** `get_status`: each connected relay's own word, or its last one, and what is wrong. Over in seconds, so not cancelled. */
  async status({ alias: _, ...request }: CallRequest): Promise<CallAnswer> {
    const silent = new Set<string>();
    await Promise.all(
      [...this.#links].map(async ([device, link], index) => {
        if (!link.online) return;
        const answer = await link.call({ ...request, id: `${request.id}-${index}`, timeoutMs: statusTimeoutMs });
        const word = answer.kind === 'value' ? getStatus.output.safeParse(answer.value).data?.relays[0] : undefined;
        const status = relayStatusSchema.safeParse(word);
        if (status.success) this.#devices.recordStatus(device, status.data);
        else silent.add(device);
      }),
    );
    const relays = this.relays().relays.map((relay) => ({ ...relay, silent: silent.has(relay.id) }));
    return { kind: 'value', value: composeStatus(relays, new Date()) };
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

  override async fetch(request: Request): Promise<Response> {
    const credential = parseConnect(request.headers.get('Authorization') ?? '');
    const device = this.#initialised && credential ? this.#devices.find(credential.device) : undefined;
    if (!credential || !device)
      return problem(401, 'unauthorized', 'This relay is not paired here, or was removed.', pairAgain);
    const verdict = await verifyConnect(credential, device.publicKey, new URL(request.url).origin, Date.now() / 1_000);
    if (!verdict.ok) {
      // A wrong clock can be set right, so it must not read as a removed relay.
      return verdict.reason === 'clock_skew'
        ? problem(400, verdict.reason, verdict.message)
        : problem(401, 'unauthorized', verdict.message, pairAgain);
    }
    if (!this.#devices.useNonce(verdict.nonce, verdict.nonceExpiresAtSec * 1_000)) {
      return problem(400, 'replayed', 'This connection request was used before.');
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    this.#devices.recordConnected(device.id);
    this.#link(device.id).connect(server, device.id);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const link = this.#linkOf(socket);
    if (typeof message === 'string') link?.receive(socket, message);
    else link?.close(closeCodes.protocolError, 'frames are text');
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#leave(socket);
    // A hibernating socket does not answer by itself, and the relay would wait for it. Some codes are never sent.
    socket.close(code >= 3_000 ? code : closeCodes.normal);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  override async alarm(): Promise<void> {
    await this.#personal.deliver();
    const now = Date.now();
    for (const table of ['session', 'pairing', 'nonce'])
      this.#sql.exec(`DELETE FROM ${table} WHERE expires_at <= ?`, now);
    const left = ['session', 'pairing', 'nonce'].some(
      (table) => this.#sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length > 0,
    );
    if (this.#kv.sweep() || left) await this.#scheduleSweep();
    await this.#scheduleDelivery();
  }

  #leave(socket: WebSocket): void {
    const attachment = attachmentOf(socket);
    const link = attachment && this.#links.get(attachment.device);
    if (!link) return;
    const { heardAt } = link;
    if (heardAt !== undefined) this.#devices.recordSeen(attachment.device, heardAt);
    link.disconnected(socket);
  }

  #linkOf(socket: WebSocket): RelayLink | undefined {
    const attachment = attachmentOf(socket);
    return attachment && this.#links.get(attachment.device);
  }

  #link(device: string): RelayLink {
    let link = this.#links.get(device);
    if (!link) {
      link = new RelayLink({
        status: (id, status) => {
          this.#devices.recordStatus(id, status);
          this.#personal.onStatus(id, status);
        },
        pingedAt: (socket) => this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime(),
      });
      this.#links.set(device, link);
    }
    return link;
  }

  #view({ id, name, connectedAt, seenAt, status }: Device): RelayView {
    const link = this.#links.get(id);
    const heardAt = link?.heardAt ?? seenAt;
    const online = link?.online ?? false;
    return {
      id,
      name,
      online,
      ...(online && connectedAt !== null ? { since: iso(connectedAt) } : {}),
      ...(heardAt === null ? {} : { lastSeen: iso(heardAt) }),
      ...(status ? { status } : {}),
    };
  }

  #mustExist(): void {
    if (!this.#initialised) throw new ToolError({ code: 'internal', message: 'There is no such user.' });
  }

  /** One alarm serves both: it rings for whatever comes first, and a sweep that comes early does no harm. */
  async #scheduleDelivery(): Promise<void> {
    const due = this.#personal.nextDelivery();
    if (due === undefined) return;
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > due) await this.ctx.storage.setAlarm(due);
  }

  async #scheduleSweep(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + sweepIntervalMs);
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
