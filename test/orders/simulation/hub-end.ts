import type { OrderInstruction } from '../../../shared/orders/home-model.ts';
import { waitingTimes } from '../../../shared/orders/waiting-times.ts';
import { closeCodes } from '../../../shared/tunnel/close-codes.ts';
import type { RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import { features, heartbeat, type OpaqueStatus } from '../../../shared/tunnel/frames.ts';
import { createHub, hubStep } from '../../../shared/tunnel/hub.ts';
import type {
  HubAttachment,
  HubEffect,
  HubEvent,
  HubState,
  InstructionOutcome,
} from '../../../shared/tunnel/hub-model.ts';
import type { Line, LineEnd } from './line.ts';
import type { Timeline } from './timeline.ts';

/** What Home does with what the hub's machine hears. */
export interface HubOwner {
  opened(status: OpaqueStatus): void;
  said(status: OpaqueStatus): void;
  /** @returns how far the generation is taken, or undefined to have it again */
  take(event: RelayEventRecord, acked: number): number | undefined;
  instructed(id: string, outcome: InstructionOutcome): void;
}

/** As Home's own: two missed heartbeats and a bit. */
const silenceMs = heartbeat.everyMs * 2.5;
const offered = [features.instructions, features.events, features.clock];

/** Home's end of the tunnel: the hub's machine, and an adapter that does what the real one does. */
export class HubEnd implements LineEnd {
  readonly #timeline: Timeline;
  readonly #line: Line;
  readonly #owner: () => HubOwner;
  readonly #device: string;
  readonly #offered: { readonly features: readonly string[] };
  #hub: HubState;
  #receivedAt = 0;
  #attachment: HubAttachment | undefined;

  /** @param more features that only the next version has */
  constructor(timeline: Timeline, line: Line, device: string, owner: () => HubOwner, more: readonly string[]) {
    this.#offered = { features: [...offered, ...more] };
    this.#hub = createHub(this.#offered);
    this.#timeline = timeline;
    this.#line = line;
    this.#device = device;
    this.#owner = owner;
  }

  /** Whether a relay is connected and alive; one that died without a word is noticed here, when somebody asks. */
  get online(): boolean {
    const { link } = this.#hub;
    if (link.phase === 'down') return false;
    const heardAt = Math.max(this.#receivedAt, this.#line.pingedAt(link.connection) ?? 0);
    if (this.#timeline.now - heardAt > silenceMs) {
      this.#line.close(link.connection, 'hub', closeCodes.heartbeat);
      this.closed(link.connection);
    }
    return this.#hub.link.phase === 'open';
  }

  /** The object left memory. With `hibernated` its socket stayed open, and is found again. */
  restart(hibernated = false): void {
    this.#hub = createHub(this.#offered);
    const restored = this.#attachment;
    if (!hibernated || restored === undefined) return;
    const { connection, device } = restored;
    this.#step({ type: 'connected', now: this.#now, connection, device, restored });
  }

  connected(connection: string): void {
    this.#receivedAt = this.#timeline.now;
    this.#step({ type: 'connected', now: this.#now, connection, device: this.#device });
  }

  receive(connection: string, text: string): void {
    this.#receivedAt = this.#timeline.now;
    this.#step({ type: 'frame', now: this.#now, connection, text, time: this.#timeline.now });
  }

  closed(connection: string): void {
    if (this.#attachment?.connection === connection) this.#attachment = undefined;
    this.#step({ type: 'disconnected', now: this.#now, connection });
  }

  instruct(id: string, { name, body }: OrderInstruction): void {
    this.#step({ type: 'instruct', now: this.#now, id, name, body });
    const hub = this.#hub;
    if (!hub.instructions.has(id)) return;
    this.#timeline.after(waitingTimes.instructWithin, () => {
      if (this.#hub.instructions.has(id)) this.#step({ type: 'instructionDeadline', now: this.#now, id });
    });
  }

  get #now(): number {
    return this.#timeline.now - 5_000_000;
  }

  #step(event: HubEvent): void {
    const { state, effects } = hubStep(this.#hub, event);
    this.#hub = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: HubEffect): void {
    switch (effect.type) {
      case 'send':
        this.#line.toRelay(effect.connection, effect.text);
        return;
      case 'close':
        this.#line.close(effect.connection, 'hub', effect.code);
        return;
      case 'persist':
        this.#attachment = effect.attachment;
        return;
      case 'instructed':
        // As with a promise: whoever asked hears it after this step.
        this.#timeline.after(0, () => this.#owner().instructed(effect.id, effect.outcome));
        return;
      case 'event': {
        const { connection, event, acked } = effect;
        const seq = this.#owner().take(event, acked);
        const { generation } = event;
        if (seq !== undefined) this.#step({ type: 'eventTaken', now: this.#now, connection, generation, seq });
        return;
      }
      case 'opened':
        this.#owner().opened(effect.status);
        return;
      case 'status':
        this.#owner().said(effect.status);
        return;
      case 'log':
        // What only the next version says is passed over.
        if (effect.message.endsWith('unknown type')) return;
        throw new Error(`${effect.message}: ${effect.detail}`);
      case 'settle':
      case 'progress':
      case 'chunk':
      case 'startDeadline':
      case 'clearDeadline':
        throw new Error('no calls are made in a schedule');
    }
  }
}
