import { z } from 'zod';
import { errorCodes, toolErrorSchema } from '../errors.ts';
import { plainText } from '../plain-text.ts';
import { utf8Length } from './utf8.ts';

/**
 * The frames of the tunnel: JSON text messages, discriminated on `t`, validated by whoever receives them. Prose,
 * examples and state rules are in docs/tunnel-protocol.md.
 */

/** The protocol versions that this build speaks. */
export const protocolRange = { min: 1, max: 1 } as const;

/** The relay sends the text `ping`; the hub's runtime answers `pong` by itself. Neither is a frame. */
export const heartbeat = { ping: 'ping', pong: 'pong', everyMs: 25_000 } as const;

/** The largest text message, in UTF-8 bytes, that either end accepts. */
export const maxFrameBytes = 1_048_576;

/** The largest `status`, in UTF-8 bytes of its JSON text. */
export const maxStatusBytes = 32_768;

/** How many call ids a `hello` may list. */
export const maxAnnouncedCalls = 2_048;

/** What an end may be able to do beyond calls; each is used only where both ends name it. */
export const features = {
  instructions: 'instructions',
  events: 'events',
  clock: 'clock',
  accounts: 'accounts',
} as const;

/** The largest body of an instruction or an event, in UTF-8 bytes of its JSON text. */
export const maxBodyBytes = 16_384;

/** The longest relative deadline of a call. */
export const maxTimeoutMs = 900_000;

/** What the hub tells the relay to keep to. All sizes are UTF-8 bytes. */
export const limitsSchema = z
  .object({
    /** Calls under way at once. */
    maxInFlight: z.int().min(1).max(1_024),
    /** One text message. */
    maxFrameBytes: z.int().min(262_144).max(maxFrameBytes),
    /** The piece size of a large result; a result up to this size travels in one frame. */
    chunkBytes: z.int().min(16).max(262_144),
    /** Unconsumed chunk bytes of one call; the initial credit. */
    windowBytes: z.int().min(16).max(8_388_608),
    /** One result, all pieces together. */
    maxResultBytes: z.int().min(16).max(268_435_456),
  })
  .refine((limits) => limits.windowBytes >= limits.chunkBytes, 'the window must hold at least one chunk')
  // A JSON text inside a JSON string at most doubles: only quotes and backslashes are escaped.
  .refine((limits) => limits.chunkBytes * 2 + 1_024 <= limits.maxFrameBytes, 'a chunk must fit into a frame');

export type TunnelLimits = z.infer<typeof limitsSchema>;

export const defaultLimits: TunnelLimits = {
  maxInFlight: 64,
  maxFrameBytes,
  chunkBytes: 65_536,
  windowBytes: 524_288,
  maxResultBytes: 16_777_216,
};

export const callIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const opaqueId = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);
const opName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/);
const version = z.int().min(1).max(65_535);
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const measure = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

/** The relay's view of itself and the gateway. Its inner shape belongs to the tools; the tunnel only bounds it. */
export const statusSchema = z
  .record(z.string().max(128), z.unknown())
  .refine((status) => !isLonger(JSON.stringify(status), maxStatusBytes), `at most ${maxStatusBytes} bytes`);

export type OpaqueStatus = z.infer<typeof statusSchema>;

export const relayInfoSchema = z.object({
  name: z.string().overwrite(plainText).min(1).max(100),
  version: z.string().overwrite(plainText).min(1).max(64),
});

export type RelayInfo = z.infer<typeof relayInfoSchema>;

/** The accounts that a call may see, where whoever calls may not see all that the relay serves. */
export const accountsSchema = z.array(z.string().min(1).max(32)).max(200);

export const callKindSchema = z.enum(['read', 'mutation']);

/** A read may be repeated and aborted; a mutation is sent at most once and never aborted. */
export type CallKind = z.infer<typeof callKindSchema>;

// A newer peer may know more codes. Losing the code is better than losing the connection over it.
const tunnelErrorSchema = toolErrorSchema.extend({ code: z.enum(errorCodes).catch('internal') });

/** What both ends leave to whoever registered for it; the tunnel only bounds it. */
const body = z
  .record(z.string().max(128), z.unknown())
  .refine((value) => !isLonger(JSON.stringify(value), maxBodyBytes), `at most ${maxBodyBytes} bytes`);

export type Body = z.infer<typeof body>;

/** Optional, so that an end that knows of no features is understood, and understands. */
const featureNames = z.array(opName).max(16).optional();

export const relayEventSchema = z.object({
  /** Random for each opening of the relay's outbox, so that a restored one repeats no number. */
  generation: opaqueId,
  /** Counts the events of a generation from 1. */
  seq: count.min(1),
  name: opName,
  body,
});

/** Something that has happened at the relay and must reach the hub. */
export type RelayEventRecord = z.infer<typeof relayEventSchema>;

const errorFrame = z.object({
  t: z.literal('error'),
  id: callIdSchema.optional(),
  code: z.string().min(1).max(64),
  message: z.string().max(500),
});

