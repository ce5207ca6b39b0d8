import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults, IgnoreRule } from '../faults/faults.ts';
import type { LinkSettings } from '../faults/link.ts';
import type { PacingMode } from '../faults/request-pacing.ts';
import type { Rule } from '../faults/rules.ts';
import { resetMarketDepth } from '../handlers/depth.ts';
import { attachOrderFeed } from '../handlers/order-feed.ts';
import type { ServerMessageName, ServerMessageValues } from '../protocol/messages.ts';
import { ClientSession } from '../session/client-session.ts';
import type { SubscriptionKind } from '../session/subscriptions.ts';
import { type ClockSettings, WorldClock } from '../world/clock.ts';
import { type Logger, silent } from '../world/logger.ts';
import { type LedgerEntry, OrderLedger } from '../world/order-ledger.ts';
import { createWorld, type World } from '../world/world.ts';
import { Connectivity } from './connectivity.ts';
import { Dispatcher, type ReceivedRequest } from './dispatcher.ts';
import { Reception } from './reception.ts';

export interface SimulatorOptions {
  /** Address to listen on; loopback unless told otherwise. */
  readonly host?: string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** Which of all possible markets this is; the same seed gives the same prices. */
  readonly seed?: number;
  /** Account codes; one paper account by default. */
  readonly accounts?: readonly string[];
  /** What the world's clock starts from and follows; the real time by default. */
  readonly clock?: () => Date;
  /** How many days of trading lie behind the accounts at the start; none by default. */
  readonly pastDays?: number;
  /** How the world's clock is set at the start. */
  readonly clockSettings?: ClockSettings;
  readonly logger?: Logger;
  /** Milliseconds between looks for changed quotes; 250 by default. */
  readonly tickIntervalMs?: number;
  /** The newest protocol generation spoken; 193 by default. */
  readonly maxServerVersion?: number;
  /** Refuse requests for small bars that come too often; off by default. */
  readonly enforcePacing?: boolean;
  /** What happens to more than fifty requests a second of one client; nothing by default. */
  readonly requestPacing?: PacingMode;
  /** The client that sees the orders of all clients; none by default. */
  readonly masterClientId?: number;
  /** Refuse orders with error 321; off by default. */
  readonly readOnlyApi?: boolean;
  /** 32 by default, as in a real gateway. */
  readonly maxClients?: number;
  /** How many market data lines all clients can have together; 100 by default. */
  readonly marketDataLines?: number;
  /** A connection that has not started a client after so long is cut off; 30 seconds by default. */
  readonly handshakeMs?: number;
}

export interface ActiveSubscription {
  readonly clientId: number;
  readonly kind: SubscriptionKind;
  readonly reqId: number;
  readonly subject: string;
}

export interface ConnectedClient {
  readonly clientId: number;
  readonly serverVersion: number;
}

const defaultSeed = 1;
const defaultAccount = 'DU1234567';
const defaultTickMs = 250;
const newestServerVersion = 193;
const mostClients = 32;
/** Connections that still shake hands beside the started clients; further ones are refused. */
const mostHalfOpen = 32;
const defaultHandshakeMs = 30_000;
const noId = -1;

/** A simulated gateway: what a test or the product holds in its hands. */
export class Simulator {
  readonly world: World;
  readonly clock: WorldClock;
  /** What is wrong with the gateway. Connections to the broker are broken and mended by `connectivity`, which also tells. */
  readonly faults: Faults;
  readonly connectivity: Connectivity;
  readonly #options: SimulatorOptions;
  readonly #log: Logger;
  readonly #sessions = new Set<ClientSession>();
  /** Those of half-open connections are among them: they are without a session. */
  readonly #sockets = new Set<Socket>();
  readonly #reception: Reception;
  readonly #dispatcher: Dispatcher;
  readonly #ledger: OrderLedger;
  readonly #ticking: NodeJS.Timeout;
  readonly #onTick = new Set<(instant: number) => void>();
  #listener: Server | undefined;
  #port: number;
  #closed = false;

