import { z } from 'zod';

/**
 * The one error taxonomy, shared by the Worker and the relay. Each code says who must act; `nextStep` tells a person or
 * a model how. Codes are part of the public contract: they are never renamed, only added.
 */
export const errorCodes = [
  /** The call's arguments are wrong; correct them and call again. */
  'invalid_arguments',
  /** No instrument matches. */
  'contract_not_found',
  /** Several instruments match; `candidates` holds strings that would each have been unambiguous. */
  'ambiguous_contract',
  /** The account is unknown to this grant or relay. */
  'account_not_found',
  /** IB has no such data for this instrument or period. */
  'no_data',
  /** The login lacks the market-data subscription or permission. */
  'not_subscribed',
  /** IB's request limits were reached; wait before trying again. */
  'pacing',
  /** IB refused the request for another reason; `ibCode` says which. */
  'ib_error',
  /** The relay runs but has no working connection to IB Gateway. */
  'gateway_disconnected',
  /** The gateway did not answer this request in time. */
  'gateway_timeout',
  /** The gateway went away while this request was under way. */
  'gateway_interrupted',
  /** No relay is connected. */
  'relay_offline',
  /** The relay is connected but did not answer in time. */
  'relay_timeout',
  /** The relay lost this call (it restarted). */
  'relay_interrupted',
  /** Too many calls are under way. */
  'busy',
  /** The answer is larger than the tunnel carries. */
  'result_too_large',
  /** The caller went away or cancelled. */
  'cancelled',
  /** The grant lacks the scope that the tool needs. */
  'insufficient_scope',
  /** The tool is unknown to the other end (version skew). */
  'unsupported',
  /** A limit or rule of the owner's forbids this order; nothing was sent. */
  'rejected_by_policy',
  /** Trading is off, stopped or not possible now; nothing was sent. `nextStep` says who can change that. */
  'trading_unavailable',
  /** The same id was used for another order, or an approval belongs to another; nothing was sent. */
  'conflict',
  /** No such ticket of this connection, or it can no longer be used. */
  'ticket_not_found',
  /** A defect on our side. */
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error as it travels through the tunnel and appears in a tool result. Never carries secrets or stack traces. */
export const toolErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string().max(2_000),
  nextStep: z.string().max(1_000).optional(),
  /** IB's own error code, where there is one. */
  ibCode: z.number().int().optional(),
  /** Unambiguous contract strings, with `ambiguous_contract`. */
  candidates: z.array(z.string().max(200)).max(10).optional(),
  /**
   * Of a request that was not answered, whether it went to IB Gateway: false means that it certainly did not, true that
   * it did or may have.
   */
  sent: z.boolean().optional(),
});

export type ToolErrorData = z.infer<typeof toolErrorSchema>;

/** A failure with a typed code and a sentence for a human; what every layer throws for expected failures. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly data: ToolErrorData;

  constructor(data: ToolErrorData) {
    super(data.message);
    this.data = data;
  }

  get code(): ErrorCode {
    return this.data.code;
  }
}

/**
 * Turns anything thrown into error data. Unexpected errors become `internal` with a fixed sentence, because their text
 * may hold secrets or third-party content; log the original where it happened.
 */
export function toToolErrorData(thrown: unknown): ToolErrorData {
  if (thrown instanceof ToolError) return thrown.data;
  return {
    code: 'internal',
    message: 'Something failed inside ibkr-remote-mcp.',
    nextStep: 'Try again; if it keeps failing, look at the logs of the relay and report it.',
  };
}
