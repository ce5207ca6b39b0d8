import type { OrderInstruction } from '../../../shared/orders/home-model.ts';
import { ackedBefore, nextEvents, type OutboxState, withoutTaken } from '../../../shared/tunnel/outbox.ts';
import type { Disk } from './disk.ts';
import type { Planted } from './faults.ts';
import { device, type HomeProcess } from './home-process.ts';
import type { Random } from './random.ts';
import type { RelayProcess } from './relay-process.ts';
import type { Timeline } from './timeline.ts';

export interface TunnelOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly disk: Disk;
  readonly planted: Planted | undefined;
  readonly home: () => HomeProcess;
  readonly relay: () => RelayProcess | undefined;
}

/** The connection between Home and relay: in order, or broken. */
export class Tunnel {
  readonly #options: TunnelOptions;
  /** Counts connections; 0 while there is none. */
  #connection = 0;
  #connections = 0;
  #slowUntil = 0;
  #outbox: OutboxState = { pending: [], sent: 0 };

  constructor(options: TunnelOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#connection !== 0;
  }

  connect(): void {
    const { timeline, disk, home } = this.#options;
    const relay = this.#options.relay();
    if (this.#connection !== 0 || !relay?.alive) return;
    this.#connections += 1;
    const connection = this.#connections;
    this.#connection = connection;
    this.#outbox = { pending: [...disk.outbox], sent: 0 };
    const here = (run: () => void) => () => {
      if (this.#connection === connection && relay.alive) run();
    };
    const later = (run: () => void) => timeline.after(8, here(run));
    relay.link = {
      answered: (id, refused) => later(() => home().answered(id, refused)),
      events: () => this.#sendEvents(connection),
      status: () => later(() => home().feed({ type: 'status', device, status: relay.tradingStatus })),
    };
    later(() => {
      relay.feed({ type: 'home', time: timeline.now });
      home().feed({ type: 'opened', device, status: relay.tradingStatus });
      this.#sendEvents(connection);
    });
  }

  /** Breaks the connection; it is there again within five seconds. */
  cut(): void {
    if (this.#connection === 0) return;
    const { timeline, random, home } = this.#options;
    this.#connection = 0;
    const relay = this.#options.relay();
    if (relay) relay.link = undefined;
    relay?.feed({ type: 'home', lost: true });
    home().connectionLost();
    timeline.after(random.between(500, 5_000), () => this.connect());
  }

  /** @returns false when there is no connection */
  send(id: string, instruction: OrderInstruction): boolean {
    const { timeline, random } = this.#options;
    const connection = this.#connection;
    const relay = this.#options.relay();
    if (connection === 0 || !relay) return false;
    if (random.chance(0.05)) this.#slowUntil = Math.max(this.#slowUntil, timeline.now + random.between(100, 9_000));
    this.#toRelay(() => {
      if (this.#connection === connection && relay.alive) this.#deliver(relay, id, instruction);
    });
    return true;
  }

  #deliver(relay: RelayProcess, id: string, { name, body }: OrderInstruction): void {
    const hashThere = (journal: { readonly length: number; readonly hash: string }) => {
      const hash = this.#options.planted === 'the pair is not checked' ? journal.hash : relay.hashAt(journal.length);
      return hash === undefined ? {} : { hashThere: hash };
    };
    switch (name) {
      case 'order.place':
        relay.feed({
          type: 'instruction',
          id,
          body: { name: 'place', place: body, room: 2_000, ...hashThere(body.journal) },
        });
        return;
      case 'order.settle':
        relay.feed({ type: 'instruction', id, body: { name: 'settle', settle: body, ...hashThere(body.journal) } });
        return;
      case 'order.cancel':
        relay.feed({ type: 'instruction', id, body: { name: 'cancel', cancel: body } });
        return;
      case 'order.stop':
        relay.feed({ type: 'instruction', id, body: { name: 'stop', stop: body } });
    }
  }

  /** What leaves for the relay arrives in order, however slow the way is. */
  #toRelay(run: () => void): void {
    const { timeline } = this.#options;
    timeline.after(Math.max(8, this.#slowUntil - timeline.now), run);
  }

  #sendEvents(connection: number): void {
    if (this.#connection !== connection || connection === 0) return;
    const { timeline, disk, home, relay } = this.#options;
    const known = new Set(this.#outbox.pending.map(({ generation, seq }) => `${generation}.${seq}`));
    const added = disk.outbox.filter(({ generation, seq }) => !known.has(`${generation}.${seq}`));
    const state = { pending: [...this.#outbox.pending, ...added], sent: this.#outbox.sent };
    const acked = ackedBefore(state);
    const { events, outbox } = nextEvents(state);
    this.#outbox = outbox;
    for (const event of events) {
      timeline.after(8, () => {
        if (this.#connection !== connection) return;
        const taken = home().take(event, acked);
        if (taken === undefined) return;
        this.#toRelay(() => {
          const there = relay();
          if (this.#connection !== connection || !there?.alive) return;
          const { generation } = event;
          const gone = disk.outbox.filter((one) => one.generation === generation && one.seq <= taken);
          disk.outbox = disk.outbox.filter((one) => !gone.includes(one));
          this.#outbox = withoutTaken(this.#outbox, { generation, seq: taken });
          const head = gone.at(-1)?.body.journal;
          if (head) there.feed({ type: 'acknowledged', head: head as never });
          this.#sendEvents(connection);
        });
      });
    }
  }
}
