import { ClientIds } from '../faults/client-ids.ts';
import type { Context } from '../handlers/handler.ts';
import { announceOpenOrders } from '../handlers/order-feed.ts';
import { nextOrderId } from '../orders/order-ids.ts';
import type { Request } from '../protocol/requests.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Logger } from '../world/logger.ts';
import type { World } from '../world/world.ts';

const noId = -1;
const inUse = 'Unable to connect as the client id is already in use. Retry with a unique client id.';

export interface ReceptionOptions {
  readonly world: World;
  readonly log: Logger;
  readonly maxClients: number;
  /** Every client that has started. */
  readonly sessions: () => readonly ClientSession[];
}

/** Where clients start: ids that are taken, too many of them, and what they are told first. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #clientIds = new ClientIds();

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Answers startApi. */
  start(context: Context, request: Request<'clientId'>): void {
    const { session } = context;
    if (session.clientId !== undefined) return;
    const clientId = request.int('clientId');
    const others = this.#options.sessions();
    if (others.some((other) => other.clientId === clientId) || this.#clientIds.sticks(clientId, performance.now())) {
      session.sendError(noId, 326, inUse);
      session.finish(`client id ${clientId} is in use`);
      return;
    }
    if (others.length >= this.#options.maxClients) {
      session.close(`${this.#options.maxClients} clients are connected already`);
      return;
    }
    session.clientId = clientId;
    this.#options.log.info({ clientId, serverVersion: session.serverVersion }, 'client started');
    this.#greet(context);
  }

  /** Sends nextValidId, unless it is being withheld. */
  sendNextValidId(session: ClientSession): void {
    const { world } = this.#options;
    if (world.faults.withholdNextValidId || session.clientId === undefined) return;
    const orderId = Math.max(1, nextOrderId(world, session.clientId) - world.faults.orderIdRollback);
    session.send('nextValidId', { orderId });
  }

  /** Notes that a connection has gone; its id may stay taken for a while. */
  left({ clientId }: ClientSession): void {
    const { clientIdSticksMs } = this.#options.world.faults;
    if (clientId !== undefined && clientIdSticksMs > 0) {
      this.#clientIds.stick(clientId, performance.now() + clientIdSticksMs);
    }
  }

  /** Gives back every id that is taken by nobody. */
  releaseClientIds(): void {
    this.#clientIds.clear();
  }

  #greet(context: Context): void {
    const { world } = this.#options;
    const { session } = context;
    announceOpenOrders(context);
    session.send('managedAccounts', { accounts: world.accounts.map(({ id }) => id).join(',') });
    this.sendNextValidId(session);
    for (const { code, text } of world.faults.outages.greeting()) session.sendError(noId, code, text);
  }
}
