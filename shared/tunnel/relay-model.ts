import type { ToolErrorData } from '../errors.ts';
import type { Body, CallKind, OpaqueStatus, RelayEventRecord, RelayInfo, TunnelLimits } from './frames.ts';
import type { OutboxState } from './outbox.ts';

/**
 * State, events and effects of the relay's machine (relay.ts). `now` in events is any monotonic clock in milliseconds;
 * `random` is uniform in [0, 1).
 */

export interface RelayConfig {
  readonly relay: RelayInfo;
  /** Random for each process: tells the hub that everything earlier is lost. */
  readonly bootId: string;
  readonly versions: { readonly min: number; readonly max: number };
  /** What holds until a `welcome` says otherwise. */
  readonly limits: TunnelLimits;
  /** Reads run at once; further ones queue. Mutations never queue behind reads. */
  readonly maxExecuting: number;
  /** Finished results kept until acknowledged. */
  readonly retained: { readonly count: number; readonly bytes: number };
  /** Ids of finished mutations remembered, so that a repeated one is refused. */
  readonly rememberedMutations: number;
  /** The shortest time between two progress frames of a call. */
  readonly progressEveryMs: number;
  /** How long to wait for `welcome`. */
  readonly welcomeMs: number;
  /** What this relay can do beyond calls. */
  readonly features: readonly string[];
  /** The hub is asked for its time when it was not told for so long; and again when an answer is missing for so long. */
  readonly clockEveryMs: number;
  readonly clockAgainMs: number;
}

/** What came of a call; `text` is the JSON text of the value. */
export type RelayOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: ToolErrorData };

export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A call to start. `timeoutMs` is what is left of the deadline. */
export interface Invocation {
  readonly id: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  readonly kind: CallKind;
  readonly wantsProgress: boolean;
  /** Which accounts it may see; all that the relay serves when absent. */
  readonly accounts?: readonly string[] | undefined;
}

/** What the hub wants done now or not at all. */
export interface Instruction {
  readonly id: string;
  readonly name: string;
  readonly body: Body;
}

interface CallBase {
  readonly kind: CallKind;
  /** False once the hub no longer waits; the outcome is then thrown away. */
  readonly wanted: boolean;
}

export type RelayCall =
  | (CallBase & { readonly phase: 'queued'; readonly invocation: Invocation; readonly deadlineAt: number })
  | (CallBase & {
      readonly phase: 'running';
      readonly wantsProgress: boolean;
      readonly progressSeq: number;
      readonly progressAt: number;
      /** The newest progress that came too soon after the last one sent. */
      readonly progressHeld: Progress | undefined;
    })
  | (CallBase & { readonly phase: 'done'; readonly outcome: RelayOutcome; readonly bytes: number });

/** A large result on its way in pieces. */
export interface Stream {
  readonly offset: number;
  readonly seq: number;
  readonly credit: number;
  /** Not sent yet, of the whole. */
  readonly leftBytes: number;
}

export interface RelayState {
  readonly config: RelayConfig;
  /** `closing`: this end closed the socket and waits for `socketClosed`. */
  readonly phase: 'waiting' | 'handshake' | 'open' | 'closing' | 'stopped';
  readonly limits: TunnelLimits;
  readonly status: OpaqueStatus;
  /** The status in the last `hello`. */
  readonly announced: OpaqueStatus | undefined;
  /** Connections lost or refused in a row. */
  readonly failures: number;
  readonly openedAt: number | undefined;
  readonly calls: ReadonlyMap<string, RelayCall>;
  /** In the order in which they send their next piece. */
  readonly streams: ReadonlyMap<string, Stream>;
  /** Pieces that may be written before the socket has drained. */
  readonly budget: number;
  readonly finishedMutations: ReadonlySet<string>;
  /** Announced in `hello` but given up before `welcome`. */
  readonly lost: readonly { readonly id: string; readonly kind: CallKind }[];
  /** It takes no further calls, and ends as soon as it owes the hub no outcome of a mutation. */
  readonly stopping: boolean;
  /** Names this connection, as the hub does; nothing of the lane of instructions outlives it. */
  readonly session: string;
  /** What holds on this connection beyond calls. */
  readonly features: readonly string[];
  readonly outbox: OutboxState;
  /** The hub's clock: when it was told last on this connection, and the question that is out. */
  readonly clock: { readonly n: number; readonly toldAt: number; readonly askedAt: number | undefined };
}

