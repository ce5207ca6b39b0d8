import { features, heartbeat, type RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import { createRelay, relayStep } from '../../../shared/tunnel/relay.ts';
import type {
  Instruction,
  RelayEffect,
  RelayEvent,
  RelayState,
  RelayTimer,
} from '../../../shared/tunnel/relay-model.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** What a relay process does with what its tunnel hears. */
export interface RelayEndOwner {
  /** Until then nothing is read and no timer rings, for the process stands still; undefined once it is dead. */
  readonly standsStillUntil: () => number | undefined;
  readonly status: () => Readonly<Record<string, unknown>>;
  readonly instruct: (instruction: Instruction) => void;
  readonly taken: (taken: { readonly generation: string; readonly seq: number }) => void;
  readonly entered: (time: number | undefined) => void;
  readonly left: () => void;
  readonly stopped: (reason: string) => void;
}

export interface RelayEndOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly boot: string;
  /** Features that only the next version has. */
  readonly more: readonly string[];
}

/** What the relay's end asks of the line. */
export interface RelayWire {
  /** Connects. @returns the connection's name, or undefined when nobody answers */
  dial(end: RelayEnd): string | undefined;
  send(connection: string, text: string): void;
  ping(connection: string, pong: () => void): void;
  close(connection: string, code: number): void;
}

/** The relay's end of the tunnel: its machine, and an adapter that does what the real one does. It dies with its process. */
export class RelayEnd {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #owner: RelayEndOwner;
  readonly #wire: RelayWire;
  #machine: RelayState;
  readonly #queue: (() => RelayEvent | undefined)[] = [];
  #busy = false;
  #isWaiting = false;
  #connection: string | undefined;
  #clockAskedAt = 0;
  #missedPongs = 0;
  #beating: object | undefined;
  readonly #timers = new Map<RelayTimer, object>();
  readonly #sessions = new Map<string, string>();

  constructor(
    { timeline, random, boot, more }: RelayEndOptions,
    pending: readonly RelayEventRecord[],
    owner: RelayEndOwner,
    wire: RelayWire,
  ) {
    this.#timeline = timeline;
    this.#random = random;
    this.#owner = owner;
    this.#wire = wire;
    const offered = [features.instructions, features.events, features.clock, ...more];
    this.#machine = createRelay({ relay: { name: 'sim', version: '1' }, bootId: boot, features: offered }, {}, pending);
  }

  start(): void {
    this.#dispatch({ type: 'start', now: this.#now });
  }

  receive(connection: string, text: string): void {
    this.#whenRunning(() => (connection === this.#connection ? { type: 'frame', now: this.#now, text } : undefined));
  }

  closed(connection: string, code: number): void {
    this.#whenRunning(() => {
      if (connection !== this.#connection) return undefined;
      this.#connection = undefined;
      return { type: 'socketClosed', now: this.#now, random: this.#random.next(), code };
    });
  }

  added(event: RelayEventRecord): void {
    this.#dispatch({ type: 'eventAdded', now: this.#now, event });
  }

  answered(id: string, refused: Extract<RelayEvent, { type: 'instructionAnswered' }>['refused']): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    if (session === undefined) return;
    this.#dispatch({ type: 'instructionAnswered', now: this.#now, id, session, ...(refused && { refused }) });
  }

  statusChanged(): void {
    this.#dispatch({ type: 'status', now: this.#now, status: this.#owner.status() });
  }

  get #now(): number {
    return this.#timeline.now - 9_000_000;
  }

  /** What comes from outside is read when the process runs, in the order in which it came. */
  #whenRunning(event: () => RelayEvent | undefined): void {
    this.#queue.push(event);
    this.#run();
  }

  #dispatch(event: RelayEvent): void {
    this.#queue.push(() => event);
    this.#run();
  }

  #run(): void {
    if (this.#busy || this.#isWaiting) return;
    this.#busy = true;
    while (this.#queue.length > 0) {
      const until = this.#owner.standsStillUntil();
      if (until === undefined) {
        this.#queue.length = 0;
        break;
      }
      if (until > this.#timeline.now) {
        this.#isWaiting = true;
        this.#timeline.after(until - this.#timeline.now, () => {
          this.#isWaiting = false;
          this.#run();
        });
        break;
      }
      const event = this.#queue.shift()?.();
      if (event === undefined) continue;
      const { state, effects } = relayStep(this.#machine, event);
      this.#machine = state;
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#busy = false;
  }

  #carryOut(effect: RelayEffect): void {
    switch (effect.type) {
      case 'connectAfter':
        this.#timeline.after(effect.ms, () => this.#connect());
        return;
      case 'send':
        if (this.#connection !== undefined) this.#wire.send(this.#connection, effect.text);
        return;
      case 'close':
        if (this.#connection !== undefined) this.#wire.close(this.#connection, effect.code);
        return;
      case 'instruct':
        this.#sessions.set(effect.id, effect.session);
        this.#owner.instruct(effect);
        return;
      case 'eventsTaken':
        this.#owner.taken(effect);
        return;
      case 'startTimer': {
        const token = {};
        this.#timers.set(effect.name, token);
        this.#timeline.after(effect.ms, () => {
          this.#whenRunning(() => {
            if (this.#timers.get(effect.name) !== token) return undefined;
            this.#timers.delete(effect.name);
            return { type: 'timer', now: this.#now, name: effect.name };
          });
        });
        return;
      }
      case 'clearTimer':
        this.#timers.delete(effect.name);
        return;
      case 'heartbeat':
        this.#beating = effect.on ? {} : undefined;
        this.#missedPongs = 0;
        if (this.#beating) this.#beatLater(this.#beating);
        return;
      case 'clockAsked':
        this.#clockAskedAt = this.#now;
        return;
      case 'clockTold':
        throw new Error('the hub is asked for its time by hello alone, for no calls are made');
      case 'entered':
        // As the trading desk: the latest that the hub's time can be.
        this.#owner.entered(effect.time === undefined ? undefined : effect.time + this.#now - this.#clockAskedAt);
        return;
      case 'left':
        this.#owner.left();
        return;
      case 'stop':
        this.#owner.stopped(effect.reason);
        return;
      case 'log':
        // What only the next version says is passed over.
        if (effect.message.endsWith('unknown type')) return;
        throw new Error(`${effect.message}: ${effect.detail}`);
      case 'startCall':
      case 'abortCall':
        throw new Error('no calls are made in a schedule');
    }
  }

  #connect(): void {
    this.#whenRunning(() => {
      this.#connection = this.#wire.dial(this);
      if (this.#connection === undefined)
        return { type: 'socketClosed', now: this.#now, random: this.#random.next(), code: 1006 };
      this.#dispatch({ type: 'socketOpen', now: this.#now });
      return { type: 'status', now: this.#now, status: this.#owner.status() };
    });
  }

  #beatLater(beating: object): void {
    this.#timeline.after(heartbeat.everyMs, () => {
      this.#whenRunning(() => {
        const connection = this.#connection;
        if (this.#beating !== beating || connection === undefined) return undefined;
        if (this.#missedPongs >= 2) {
          this.#wire.close(connection, 1006);
          return undefined;
        }
        this.#missedPongs += 1;
        this.#wire.ping(connection, () => {
          if (this.#connection === connection) this.#missedPongs = 0;
        });
        this.#beatLater(beating);
        return undefined;
      });
    });
  }
}
