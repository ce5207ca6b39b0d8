import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';

/** Fails what never left the relay: asking again is safe, whatever was asked. */
export function neverSent(error: ToolErrorData): ToolError {
  return new ToolError({ ...error, sent: false, message: `${error.message} The request was not sent.` });
}

/** Fails what was sent, and what nobody will hear the answer of. */
export function unanswered(error: ToolErrorData): ToolError {
  return new ToolError({ ...error, sent: true, message: `${error.message} The request was sent, but not answered.` });
}
