import type { Request, RequestName } from '../protocol/requests.ts';
import { goodLink, type LinkSettings } from './link.ts';
import { OrderFaults } from './order-faults.ts';
import { Outages } from './outages.ts';
import type { PacingMode } from './request-pacing.ts';
import { RuleBook } from './rules.ts';

/** Which requests go unanswered: by name, by any test of the decoded request, or none. */
export type IgnoreRule = readonly RequestName[] | ((request: Request) => boolean) | 'off';

/** What a gateway that is not fully up does with a handshake: answer it, say nothing, or hang up. */
export type HandshakeMode = 'answer' | 'ignore' | 'refuse';

/** What is wrong with the gateway at the moment. All off is a healthy gateway. */
export class Faults {
  frozen = false;
  handshake: HandshakeMode = 'answer';
  withholdNextValidId = false;
  requestDelayMs = 0;
  /** Orders are refused with error 321. */
  readOnlyApi = false;
  /** What happens to more than fifty requests a second. */
  requestPacing: PacingMode = 'off';
  /** How far the gateway's announced time is ahead of the world's, in milliseconds. */
  clockSkewMs = 0;
  /** Announced in the handshake instead of what was agreed upon. */
  announcedServerVersion: number | undefined;
  /** How long a client id stays taken after its connection has gone, in milliseconds of real time. */
  clientIdSticksMs = 0;
  /** By how much the next valid order ids lag behind those in use, as after a restart from an old state. */
  orderIdRollback = 0;
  link: LinkSettings = goodLink;
  /** What happens to orders. */
  readonly orders = new OrderFaults();
  /** What goes wrong with single messages. */
  readonly rules = new RuleBook();
  /** Which connections of the gateway to the broker are down. */
  readonly outages = new Outages();
  #ignoring: number | undefined;

  /** Another session of the same user takes the market data: 10197, and no ticks. */
  get competingSession(): boolean {
    return this.outages.competingSession;
  }

  /** Leaves requests unanswered; each call replaces the one before. */
  ignore(rule: IgnoreRule): void {
    if (this.#ignoring !== undefined) this.rules.remove(this.#ignoring);
    this.#ignoring = undefined;
    if (rule === 'off' || (typeof rule !== 'function' && rule.length === 0)) return;
    this.#ignoring =
      typeof rule === 'function'
        ? this.rules.addTested({ on: 'in', do: 'ignore', times: 'always' }, rule)
        : this.rules.add({ on: 'in', message: rule, do: 'ignore', times: 'always' });
  }

  truncateNextFrame(): void {
    this.rules.add({ on: 'out', do: 'truncate' });
  }

  /** A healthy gateway again; API settings such as read-only stay. */
  clear(): void {
    this.frozen = false;
    this.handshake = 'answer';
    this.withholdNextValidId = false;
    this.requestDelayMs = 0;
    this.clockSkewMs = 0;
    this.announcedServerVersion = undefined;
    this.clientIdSticksMs = 0;
    this.orderIdRollback = 0;
    this.link = goodLink;
    this.orders.clear();
    this.rules.clear();
    this.#ignoring = undefined;
  }
}
