import { setTimeout as delay } from 'node:timers/promises';
import {
  askControl,
  type ControlReply,
  type ControlRequest,
  controlSocketIn,
} from '../../relay/control/control-socket.ts';
import type { TestRelay } from '../support/system.ts';
import type { Ledger } from './ledger.ts';

/** The person at home: types commands at the relay, and looks at what IBKR shows. */
export class Owner {
  readonly #relay: TestRelay;
  readonly #ledger: Ledger;

  constructor(relay: TestRelay, ledger: Ledger) {
    this.#relay = relay;
    this.#ledger = ledger;
  }

  type(request: ControlRequest): Promise<ControlReply> {
    return askControl(controlSocketIn(this.#relay.data), request);
  }

  /** Answers the relay's question for trust, if there comes one. @returns whether there was one */
  async trust(withinMs = 4_000): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const asked = !(await this.type({ command: 'trust', yes: false })).ok;
      if (asked) return (await this.type({ command: 'trust', yes: true })).ok;
      if (Date.now() > deadline) return false;
      await delay(100);
    }
  }

  /** Cancels what of these tickets works, with the broker's own program, and closes them by what it shows. */
  async closeUnknown(tickets: readonly string[]): Promise<void> {
    for (const ticket of tickets) {
      const orders = this.#ledger.of(ticket);
      for (const { permId, endedAt } of orders) if (endedAt === undefined) this.#cancel(permId);
      await this.type({ command: 'resolve', ticket, placed: orders.length > 0, note: 'seen in TWS' });
    }
  }

  /** Closes what the relay does not know, and lifts the stop that it may have caused; until there is nothing more. */
  async tidy(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      const { text } = await this.type({ command: 'orders' });
      const rows = text.split('\n').map((line) => line.split(' · '));
      const unknown = rows.flatMap(([ticket = '', ...words]) => (words.includes('unknown') ? [ticket] : []));
      if (unknown.length > 0) quiet = 0;
      await this.closeUnknown(unknown);
      await this.type({ command: 'resume-trading', yes: true });
      await delay(400);
    }
  }

  #cancel(permId: number): void {
    this.#relay.simulator.world.exchange.scripts.cancel(permId, '');
  }
}