  /** Use {@link startSimulator}. */
  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#log = options.logger ?? silent;
    this.#port = options.port ?? 0;
    const source = options.clock ?? (() => new Date());
    this.clock = new WorldClock(() => source().getTime());
    this.clock.set(options.clockSettings ?? {});
    this.world = this.#createWorld();
    this.faults = this.world.faults;
    this.faults.requestPacing = options.requestPacing ?? 'off';
    const { world, clock } = this;
    const sessions = () => this.#started();
    const common = { world, clock, log: this.#log, sessions };
    this.#reception = new Reception({ ...common, maxClients: options.maxClients ?? mostClients });
    this.#dispatcher = new Dispatcher({ ...common, reception: this.#reception });
    this.connectivity = new Connectivity(world, this.#dispatcher, sessions);
    attachOrderFeed(world, sessions);
    this.#ledger = new OrderLedger(world.exchange);
    this.#ticking = setInterval(() => this.#tick(), options.tickIntervalMs ?? defaultTickMs);
    this.#ticking.unref();
  }

  #createWorld(): World {
    const { accounts = [defaultAccount], enforcePacing = false, readOnlyApi = false } = this.#options;
    const { masterClientId, marketDataLines, pastDays } = this.#options;
    return createWorld({
      seed: this.seed,
      accounts,
      clock: () => new Date(this.clock.now()),
      enforcePacing,
      readOnlyApi,
      ...(masterClientId === undefined ? {} : { masterClientId }),
      ...(marketDataLines === undefined ? {} : { marketDataLines }),
      ...(pastDays === undefined ? {} : { pastDays }),
    });
  }

  /** Which of all possible markets this is. */
  get seed(): number {
    return this.#options.seed ?? defaultSeed;
  }

  /** The port it listens on, the same across restarts. */
  get port(): number {
    return this.#port;
  }

  /** The last thousand requests, oldest first. */
  get received(): readonly ReceivedRequest[] {
    return this.#dispatcher.received;
  }

  /** Every order that was ever accepted, as it came over the wire, oldest first. */
  ledger(): LedgerEntry[] {
    return this.#ledger.list();
  }

  /** The clients that have started, in the order in which they connected. */
  clients(): ConnectedClient[] {
    return this.#started().map(({ clientId = noId, serverVersion }) => ({ clientId, serverVersion }));
  }

  /** What every connected client is subscribed to at the moment. */
  activeSubscriptions(): ActiveSubscription[] {
    return [...this.#sessions].flatMap(({ clientId = noId, subscriptions }) =>
      subscriptions.list().map(({ kind, reqId, subject }) => ({ clientId, kind, reqId, subject })),
    );
  }

