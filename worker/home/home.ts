import { DurableObject } from 'cloudflare:workers';
import { approversOffer } from '../../shared/approvers/offer.ts';
import { ToolError, type ToolErrorData, toToolErrorData } from '../../shared/errors.ts';
import type { AuditVerdict } from '../../shared/orders/audit-chain.ts';
import { orderEventName } from '../../shared/orders/frames.ts';
import { judge } from '../../shared/orders/policy.ts';
import type { PasskeyKey, RelyingParty } from '../../shared/passkeys/passkey.ts';
import { plainText } from '../../shared/plain-text.ts';
import { closeCodes } from '../../shared/tunnel/close-codes.ts';
import { appName, readGrantRecord } from '../clients/grant-record.ts';
import { type KvListOptions, type KvListResult, type KvPutOptions, KvTable } from '../storage/kv-table.ts';
import { Alerting, type AlertsOverview } from './alerts/alerting.ts';
import type { ApproverKey } from './approvers/approver-keys.ts';
import { Approvers, type ApproversOverview } from './approvers/approvers.ts';
import { type Caller, HumanAsked, type Question } from './orders/caller.ts';
import { Cancelling } from './orders/cancelling.ts';
import { type LimitsView, limitsView, setLimits } from './orders/limits.ts';
import { type StopResult, type TradingOverview, tradingViews } from './orders/overview.ts';
import { OrderReading } from './orders/reading.ts';
import { setStopped } from './orders/stopping.ts';
import { TicketDesk } from './orders/ticket-desk.ts';
import { Trading } from './orders/trading.ts';
import { Passkeys, type PasskeyView } from './passkeys.ts';
import { type RefreshAnswer, Refreshes, type RefreshOutcome } from './refreshes.ts';
import { relaysWithin } from './relays/account-scope.ts';
import type { NewDevice } from './relays/devices.ts';
import type { CallAnswer, CallRequest, NextChunk, ProgressListener } from './relays/relay-link.ts';
import { notPaired, Relays } from './relays/relays.ts';
import type { RelayDetails, RelayView } from './relays/status.ts';
import { initialise, isInitialised, migrateHome } from './schema.ts';
import { type NewSession, type Session, Sessions, type SessionView } from './sessions.ts';
import { acts, runHomeTool } from './tools/index.ts';
import { Watchlists } from './watchlists/watchlists.ts';

export type { AuditVerdict } from '../../shared/orders/audit-chain.ts';
export type { AlertsOverview } from './alerts/alerting.ts';
export type { ApproversOverview } from './approvers/approvers.ts';
export type { Caller, HumanDecision, Question } from './orders/caller.ts';
export type { LimitsView } from './orders/limits.ts';
export type { StopResult, TradingOverview } from './orders/overview.ts';
export type { PasskeyView } from './passkeys.ts';
export type { CallAnswer, CallRequest, NextChunk, ProgressListener } from './relays/relay-link.ts';
export type { RelayDetails, RelayView } from './relays/status.ts';
export type { Session, SessionView } from './sessions.ts';

/** What Home needs of the Worker's environment. */
export interface HomeEnv {
  /** `"1"` only under `npm start`: offers the demo user, on a loopback host only, and lets a webhook be on this machine. */
  readonly LOCAL_MODE?: string;
}

const sweepIntervalMs = 6 * 3_600_000;

/** OAuth grants and tokens of one user. A token lives an hour, so that this is several every second. */
const maxKeys = 20_000;

/** `question`: nothing has happened yet, for a human has to be asked. */
export type ToolAnswer = CallAnswer | { kind: 'question'; question: Question };

/** What a Home keeps for its user, by room. */
interface Rooms {
  readonly kv: KvTable;
  readonly refreshes: Refreshes;
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly approvers: Approvers;
  readonly relays: Relays;
  readonly watchlists: Watchlists;
  readonly alerting: Alerting;
  readonly trading: Trading;
  readonly desk: TicketDesk;
  readonly cancelling: Cancelling;
  readonly reading: OrderReading;
}

/**
 * Everything that belongs to one user: the tunnels of their relays, browser sessions, their OAuth grants and tokens, and
 * their watchlists and alerts. Here are only its calls from outside and its alarm; what they do is in its rooms.
 * Its name is the opaque user id. A Home that no sign-in has created answers nobody and stores nothing.
 */
export class Home extends DurableObject<HomeEnv> {
  #rooms: Rooms | undefined;

  /** @throws StorageError when a newer version has written its storage */
  constructor(ctx: DurableObjectState, env: HomeEnv) {
    super(ctx, env);
    if (!isInitialised(ctx.storage)) return;
    migrateHome(ctx.storage);
    this.#rooms = this.#open();
  }

