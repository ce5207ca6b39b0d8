import { z } from 'zod';
import type { ToolErrorData } from '../errors.ts';
import { type CallKind, type OpaqueStatus, relayInfoSchema, type TunnelLimits } from './frames.ts';

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
}

/** What survives hibernation, kept as the socket's attachment (well below its 16 KiB). */
export const hubAttachmentSchema = z.object({
  connection: z.string().min(1).max(64),
  device: z.string().min(1).max(64),
  /** Absent until the handshake is done. */
  open: z.object({ proto: z.int().positive(), bootId: z.string().max(64), relay: relayInfoSchema }).optional(),
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
}

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
  /** An authenticated relay connected, or (with `restored`) its socket was found again after hibernation. */
  | {
      readonly type: 'connected';
      readonly now: number;
      readonly connection: string;
      readonly device: string;
      readonly restored?: HubAttachment;
    }
  | { readonly type: 'frame'; readonly now: number; readonly connection: string; readonly text: string }
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
  | { readonly type: 'status'; readonly device: string; readonly status: OpaqueStatus }
  | { readonly type: 'log'; readonly message: string; readonly detail?: string };

export interface HubStep {
  readonly state: HubState;
  readonly effects: readonly HubEffect[];
}
