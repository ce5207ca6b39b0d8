import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../../../shared/errors.ts';
import { mayPass, requestError } from '../connection/error-codes.ts';
import type { RequestSpec } from '../connection/requests.ts';
import type { GatewayStatus } from '../connection/session-view.ts';

/** IB’s history servers connect again within about this time when nothing is wrong with them. */
const pauseMs = 1_000;

/**
 * Asks IB's history servers. A failure that may pass is tried once more, unless a farm of theirs is known to be down.
 * @param status tells which farms are down
 * @param ask sends the request; rejects with a ToolError
 */
export async function askTwice<Result>(
  status: () => GatewayStatus,
  ask: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  return askHistory(status, () =>
    ask().catch(async (first: unknown) => {
      if (!passes(first) || downFarms(status()).length > 0) throw first;
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
      return ask().catch((second: unknown) => {
        throw second instanceof ToolError && second.code === 'pacing' ? first : second;
      });
    }),
  );
}

/** Asks IB's history servers. When they fail or stay silent, the error names those that are down. */
export async function askHistory<Result>(status: () => GatewayStatus, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const down = downFarms(status());
    const silent = error instanceof ToolError && error.code === 'gateway_timeout';
    throw down.length > 0 && (silent || passes(error)) ? naming(down, error as ToolError) : error;
  }
}

/** Finishes with `none` when IB says that there is no such history; all other refusals fail the request. */
export function orNone<Result>(none: Result): NonNullable<RequestSpec<Result>['onError']> {
  return (code, text, finish) => {
    const error = requestError(code, text);
    if (error?.code === 'no_data') finish(none);
    else if (error) throw new ToolError(error);
  };
}

function passes(error: unknown): boolean {
  return error instanceof ToolError && mayPass(error.data);
}

/** The history farms that are down: IB has `hmds` in all of their names. */
function downFarms({ farms }: GatewayStatus): string[] {
  return farms.filter(({ name, state }) => state === 'broken' && /hmds/i.test(name)).map(({ name }) => name);
}

function naming(farms: readonly string[], { data }: ToolError): ToolError {
  return new ToolError({
    ...data,
    message: `${data.message} Down at IB: ${farms.join(', ')}.`,
    nextStep: 'Try again in a few minutes; get_status says when IB’s farms are back.',
  });
}
