import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { ToolError } from '../../shared/errors.ts';
import { version } from '../../shared/version.ts';
import { abortError } from '../async/abort.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { Semaphore } from '../async/semaphore.ts';
import { tooLarge } from '../documents/too-large.ts';
import { xmlTree } from '../documents/xml-tree.ts';
import { FileError, isDiskError } from '../files.ts';
import { FlexRefusal } from './faults.ts';
import { type HttpResponse, httpGet } from './http.ts';
import type { FlexToken } from './tokens.ts';

/** One run of a query; the dates (`YYYYMMDD`) override the period it has in Client Portal. */
export interface FlexRequest {
  readonly token: FlexToken;
  readonly query: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** How long to wait for what, in milliseconds, and how much to take. */
export interface FlexLimits {
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** After 1018, "too many requests". */
  readonly throttledWaitMs: number;
  /** One HTTP exchange. */
  readonly requestMs: number;
  readonly maxBytes: number;
}

export const defaultLimits: FlexLimits = {
  firstWaitMs: 2_000,
  maxWaitMs: 30_000,
  throttledWaitMs: 10_000,
  requestMs: 90_000,
  maxBytes: 24 * 1_048_576,
};

/** What ends the waiting, and who is told about it. */
export interface FlexCall {
  readonly signal: AbortSignal;
  /** By `monotonicNow`. */
  readonly deadline: number;
  readonly progress: (message: string) => void;
}

/** A statement that IBKR is making: where to fetch it. */
interface Pending {
  readonly reference: string;
  readonly url: string;
  /** By `monotonicNow`. */
  readonly since: number;
}

const pendingLifeMs = 30 * 60_000;
const waitGrowth = 1.6;
/** Tries when the service cannot be reached or talks nonsense. Those of its own transient codes end with the time. */
const brokenTries = 3;
const headBytes = 16_384;
const maxHops = 3;

/**
 * IBKR's Flex Web Service, version 3: SendRequest gives a reference code, GetStatement the statement once it is made.
 * The token is part of the addresses, so these never appear in errors or logs.
 */
export class FlexClient {
  readonly #baseUrl: string;
  readonly #limits: FlexLimits;
  readonly #turns = new Map<string, Semaphore>();
  readonly #pending = new Map<string, Pending>();

  constructor(baseUrl: string, limits: Partial<FlexLimits> = {}) {
    this.#baseUrl = baseUrl;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * Runs a query and writes its statement, gzipped XML, to a new file of mode 0600. One at a time for each token. When
   * the time ends while IBKR is still at it, the next call for the same continues.
   * @throws ToolError of every refusal
   */
  async download(request: FlexRequest, file: string, call: FlexCall): Promise<void> {
    const { token } = request;
    const turn = this.#turns.get(token.token) ?? new Semaphore(1);
    this.#turns.set(token.token, turn);
    try {
      await turn.run(() => this.#run(request, file, call), call.signal);
    } catch (error) {
      if (call.signal.aborted) throw abortError(call.signal);
      throw error instanceof FlexRefusal ? error.toToolError() : error;
    }
  }

  async #run(request: FlexRequest, file: string, call: FlexCall): Promise<void> {
    const key = JSON.stringify([request.token.token, request.query, request.from, request.to]);
    let pending = this.#pending.get(key);
    if (!pending || monotonicNow() - pending.since > pendingLifeMs) {
      call.progress('asking IBKR for the statement');
      pending = await this.#patiently(() => this.#send(request, call.signal), call);
      this.#pending.set(key, pending);
    }
    const { reference, url } = pending;
    const address = `${url}?${new URLSearchParams({ t: request.token.token, q: reference, v: '3' })}`;
    try {
      call.progress('fetching the statement');
      await this.#patiently(() => this.#collect(address, file, call.signal), call);
      this.#pending.delete(key);
    } catch (error) {
      if (!(error instanceof FlexRefusal && error.transient) && !call.signal.aborted) this.#pending.delete(key);
      throw error;
    }
  }

  /** Repeats what fails for the moment, with growing waits, while there is time. */
  async #patiently<Result>(work: () => Promise<Result>, call: FlexCall): Promise<Result> {
    const { firstWaitMs, maxWaitMs, throttledWaitMs } = this.#limits;
    for (let attempt = 0, broken = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (call.signal.aborted || !(error instanceof FlexRefusal) || !error.transient) throw error;
        if (error.code === undefined) broken += 1;
        const grown = Math.min(maxWaitMs, firstWaitMs * waitGrowth ** attempt);
        const wait = error.code === 1018 ? Math.max(throttledWaitMs, grown) : grown;
        if (broken >= brokenTries || monotonicNow() + wait > call.deadline) throw error;
        call.progress(`${error.message}; trying again in ${Math.ceil(wait / 1_000)} s`);
        await sleep(wait, undefined, { signal: call.signal });
      }
    }
  }

