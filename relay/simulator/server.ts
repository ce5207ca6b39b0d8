import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientSession, type SessionHost } from './client-session.ts';
import type { Faults, IgnoreRule } from './faults.ts';
import type { Context } from './handlers/handler.ts';
import { handlers } from './handlers/index.ts';
import { announceOpenOrders, attachOrderFeed } from './handlers/order-feed.ts';
import { type Logger, silent } from './logger.ts';
import { nextOrderId } from './orders/order-ids.ts';
import { BadFieldError, type Request, type RequestName } from './protocol/requests.ts';
import type { SubscriptionKind } from './subscriptions.ts';
import { createWorld, type World } from './world.ts';

export interface SimulatorOptions {
  /** Address to listen on; loopback unless told otherwise. */
  readonly host?: string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** Which of all possible markets this is; the same seed gives the same prices. */
  readonly seed?: number;
  /** Account codes; one paper account by default. */
  readonly accounts?: readonly string[];
  /** What time it is in the simulated world; the real time by default. */
  readonly clock?: () => Date;
  readonly logger?: Logger;
  /** Milliseconds between looks for changed quotes; 250 by default. */
  readonly tickIntervalMs?: number;
  /** The newest protocol generation spoken; 193 by default. */
  readonly maxServerVersion?: number;
  /** Refuse identical requests for bars of 30 seconds or less within 15 seconds; off by default. */
  readonly enforcePacing?: boolean;
  /** The client that sees the orders of all clients; none by default. */
  readonly masterClientId?: number;
  /** Refuse orders with error 321; off by default. */
  readonly readOnlyApi?: boolean;
}

/** A request as it was received. */
export interface ReceivedRequest {
  readonly name: RequestName;
  readonly clientId: number | undefined;
  /** In the simulated world's time. */
  readonly time: Date;
  readonly fields: Readonly<Record<string, string>>;
}

export interface ActiveSubscription {
  readonly clientId: number;
  readonly kind: SubscriptionKind;
  readonly reqId: number;
  readonly subject: string;
}

const DEFAULT_ACCOUNT = 'DU1234567';
const DEFAULT_TICK_MS = 250;
const NEWEST_SERVER_VERSION = 193;
const MOST_CLIENTS = 32;
/** Started clients and those still shaking hands; further ones are refused. */
const MOST_CONNECTIONS = 64;
const REMEMBERED_REQUESTS = 1000;
const NO_ID = -1;

/** What a gateway says right after a client has started: its data farms are there. */
const FARM_MESSAGES: readonly (readonly [code: number, text: string])[] = [
  [2104, 'Market data farm connection is OK:usfarm.nj'],
  [2104, 'Market data farm connection is OK:usfuture'],
  [2104, 'Market data farm connection is OK:cashfarm'],
  [2104, 'Market data farm connection is OK:eufarm'],
  [2104, 'Market data farm connection is OK:hfarm'],
  [2106, 'HMDS data farm connection is OK:ushmds'],
  [2106, 'HMDS data farm connection is OK:euhmds'],
  [2158, 'Sec-def data farm connection is OK:secdefnj'],
];

