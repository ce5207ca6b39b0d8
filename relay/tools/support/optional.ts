import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { timeoutError } from '../../async/abort.ts';
import type { ToolContext } from './tool.ts';

const patienceMs = 6_000;

/**
 * What completes an answer that is worth having without it: undefined when IB refuses it or does not tell it in time.
 * Rejects when the caller leaves or the gateway goes.
 * @param ms how long to wait
 */
export async function optional<Value>(
  what: string,
  work: (signal: AbortSignal) => Promise<Value>,
  { signal, logger }: Pick<ToolContext, 'signal' | 'logger'>,
  ms = patienceMs,
): Promise<Value | undefined> {
  const time = new AbortController();
  const timer = setTimeout(() => time.abort(timeoutError(what, ms)), ms);
  try {
    return await work(AbortSignal.any([signal, time.signal]));
  } catch (error) {
    signal.throwIfAborted();
    const gone = error instanceof ToolError && /^gateway_(disconnected|interrupted)$/.test(error.code);
    if (gone || !(error instanceof ToolError)) throw error;
    logger.debug({ what, code: error.code, ibCode: error.data.ibCode }, 'an answer goes out without part of its data');
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** As `optional`, with the reason where it is not told. */
export async function optionalWithReason<Value>(
  what: string,
  work: (signal: AbortSignal) => Promise<Value>,
  context: Pick<ToolContext, 'signal' | 'logger'>,
  ms = patienceMs,
): Promise<{ readonly value: Value | undefined; readonly refusal?: ToolErrorData }> {
  let refusal: ToolErrorData | undefined;
  const noting = (signal: AbortSignal) =>
    work(signal).catch((error: unknown) => {
      if (error instanceof ToolError) refusal = error.data;
      throw error;
    });
  const value = await optional(what, noting, context, ms);
  return { value, ...(refusal && { refusal }) };
}
