import { type PlaceBody, placeBody, type SettleBody } from '../../../shared/orders/frames.ts';
import type { OrderInstruction } from '../../../shared/orders/home-model.ts';
import type { Disk } from './disk.ts';
import type { Planted } from './faults.ts';
import { device, type HomeProcess } from './home-process.ts';
import { HubEnd } from './hub-end.ts';
import { Line } from './line.ts';
import type { Random } from './random.ts';
import { RelayEnd } from './relay-end.ts';
import type { RelayProcess } from './relay-process.ts';
import type { Timeline } from './timeline.ts';

export interface TunnelOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly disk: Disk;
  readonly planted: Planted | undefined;
  /** The side that offers, and says, what the other does not know. */
  readonly ahead: 'home' | 'relay' | undefined;
  readonly home: () => HomeProcess;
}

/** A feature, a field and a frame of the next version. */
const unheardOf = 'wishes';
const news = JSON.stringify({ t: unheardOf, what: { is: 'not known' } });
const newsAfter = 1_000;

/** A share of the instructions meets a slow way. */
const slow = 0.05;

/** The tunnel: the machines of both ends as they ship, and a line between them that can break, stall and fall silent. */
export class Tunnel {
  readonly #options: TunnelOptions;
  readonly #line: Line;
  readonly #hub: HubEnd;

  constructor(options: TunnelOptions) {
    this.#options = options;
    const { timeline, random, home, ahead } = options;
    this.#line = new Line(timeline, random);
    this.#hub = new HubEnd(timeline, this.#line, device, home, ahead === 'home' ? [unheardOf] : []);
  }

  get isOpen(): boolean {
    return this.#hub.online;
  }

  /** A relay process has begun, and connects when it is up. */
  relayStarted(relay: RelayProcess): void {
    const { timeline, random, disk, ahead } = this.#options;
    const end = new RelayEnd(
      { timeline, random, boot: relay.boot, more: ahead === 'relay' ? [unheardOf] : [] },
      [...disk.outbox],
      {
        standsStillUntil: () => (relay.alive ? relay.pausedUntil : undefined),
        status: () => ({ orders: relay.tradingStatus }),
        instruct: ({ id, name, body }) => this.#deliver(relay, id, { name, body } as unknown as OrderInstruction),
        taken: ({ generation, seq }) => {
          const gone = disk.outbox.filter((one) => one.generation === generation && one.seq <= seq);
          disk.outbox = disk.outbox.filter((one) => !gone.includes(one));
          const head = gone.at(-1)?.body.journal;
          if (head) relay.feed({ type: 'acknowledged', head: head as never });
        },
        entered: (time) => relay.feed({ type: 'home', ...(time === undefined ? {} : { time }) }),
        left: () => relay.feed({ type: 'home', lost: true }),
        stopped: (reason) => {
          throw new Error(reason);
        },
      },
      {
        dial: (from) => {
          const name = this.#line.open(from, this.#hub);
          this.#hub.connected(name);
          if (ahead === 'relay') timeline.after(newsAfter, () => this.#line.toHub(name, news));
          if (ahead === 'home') timeline.after(newsAfter, () => this.#line.toRelay(name, news));
          return name;
        },
        send: (connection, text) => this.#line.toHub(connection, text),
        ping: (connection, pong) => this.#line.ping(connection, pong),
        close: (connection, code) => this.#line.close(connection, 'relay', code),
      },
    );
    relay.link = end;
    timeline.after(500, () => end.start());
  }

  /** Breaks the connection; the relay makes it again. */
  cut(): void {
    this.#line.cut();
  }

  /** Nothing arrives any more, and only heartbeats find out. @returns false when there was no connection */
  goSilent(): boolean {
    return this.#line.goSilent();
  }

  /** Home left memory; with `hibernated` the connection stayed. */
  homeRestarted(hibernated = false): void {
    this.#hub.restart(hibernated);
  }

  instruct(id: string, instruction: OrderInstruction): void {
    if (this.#options.random.chance(slow)) this.#line.slowDown();
    const body = this.#options.ahead === 'home' ? { ...instruction.body, [unheardOf]: { for: 3 } } : instruction.body;
    this.#hub.instruct(id, { ...instruction, body } as OrderInstruction);
  }

  #deliver(relay: RelayProcess, id: string, { name, body }: OrderInstruction): void {
    const there = (length: number) => relay.hashAt(length) ?? '';
    switch (name) {
      case 'order.place': {
        // As the desk reads it, where it is not what this version wrote.
        const read = this.#options.ahead === 'home' ? placeBody.parse(body) : body;
        const place = this.#paired(relay, read);
        const hashThere = there(place.journal.length);
        relay.feed({ type: 'instruction', id, body: { name: 'place', place, room: 2_000, hashThere } });
        return;
      }
      case 'order.settle': {
        const settle = this.#paired(relay, body);
        const hashThere = there(settle.journal.length);
        const agreed = settle.agreed ? { agreedThere: there(settle.agreed.length) } : {};
        relay.feed({ type: 'instruction', id, body: { name: 'settle', settle, hashThere, ...agreed } });
        return;
      }
      case 'order.cancel':
        relay.feed({ type: 'instruction', id, body: { name: 'cancel', cancel: body } });
        return;
      case 'order.stop':
        relay.feed({ type: 'instruction', id, body: { name: 'stop', stop: body } });
    }
  }

  /** With the fault that is planted for it, whatever Home names fits. */
  #paired<Body extends PlaceBody | SettleBody>(relay: RelayProcess, body: Body): Body {
    if (this.#options.planted !== 'the pair is not checked') return body;
    return { ...body, journal: relay.head, agreed: undefined, consumed: undefined };
  }
}
