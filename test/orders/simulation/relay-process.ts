import { mayStillLeave } from '../../../relay/orders/leaving.ts';
import type { Clocks, TraderEffect, TraderEvent } from '../../../relay/orders/model.ts';
import type { TraderSettings } from '../../../relay/orders/settings.ts';
import type { TraderState } from '../../../relay/orders/state.ts';
import { openTrader, step } from '../../../relay/orders/trader.ts';
import type { ToolErrorData } from '../../../shared/errors.ts';
import {
  type JournalHead,
  type OrderEventBody,
  orderEventName,
  type TradingStatus,
} from '../../../shared/orders/frames.ts';
import { judge } from '../../../shared/orders/policy.ts';
import type { RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import { type Disk, hashEntry, zeros } from './disk.ts';
import type { Planted } from './faults.ts';
import type { GatewaySide, Listener } from './gateway-side.ts';
import { garbled, misheard, misled } from './mistakes.ts';
import { account, readKnown } from './orders.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** The relay's end of the tunnel, as the process sees it. */
export interface HomeLink {
  answered(id: string, refused: ToolErrorData | undefined): void;
  added(event: RelayEventRecord): void;
  statusChanged(): void;
}

export interface RelayOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly gateway: GatewaySide;
  readonly disk: Disk;
  readonly times: TraderSettings['times'];
  readonly policy: { readonly maxDayNotional: number };
  readonly planted: Planted | undefined;
  readonly beatMs: number;
  /** It says of itself what this Home does not know. */
  readonly isAhead: boolean;
  /** Asked before each effect: the process may be dead, or stopped for a while. */
  readonly beforeEffect: (relay: RelayProcess, effect: TraderEffect) => void;
  readonly log: (line: string) => void;
  readonly situation: (name: string) => void;
}

/** One life of the relay: the machine, and an adapter that does what the real one does. It dies by a crash. */
export class RelayProcess {
  state: TraderState;
  alive = true;
  link: HomeLink | undefined;
  effects = 0;
  /** Nothing is done before then, as with SIGSTOP. */
  pausedUntil = 0;
  /** How long this machine has slept, and how far its wall clock was set. */
  slept = 0;
  wallStep = 0;
  readonly listener: Listener;
  readonly #options: RelayOptions;
  readonly #timers = new Map<string, object>();
  readonly #waiting: (() => void)[] = [];
  /** Names this life, and the numbers of its events. */
  readonly boot: string;
  #sequence = 0;
  #connecting = false;
  #busy = false;
  #lengthTold = -1;

