import { ToolError } from '../../shared/errors.ts';

/** The error with which a caller's abort ends its request: the abort's own reason when it is one of ours. */
export function abortError(signal: AbortSignal | undefined): ToolError {
  const reason: unknown = signal?.reason;
  if (reason instanceof ToolError) return reason;
  return new ToolError({ code: 'cancelled', message: 'The call was cancelled.' });
}

/** The error of a question that was sent, and that the gateway did not answer in time. */
export function timeoutError(what: string, ms: number): ToolError {
  return new ToolError({
    code: 'gateway_timeout',
    message: `IB Gateway did not answer within ${Math.round(ms / 100) / 10} s (${what}).`,
    nextStep: 'Try again; get_status says whether the connection is well.',
    sent: true,
  });
}
