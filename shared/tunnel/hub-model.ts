import { z } from 'zod';
import type { ToolErrorData } from '../errors.ts';
import {
  type Body,
  type CallKind,
  type OpaqueStatus,
  type RelayEventRecord,
  relayInfoSchema,
  type TunnelLimits,
} from './frames.ts';

/**
 * State, events and effects of the hub's machine (hub.ts).
 *
 * `now` in events is any monotonic clock in milliseconds. `connection` names one WebSocket, chosen by the adapter and
 * never used again; events of a connection that is no longer the current one are ignored.
 */

export interface HubConfig {
  readonly limits: TunnelLimits;
  /** How long reads wait for a relay whose connection dropped. */
  readonly graceMs: number;
  readonly versions: { readonly min: number; readonly max: number };
  /** What this hub can do beyond calls. */
  readonly features: readonly string[];
}

/** What survives hibernation, kept as the socket's attachment (well below its 16 KiB). */
export const hubAttachmentSchema = z.object({
  connection: z.string().min(1).max(64),
  device: z.string().min(1).max(64),
  /** Absent until the handshake is done. */
  open: z
    .object({
      proto: z.int().positive(),
      bootId: z.string().max(64),
      relay: relayInfoSchema,
      /** What holds on this connection beyond calls; a build without it knew of none. */
      features: z.array(z.string().max(64)).max(16).default([]),
    })
    .optional(),
});

export type HubAttachment = z.infer<typeof hubAttachmentSchema>;

/** The current connection: none, waiting for `hello`, or open. */
export type HubLink =
  | { readonly phase: 'down' }
  | { readonly phase: 'handshake'; readonly connection: string; readonly device: string }
  | ({ readonly phase: 'open'; readonly connection: string; readonly device: string } & NonNullable<
      HubAttachment['open']
    >);

/** A call that is not settled. */
export interface HubCall {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly kind: CallKind;
  readonly progress: boolean;
  /** See the frame; all when absent. */
  readonly accounts: readonly string[] | undefined;
  readonly deadlineAt: number;
  /** While the relay is away: when the call gives up waiting for it. */
  readonly graceUntil: number | undefined;
  /** Whether it ever left the hub. */
  readonly sent: boolean;
  readonly progressSeq: number;
  /** Counts the deliveries of a large result; pieces of two attempts never mix. */
  readonly attempt: number;
  readonly nextSeq: number;
  readonly receivedBytes: number;
  readonly unconsumedBytes: number;
}

export interface HubState {
  readonly config: HubConfig;
  readonly link: HubLink;
  readonly calls: ReadonlyMap<string, HubCall>;
  /** Instructions that were sent on this connection and are not answered. None outlives it. */
  readonly instructions: ReadonlySet<string>;
}

/**
 * How an instruction ends: taken on by the relay, whose events then tell the rest; refused, with nothing done; never
 * sent, so that nothing is done; or sent and unanswered, so that nobody knows.
 */
export type InstructionOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' | 'unsent' | 'unanswered'; readonly error: ToolErrorData };

/**
 * How a call ends. `streamed` means that the JSON text of the value was handed over as `chunk` effects of that attempt.
 */
export type HubOutcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: true;
      readonly streamed: { readonly attempt: number; readonly chunks: number; readonly bytes: number };
    }
  | { readonly ok: false; readonly error: ToolErrorData };

export type HubEvent =
  /** Sent now, on the connection that is open, or not at all. `id` is fresh; who asks sets the deadline. */
  | {
      readonly type: 'instruct';
      readonly now: number;
      readonly id: string;
      readonly name: string;
      readonly body: Body;
    }
  | { readonly type: 'instructionDeadline'; readonly now: number; readonly id: string }
  /** All events of the generation up to this one are safe. */
  | {
      readonly type: 'eventTaken';
      readonly now: number;
      readonly connection: string;
      readonly generation: string;
      readonly seq: number;
    }
  /** An authenticated relay connected, or (with `restored`) its socket was found again after hibernation. */
  | {
      readonly type: 'connected';
      readonly now: number;
      readonly connection: string;
      readonly device: string;
      readonly restored?: HubAttachment;
    }
  /** `time`: of the wall clock, epoch milliseconds, for those who are told it in `welcome`. */
  | {
      readonly type: 'frame';
      readonly now: number;
      readonly connection: string;
      readonly text: string;
      readonly time?: number;
    }
  | { readonly type: 'disconnected'; readonly now: number; readonly connection: string }
  | {
      readonly type: 'call';
      readonly now: number;
      readonly id: string;
      readonly op: string;
      readonly args: Readonly<Record<string, unknown>>;
      /** Clamped to 1…900,000. */
      readonly timeoutMs: number;
      readonly kind: CallKind;
      readonly progress: boolean;
      /** Which accounts it may see; sent only to a relay that keeps to it. */
      readonly accounts?: readonly string[] | undefined;
    }
  | { readonly type: 'cancel'; readonly now: number; readonly id: string }
  /** The timer that `startDeadline` asked for has run out. */
  | { readonly type: 'deadline'; readonly now: number; readonly id: string }
  /** The reader took pieces of that attempt; `bytes` as given by the `chunk` effects. */
  | {
      readonly type: 'consumed';
      readonly now: number;
      readonly id: string;
      readonly attempt: number;
      readonly bytes: number;
    };

export type HubEffect =
  /** Exactly once for each instruction. */
  | { readonly type: 'instructed'; readonly id: string; readonly outcome: InstructionOutcome }
  /** To be taken once and for all; answer with `eventTaken` when that is safe, or not at all. */
  | {
      readonly type: 'event';
      readonly connection: string;
      readonly device: string;
      readonly event: RelayEventRecord;
      readonly acked: number;
    }
  | { readonly type: 'send'; readonly connection: string; readonly text: string }
  | { readonly type: 'close'; readonly connection: string; readonly code: number; readonly reason: string }
  /** Exactly once for each call; nothing else follows for that id. */
  | { readonly type: 'settle'; readonly id: string; readonly outcome: HubOutcome }
  | {
      readonly type: 'progress';
      readonly id: string;
      readonly progress: number;
      readonly total?: number;
      readonly message?: string;
    }
  /** The next piece of a large result. A greater `attempt` than before means: discard the earlier pieces. */
  | {
      readonly type: 'chunk';
      readonly id: string;
      readonly attempt: number;
      readonly data: string;
      readonly bytes: number;
    }
  /** One timer for each call; a new one replaces the earlier. */
  | { readonly type: 'startDeadline'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearDeadline'; readonly id: string }
  | { readonly type: 'persist'; readonly connection: string; readonly attachment: HubAttachment }
  /** The handshake is done: from here on instructions can be sent. Its status follows. */
  | { readonly type: 'opened'; readonly device: string; readonly status: OpaqueStatus }
  | { readonly type: 'status'; readonly device: string; readonly status: OpaqueStatus }
  | { readonly type: 'log'; readonly message: string; readonly detail?: string };

export interface HubStep {
  readonly state: HubState;
  readonly effects: readonly HubEffect[];
}
