import type { ToolErrorData } from '../errors.ts';
import type { CallKind } from './frames.ts';

/**
 * The typed errors with which the tunnel itself ends a call, each with the next step for a human or a model. What may
 * end a mutation that has begun says that its outcome is unknown, and never to try again.
 */

const outcomeUnknown = 'Whether it took effect is unknown; do not repeat it before you have checked.';
const checkFirst = 'Look at the open orders and the executions before doing it again.';

/** The call never left the hub. */
export function relayOffline(): ToolErrorData {
  return {
    code: 'relay_offline',
    message: 'No relay is connected, so nothing was sent.',
    nextStep:
      'Start the relay at home, or check its log and its internet connection; the dashboard shows when it is back.',
  };
}

/** The relay was told to stop and takes nothing new. */
export function relayStopping(): ToolErrorData {
  return {
    code: 'relay_offline',
    message: 'The relay is stopping, so nothing was done.',
    nextStep: 'Try again when it runs again; the dashboard shows when it is back.',
  };
}

/** The other end knows nothing of instructions. */
export function notUnderstood(): ToolErrorData {
  return {
    code: 'unsupported',
    message: 'This relay does not take such instructions, so nothing was done.',
    nextStep: 'Update the relay, and look at its settings for trading.',
  };
}

/** The call may see some accounts only, and the relay is too old to keep to that. */
export function accountsNotUnderstood(): ToolErrorData {
  return {
    code: 'unsupported',
    message: 'This connection may see some accounts only, and this relay cannot keep to that yet, so nothing was sent.',
    nextStep: 'Update the relay.',
  };
}

/** An instruction left the hub, and nothing is known of what became of it. */
export function instructionUnanswered(): ToolErrorData {
  return {
    code: 'relay_interrupted',
    message: `The relay has not confirmed this instruction. ${outcomeUnknown}`,
    nextStep: checkFirst,
  };
}

/** The connection dropped while a read was under way, and the relay did not come back. Never for a mutation. */
export function relayLost(): ToolErrorData {
  return {
    code: 'relay_offline',
    message: 'The connection to the relay was lost and it did not come back in time.',
    nextStep: 'Try again; if it keeps failing, check the relay and its internet connection.',
  };
}

/** Too many calls are under way. */
export function tooBusy(limit: number): ToolErrorData {
  return {
    code: 'busy',
    message: `${limit} calls are already under way, so nothing was done.`,
    nextStep: 'Wait for some of them to finish, then try again.',
  };
}

/** The relay is connected but the deadline passed. */
export function relayTimeout(kind: CallKind): ToolErrorData {
  const message = 'The relay did not answer in time.';
  if (kind === 'mutation') {
    return { code: 'relay_timeout', message: `${message} ${outcomeUnknown}`, nextStep: checkFirst };
  }
  return { code: 'relay_timeout', message, nextStep: 'Try again, or ask for less at once.' };
}

/** The relay lost the call or its result. */
export function relayInterrupted(kind: CallKind): ToolErrorData {
  const message = 'The relay lost this call before its answer arrived.';
  if (kind === 'mutation') {
    return { code: 'relay_interrupted', message: `${message} ${outcomeUnknown}`, nextStep: checkFirst };
  }
  return { code: 'relay_interrupted', message, nextStep: 'Try again.' };
}

/** A mutation that this relay process has already carried out arrived a second time. */
export function alreadyDone(): ToolErrorData {
  return {
    code: 'relay_interrupted',
    message: 'The relay has carried out this instruction before and did not repeat it.',
    nextStep: checkFirst,
  };
}

/** The answer exceeds what the tunnel carries. */
export function resultTooLarge(kind: CallKind, limitBytes: number): ToolErrorData {
  const message = `The answer is larger than ${limitBytes} bytes.`;
  if (kind === 'mutation') {
    return { code: 'result_too_large', message: `${message} ${outcomeUnknown}`, nextStep: checkFirst };
  }
  return {
    code: 'result_too_large',
    message,
    nextStep: 'Ask for less: a shorter period, fewer instruments, or a lower limit.',
  };
}

/** The arguments do not fit into one frame. */
export function argumentsTooLarge(limitBytes: number): ToolErrorData {
  return {
    code: 'invalid_arguments',
    message: `The arguments are larger than ${limitBytes} bytes, so nothing was sent.`,
    nextStep: 'Send less at once.',
  };
}

/** The relay had to give up a finished result because too many wait to be collected. */
export function resultEvicted(kind: CallKind): ToolErrorData {
  const message = 'The relay holds too many uncollected answers and had to drop this one.';
  // `busy` would say that nothing was done.
  if (kind === 'mutation') {
    return { code: 'relay_interrupted', message: `${message} ${outcomeUnknown}`, nextStep: checkFirst };
  }
  return { code: 'busy', message, nextStep: 'Try again with fewer calls at once.' };
}

/** The caller no longer waits. */
export function cancelled(kind: CallKind): ToolErrorData {
  const message = 'The caller cancelled this call.';
  if (kind === 'mutation') return { code: 'cancelled', message: `${message} ${outcomeUnknown}`, nextStep: checkFirst };
  return { code: 'cancelled', message };
}
