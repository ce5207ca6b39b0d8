import type { RequestName, RequestOf } from '../protocol/requests.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Logger } from '../world/logger.ts';
import type { World } from '../world/world.ts';

/** What a handler works with: who asked, and the world to answer from. */
export interface Context {
  readonly session: ClientSession;
  readonly world: World;
  readonly log: Logger;
  /** Every client that has started, this one included. */
  sessions(): readonly ClientSession[];
  /** Sends nextValidId, unless it is being withheld. */
  sendNextValidId(): void;
  /** Starts a subscription of this client. */
  subscribe(subscription: Parameters<ClientSession['subscriptions']['add']>[0]): void;
}

/** Handlers by request name. A request without one goes unanswered, as with the real gateway. */
export type Handlers = { readonly [K in RequestName]?: (context: Context, request: RequestOf<K>) => void };
