import { features, type RelayEventRecord, type TunnelLimits } from '../../shared/tunnel/frames.ts';
import { createHub, hubStep } from '../../shared/tunnel/hub.ts';
import type {
  HubAttachment,
  HubEffect,
  HubEvent,
  HubOutcome,
  HubState,
  InstructionOutcome,
} from '../../shared/tunnel/hub-model.ts';
import { judgeEvent } from '../../shared/tunnel/outbox.ts';
import { createRelay, relayStep } from '../../shared/tunnel/relay.ts';
import type {
  Invocation,
  RelayEffect,
  RelayEvent,
  RelayOutcome,
  RelayState,
  RelayTimer,
} from '../../shared/tunnel/relay-model.ts';
import { utf8Length } from '../../shared/tunnel/utf8.ts';

/**
 * A simulated world for property tests: both machines, a channel between them that can lose, repeat and cut, simulated
 * time, calls and readers. Every step checks the invariants of the tunnel and throws when one is broken.
 */

export const worldLimits: TunnelLimits = {
  maxInFlight: 6,
  maxFrameBytes: 262_144,
  chunkBytes: 32,
  windowBytes: 80,
  maxResultBytes: 700,
};

const beyondCalls = Object.values(features);
const instructionMs = 10_000;

const retained = { count: 4, bytes: 900 };

/** What a simulated call does at home. */
export interface Job {
  readonly kind: 'read' | 'mutation';
  readonly durationMs: number;
  readonly timeoutMs: number;
  /** Characters of the result, of all UTF-8 lengths. */
  readonly size: number;
}

type Message = { readonly text: string } | { readonly closed: number };

/** One WebSocket as both ends see it; each may notice its end at another time. */
interface Connection {
  readonly id: string;
  hubAlive: boolean;
  relayAlive: boolean;
  toHub: Message[];
  toRelay: Message[];
  attachment: HubAttachment | undefined;
}

interface Reader {
  attempt: number;
  pieces: string[];
  unconsumed: number[];
}

interface Running {
  readonly invocation: Invocation;
  readonly endsAt: number;
  readonly outcome: RelayOutcome;
}

function check(condition: boolean, broken: string): asserts condition {
  if (!condition) throw new Error(`broken: ${broken}`);
}

export class World {
  now = 0;
  #boots = 0;
  /** The relay's outbox as it is on disk; it outlives restarts of the relay. */
  outbox: RelayEventRecord[] = [];
  /** Every event that was ever added, and those that Home has applied, by number. */
  readonly added: number[] = [];
  readonly applied: number[] = [];
  /** Home cannot record the next event. */
  failNextEvent = false;
  readonly instructed = new Map<string, InstructionOutcome['kind']>();
  /** How far each generation is taken, in Home's storage. */
  readonly #taken = new Map<string, number>();
  #seq = 0;
  /** When and on which connection each instruction was sent. */
  readonly #sentInstructions = new Map<string, Connection>();
  #instructing: string | undefined;
  readonly #instructionDeadlines = new Map<string, number>();
  #answers: { readonly id: string; readonly session: string; readonly at: number }[] = [];
  hub: HubState = createHub({ limits: worldLimits, features: beyondCalls });
  relay: RelayState = this.#bootRelay();
  readonly jobs = new Map<string, Job>();
  readonly settled = new Map<string, HubOutcome>();
  /** Calls whose waiting side died with the hub: nobody is left to settle them. */
  readonly orphaned = new Set<string>();
  /** Every result text that a run produced, by call. */
  readonly produced = new Map<string, string[]>();
  readonly mutationRuns = new Map<string, number>();
  readonly progressed: string[] = [];
  refuseNext = false;
  #connections: Connection[] = [];
  #connectAt: number | undefined;
  #nextConnection = 0;
  readonly #deadlines = new Map<string, number>();
  readonly #relayTimers = new Map<RelayTimer, number>();
  readonly #readers = new Map<string, Reader>();
  #running = new Map<string, Running>();
  #unflushed = 0;

  constructor() {
    this.#relayEvent({ type: 'start', now: 0 });
    this.advance(0);
  }

  call(id: string, job: Job): void {
    this.jobs.set(id, job);
    const { kind, timeoutMs } = job;
    this.#hubEvent({ type: 'call', now: this.now, id, op: 'do', args: { id }, timeoutMs, kind, progress: true });
  }

  cancel(id: string): void {
    this.#hubEvent({ type: 'cancel', now: this.now, id });
  }

