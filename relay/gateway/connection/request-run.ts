import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { abortError, timeoutError } from '../../async/abort.ts';
import { requestError } from './error-codes.ts';
import type { Answer } from './events/messages.ts';
import type { DataLink } from './faces.ts';
import type { Pacer } from './pacer.ts';
import { neverSent, unanswered } from './request-errors.ts';
import type { RequestSpec } from './requests.ts';

/** Where what the gateway says about one request id goes. */
export interface RequestRoute {
  readonly answer: (answer: Answer) => void;
  readonly error: (code: number, text: string) => void;
  /** Whether the route stays: a subscription on a connection that lives on. */
  readonly interrupted: (error: ToolErrorData, streamsKept: boolean) => boolean;
}

/** The connection that a request is made on, and its place there. */
export interface RequestPlace {
  readonly link: DataLink;
  readonly reqId: number;
  readonly routes: Map<number, RequestRoute>;
  readonly pacer: Pacer;
  /** Whether the link still is the connection. */
  readonly isCurrent: () => boolean;
}

/**
 * Sends a request when its turn comes and hears its answers until it ends: with its result, an error, its deadline, the
 * caller's abort or the connection's end. Rejects with a ToolError.
 */
export async function runRequest<Result>(
  spec: RequestSpec<Result>,
  { link, reqId, routes, pacer, isCurrent }: RequestPlace,
  signal?: AbortSignal,
): Promise<Result> {
  const leaveQueue = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  let sent = false;
  let takeBack = true;
  let stays = false;
  let route: RequestRoute | undefined;
  const end = (): void => {
    const { cancel } = spec;
    // A new connection counts its ids from the beginning.
    if (routes.get(reqId) === route) routes.delete(reqId);
    if (cancel && sent && takeBack && isCurrent()) pacer.sendSoon(() => cancel(link, reqId));
  };
  try {
    return await new Promise<Result>((resolve, reject) => {
      const finish = (result: Result) => {
        stays = spec.onKept !== undefined;
        takeBack = stays || (spec.cancelWhenDone ?? false);
        resolve(result);
      };
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (error) {
          reject(error);
        }
      };
      onAbort = () => reject(abortError(signal));
      signal?.addEventListener('abort', onAbort, { once: true });
      route = {
        answer: (answer) => attempt(() => spec.onAnswer(answer, finish)),
        error: (code, text) =>
          attempt(() => {
            if (spec.onError) return spec.onError(code, text, finish);
            const error = requestError(code, text);
            if (!error) return;
            takeBack = false;
            throw new ToolError(error);
          }),
        interrupted: (error, streamsKept) => {
          // On a connection that lives on the gateway would keep serving what nobody waits for.
          takeBack = streamsKept;
          stays = false;
          reject(sent ? unanswered(error) : neverSent(error));
          return false;
        },
      };
      routes.set(reqId, route);
      const startClock = () => {
        sent = true;
        spec.onSent?.();
        deadline = setTimeout(
          () =>
            attempt(() => {
              if (!spec.onDeadline) throw timeoutError(spec.what, spec.deadlineMs);
              resolve(spec.onDeadline());
            }),
          spec.deadlineMs,
        );
      };
      pacer
        .submit(
          spec.lane,
          () => {
            spec.send(link, reqId);
            startClock();
          },
          leaveQueue.signal,
        )
        .catch(reject);
    });
  } finally {
    clearTimeout(deadline);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
    leaveQueue.abort();
    if (stays) spec.onKept?.(end);
    else end();
  }
}
