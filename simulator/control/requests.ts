import type { IncomingMessage } from 'node:http';

/** Why a request to the control API is refused, with the status to say it with. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly details: readonly string[];

  constructor(status: number, message: string, details: readonly string[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

const mostBodyBytes = 16 << 20;
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * Lets programs on this machine through and web pages not: those have an origin, or reach this port under another name.
 * @throws {Refusal} otherwise
 */
export function checkOrigin({ headers }: IncomingMessage): void {
  if (!loopback.test(headers.host ?? '')) {
    throw new Refusal(403, 'The control API answers to localhost, 127.0.0.1 and [::1] only.');
  }
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    throw new Refusal(403, 'The control API is for programs, not for web pages.');
  }
}

/** The JSON body of a request; undefined when it is empty. @throws {Refusal} when it is too long or no JSON */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBodyBytes) throw new Refusal(413, `A body has at most ${mostBodyBytes} bytes.`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  if (text.trim() === '') return undefined;
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'A body must be JSON, with the header Content-Type: application/json.');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `The body is no JSON: ${(error as Error).message}`);
  }
}