  /** Something happens at the relay that Home must hear of. */
  addEvents(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const number = this.added.length;
      this.#seq += 1;
      const event = { generation: `boot-${this.#boots}`, seq: this.#seq, name: 'happened', body: { number } };
      this.added.push(number);
      this.outbox.push(event);
      this.#relayEvent({ type: 'eventAdded', now: this.now, event });
    }
  }

  /** Home has the relay do something now, or not at all. */
  instruct(id: string): void {
    this.#instructing = id;
    this.#instructionDeadlines.set(id, this.now + instructionMs);
    this.#hubEvent({ type: 'instruct', now: this.now, id, name: 'do', body: { id } });
    this.#instructing = undefined;
  }

  /** Hands over up to `count` messages in one direction, on the connection chosen by `pick`. */
  deliver(to: 'hub' | 'relay', count: number, pick: number): void {
    const waiting = this.#connections.filter((each) => (to === 'hub' ? each.toHub : each.toRelay).length > 0);
    const connection = waiting[pick % Math.max(1, waiting.length)];
    if (connection === undefined) return;
    for (let index = 0; index < count; index += 1) {
      const message = (to === 'hub' ? connection.toHub : connection.toRelay).shift();
      if (message === undefined) return;
      if (to === 'hub') this.#arriveAtHub(connection, message);
      else this.#arriveAtRelay(connection, message);
    }
  }

  /** The next message in one direction arrives twice. */
  repeat(to: 'hub' | 'relay'): void {
    for (const connection of this.#connections) {
      const queue = to === 'hub' ? connection.toHub : connection.toRelay;
      const [first] = queue;
      if (first !== undefined && 'text' in first) queue.unshift(first);
    }
  }

  /** Cuts the newest connection; what is on the way is lost on the sides that notice. */
  cut(noticedBy: 'hub' | 'relay' | 'both'): void {
    const connection = this.#connections.at(-1);
    if (connection === undefined) return;
    if (noticedBy !== 'relay') this.#endAtHub(connection);
    if (noticedBy !== 'hub') this.#endAtRelay(connection, 1006);
  }

  /** Only a hub without calls may be evicted while its socket stays. */
  hibernateHub(): void {
    if (this.hub.calls.size + this.hub.instructions.size > 0) return;
    this.hub = createHub({ limits: worldLimits, features: beyondCalls });
    for (const { hubAlive, id, attachment } of this.#connections) {
      if (!hubAlive || attachment === undefined) continue;
      const { device } = attachment;
      this.#hubEvent({ type: 'connected', now: this.now, connection: id, device, restored: attachment });
    }
  }

  restartHub(): void {
    for (const id of [...this.hub.calls.keys(), ...this.hub.instructions]) this.orphaned.add(id);
    this.#instructionDeadlines.clear();
    this.hub = createHub({ limits: worldLimits, features: beyondCalls });
    this.#deadlines.clear();
    for (const connection of this.#connections) {
      connection.hubAlive = false;
      connection.toHub = [];
      connection.toRelay = [{ closed: 1012 }];
    }
  }

  restartRelay(): void {
    this.#running = new Map();
    this.#answers = [];
    this.#seq = 0;
    this.#unflushed = 0;
    this.#relayTimers.clear();
    for (const connection of this.#connections) {
      connection.relayAlive = false;
      connection.toRelay = [];
      connection.toHub.push({ closed: 1006 });
    }
    this.relay = this.#bootRelay();
    this.#relayEvent({ type: 'start', now: this.now });
  }

  /** The reader of a call takes up to `count` pieces. */
  consume(id: string, count: number): void {
    const reader = this.#readers.get(id);
    if (reader === undefined) return;
    for (const bytes of reader.unconsumed.splice(0, count)) {
      this.#hubEvent({ type: 'consumed', now: this.now, id, attempt: reader.attempt, bytes });
    }
  }

  drain(): void {
    this.#unflushed = 0;
    this.#relayEvent({ type: 'writable', now: this.now });
  }

