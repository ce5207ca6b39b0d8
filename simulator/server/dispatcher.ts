import type { Context } from '../handlers/handler.ts';
import { handlers } from '../handlers/index.ts';
import { BadFieldError, type Request, type RequestName } from '../protocol/requests.ts';
import { type ClientSession, idOf } from '../session/client-session.ts';
import type { WorldClock } from '../world/clock.ts';
import type { Logger } from '../world/logger.ts';
import type { World } from '../world/world.ts';
import { OutageGate } from './outage-gate.ts';
import type { Reception } from './reception.ts';

/** A request as it was received. */
export interface ReceivedRequest {
  readonly name: RequestName;
  readonly clientId: number | undefined;
  /** In the simulated world's time. */
  readonly time: Date;
  readonly fields: Readonly<Record<string, string>>;
}

export interface DispatcherOptions {
  readonly world: World;
  readonly clock: WorldClock;
  readonly log: Logger;
  readonly reception: Reception;
  /** Every client that has started. */
  readonly sessions: () => readonly ClientSession[];
}

const rememberedRequests = 1000;

/** Takes requests to their handlers, and remembers them. */
export class Dispatcher {
  /** The last thousand requests, oldest first. */
  readonly received: ReceivedRequest[] = [];
  readonly gate: OutageGate;
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.gate = new OutageGate(options.world);
  }

  /** Remembers a request that goes no further. */
  note({ clientId }: ClientSession, { name, values: fields }: Request): void {
    if (this.received.length >= rememberedRequests) this.received.shift();
    this.received.push({ name, clientId, time: new Date(this.#options.world.now()), fields });
    this.#options.log.debug({ clientId, name, fields }, 'request');
  }

  dispatch(session: ClientSession, request: Request): void {
    this.note(session, request);
    this.#try(session, request, (context) => {
      if (request.name === 'startApi') this.#options.reception.start(context, request as Request<'clientId'>);
      else if (session.clientId === undefined) {
        this.#options.log.warn({ name: request.name }, 'ignoring a request before startApi');
      } else if (!this.gate.stops(context, request)) this.#handle(context, request);
    });
  }

  /** Takes up what had to wait for the broker. */
  resume(): void {
    for (const { session, request } of this.gate.takeWaiting()) {
      this.#try(session, request, (context) => {
        if (!this.gate.stops(context, request)) this.#handle(context, request);
      });
    }
  }

  #handle(context: Context, request: Request): void {
    const handler = handlers[request.name] as ((context: Context, request: Request) => void) | undefined;
    const { clientId } = context.session;
    if (handler) handler(context, request);
    else this.#options.log.info({ clientId, name: request.name }, 'leaving a request unanswered');
  }

  #try(session: ClientSession, request: Request, action: (context: Context) => void): void {
    try {
      action(this.#contextOf(session));
    } catch (error) {
      this.#reportFailure(session, request, error);
    }
  }

  /** A field that does not parse is the client's fault, anything else ours; neither may take the gateway down. */
  #reportFailure(session: ClientSession, request: Request, error: unknown): void {
    const id = idOf(request);
    if (error instanceof BadFieldError) {
      const text = `Error reading request. Unable to parse data. java.lang.NumberFormatException: ${error.message}`;
      session.sendError(id, 320, text);
      return;
    }
    const { clientId } = session;
    this.#options.log.warn({ clientId, name: request.name, error }, 'a request could not be answered');
    session.sendError(id, 322, `Error processing request: ${error instanceof Error ? error.message : String(error)}`);
  }

  #contextOf(session: ClientSession): Context {
    const { world, log, clock, reception, sessions } = this.#options;
    return {
      session,
      world,
      log,
      sessions,
      sendNextValidId: () => reception.sendNextValidId(session),
      subscribe: (subscription) => session.subscriptions.add(subscription, clock.elapsed()),
    };
  }
}