export type RelayTimer = 'welcome' | 'progress' | 'events';

export type RelayEvent =
  | { readonly type: 'start'; readonly now: number }
  | { readonly type: 'socketOpen'; readonly now: number }
  /** Closed, or never opened; `httpStatus` is set when the server refused the upgrade. */
  | {
      readonly type: 'socketClosed';
      readonly now: number;
      readonly random: number;
      readonly code: number;
      readonly httpStatus?: number;
      readonly retryAfterMs?: number;
    }
  | { readonly type: 'frame'; readonly now: number; readonly text: string }
  | ({ readonly type: 'callProgress'; readonly now: number; readonly id: string } & Progress)
  | { readonly type: 'callDone'; readonly now: number; readonly id: string; readonly outcome: RelayOutcome }
  /** What was sent with `bulk` has left the socket's buffer. */
  | { readonly type: 'writable'; readonly now: number }
  | { readonly type: 'status'; readonly now: number; readonly status: OpaqueStatus }
  | { readonly type: 'timer'; readonly now: number; readonly name: RelayTimer }
  /** Something has happened, and is safe on disk. */
  | { readonly type: 'eventAdded'; readonly now: number; readonly event: RelayEventRecord }
  /** An instruction was taken on for certain, or refused with nothing done. */
  | {
      readonly type: 'instructionAnswered';
      readonly now: number;
      readonly id: string;
      readonly session: string;
      readonly refused?: ToolErrorData;
    }
  /** `atOnce` no longer waits for mutations; they go on, but their outcomes no longer reach the hub. */
  | { readonly type: 'stop'; readonly now: number; readonly atOnce?: boolean };

export type RelayEffect =
  | { readonly type: 'connectAfter'; readonly ms: number }
  /** `bulk`: a piece of a large result; answer with `writable` when it has left the buffer. */
  | { readonly type: 'send'; readonly text: string; readonly bulk: boolean }
  /** Must lead to a `socketClosed`. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** Must lead to exactly one `callDone`: for a read no later than its timeout or its abort. */
  | { readonly type: 'startCall'; readonly invocation: Invocation }
  | { readonly type: 'abortCall'; readonly id: string }
  | { readonly type: 'startTimer'; readonly name: RelayTimer; readonly ms: number }
  | { readonly type: 'clearTimer'; readonly name: RelayTimer }
  | { readonly type: 'heartbeat'; readonly on: boolean }
  /** Leads to at most one `instructionAnswered`: none when it is not known whether anything was done. */
  | ({ readonly type: 'instruct'; readonly session: string } & Instruction)
  /** The hub has all events of the generation up to this one; they need not be kept. */
  | { readonly type: 'eventsTaken'; readonly generation: string; readonly seq: number }
  /** A connection holds, or no longer does. `time` is the hub's clock, epoch milliseconds; an older hub does not tell it. */
  | { readonly type: 'entered'; readonly time?: number }
  | { readonly type: 'left' }
  /** The hub is asked for its time, by `hello` or anew, and has answered: it was asked after the last `clockAsked`. */
  | { readonly type: 'clockAsked' }
  | { readonly type: 'clockTold'; readonly time: number }
  /** Terminal: nothing follows. */
  | { readonly type: 'stop'; readonly reason: string; readonly exitCode: number }
  | { readonly type: 'log'; readonly message: string; readonly detail?: string };

export interface RelayStep {
  readonly state: RelayState;
  readonly effects: readonly RelayEffect[];
}
