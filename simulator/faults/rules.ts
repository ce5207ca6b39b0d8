import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { serverMessages } from '../protocol/messages.ts';
import { clientRequests, type Request } from '../protocol/requests.ts';

/** The gateway's first frame, its version and time, counts as a message too. */
export const handshakeName = 'handshake';

const incomingNames: readonly string[] = Object.keys(clientRequests);
const outgoingNames: readonly string[] = [handshakeName, ...Object.keys(serverMessages)];

const nameOf = (names: readonly string[]): z.ZodType<string, string> =>
  z.string().refine((name) => names.includes(name), {
    error: ({ input }) =>
      `${JSON.stringify(input)} is no such message; did you mean ${closest(String(input), [...names])}?`,
  });

const milliseconds = z.number().min(0).max(3_600_000);
const count = z.number().int().min(1).max(1_000_000);
const copies = z.number().int().min(1).max(1000).default(1);
const place = z.number().int().min(1).max(1000).default(1);
const byte = z.number().int().min(0).max(1_000_000);

function common(names: readonly string[]) {
  const list = z.array(nameOf(names)).min(1);
  const oneOrMore = z.preprocess((given) => (typeof given === 'string' ? [given] : given), list);
  return {
    /** Which messages, by name; all of them when left out. */
    message: (oneOrMore as z.ZodType<readonly string[], string | readonly string[]>).optional(),
    /** Fields that must have these values, as on the wire. */
    where: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    /** Only of this client. */
    clientId: z.number().int().optional(),
    /** The first match it applies to; 1 is the next one. */
    nth: count.default(1),
    /** How many matches it applies to. */
    times: z.union([count, z.literal('always')]).default(1),
  };
}

const incoming = { on: z.literal('in'), ...common(incomingNames) };
const outgoing = { on: z.literal('out'), ...common(outgoingNames) };

const incomingRule = z.discriminatedUnion('do', [
  z.strictObject({ ...incoming, do: z.literal('ignore') }),
  z.strictObject({ ...incoming, do: z.literal('delay'), ms: milliseconds }),
  z.strictObject({ ...incoming, do: z.literal('duplicate'), copies }),
  z.strictObject({ ...incoming, do: z.literal('reorder'), by: place }),
  z.strictObject({ ...incoming, do: z.literal('error'), code: z.number().int(), text: z.string().max(2000) }),
  z.strictObject({
    ...incoming,
    do: z.literal('disconnect'),
    afterByte: byte.default(0),
    acted: z.boolean().default(false),
  }),
  z.strictObject({ ...incoming, do: z.literal('arriveLate'), ms: milliseconds }),
]);

const outgoingRule = z.discriminatedUnion('do', [
  z.strictObject({ ...outgoing, do: z.literal('drop') }),
  z.strictObject({ ...outgoing, do: z.literal('delay'), ms: milliseconds }),
  z.strictObject({ ...outgoing, do: z.literal('duplicate'), copies }),
  z.strictObject({ ...outgoing, do: z.literal('reorder'), by: place }),
  z.strictObject({
    ...outgoing,
    do: z.literal('change'),
    fields: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.strictObject({ ...outgoing, do: z.literal('truncate'), keep: z.number().int().min(0).optional() }),
  z.strictObject({ ...outgoing, do: z.literal('extraField'), value: z.string().default('extra') }),
  z.strictObject({ ...outgoing, do: z.literal('unknownId'), id: z.number().int().default(9999) }),
  z.strictObject({ ...outgoing, do: z.literal('withoutNul') }),
  z.strictObject({ ...outgoing, do: z.literal('oversize') }),
  z.strictObject({ ...outgoing, do: z.literal('wrongLength'), by: z.number().int().default(1) }),
  z.strictObject({ ...outgoing, do: z.literal('disconnect'), afterByte: byte.default(0) }),
]);

/** What goes wrong with which messages. Incoming is from client to gateway. */
export const ruleSchema = z.discriminatedUnion('on', [incomingRule, outgoingRule]);

export type Rule = z.input<typeof ruleSchema>;
export type ParsedRule = z.output<typeof ruleSchema>;
export type IncomingRule = z.output<typeof incomingRule>;
export type OutgoingRule = z.output<typeof outgoingRule>;

/** A message as rules look at it. */
export interface Occurrence {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly clientId: number | undefined;
  /** Itself, when it is a request. */
  readonly request?: Request;
}

export interface ListedRule {
  readonly id: number;
  readonly rule: ParsedRule;
  /** How many messages were of the kind it is about. */
  readonly matched: number;
  /** How many it was applied to. */
  readonly applied: number;
}

interface Entry {
  readonly id: number;
  readonly rule: ParsedRule;
  readonly accepts: (occurrence: Occurrence) => boolean;
  matched: number;
  applied: number;
}

const isAbout = (rule: ParsedRule, { name, fields, clientId }: Occurrence): boolean =>
  (rule.message === undefined || rule.message.includes(name)) &&
  (rule.clientId === undefined || rule.clientId === clientId) &&
  Object.entries(rule.where ?? {}).every(([field, value]) => String(fields[field] ?? '') === String(value));

/** The rules in force. Every rule counts its own matches; of those that are due, the oldest is applied. */
export class RuleBook {
  readonly #entries = new Map<number, Entry>();
  #lastId = 0;

  /**
   * @returns the rule's id
   * @throws {z.ZodError} when it is no valid rule
   */
  add(rule: Rule): number {
    return this.#enter(rule, () => true);
  }

  /** As `add`, with a further condition on requests that only a program can express. */
  addTested(rule: Rule, test: (request: Request) => boolean): number {
    return this.#enter(rule, ({ request }) => request !== undefined && test(request));
  }

  #enter(rule: Rule, test: (occurrence: Occurrence) => boolean): number {
    const parsed = ruleSchema.parse(rule);
    this.#lastId += 1;
    const accepts = (occurrence: Occurrence): boolean => isAbout(parsed, occurrence) && test(occurrence);
    this.#entries.set(this.#lastId, { id: this.#lastId, rule: parsed, accepts, matched: 0, applied: 0 });
    return this.#lastId;
  }

  /** False when there is no such rule. */
  remove(id: number): boolean {
    return this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }

  list(): ListedRule[] {
    return [...this.#entries.values()].map(({ id, rule, matched, applied }) => ({ id, rule, matched, applied }));
  }

  incoming(request: Request, clientId: number | undefined): IncomingRule | undefined {
    return this.#due('in', { name: request.name, fields: request.values, clientId, request }) as
      | IncomingRule
      | undefined;
  }

  outgoing(occurrence: Occurrence): OutgoingRule | undefined {
    return this.#due('out', occurrence) as OutgoingRule | undefined;
  }

  #due(on: 'in' | 'out', occurrence: Occurrence): ParsedRule | undefined {
    let chosen: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.rule.on !== on || !entry.accepts(occurrence)) continue;
      entry.matched += 1;
      if (entry.matched < entry.rule.nth) continue;
      if (entry.rule.times !== 'always' && entry.matched >= entry.rule.nth + entry.rule.times) continue;
      chosen ??= entry;
    }
    if (chosen) chosen.applied += 1;
    return chosen?.rule;
  }
}
