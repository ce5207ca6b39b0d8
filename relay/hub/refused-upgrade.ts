import type { IncomingMessage } from 'node:http';
import { problemSchema } from '../../shared/tunnel/pairing.ts';
import { parseJson } from '../json.ts';

/** What a server answered instead of opening a WebSocket. */
export interface RefusedUpgrade {
  readonly httpStatus: number;
  readonly retryAfterMs?: number;
  /** The server's own word for the error, such as `clock_skew`. */
  readonly errorCode?: string;
  /** A sentence for the human. */
  readonly message: string;
}

const maxBodyBytes = 4_096;
const readMs = 2_000;

/** Reads a refused upgrade: its status, Retry-After and the server's own sentence where there is one. Never throws. */
export async function readRefusedUpgrade(response: IncomingMessage): Promise<RefusedUpgrade> {
  const httpStatus = response.statusCode ?? 0;
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], Date.now());
  const told = problemSchema.safeParse(parseJson(await readBody(response))).data?.error;
  const errorCode = told?.code;
  const message = told?.message ?? `The server refused the connection (HTTP ${httpStatus}).`;
  return {
    httpStatus,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}

/** A Retry-After header (seconds, or an HTTP date) in milliseconds from `nowMs`; undefined when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

async function readBody(response: IncomingMessage): Promise<string> {
  const timer = setTimeout(() => response.destroy(), readMs);
  let body = '';
  try {
    for await (const part of response) {
      body += String(part);
      if (body.length > maxBodyBytes) break;
    }
  } catch {
    // A body that breaks off is as good as none: the status says enough.
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  return body;
}
