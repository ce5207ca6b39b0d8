import type { TraderEffect } from '../../../relay/orders/model.ts';
import type { Ticket } from '../../../shared/orders/home-model.ts';
import type { TicketState } from '../../../shared/orders/ticket-states.ts';
import { waitingTimes } from '../../../shared/orders/waiting-times.ts';
import { type Disk, emptyDisk } from './disk.ts';
import { ExchangeGateway } from './exchange/exchange-gateway.ts';
import type { Planted } from './faults.ts';
import { GatewayModel } from './gateway.ts';
import type { GatewaySide } from './gateway-side.ts';
import { HomeProcess } from './home-process.ts';
import type { Lost } from './lost.ts';
import { type PoolOrder, worth } from './orders.ts';
import type { Random } from './random.ts';
import { RelayProcess } from './relay-process.ts';
import { RunLog } from './run-log.ts';
import { Timeline } from './timeline.ts';
import { Tunnel } from './tunnel.ts';

/** Friday 2026-11-20, 15:00 UTC. */
const friday = Date.UTC(2026, 10, 20, 15);
/** Three orders of the pool fit into a day. */
export const policy = { maxDayNotional: 3 * worth };

export interface WorldOptions {
  readonly planted?: Planted | undefined;
  readonly keepLog?: boolean;
  readonly withExchange?: boolean;
  /** Epoch milliseconds; without it a Friday at noon in New York. */
  readonly start?: number;
  /** Between two heartbeats of the gateway's connection; long ones make long stories cheap. */
  readonly beatMs?: number;
  /** Which side is one version ahead, and says what the other does not know. */
  readonly ahead?: 'home' | 'relay';
}

/** A call that asked for an order, and the ticket that it was answered with. */
export interface Asked {
  readonly order: PoolOrder;
  readonly ticket: string;
  readonly requestId: string;
}

/**
 * Everything that there is in a schedule, working as it should: one Home, one relay with its disk, the connection between
 * them, a gateway, and virtual time. What is asked for and what goes wrong comes from outside (assistants.ts, going-wrong.ts).
 */
export class World {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly planted: Planted | undefined;
  readonly gateway: GatewaySide;
  readonly disk: Disk;
  readonly home: HomeProcess;
  readonly tunnel: Tunnel;
  readonly log: RunLog;
  readonly situations = new Map<string, number>();
  /** How long the relay's machine has slept, and how far its wall clock was set. */
  readonly offsets = { slept: 0, wallStep: 0 };
  readonly asked: Asked[] = [];
  /** Tickets that somebody asked to cancel. */
  readonly cancelled = new Set<string>();
  /** When a client could first hear this of a ticket. */
  readonly heard = new Map<string, Map<TicketState, number>>();
  /** What was lost with copies that were put back, and what of it neither side can know. */
  readonly lost: Lost[] = [];
  readonly forgotten = { tickets: new Set<string>(), stop: false };
  /** When a person was told that trading has stopped. */
  stopAcknowledged: number | undefined;
  /** Called before each effect of the relay is carried out. */
  beforeEffect: ((relay: RelayProcess, effect: TraderEffect) => void) | undefined;
  relay: RelayProcess | undefined;
  readonly #start: number;
  readonly #relayOptions: { readonly beatMs: number; readonly isAhead: boolean };
  #effectsOfTheDead = 0;

  constructor(
    random: Random,
    { planted, keepLog = false, withExchange = false, start = friday, beatMs = 10_000, ahead }: WorldOptions,
  ) {
    this.random = random;
    this.planted = planted;
    this.log = new RunLog(keepLog);
    this.#start = start;
    this.#relayOptions = { beatMs, isAhead: ahead === 'relay' };
    const timeline = new Timeline(start);
    this.timeline = timeline;
    this.gateway = new (withExchange ? ExchangeGateway : GatewayModel)(timeline, random, (name) =>
      this.situation(name),
    );
    this.disk = emptyDisk(random);
    this.home = new HomeProcess(
      {
        ...{ timeline, random, planted },
        log: (line) => this.#note(`home ${line}`),
        instruct: (id, instruction) => this.tunnel.instruct(id, instruction),
        restarted: (hibernated) => this.tunnel.homeRestarted(hibernated),
        told: (ticket) => this.#hear(ticket),
      },
      policy,
    );
    this.tunnel = new Tunnel({
      ...{ timeline, random, planted, ahead, disk: this.disk },
      home: () => this.home,
    });
    this.#startRelay();
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.timeline.now - this.#start;
  }

  /** Of all processes, of all their lives. */
  get effects(): number {
    return this.#effectsOfTheDead + this.home.effects + (this.relay?.effects ?? 0);
  }

  /** Lets time go by until so many milliseconds after the beginning. */
  runUntil(elapsed: number): void {
    this.timeline.runUntil(this.#start + elapsed);
  }

  situation(name: string): void {
    this.situations.set(name, (this.situations.get(name) ?? 0) + 1);
  }

  killRelay(powerCut: boolean): void {
    this.#effectsOfTheDead += this.relay?.effects ?? 0;
    this.relay?.die(powerCut);
    this.tunnel.cut();
  }

  restartRelay(): void {
    if (this.relay?.alive) return;
    this.situation('relay started again');
    this.#startRelay();
  }

  /** Nothing is under way, and nothing is being looked for. */
  get isQuiet(): boolean {
    const { relay, home, disk } = this;
    if (!relay?.alive || relay.state.session === undefined || disk.outbox.length > 0) return false;
    const isOpen = ({ state, consumedAt }: Ticket) =>
      state === 'submitting' || (state === 'unknown' && consumedAt !== undefined);
    return (
      ![...home.state.tickets.values()].some(isOpen) &&
      [...relay.state.active.values()].every(({ hunt }) => hunt === undefined)
    );
  }

  #startRelay(): void {
    const { timeline, random, gateway, disk, planted } = this;
    this.relay = new RelayProcess(
      {
        ...{ timeline, random, gateway, disk, planted },
        ...this.#relayOptions,
        times: waitingTimes,
        policy: planted === 'cap not checked' ? { maxDayNotional: 1e12 } : policy,
        beforeEffect: (relay, effect) => this.beforeEffect?.(relay, effect),
        log: (line) => this.#note(`relay ${line}`),
        situation: (name) => this.situation(name),
      },
      this.offsets,
    );
    this.tunnel.relayStarted(this.relay);
  }

  #hear(ticket: Ticket): void {
    const heard = this.heard.get(ticket.id) ?? new Map<TicketState, number>();
    if (!heard.has(ticket.state)) heard.set(ticket.state, this.timeline.now);
    this.heard.set(ticket.id, heard);
  }

  #note(line: string): void {
    this.log.note(this.elapsed, line);
  }
}