  /** Creates the Home; called once, when the user's first sign-in makes their id. */
  initialise(userId: string): void {
    if (this.#rooms) return;
    initialise(this.ctx.storage, userId);
    this.#rooms = this.#open();
  }

  /** Deletes all that is kept for the user, for good: relays are cut off, and no session, token or passkey opens it again. */
  async destroy(): Promise<void> {
    if (!this.#rooms) return;
    for (const { id } of this.#rooms.relays.views()) this.revokeDevice(id);
    this.#rooms = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  // The user's OAuth records.

  kvGet(key: string): string | null {
    return this.#rooms?.kv.get(key) ?? null;
  }

  /** @throws StorageError `storage_full` when there are too many */
  async kvPut(key: string, value: string, options?: KvPutOptions): Promise<void> {
    this.#existing().kv.put(key, value, options);
    await this.#scheduleSweep();
  }

  kvDelete(key: string): void {
    this.#rooms?.kv.delete(key);
  }

  kvList(options?: KvListOptions): KvListResult {
    return this.#rooms?.kv.list(options) ?? { keys: [], list_complete: true };
  }

  /** Up to `limit` records with that prefix at once; one call each would be too many for a page. */
  kvEntries(prefix: string, limit: number): { key: string; value: string }[] {
    return this.#rooms?.kv.entries(prefix, limit) ?? [];
  }

  /**
   * Carries out a refresh, unless it is one that was carried out before: see {@link Refreshes}.
   * @param run the refresh itself, which reads and writes the records here
   */
  async refreshOnce(
    grant: string,
    spent: string,
    wishes: string,
    run: () => Promise<RefreshAnswer>,
  ): Promise<RefreshOutcome> {
    if (this.#rooms) return this.#rooms.refreshes.once(grant, spent, wishes, run);
    return { kind: 'answer', sealed: (await run()).sealed };
  }

  // Browser sessions.

  async createSession(session: NewSession): Promise<void> {
    this.#existing().sessions.create(session);
    await this.#scheduleSweep();
  }

  /** The session with that secret, if it began in this epoch of the deployment and has not ended. */
  session(hash: string, epoch: string): Session | undefined {
    return this.#rooms?.sessions.find(hash, epoch);
  }

  sessions(): { sessions: SessionView[] } {
    return { sessions: this.#existing().sessions.list() };
  }

  deleteSession(hash: string): void {
    this.#rooms?.sessions.delete(hash);
  }

  /** Ends one session, or all of them. */
  endSessions(id?: string): void {
    this.#existing().sessions.end(id);
  }

  // Passkeys.

  /** What is known of the user's passkeys: for checking signatures, and for the person. */
  passkeys(): { keys: PasskeyKey[]; views: PasskeyView[] } {
    const passkeys = this.#rooms?.passkeys;
    return { keys: passkeys?.keys() ?? [], views: passkeys?.list() ?? [] };
  }

  /** @returns a sentence when it cannot be added */
  addPasskey(key: PasskeyKey & { backedUp: boolean }, name: string): string {
    const { passkeys, approvers } = this.#existing();
    return hasKey(approvers.keys(), key)
      ? 'This key approves orders, so that it signs nobody in.'
      : passkeys.add(key, name);
  }

  /** Notes a signature that was verified. @returns false when it cannot be the newest */
  passkeyUsed(id: string, counter: number): boolean {
    return this.#existing().passkeys.used(id, counter);
  }

  renamePasskey(id: string, name: string): void {
    this.#existing().passkeys.rename(id, name);
  }

  /** @returns false for the last one */
  removePasskey(id: string): boolean {
    return this.#existing().passkeys.remove(id);
  }

  // Keys that approve orders.

  approvers(): ApproversOverview {
    return this.#rooms?.approvers.overview() ?? { views: [], relays: [] };
  }

  approverKeys(): { keys: ApproverKey[] } {
    return { keys: this.#rooms?.approvers.keys() ?? [] };
  }

  /** @param by who does it, in words @returns a sentence when it cannot be added */
  addApprover(key: PasskeyKey & { backedUp: boolean }, name: string, party: RelyingParty, by: string): string {
    const { passkeys, approvers } = this.#existing();
    if (hasKey(passkeys.keys(), key)) return 'This passkey signs you in, so that it approves no orders.';
    return approvers.add(key, name, party, by);
  }

  /** @param by who does it, in words */
  removeApprover(fingerprint: string, by: string): void {
    this.#existing().approvers.remove(fingerprint, by);
  }

  /** Keys with which that one can be vouched for by somebody at this origin. */
  endorsers(fingerprint: string, origin: string): { keys: ApproverKey[] } {
    return { keys: this.#existing().approvers.endorsers(fingerprint, origin) };
  }

  /** Keeps what a key signed for another; see {@link Approvers.endorse}. */
  endorseApprover(...endorsement: Parameters<Approvers['endorse']>): string {
    return this.#existing().approvers.endorse(...endorsement);
  }

  // Relays.

  /** Takes a relay in that came with a code for this user. @returns its id, or nothing when there are too many */
  pair(relay: NewDevice): string | undefined {
    return this.#existing().relays.pair(relay);
  }

  relay(id: string): RelayDetails | undefined {
    return this.#rooms?.relays.details(id);
  }

  renameRelay(id: string, name: string): void {
    this.#existing().relays.rename(id, name);
  }

  /** Removes a relay: its key stops working and its connection is closed at once. */
  revokeDevice(id: string): void {
    const { relays, alerting, approvers, trading } = this.#existing();
    alerting.relayRemoved(id, relays.remove(id));
    approvers.relayRemoved(id);
    trading.removed(id);
  }

  relays(): { relays: RelayView[] } {
    return { relays: this.#rooms?.relays.views() ?? [] };
  }

  /** Whether a relay allows trading, as far as it was last heard. */
  mayTrade(): boolean {
    return this.#rooms?.relays.views().some(({ status }) => (status?.trading ?? 'read-only') !== 'read-only') ?? false;
  }

  // Alerts, for the dashboard.

  alertsOverview(): AlertsOverview {
    return this.#rooms?.alerting.overview() ?? { firings: [], waiting: 0 };
  }

  /** Sets where fired alerts are told; an empty address ends it. @returns the signing secret, or what is wrong */
  setWebhook(url: string): { secret: string } | { problem: string } | undefined {
    return this.#existing().alerting.setWebhook(url, this.env.LOCAL_MODE === '1');
  }

  // Calls.

  /** Carries out a tool that this Home runs itself. Never throws for expected failures. */
  async answer(request: CallRequest, by: Omit<Caller, 'client'>, onProgress?: ProgressListener): Promise<ToolAnswer> {
    try {
      const { kv, relays, watchlists, alerting, desk, cancelling, reading } = this.#existing();
      // Few tools ask who called them.
      const app = () => this.#appOf(kv, by.grant);
      const value = await runHomeTool(request.op, request.args, {
        watchlists,
        alerting,
        relays: relaysWithin(relays.views(), request.accounts),
        ask: (operation, args) => relays.askMarket(operation, args, request),
        tell: (progress, total, message) => onProgress?.({ progress, total, message }),
        askStatus: () => relays.askStatus(request),
        askRelay: (device, operation, args) => relays.ask(device, operation, args, request),
        caller: {
          ...by,
          ...(request.accounts && { accounts: request.accounts }),
          get client() {
            return app();
          },
        },
        desk,
        cancelling,
        reading,
      });
      return { kind: 'value', value };
    } catch (thrown) {
      if (thrown instanceof HumanAsked) return { kind: 'question', question: thrown.question };
      if (!(thrown instanceof ToolError)) console.error(`${request.op} failed`, thrown);
      const error = toToolErrorData(thrown);
      if (acts(request.op)) this.noteRefusal(request.op, by.grant, error);
      return { kind: 'error', error };
    }
  }

  /** Writes into the audit that a call which acts was refused, here or in front of this Home. */
  noteRefusal(op: string, grant: string, { code, message }: Pick<ToolErrorData, 'code' | 'message'>): void {
    const { kv, trading } = this.#rooms ?? {};
    if (!kv) return;
    trading?.noteCall({ what: 'refused', grant, by: this.#appOf(kv, grant), detail: `${op} ${code}: ${message}` });
  }

  /** Runs a call at the user's relay. Never throws for expected failures. */
  async call(request: CallRequest, onProgress?: ProgressListener): Promise<CallAnswer> {
    return this.#existing().relays.call(request, onProgress);
  }

  nextChunk(id: string): Promise<NextChunk> {
    return this.#existing().relays.nextChunk(id);
  }

  /** Stops a call, at the relay and the gateway too; a mutation is only no longer waited for. */
  cancel(id: string): void {
    this.#rooms?.relays.cancel(id);
  }

  /** Stops the read that a client knows by this alias, if there is one such. */
  cancelAlias(alias: string): void {
    this.#rooms?.relays.cancelAlias(alias);
  }

  /** The secret with which questions to this user are sealed. */
  questionKey(): string {
    return this.#existing().trading.questionKey();
  }

  // Trading, for the dashboard.

  tradingViews(): TradingOverview[] {
    return this.#rooms ? tradingViews(this.#rooms.trading, this.#rooms.relays.views()) : [];
  }

  /** Stops trading at every relay, or lifts the stop that was set from here. @param by who asks, in words */
  setStopped(stopped: boolean, by: string): Promise<StopResult[]> {
    return setStopped(this.#existing().trading, stopped, by);
  }

  /** The limits that are set here, beside those at home. */
  limits(): LimitsView {
    return limitsView(this.#existing().trading);
  }

  /**
   * Sets the limits as a form gives them.
   * @param seen the `id` of the view that was filled in
   * @param by who does it, in words
   * @returns the form with what is wrong, or undefined when they are saved
   */
  setLimits(values: Readonly<Record<string, string>>, seen: string, by: string): LimitsView | undefined {
    return setLimits(this.#existing().trading, values, seen, by);
  }

  /** Reads the whole audit again, and says whether it is as it was written. */
  verifyAudit(): AuditVerdict | undefined {
    return this.#rooms?.trading.verifyAudit();
  }

  /** Lines of the audit as JSON, oldest first, after the last `seq` that was read. */
  auditLines(after: number, limit: number): { seq: number; text: string }[] {
    return this.#rooms?.trading.auditLines(after, limit) ?? [];
  }

  // The tunnel.

  override async fetch(request: Request): Promise<Response> {
    const relays = this.#rooms?.relays;
    if (!relays) return notPaired();
    return request.method === 'POST' ? relays.changeKey(request) : relays.connect(request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#rooms?.relays.receive(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#rooms?.relays.left(socket);
    // A hibernating socket does not answer by itself, and the relay would wait for it. Some codes are never sent.
    socket.close(code >= 3_000 ? code : closeCodes.normal);
  }

  override webSocketError(socket: WebSocket): void {
    this.#rooms?.relays.left(socket);
  }

  override async alarm(): Promise<void> {
    if (!this.#rooms) return;
    const { kv, refreshes, sessions, relays, alerting, trading } = this.#rooms;
    trading.expire();
    await alerting.deliver();
    refreshes.sweep();
    const left = [kv.sweep(), sessions.sweep(), relays.sweep()];
    if (left.includes(true)) await this.#scheduleSweep();
    await this.#scheduleDelivery();
  }

  #open(): Rooms {
    const { sql } = this.ctx.storage;
    const trading = new Trading({
      storage: this.ctx.storage,
      judge,
      instruct: (...instruction) => relays.instruct(...instruction),
      isOnline: (device) => relays.isOnline(device),
      ringAt: (time) => void this.#ringAt(time),
    });
    const relays = new Relays(this.ctx, {
      onStatus: (device, status) => {
        alerting.sync.onStatus(device, status);
        approvers.onStatus(device, status);
        trading.said(device, status);
      },
      onOpened: (device, status) => trading.opened(device, status),
      eventHandlers: new Map([[orderEventName, (device, body) => trading.told(device, body)]]),
    });
    const desk = new TicketDesk(trading);
    const orders = {
      trading,
      desk,
      cancelling: new Cancelling(trading, desk),
      reading: new OrderReading(trading, desk),
    };
    const approvers = new Approvers(sql, {
      ask: (device, offer) => relays.ask(device, approversOffer, offer),
      isOnline: (device) => relays.isOnline(device),
      note: (entry) => trading.note(entry),
    });
    const alerting = new Alerting(sql, {
      ask: (...question) => relays.ask(...question),
      isOnline: (device) => relays.isOnline(device),
      messagesWait: () => void this.#scheduleDelivery(),
    });
    const [kv, sessions, watchlists] = [new KvTable(sql, maxKeys), new Sessions(sql), new Watchlists(sql)];
    const passkeys = new Passkeys(sql);
    const refreshes = new Refreshes(sql, () => this.#userId());
    return { kv, refreshes, sessions, passkeys, approvers, relays, watchlists, alerting, ...orders };
  }

  /** As the app of a grant calls itself, fit to stand in a sentence. */
  #appOf(kv: KvTable, grant: string): string {
    const record = readGrantRecord(kv.get(`grant:${this.#userId()}:${grant}`) ?? '');
    return plainText(record ? appName(record) : '').slice(0, 60) || 'an app';
  }

  #userId(): string {
    return this.ctx.storage.sql.exec<{ user_id: string }>('SELECT user_id FROM meta').one().user_id;
  }

  #existing(): Rooms {
    if (!this.#rooms) throw new ToolError({ code: 'internal', message: 'There is no such user.' });
    return this.#rooms;
  }

  /** One alarm serves both: it rings for whatever comes first, and a sweep that comes early does no harm. */
  async #scheduleDelivery(): Promise<void> {
    const due = this.#rooms?.alerting.nextDelivery();
    if (due !== undefined) await this.#ringAt(due);
  }

  async #ringAt(due: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > due) await this.ctx.storage.setAlarm(due);
  }

  async #scheduleSweep(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + sweepIntervalMs);
  }
}

function hasKey(keys: readonly PasskeyKey[], { id }: PasskeyKey): boolean {
  return keys.some((key) => key.id === id);
}
