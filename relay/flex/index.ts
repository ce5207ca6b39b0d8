import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { Coalescer } from '../async/coalesce.ts';
import type { AccountHistory } from '../documents/flex-history.ts';
import type { FlexPage, FlexSelection } from '../documents/flex-rows.ts';
import { statementReading } from '../documents/index.ts';
import { makeFolder, writeFileAtomic } from '../files.ts';
import { parseJson } from '../json.ts';
import { defaultLimits, type FlexCall, FlexClient, type FlexLimits, type FlexRequest } from './client.ts';
import type { FlexToken } from './tokens.ts';

const rememberedSchema = z.object({
  token: z.string(),
  query: z.string(),
  /** `YYYYMMDD`, where the call chose the dates. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** Epoch milliseconds. */
  fetchedAt: z.number(),
  /** By which rules it was read; 0 of relays before there were several. */
  rules: z.number().default(0),
  file: z.string().regex(/^[\w.-]+\.xml\.gz$/),
  digest: z.object({
    queryName: z.string(),
    type: z.string(),
    dates: z.enum(['month-first', 'day-first', 'unclear']).optional(),
    datesProblem: z.string().optional(),
    statements: z.array(
      z.object({
        account: z.string(),
        from: z.string(),
        to: z.string(),
        generated: z.string(),
        sections: z.record(z.string(), z.number()),
        others: z.record(z.string(), z.record(z.string(), z.number())).optional(),
        gaps: z.array(z.string()).readonly().optional(),
      }),
    ),
  }),
});

/** A statement that was fetched before. */
export type RememberedStatement = z.infer<typeof rememberedSchema>;

/** Goes up with every change of what statements are understood to say. */
const currentRules = 1;
/** Statements kept; the oldest go. */
const maxRemembered = 30;
const indexFile = 'index.json';

export interface FlexOptions {
  readonly folder: string;
  readonly tokens: readonly FlexToken[];
  readonly baseUrl: string;
  readonly limits?: Partial<FlexLimits>;
  /** Told what each new statement says about the past. */
  readonly onHistory?: (history: readonly AccountHistory[]) => void;
}

/** Runs Flex queries and remembers their statements in a folder of its own. */
export class FlexDesk {
  readonly tokens: readonly FlexToken[];
  readonly #options: FlexOptions;
  readonly #client: FlexClient;
  #loaded: Promise<RememberedStatement[]> | undefined;
  readonly #runs = new Coalescer<RememberedStatement>();
  /** Files being written or read, not in the index yet. */
  readonly #underway = new Set<string>();

  constructor(options: FlexOptions) {
    this.#options = options;
    this.tokens = options.tokens;
    this.#client = new FlexClient(options.baseUrl, options.limits);
  }

  /** Every statement remembered, newest first; of tokens that are no longer configured as well. */
  async remembered(): Promise<readonly RememberedStatement[]> {
    this.#loaded ??= this.#load();
    return await this.#loaded;
  }

  /** The remembered statement of that request. */
  async recall({ token, query, from, to }: FlexRequest): Promise<RememberedStatement | undefined> {
    const list = await this.remembered();
    return list.find((entry) => keyOf(entry) === keyOf({ token: token.name, query, from, to }));
  }

  /**
   * Runs the query, and remembers its statement in place of an older one. Who asks for the same meanwhile shares it.
   * @throws ToolError
   */
  run(request: FlexRequest, call: FlexCall): Promise<RememberedStatement> {
    const key = keyOf({ ...request, token: request.token.name });
    return this.#runs.run(key, (signal) => this.#fetch(request, { ...call, signal }), call.signal);
  }

  /**
   * Reads the statements again that an older relay has read by other rules, from the oldest on, so that what they say of
   * the past is learned anew. One that cannot be read stays as it is.
   */
  async readAgain(signal: AbortSignal): Promise<void> {
    for (const entry of (await this.remembered()).toReversed()) {
      if (entry.rules === currentRules || signal.aborted) continue;
      const digest = await this.#learn(entry.file, entry.fetchedAt, signal).catch(() => undefined);
      // Meanwhile a newer one may have come in its place.
      const list = await this.remembered();
      if (!digest || !list.includes(entry)) continue;
      this.#keep(list.map((other) => (other === entry ? { ...entry, digest, rules: currentRules } : other)));
    }
  }

  /** Rows of a remembered statement. @throws ToolError when its file is gone or damaged */
  async read(entry: RememberedStatement, selection: FlexSelection, signal: AbortSignal): Promise<FlexPage> {
    const file = join(this.#options.folder, entry.file);
    return statementReading('statementRows', { file, maxBytes: this.#maxBytes(), selection }, signal).catch((error) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new ToolError({
        code: 'no_data',
        message: 'The remembered statement is gone.',
        nextStep: 'Run the query again with refresh.',
      });
    });
  }

  async #fetch(request: FlexRequest, call: FlexCall): Promise<RememberedStatement> {
    const { folder } = this.#options;
    const { token, query, from, to } = request;
    const file = `${token.name}-${query}-${randomBytes(6).toString('hex')}.xml.gz`;
    const path = join(folder, file);
    makeFolder(folder);
    this.#underway.add(file);
    try {
      await this.#client.download(request, path, call);
      call.progress('reading the statement');
      const fetchedAt = Date.now();
      const digest = await this.#learn(file, fetchedAt, call.signal);
      const dates = from && to ? { from, to } : {};
      const entry = { token: token.name, query, ...dates, fetchedAt, rules: currentRules, file, digest };
      await this.#remember(entry);
      return entry;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      this.#underway.delete(file);
    }
  }

  /** Reads a statement and tells what it says about the past. */
  async #learn(file: string, fetchedAt: number, signal: AbortSignal): Promise<RememberedStatement['digest']> {
    const path = join(this.#options.folder, file);
    const source = { file: path, maxBytes: this.#maxBytes(), fetched: new Date(fetchedAt).toISOString().slice(0, 10) };
    const { digest, history } = await statementReading('statementDigest', source, signal);
    this.#options.onHistory?.(history);
    return digest;
  }

  #maxBytes(): number {
    return this.#options.limits?.maxBytes ?? defaultLimits.maxBytes;
  }

  async #remember(entry: RememberedStatement): Promise<void> {
    const others = (await this.remembered()).filter((other) => keyOf(other) !== keyOf(entry));
    this.#keep([entry, ...others].slice(0, maxRemembered));
    await this.#sweep();
  }

  #keep(list: RememberedStatement[]): void {
    writeFileAtomic(join(this.#options.folder, indexFile), JSON.stringify(list));
    this.#loaded = Promise.resolve(list);
  }

  /** Removes what no statement needs any more, and what a crash left. */
  async #sweep(): Promise<void> {
    const { folder } = this.#options;
    for (const file of await readdir(folder)) {
      const wanted = file === indexFile || this.#underway.has(file) || (await this.#isRemembered(file));
      if (!wanted) await rm(join(folder, file), { force: true });
    }
  }

  async #isRemembered(file: string): Promise<boolean> {
    return (await this.remembered()).some((entry) => entry.file === file);
  }

  async #load(): Promise<RememberedStatement[]> {
    const text = await readFile(join(this.#options.folder, indexFile), 'utf8').catch(() => '');
    const parsed = z.array(rememberedSchema).safeParse(parseJson(text));
    return parsed.success ? parsed.data : [];
  }
}

function keyOf({ token, query, from, to }: Pick<RememberedStatement, 'token' | 'query' | 'from' | 'to'>): string {
  return JSON.stringify([token, query, from, to]);
}