  /** Lets time pass; whatever falls due happens in order. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const next = this.#nextDue();
      if (next === undefined || next.at > until) break;
      this.now = Math.max(this.now, next.at);
      next.happen();
    }
    this.now = Math.max(this.now, until);
  }

  /** Runs a faultless channel until nothing is left to do: no message under way, no timer, no call. */
  calmDown(): void {
    this.refuseNext = false;
    this.failNextEvent = false;
    // The hub has not noticed a silent relay yet; the next write to the dead socket tells it.
    for (const connection of this.#connections) if (!connection.relayAlive) connection.toHub.push({ closed: 1006 });
    for (const connection of this.#connections) if (!connection.hubAlive) connection.toRelay.push({ closed: 1006 });
    for (let round = 0; round < 5_000; round += 1) {
      this.deliver('hub', 50, round);
      this.deliver('relay', 50, round);
      for (const id of this.#readers.keys()) this.consume(id, 50);
      this.drain();
      if (this.#connections.some((each) => each.toHub.length + each.toRelay.length > 0)) continue;
      const next = this.#nextDue();
      if (next === undefined) return;
      this.advance(next.at - this.now);
    }
    throw new Error('broken: the tunnel never comes to rest');
  }

  #bootRelay(): RelayState {
    this.#boots += 1;
    const config = {
      relay: { name: 'home', version: '1.0.0' },
      bootId: `boot-${this.#boots}`,
      retained,
      maxExecuting: 2,
      limits: worldLimits,
      features: beyondCalls,
    };
    return createRelay(config, {}, this.outbox);
  }

  #nextDue(): { at: number; happen: () => void } | undefined {
    const due: { at: number; happen: () => void }[] = [];
    for (const [id, at] of this.#deadlines) due.push({ at, happen: () => this.#passDeadline(id) });
    for (const [name, at] of this.#relayTimers) due.push({ at, happen: () => this.#ring(name) });
    for (const [id, { endsAt, outcome }] of this.#running)
      due.push({ at: endsAt, happen: () => this.#endExecution(id, outcome) });
    for (const [id, at] of this.#instructionDeadlines) due.push({ at, happen: () => this.#endInstruction(id) });
    for (const answer of this.#answers) due.push({ at: answer.at, happen: () => this.#answer(answer) });
    if (this.#connectAt !== undefined) due.push({ at: this.#connectAt, happen: () => this.#dial() });
    return due.sort((a, b) => a.at - b.at)[0];
  }

  #passDeadline(id: string): void {
    this.#deadlines.delete(id);
    this.#hubEvent({ type: 'deadline', now: this.now, id });
  }

  #endInstruction(id: string): void {
    this.#instructionDeadlines.delete(id);
    this.#hubEvent({ type: 'instructionDeadline', now: this.now, id });
  }

  #answer(answer: { readonly id: string; readonly session: string }): void {
    this.#answers = this.#answers.filter((each) => each !== answer);
    const { id, session } = answer;
    this.#relayEvent({ type: 'instructionAnswered', now: this.now, id, session });
  }

  /** What Home does with an event: it is applied and noted in one go, or not at all. */
  #takeEvent({ connection, event, acked }: Extract<HubEffect, { type: 'event' }>): void {
    const { generation, seq } = event;
    const cursor = this.#taken.get(generation) ?? 0;
    const judged = judgeEvent(cursor, { seq, acked });
    if (judged === 'early') return;
    if (judged === 'new') {
      if (this.failNextEvent) {
        this.failNextEvent = false;
        return;
      }
      check(this.applied.at(-1) === undefined || this.applied.length === event.body.number, 'events out of order');
      this.applied.push(Number(event.body.number));
      this.#taken.set(generation, seq);
    }
    this.#hubEvent({ type: 'eventTaken', now: this.now, connection, generation, seq: Math.max(cursor, seq) });
  }

  #ring(name: RelayTimer): void {
    this.#relayTimers.delete(name);
    this.#relayEvent({ type: 'timer', now: this.now, name });
  }

  #dial(): void {
    this.#connectAt = undefined;
    if (this.refuseNext) {
      this.refuseNext = false;
      const refusal = { code: 1006, httpStatus: 503, retryAfterMs: 700, random: 0.5 };
      this.#relayEvent({ type: 'socketClosed', now: this.now, ...refusal });
      return;
    }
    const id = `c${this.#nextConnection++}`;
    this.#connections.push({ id, hubAlive: true, relayAlive: true, toHub: [], toRelay: [], attachment: undefined });
    this.#hubEvent({ type: 'connected', now: this.now, connection: id, device: 'device' });
    this.#relayEvent({ type: 'socketOpen', now: this.now });
  }

  #arriveAtHub(connection: Connection, message: Message): void {
    if (!connection.hubAlive) return;
    if ('closed' in message) this.#endAtHub(connection);
    else this.#hubEvent({ type: 'frame', now: this.now, connection: connection.id, text: message.text });
  }

  #arriveAtRelay(connection: Connection, message: Message): void {
    if (!connection.relayAlive) return;
    if ('closed' in message) this.#endAtRelay(connection, message.closed);
    else this.#relayEvent({ type: 'frame', now: this.now, text: message.text });
  }

  #endAtHub(connection: Connection): void {
    connection.hubAlive = false;
    connection.toHub = [];
    this.#hubEvent({ type: 'disconnected', now: this.now, connection: connection.id });
  }

  #endAtRelay(connection: Connection, code: number): void {
    if (!connection.relayAlive) return;
    connection.relayAlive = false;
    connection.toRelay = [];
    this.#unflushed = 0;
    this.#relayEvent({ type: 'socketClosed', now: this.now, code, random: 0.5 });
  }

