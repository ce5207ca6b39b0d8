import { ToolError, type ToolErrorData, toToolErrorData } from '../../../shared/errors.ts';
import type { ItemError } from '../../../shared/values.ts';
import type { ToolContext } from './tool.ts';

/** The error of one item of a batch. Errors of the whole call (aborted, no gateway) are thrown. */
export function itemError(
  contract: string,
  error: unknown,
  { signal, logger }: Pick<ToolContext, 'signal' | 'logger'>,
): ItemError {
  signal.throwIfAborted();
  if (error instanceof ToolError && /^gateway_(disconnected|interrupted)$/.test(error.code)) throw error;
  if (!(error instanceof ToolError)) logger.error({ err: error }, 'one item of a call failed');
  return asItem(contract, toToolErrorData(error));
}

/** An error as one item's. */
export function asItem(contract: string, { sent: _, ...error }: ToolErrorData): ItemError {
  return { ...error, contract };
}