const relaySchemas = {
  hello: z
    .object({
      t: z.literal('hello'),
      min: version,
      max: version,
      relay: relayInfoSchema,
      bootId: opaqueId,
      status: statusSchema,
      /** Calls that the relay still executes, or whose results are not acknowledged. */
      calls: z.array(callIdSchema).max(maxAnnouncedCalls),
      features: featureNames,
    })
    .refine((hello) => hello.min <= hello.max, 'min must not exceed max'),
  progress: z.object({
    t: z.literal('progress'),
    id: callIdSchema,
    seq: count,
    progress: measure,
    total: measure.optional(),
    message: z.string().max(500).optional(),
  }),
  chunk: z.object({ t: z.literal('chunk'), id: callIdSchema, seq: count, data: z.string().min(1) }),
  result: z.union([
    z.object({ t: z.literal('result'), id: callIdSchema, ok: z.literal(false), error: tunnelErrorSchema }),
    z.object({ t: z.literal('result'), id: callIdSchema, ok: z.literal(true), chunks: count.min(1), bytes: count }),
    z.object({
      t: z.literal('result'),
      id: callIdSchema,
      ok: z.literal(true),
      // Present, even if null: JSON has no undefined, so undefined means a missing key.
      value: z.unknown().refine((value) => value !== undefined),
    }),
  ]),
  status: z.object({ t: z.literal('status'), status: statusSchema }),
  accepted: z.object({ t: z.literal('accepted'), id: callIdSchema }),
  refused: z.object({ t: z.literal('refused'), id: callIdSchema, error: tunnelErrorSchema }),
  /** What time is it at the hub? `n` comes back with the answer. */
  clock: z.object({ t: z.literal('clock'), n: count }),
  /** `acked`: the last event of its generation that the relay knows the hub to have. */
  event: relayEventSchema.extend({ t: z.literal('event'), acked: count }),
  error: errorFrame,
};

const hubSchemas = {
  welcome: z.object({
    t: z.literal('welcome'),
    proto: version,
    session: opaqueId,
    limits: limitsSchema,
    /** Calls from `hello.calls` that nobody waits for any more. */
    drop: z.array(callIdSchema).max(maxAnnouncedCalls),
    /** Those of `hello.features` that hold on this connection. */
    features: featureNames,
    /** The hub's clock, epoch milliseconds: what counts for whatever may be done until a certain time. */
    time: count.optional(),
  }),
  call: z.object({
    t: z.literal('call'),
    id: callIdSchema,
    op: opName,
    args: z.record(z.string().max(128), z.unknown()),
    timeoutMs: z.int().min(1).max(maxTimeoutMs),
    kind: callKindSchema,
    progress: z.boolean(),
    accounts: accountsSchema.optional(),
  }),
  ack: z.object({ t: z.literal('ack'), id: callIdSchema }),
  cancel: z.object({ t: z.literal('cancel'), id: callIdSchema }),
  credit: z.object({ t: z.literal('credit'), id: callIdSchema, bytes: count.min(1) }),
  instruct: z.object({ t: z.literal('instruct'), id: callIdSchema, name: opName, body }),
  /** The hub's clock when it answered, epoch milliseconds. */
  clock: z.object({ t: z.literal('clock'), n: count, time: count }),
  taken: relayEventSchema.pick({ generation: true, seq: true }).extend({ t: z.literal('taken') }),
  error: errorFrame,
};

type Frames<Schemas extends Record<string, z.ZodType>> = { [T in keyof Schemas]: z.infer<Schemas[T]> }[keyof Schemas];

/** What the relay sends. */
export type RelayFrame = Frames<typeof relaySchemas>;

/** What the hub sends. */
export type HubFrame = Frames<typeof hubSchemas>;

/**
 * What came of reading one text message. `unknown` is a frame type this version does not know: log and ignore it.
 * `oversize` closes with 1009 and `malformed` with 4400; `reason` is short enough for a close frame.
 */
export type Parsed<Frame> =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'oversize'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Reads a message from the relay (on the hub's side). `limit` is in UTF-8 bytes. Never throws. */
export function parseRelayFrame(text: string, limit: number = maxFrameBytes): Parsed<RelayFrame> {
  return parse(text, limit, relaySchemas);
}

/** Reads a message from the hub (on the relay's side). `limit` is in UTF-8 bytes. Never throws. */
export function parseHubFrame(text: string, limit: number = maxFrameBytes): Parsed<HubFrame> {
  return parse(text, limit, hubSchemas);
}

/** The text message of a frame. */
export function encodeFrame(frame: RelayFrame | HubFrame): string {
  return JSON.stringify(frame);
}

/** The highest version that both ranges hold, or undefined when there is none. */
export function negotiate(
  ours: { readonly min: number; readonly max: number },
  theirs: { readonly min: number; readonly max: number },
): number | undefined {
  const proto = Math.min(ours.max, theirs.max);
  return proto >= Math.max(ours.min, theirs.min) ? proto : undefined;
}

/** No UTF-16 unit takes more than three bytes: most texts need not be counted. */
function isLonger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && utf8Length(text) > bytes);
}

function parse<Schemas extends Record<string, z.ZodType>>(
  text: string,
  limit: number,
  schemas: Schemas,
): Parsed<Frames<Schemas>> {
  if (isLonger(text, limit)) {
    return { kind: 'oversize', reason: `a message exceeds ${limit} bytes` };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'malformed', reason: 'a message is not JSON' };
  }
  const type = typeof json === 'object' && json !== null && 't' in json ? json.t : undefined;
  if (typeof type !== 'string') return { kind: 'malformed', reason: 'a message has no type' };
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return { kind: 'unknown', type: type.slice(0, 64) };
  try {
    const parsed = schema.safeParse(json);
    if (parsed.success) return { kind: 'frame', frame: parsed.data as Frames<Schemas> };
    const issue = parsed.error.issues[0];
    // Field names are ours; the values, which may be anybody's, stay out of the reason.
    return { kind: 'malformed', reason: `invalid ${type} frame at ${issue?.path.join('.').slice(0, 60) || '(root)'}` };
  } catch {
    return { kind: 'malformed', reason: `a ${type} frame is nested too deeply` };
  }
}