  /** Starts or resumes accepting connections, unless closed. @throws when the port is taken */
  async listen(): Promise<void> {
    if (this.#listener || this.#closed) return;
    const listener = createServer((socket) => this.#accept(socket));
    this.#listener = listener;
    listener.maxConnections = (this.#options.maxClients ?? mostClients) + mostHalfOpen;
    listener.listen(this.#port, this.#options.host ?? '127.0.0.1');
    try {
      await once(listener, 'listening');
    } catch (error) {
      this.#listener = undefined;
      throw error;
    }
    this.#port = (listener.address() as AddressInfo).port;
  }

  /** Ends every connection and stops for good. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticking);
    await this.goDown();
  }

  /**
   * Drops every connection and refuses new ones until `listen`. What clients had asked for is forgotten, orders are not,
   * but for those that have not left the gateway: they wait for the rest of their bracket, or in a window.
   */
  async goDown(): Promise<void> {
    this.world.exchange.scripts.loseUntransmitted();
    this.faults.orders.answerWindow(false);
    this.#dispatcher.gate.loseOrders();
    await this.#stopListening(true);
  }

  /** Goes down with all its connections, refuses new ones for a while, and comes back on the same port. */
  async restart({ downMs }: { readonly downMs: number }): Promise<void> {
    await this.goDown();
    await sleep(downMs);
    await this.listen();
  }

  /** While frozen the sockets stay open, and nothing is read or answered. */
  freeze(on: boolean): void {
    this.faults.frozen = on;
    for (const session of this.#sessions) {
      if (on) session.freeze();
      else session.thaw();
    }
  }

  /** Drops these clients, or everybody. */
  dropConnections(clientId?: number): void {
    for (const session of this.#ofClient(clientId)) session.close('dropped on purpose');
  }

  /** Makes these clients, or everybody, start their order books anew: error 317 and every row again. */
  resetDepth(clientId?: number): void {
    for (const session of this.#ofClient(clientId)) resetMarketDepth(session, this.world.now());
  }

  /** Leaves the connections of these clients, or of everybody, half open: no byte and no FIN ever comes again. */
  halfOpen(clientId?: number): void {
    for (const session of this.#ofClient(clientId)) {
      session.goSilent();
      this.#forget(session);
    }
  }

  /** While refusing, connections that exist stay, and new ones are refused by the operating system. */
  async refuseConnections(on: boolean): Promise<void> {
    if (on) await this.#stopListening(false);
    else await this.listen();
  }

  /** As a gateway on which the API has not been fully enabled: it logs clients in, but never gives them an order id. */
  withholdNextValidId(on: boolean): void {
    this.faults.withholdNextValidId = on;
  }

  /** As a gateway that waits for a login: it accepts connections and says nothing. */
  ignoreHandshake(on: boolean): void {
    this.faults.handshake = on ? 'ignore' : 'answer';
  }

  /** Leaves some requests unanswered, until called with `'off'`. */
  ignoreRequests(rule: IgnoreRule): void {
    this.faults.ignore(rule);
  }

  /** Lets every request wait so long before it is looked at. */
  delayRequests(milliseconds: number): void {
    this.faults.requestDelayMs = milliseconds;
  }

  /** The next message to any client loses the second half of its fields. */
  truncateNextFrame(): void {
    this.addRule({ on: 'out', do: 'truncate' });
  }

  /** Makes something go wrong with single messages. @returns the rule's id @throws {z.ZodError} when it is no valid rule */
  addRule(rule: Rule): number {
    return this.faults.rules.add(rule);
  }

  /** How bytes travel to the clients from now on; what is left out stays as it is. */
  setLink(settings: Partial<LinkSettings>): void {
    this.faults.link = { ...this.faults.link, ...settings };
  }

  /** Sends a system message, such as 1100 or 2103, to every client that has started. */
  sendSystemMessage(code: number, text: string): void {
    for (const session of this.#started()) session.sendError(noId, code, text);
  }

  /** Sends a message of the protocol to every client that has started, as a gateway of its own mind would. */
  sendMessage<Name extends ServerMessageName>(name: Name, values: ServerMessageValues<Name>): void {
    for (const session of this.#started()) session.send(name, values);
  }

  /** A healthy gateway again: no faults, everything connected, all client ids free. Whether it listens stays as it is. */
  heal(): void {
    this.freeze(false);
    this.faults.clear();
    this.connectivity.clear();
    this.#reception.releaseClientIds();
  }

  /** Sets the clock, and lets the market come to the new time at once. @throws {RangeError} as `WorldClock.set` does */
  setClock(settings: ClockSettings): void {
    this.clock.set(settings);
    this.#tick();
  }

  /** Moves the world on by so many milliseconds at once. @throws {RangeError} when they are negative */
  advanceClock(milliseconds: number): void {
    this.clock.advance(milliseconds);
    this.#tick();
  }

  /** Calls back whenever the world has moved on. @returns what ends it */
  onTick(listener: (instant: number) => void): () => void {
    this.#onTick.add(listener);
    return () => this.#onTick.delete(listener);
  }

  #started(): ClientSession[] {
    return [...this.#sessions].filter(({ clientId }) => clientId !== undefined);
  }

  #ofClient(clientId: number | undefined): ClientSession[] {
    return [...this.#sessions].filter((session) => clientId === undefined || session.clientId === clientId);
  }

  async #stopListening(dropping: boolean): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if (!listener) {
      if (dropping) this.dropConnections();
      return;
    }
    const closed = once(listener, 'close');
    listener.close();
    if (!dropping) return;
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#sessions.add(
      new ClientSession(socket, {
        faults: this.faults,
        log: this.#log,
        maxServerVersion: this.#options.maxServerVersion ?? newestServerVersion,
        handshakeMs: this.#options.handshakeMs ?? defaultHandshakeMs,
        now: () => this.#announcedTime(),
        timeText: () => this.world.zone.stamp(this.#announcedTime()),
        onRequest: (session, request) => this.#dispatcher.dispatch(session, request),
        onIgnored: (session, request) => this.#dispatcher.note(session, request),
        onClose: (session) => this.#forget(session),
        later: (milliseconds, run) => setTimeout(run, milliseconds).unref(),
      }),
    );
  }

  #announcedTime(): number {
    return this.world.now() + this.faults.clockSkewMs;
  }

  #forget(session: ClientSession): void {
    if (!this.#sessions.delete(session)) return;
    this.#dispatcher.gate.forget(session);
    this.#reception.left(session);
  }

  #tick(): void {
    const instant = this.world.now();
    const { frozen, outages } = this.faults;
    if (!frozen && !outages.lost) this.world.exchange.advance(instant);
    for (const session of this.#sessions) this.#update(session, instant);
    for (const listener of this.#onTick) listener(instant);
  }

  #update(session: ClientSession, instant: number): void {
    const paused = this.#dispatcher.gate;
    try {
      session.subscriptions.update(
        this.clock.elapsed(),
        instant,
        (subscription) => this.faults.frozen || paused.pauses(session, subscription),
      );
    } catch (error) {
      this.#log.warn({ clientId: session.clientId, error }, 'a subscription could not be updated');
    }
  }
}

/** Starts a simulated IB Gateway. @throws when the port is taken */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  try {
    await simulator.listen();
  } catch (error) {
    await simulator.close();
    throw error;
  }
  return simulator;
}