  async #send({ token, query, from, to }: FlexRequest, signal: AbortSignal): Promise<Pending> {
    const dates: Record<string, string> = from && to ? { fd: from, td: to } : {};
    const address = `${this.#baseUrl}/SendRequest?${new URLSearchParams({ t: token.token, q: query, v: '3', ...dates })}`;
    const { body } = await this.#get(address, signal);
    const { Status, ReferenceCode, Url } = envelopeOf(await beginningOf(body));
    if (Status !== 'Success' || !ReferenceCode) throw nonsense('no reference code');
    const url = Url && this.#trusts(Url) ? Url : `${this.#baseUrl}/GetStatement`;
    return { reference: ReferenceCode, url, since: monotonicNow() };
  }

  async #collect(address: string, file: string, signal: AbortSignal): Promise<void> {
    const { body } = await this.#get(address, signal);
    const { maxBytes } = this.#limits;
    const head: Buffer[] = [];
    let size = 0;
    const measured = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (size < headBytes) head.push(chunk);
        size += chunk.length;
        if (size > maxBytes) {
          throw tooLarge('statementDigest', `The statement is larger than ${Math.round(maxBytes / 1_048_576)} MB.`);
        }
        yield chunk;
      }
    };
    try {
      await pipeline(body, measured, createGzip(), createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
      const beginning = Buffer.concat(head).toString('utf8').slice(0, headBytes);
      if (rootOf(beginning) !== 'FlexQueryResponse') {
        if (isTable(beginning)) throw notXml();
        envelopeOf(beginning);
        throw nonsense('no statement');
      }
    } catch (error) {
      await rm(file, { force: true });
      if (isDiskError(error)) throw new FileError(file, error);
      throw signal.aborted || error instanceof FlexRefusal || error instanceof ToolError ? error : unreachable(error);
    }
  }

  /** GET that follows redirections only to where the token may go. */
  async #get(address: string, signal: AbortSignal): Promise<HttpResponse> {
    const headers = { 'user-agent': `ibkr-remote-mcp/${version}`, accept: 'application/xml, text/xml' };
    let target = address;
    for (let hop = 0; hop < maxHops; hop += 1) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(this.#limits.requestMs)]);
      const answer = await httpGet(target, headers, until).catch((error: unknown) => {
        throw signal.aborted ? error : unreachable(error);
      });
      const { status, location } = answer;
      if (status >= 200 && status < 300) return answer;
      answer.body.destroy();
      const next = location ? URL.parse(location, target)?.href : undefined;
      if (status < 300 || status >= 400 || !next) throw httpRefusal(status);
      if (!this.#trusts(next)) throw new FlexRefusal(undefined, 'The Flex service points to a foreign address', false);
      target = next;
    }
    throw nonsense('redirections without end');
  }

  /** Whether the token may be sent there: the configured service, or IBKR's over https. */
  #trusts(address: string): boolean {
    const url = URL.parse(address);
    if (url === null) return false;
    if (url.origin === new URL(this.#baseUrl).origin) return true;
    return url.protocol === 'https:' && url.hostname.endsWith('.interactivebrokers.com');
  }
}

/** A short answer's fields. @throws FlexRefusal when it is a refusal, or no such answer at all */
function envelopeOf(text: string): Readonly<Record<string, string>> {
  if (rootOf(text) !== 'FlexStatementResponse') throw nonsense('something else than its XML');
  let fields: Record<string, string>;
  try {
    fields = Object.fromEntries(xmlTree(text).children.map((field) => [field.name, field.text]));
  } catch {
    throw nonsense('damaged XML');
  }
  if (fields.ErrorCode) throw FlexRefusal.ofCode(Number(fields.ErrorCode), fields.ErrorMessage ?? '');
  return fields;
}

/** Whether that is what a query of another format gives: text in lines, its first one a list of names. */
function isTable(text: string): boolean {
  return /^\uFEFF?\s*"?[A-Za-z][\w /%.-]*"?\s*[,|;\t]/.test(text);
}

function notXml(): FlexRefusal {
  return new FlexRefusal(
    undefined,
    'The query gives its statement as text (CSV), which cannot be read here',
    false,
    'In Client Portal under Flex Queries edit the query and set its Format to XML.',
  );
}

/** The name of a document's element. A comment ends at its first `-->`, so that there is one way only to read many. */
function rootOf(text: string): string | undefined {
  return /^\s*(?:<\?[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<([A-Za-z][\w.-]*)/.exec(
    text.replace(/^\uFEFF/, ''),
  )?.[1];
}

async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= headBytes) break;
    }
  } catch (error) {
    throw unreachable(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function nonsense(what: string): FlexRefusal {
  return new FlexRefusal(undefined, `IBKR’s Flex service answers with ${what}`, true);
}

function httpRefusal(status: number): FlexRefusal {
  return new FlexRefusal(undefined, `IBKR’s Flex service answers with HTTP ${status}`, status === 429 || status >= 500);
}

/** The cause's code only: the text of such errors may hold the address, and with it the token. */
function unreachable(error: unknown): FlexRefusal {
  const cause = error instanceof Error ? ((error.cause ?? error) as { code?: unknown; name?: string }) : {};
  const why = typeof cause.code === 'string' ? cause.code : (cause.name ?? 'unknown reason');
  return new FlexRefusal(undefined, `IBKR’s Flex service cannot be reached (${why})`, true);
}
