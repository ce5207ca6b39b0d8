import { type IncomingMessage, get as plainGet } from 'node:http';
import { get as tlsGet } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** An answer whose body arrives as it is read. */
export interface HttpResponse {
  readonly status: number;
  /** Where the service points to instead. */
  readonly location: string | undefined;
  /** Unpacked. */
  readonly body: Readable;
}

/**
 * One GET that follows no redirection. Not with `fetch`: in Node 24 it ends the whole process when a server hangs up
 * while somebody is still reading (https://github.com/nodejs/undici/issues/5360).
 * @param signal ends the request, its body included
 * @throws what the connection throws; so does the body
 */
export async function httpGet(
  address: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const get = address.startsWith('https:') ? tlsGet : plainGet;
  get(address, { agent: false, signal, headers: { ...headers, 'accept-encoding': 'gzip' } })
    .once('response', resolve)
    .on('error', reject);
  const response = await promise;
  const packed = response.headers['content-encoding'] === 'gzip';
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location,
    body: packed ? pipeline(response, createGunzip(), () => undefined) : response,
  };
}