  #endExecution(id: string, outcome: RelayOutcome): void {
    this.#running.delete(id);
    this.#relayEvent({ type: 'callDone', now: this.now, id, outcome });
  }

  #hubEvent(event: HubEvent): void {
    const { state, effects } = hubStep(this.hub, event);
    this.hub = state;
    check(state.calls.size <= worldLimits.maxInFlight, 'the hub holds more calls than allowed');
    for (const effect of effects) this.#hubEffect(effect);
  }

  #hubEffect(effect: HubEffect): void {
    switch (effect.type) {
      case 'send':
        this.#hubSends(effect);
        return;
      case 'instructed':
        check(!this.instructed.has(effect.id), 'an instruction ended twice');
        this.#instructionDeadlines.delete(effect.id);
        this.instructed.set(effect.id, effect.outcome.kind);
        return;
      case 'event':
        this.#takeEvent(effect);
        return;
      case 'close': {
        const connection = this.#connections.find((each) => each.id === effect.connection);
        if (connection === undefined) return;
        connection.hubAlive = false;
        connection.toHub = [];
        connection.toRelay.push({ closed: effect.code });
        return;
      }
      case 'persist': {
        const connection = this.#connections.find((each) => each.id === effect.connection);
        if (connection !== undefined) connection.attachment = JSON.parse(JSON.stringify(effect.attachment));
        return;
      }
      case 'startDeadline':
        this.#deadlines.set(effect.id, this.now + effect.ms);
        return;
      case 'clearDeadline':
        this.#deadlines.delete(effect.id);
        return;
      case 'settle':
        this.#settle(effect.id, effect.outcome);
        return;
      case 'progress':
        check(!this.settled.has(effect.id), 'progress after the end of a call');
        this.progressed.push(effect.id);
        return;
      case 'chunk':
        this.#read(effect);
    }
  }

  #hubSends({ connection: id, text }: Extract<HubEffect, { type: 'send' }>): void {
    const connection = this.#connections.find((each) => each.id === id);
    if (text.startsWith('{"t":"instruct"')) {
      const frame = JSON.parse(text) as { id: string };
      check(frame.id === this.#instructing, 'an instruction was kept and sent later');
      check(connection?.hubAlive === true, 'an instruction on a connection that is gone');
      this.#sentInstructions.set(frame.id, connection);
    }
    connection?.toRelay.push({ text });
  }

  #read({ id, attempt, data, bytes }: Extract<HubEffect, { type: 'chunk' }>): void {
    check(!this.settled.has(id), 'a piece after the end of a call');
    check(bytes === utf8Length(data) && bytes <= worldLimits.chunkBytes, 'a piece of the wrong size');
    let reader = this.#readers.get(id);
    if (reader === undefined || reader.attempt !== attempt) {
      check(reader === undefined || attempt > reader.attempt, 'an attempt goes backwards');
      reader = { attempt, pieces: [], unconsumed: [] };
      this.#readers.set(id, reader);
    }
    reader.pieces.push(data);
    reader.unconsumed.push(bytes);
    const waiting = reader.unconsumed.reduce((sum, each) => sum + each, 0);
    check(waiting <= worldLimits.windowBytes, 'more pieces wait for the reader than the window holds');
  }

  #settle(id: string, outcome: HubOutcome): void {
    check(!this.settled.has(id), 'a call settled twice');
    this.settled.set(id, outcome);
    if (!outcome.ok) return;
    const produced = this.produced.get(id) ?? [];
    if ('streamed' in outcome) {
      const reader = this.#readers.get(id);
      check(reader?.attempt === outcome.streamed.attempt, 'a result of another attempt');
      check(reader.pieces.length === outcome.streamed.chunks, 'a result with pieces missing');
      check(produced.includes(reader.pieces.join('')), 'a result that no run produced');
    } else {
      check(produced.includes(JSON.stringify(outcome.value)), 'a result that no run produced');
    }
  }

  #relayEvent(event: RelayEvent): void {
    const { state, effects } = relayStep(this.relay, event);
    this.relay = state;
    check(state.phase !== 'stopped', 'the relay stopped');
    const done = [...state.calls.values()].flatMap((call) => (call.phase === 'done' ? [call] : []));
    check(done.length <= retained.count, 'the relay retains too many results');
    check(done.reduce((sum, call) => sum + call.bytes, 0) <= retained.bytes, 'the relay retains too many bytes');
    for (const effect of effects) this.#relayEffect(effect);
  }

  #relayEffect(effect: RelayEffect): void {
    switch (effect.type) {
      case 'send':
        if (effect.bulk) this.#unflushed += 1;
        check(this.#unflushed <= 4, 'too many pieces in the buffer of the socket');
        this.#relaySends(effect.text);
        return;
      case 'instruct': {
        const connection = this.#connections.find((each) => each.relayAlive);
        check(this.#sentInstructions.get(effect.id) === connection, 'an instruction of another connection');
        // Some take long, and what is answered then may find another connection.
        const at = this.now + (effect.id.length % 2 === 0 ? 0 : 4_000);
        this.#answers.push({ id: effect.id, session: effect.session, at });
        return;
      }
      case 'eventsTaken':
        this.outbox = this.outbox.filter(({ generation, seq }) => generation !== effect.generation || seq > effect.seq);
        return;
      case 'close': {
        const connection = this.#connections.find((each) => each.relayAlive);
        connection?.toHub.push({ closed: effect.code });
        if (connection !== undefined) connection.toRelay = [{ closed: effect.code }];
        return;
      }
      case 'connectAfter':
        this.#connectAt = this.now + effect.ms;
        return;
      case 'startTimer':
        this.#relayTimers.set(effect.name, this.now + effect.ms);
        return;
      case 'clearTimer':
        this.#relayTimers.delete(effect.name);
        return;
      case 'startCall':
        this.#start(effect.invocation);
        return;
      case 'abortCall': {
        const run = this.#running.get(effect.id);
        check(run?.invocation.kind === 'read', 'an abort of something that is no running read');
        this.#running.set(effect.id, { ...run, endsAt: this.now, outcome: failed('cancelled') });
      }
    }
  }

  #relaySends(text: string): void {
    const connection = this.#connections.find((each) => each.relayAlive);
    if (text.startsWith('{"t":"accepted"')) {
      const frame = JSON.parse(text) as { id: string };
      check(this.#sentInstructions.get(frame.id) === connection, 'an answer on another connection');
    }
    connection?.toHub.push({ text });
  }

  #start(invocation: Invocation): void {
    const { id, kind, timeoutMs } = invocation;
    const job = this.jobs.get(id);
    check(job !== undefined && timeoutMs > 0, 'a call that nobody asked for, or too late');
    check(!this.#running.has(id), 'two runs of one call at once');
    const runs = (this.mutationRuns.get(id) ?? 0) + 1;
    if (kind === 'mutation') {
      this.mutationRuns.set(id, runs);
      check(runs === 1, 'a mutation ran twice');
    }
    const produced = this.produced.get(id) ?? [];
    // Each run has its own text, so that pieces of two runs can be told apart.
    const text = JSON.stringify({ run: produced.length, text: 'a"é€🙂'.repeat(200).slice(0, job.size) });
    this.produced.set(id, [...produced, text]);
    const late = kind === 'read' && job.durationMs > timeoutMs;
    const endsAt = this.now + (late ? timeoutMs : job.durationMs);
    this.#running.set(id, { invocation, endsAt, outcome: late ? failed('relay_timeout') : { ok: true, text } });
    this.#relayEvent({ type: 'callProgress', now: this.now, id, progress: 1, total: 2 });
    this.#relayEvent({ type: 'callProgress', now: this.now, id, progress: 2, total: 2 });
  }
}

function failed(code: 'cancelled' | 'relay_timeout'): RelayOutcome {
  return { ok: false, error: { code, message: 'simulated' } };
}