  constructor(options: RelayOptions, clockOffsets: { slept: number; wallStep: number }) {
    this.#options = options;
    this.slept = clockOffsets.slept;
    this.wallStep = clockOffsets.wallStep;
    this.boot = options.random.hex(8);
    const { disk } = options;
    this.listener = (news) => {
      if (!this.alive) return;
      if (news.type === 'session-lost') this.#reconnectSoon();
      this.feed({ type: 'gateway', news });
      if (news.type === 'session') this.#options.timeline.after(50, () => this.#options.gateway.ping());
    };
    this.state = openTrader(this.#settings(), disk.entries);
    this.feed({ type: 'started' });
    this.#connectGateway();
    this.#beat();
  }

  get head(): JournalHead {
    const { generation } = this.state;
    const { entries, hashes } = this.#options.disk;
    return { generation, length: entries.length, hash: hashes.at(-1) ?? zeros };
  }

  get tradingStatus(): TradingStatus {
    const { isAhead } = this.#options;
    const stop = Object.entries(this.state.stops)[0];
    return {
      journal: this.head,
      ...(this.state.home === undefined ? {} : { home: this.state.home }),
      hashVersions: isAhead ? [1, 2] : [1],
      policyFields: isAhead ? ['maxDayWishes'] : [],
      ...(isAhead && { wishes: 3 }),
      policy: 'p',
      approval: 'none',
      ...(stop?.[1] ? { stopped: { where: stop[0] as 'home', reason: stop[1].reason, since: 0 } } : {}),
      accounts: [account],
    };
  }

  hashAt(length: number): string | undefined {
    const { hashes } = this.#options.disk;
    return length > hashes.length ? undefined : length === 0 ? zeros : hashes[length - 1];
  }

  clocks(): Clocks {
    const { now } = this.#options.timeline;
    return { monotonic: now - this.slept - 1_000_000, wall: now + this.wallStep, gateway: now };
  }

  /** One event; while the process is paused it waits its turn. */
  feed(event: Without<TraderEvent, 'clocks'>): void {
    if (!this.alive) return;
    const { timeline } = this.#options;
    const run = () => this.#step(event);
    if (this.pausedUntil > timeline.now || this.#busy || this.#waiting.length > 0) {
      this.#waiting.push(run);
      if (!this.#busy && this.#waiting.length === 1)
        timeline.after(this.pausedUntil - timeline.now, () => this.#resume());
      return;
    }
    run();
  }

  /** Nothing of it goes on; what was on its disk stays, or what of that was synced. */
  die(powerCut: boolean): void {
    if (!this.alive) return;
    this.alive = false;
    this.#timers.clear();
    const { disk } = this.#options;
    if (powerCut && disk.synced < disk.entries.length) {
      this.#options.situation('a torn tail of the journal');
      disk.entries.length = disk.synced;
      disk.hashes.length = disk.synced;
    }
    if (this.#options.gateway.running) this.#options.gateway.drop();
  }

  connectGateway(): void {
    this.#connectGateway();
  }

  #settings(): TraderSettings {
    const { times, policy, disk } = this.#options;
    return {
      journal: { generation: disk.generation, length: disk.entries.length, hash: disk.hashes.at(-1) ?? zeros },
      times,
      relay: 'sim',
      clientId: 7,
      mode: 'paper',
      isPaper: (name) => name.startsWith('DU'),
      readOrder: readKnown,
      judgeAtSend: ({ order, reserved }) => {
        const notional = order.kind === 'place' ? 15_000 : 0;
        const used = { notional: String(notional), orders: 1, quantity: '100', loss: '0' };
        const sum = reserved.reduce((total, { used: one }) => total + Number(one.notional), 0);
        const measures = {
          secType: 'STK',
          symbol: 'AAPL',
          currency: 'USD',
          side: 'BUY' as const,
          quantity: 100,
          notional,
          reduces: false,
          short: false,
          uncoveredOption: false,
        };
        const verdicts = judge(policy, 'relay', measures, used, {
          notional: String(sum),
          orders: 0,
          quantity: '0',
          loss: '0',
        });
        const against = verdicts.find(({ pass }) => !pass);
        return against
          ? { used, refused: { code: 'rejected_by_policy' as const, message: against.text, sent: false } }
          : { used };
      },
    };
  }

  #resume(): void {
    const { timeline } = this.#options;
    if (!this.alive) return;
    if (this.pausedUntil > timeline.now) {
      timeline.after(this.pausedUntil - timeline.now, () => this.#resume());
      return;
    }
    while (this.#waiting.length > 0 && this.alive && this.pausedUntil <= timeline.now) this.#waiting.shift()?.();
    if (this.#waiting.length > 0 && this.alive) timeline.after(this.pausedUntil - timeline.now, () => this.#resume());
  }

  #step(heard: Without<TraderEvent, 'clocks'>): void {
    if (!this.alive) return;
    const { planted } = this.#options;
    const event = misheard(planted, heard);
    const before = misled(planted, this.state, event);
    const { state, effects } = step(before, { ...event, clocks: this.clocks() } as TraderEvent);
    this.state = state;
    this.#busy = true;
    for (const effect of effects) {
      this.#options.beforeEffect(this, effect);
      if (!this.alive) break;
      this.effects += 1;
      this.#carryOut(effect);
      if (!this.alive) break;
    }
    this.#busy = false;
    if (this.alive) this.#tellStatus();
    if (this.#waiting.length > 0) this.#resume();
  }

  /** As the desk does: the journal's head is part of it. */
  #tellStatus(): void {
    const { length } = this.#options.disk.entries;
    if (length === this.#lengthTold) return;
    this.#lengthTold = length;
    this.link?.statusChanged();
  }

  #carryOut(effect: TraderEffect): void {
    const { timeline, disk, gateway, log, planted } = this.#options;
    switch (effect.type) {
      case 'journal': {
        if (disk.full) {
          this.#options.situation('disk full');
          this.die(false);
          return;
        }
        disk.entries.push(effect.entry);
        disk.hashes.push(hashEntry(disk.hashes.at(-1) ?? zeros, effect.entry, disk.entries.length));
        if (planted === 'a stop is not journalled' && effect.entry.type === 'stopped') {
          disk.entries.pop();
          disk.hashes.pop();
        }
        const synced = disk.entries.length;
        if (planted === 'fsync after sending') timeline.after(40, () => (disk.synced = Math.max(disk.synced, synced)));
        else if (planted !== 'no fsync') disk.synced = synced;
        log(`journal ${effect.entry.type}`);
        return;
      }
      case 'send': {
        const now = this.clocks();
        const leaves =
          effect.leave === undefined || planted === 'deadline not checked' || mayStillLeave(effect.leave, now);
        const connected = this.state.session?.name === effect.session;
        const handedOver = leaves && connected;
        if (!leaves) this.#options.situation('too late at the last check');
        if (handedOver) gateway.receive(this.listener, garbled(planted, effect.messages), timeline.now);
        log(`send ${effect.messages.map(({ type }) => type).join(' ')} ${handedOver}`);
        this.#waiting.unshift(() => this.#step({ type: 'sent', batch: effect.batch, handedOver }));
        return;
      }
      case 'answer':
        this.link?.answered(effect.id, effect.refused);
        return;
      case 'tell':
        this.#tell(effect);
        return;
      case 'look':
        gateway.look(this.listener, effect.look);
        return;
      case 'reconnect':
        this.#options.situation('reconnected on purpose');
        gateway.drop();
        return;
      case 'timer': {
        const token = {};
        this.#timers.set(effect.name, token);
        timeline.after(effect.ms, () => {
          if (!this.alive || this.#timers.get(effect.name) !== token) return;
          this.#timers.delete(effect.name);
          this.feed({ type: 'timer', name: effect.name });
        });
        return;
      }
      case 'clear-timer':
        this.#timers.delete(effect.name);
        return;
      case 'reply':
      case 'note':
        log(`${effect.type} ${effect.text.slice(0, 60)}`);
    }
  }

  #tell({ home, body }: Extract<TraderEffect, { type: 'tell' }>): void {
    this.#sequence += 1;
    const event: OrderEventBody = { journal: this.head, ...(home === undefined ? {} : { home }), body };
    const record = { generation: this.boot, seq: this.#sequence, name: orderEventName, body: event as never };
    this.#options.disk.outbox.push(record);
    this.#options.log(`tell ${body.kind} ${body.kind === 'ticket' ? body.state : ''}`);
    this.link?.added(record);
  }

  #connectGateway(): void {
    if (!this.alive) return;
    this.#connecting = false;
    if (!this.#options.gateway.connect(this.listener)) {
      this.feed({ type: 'gateway', news: { type: 'port-refused' } });
      this.#reconnectSoon();
    }
  }

  #reconnectSoon(): void {
    if (this.#connecting) return;
    this.#connecting = true;
    this.#options.timeline.after(2_000, () => this.#connectGateway());
  }

  /** As the supervisor's own heartbeat. */
  #beat(): void {
    this.#options.timeline.after(this.#options.beatMs, () => {
      if (!this.alive) return;
      if (this.pausedUntil <= this.#options.timeline.now) this.#options.gateway.ping();
      this.#beat();
    });
  }
}

type Without<Union, Key extends string> = Union extends unknown ? Omit<Union, Key> : never;