/** A simulated gateway: what a test or the product holds in its hands. */
export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #log: Logger;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #sessions = new Set<ClientSession>();
  readonly #received: ReceivedRequest[] = [];
  readonly #ticking: NodeJS.Timeout;
  readonly #sessionHost: SessionHost;
  #listener: Server | undefined;
  #port: number;
  #closed = false;

  /** Use {@link startSimulator}. */
  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#log = options.logger ?? silent;
    this.#port = options.port ?? 0;
    this.#world = createWorld({
      seed: options.seed ?? 1,
      accounts: options.accounts ?? [DEFAULT_ACCOUNT],
      clock: options.clock ?? (() => new Date()),
      enforcePacing: options.enforcePacing ?? false,
      ...(options.masterClientId === undefined ? {} : { masterClientId: options.masterClientId }),
      readOnlyApi: options.readOnlyApi ?? false,
    });
    this.#faults = this.#world.faults;
    attachOrderFeed(this.#world, () => this.#started());
    this.#sessionHost = {
      faults: this.#faults,
      log: this.#log,
      maxServerVersion: options.maxServerVersion ?? NEWEST_SERVER_VERSION,
      now: () => this.#world.now(),
      timeText: () => this.#world.zone.stamp(this.#world.now()),
      onRequest: (session, request) => this.#onRequest(session, request),
      onClose: (session) => this.#sessions.delete(session),
    };
    this.#ticking = setInterval(() => this.#tick(), options.tickIntervalMs ?? DEFAULT_TICK_MS);
    this.#ticking.unref();
  }

  /** The port it listens on, the same across restarts. */
  get port(): number {
    return this.#port;
  }

  /** The last thousand requests, oldest first. */
  get received(): readonly ReceivedRequest[] {
    return this.#received;
  }

  /** What every connected client is subscribed to at the moment. */
  activeSubscriptions(): ActiveSubscription[] {
    return [...this.#sessions].flatMap(({ clientId = NO_ID, subscriptions }) =>
      subscriptions.list().map(({ kind, reqId, subject }) => ({ clientId, kind, reqId, subject })),
    );
  }

  /** Starts or resumes accepting connections, unless closed. @throws when the port is taken */
  async listen(): Promise<void> {
    if (this.#listener || this.#closed) return;
    const listener = createServer((socket) => this.#accept(socket));
    this.#listener = listener;
    listener.maxConnections = MOST_CONNECTIONS;
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
    await this.#stopListening(true);
  }

  /** Goes down with all its connections, refuses new ones for a while, and comes back on the same port. */
  async restart({ downMs }: { readonly downMs: number }): Promise<void> {
    await this.#stopListening(true);
    await sleep(downMs);
    await this.listen();
  }

  /** While frozen the sockets stay open, and nothing is read or answered. */
  freeze(on: boolean): void {
    this.#faults.frozen = on;
    for (const session of this.#sessions) {
      if (on) session.freeze();
      else session.thaw();
    }
  }

  dropConnections(): void {
    for (const session of this.#sessions) session.close('dropped on purpose');
  }

  /** While refusing, connections that exist stay, and new ones are refused by the operating system. */
  async refuseConnections(on: boolean): Promise<void> {
    if (on) await this.#stopListening(false);
    else await this.listen();
  }

  /** As a gateway on which the API has not been fully enabled: it logs clients in, but never gives them an order id. */
  withholdNextValidId(on: boolean): void {
    this.#faults.withholdNextValidId = on;
  }

  /** As a gateway that waits for a login: it accepts connections and says nothing. */
  ignoreHandshake(on: boolean): void {
    this.#faults.ignoreHandshake = on;
  }

  /** Leaves some requests unanswered, until called with `'off'`. */
  ignoreRequests(rule: IgnoreRule): void {
    this.#faults.ignore(rule);
  }

  /** Lets every request wait so long before it is looked at. */
  delayRequests(milliseconds: number): void {
    this.#faults.requestDelayMs = milliseconds;
  }

  /** The next message to any client loses the second half of its fields. */
  truncateNextFrame(): void {
    this.#faults.truncateNextFrame();
  }

  /** Sends a system message, such as 1100 or 2103, to every client that has started. */
  sendSystemMessage(code: number, text: string): void {
    for (const session of this.#started()) session.sendError(NO_ID, code, text);
  }

  #started(): ClientSession[] {
    return [...this.#sessions].filter(({ clientId }) => clientId !== undefined);
  }

  async #stopListening(dropping: boolean): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if (dropping) this.dropConnections();
    if (!listener) return;
    const closed = once(listener, 'close');
    listener.close();
    if (dropping) await closed;
  }

  #accept(socket: Socket): void {
    this.#sessions.add(new ClientSession(socket, this.#sessionHost));
  }

  #tick(): void {
    if (this.#faults.frozen) return;
    const monotonic = performance.now();
    const instant = this.#world.now();
    this.#world.exchange.advance(instant);
    for (const session of this.#sessions) {
      try {
        session.subscriptions.update(monotonic, instant);
      } catch (error) {
        this.#log.warn({ clientId: session.clientId, error }, 'a subscription could not be updated');
      }
    }
  }

  #onRequest(session: ClientSession, request: Request): void {
    const { clientId } = session;
    const { name } = request;
    if (this.#received.length >= REMEMBERED_REQUESTS) this.#received.shift();
    this.#received.push({ name, clientId, time: new Date(this.#world.now()), fields: request.values });
    this.#log.debug({ clientId, name, fields: request.values }, 'request');
    if (this.#faults.ignores(request)) return;
    try {
      this.#answer(session, request);
    } catch (error) {
      this.#reportFailure(session, request, error);
    }
  }

  #answer(session: ClientSession, request: Request): void {
    if (request.name === 'startApi') {
      this.#startClient(session, request as Request<'clientId'>);
      return;
    }
    const { clientId } = session;
    const handler = handlers[request.name] as ((context: Context, request: Request) => void) | undefined;
    if (clientId === undefined) this.#log.warn({ name: request.name }, 'ignoring a request before startApi');
    else if (handler) handler(this.#contextOf(session), request);
    else this.#log.info({ clientId, name: request.name }, 'leaving a request unanswered');
  }

  /** A field that does not parse is the client's fault, anything else ours; neither may take the gateway down. */
  #reportFailure(session: ClientSession, request: Request, error: unknown): void {
    const id = Number((request as Request<'reqId'>).text('reqId'));
    const reqId = Number.isInteger(id) && id > 0 ? id : NO_ID;
    if (error instanceof BadFieldError) {
      const text = `Error reading request. Unable to parse data. java.lang.NumberFormatException: ${error.message}`;
      session.sendError(reqId, 320, text);
      return;
    }
    this.#log.warn({ clientId: session.clientId, name: request.name, error }, 'a request could not be answered');
    session.sendError(
      reqId,
      322,
      `Error processing request: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  #contextOf(session: ClientSession): Context {
    return {
      session,
      world: this.#world,
      log: this.#log,
      sessions: () => this.#started(),
      sendNextValidId: () => this.#sendNextValidId(session),
      subscribe: (subscription) => session.subscriptions.add(subscription, performance.now()),
    };
  }

  #sendNextValidId(session: ClientSession): void {
    if (this.#faults.withholdNextValidId || session.clientId === undefined) return;
    session.send('nextValidId', { orderId: nextOrderId(this.#world, session.clientId) });
  }

  #startClient(session: ClientSession, request: Request<'clientId'>): void {
    if (session.clientId !== undefined) return;
    const clientId = request.int('clientId');
    const others = this.#started();
    if (others.some((other) => other.clientId === clientId)) {
      const text = 'Unable to connect as the client id is already in use. Retry with a unique client id.';
      session.sendError(NO_ID, 326, text);
      session.finish(`client id ${clientId} is in use`);
      return;
    }
    if (others.length >= MOST_CLIENTS) {
      session.close(`${MOST_CLIENTS} clients are connected already`);
      return;
    }
    session.clientId = clientId;
    this.#log.info({ clientId, serverVersion: session.serverVersion }, 'client started');
    announceOpenOrders(this.#contextOf(session));
    session.send('managedAccounts', { accounts: this.#world.accounts.map(({ id }) => id).join(',') });
    this.#sendNextValidId(session);
    for (const [code, text] of FARM_MESSAGES) session.sendError(NO_ID, code, text);
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
