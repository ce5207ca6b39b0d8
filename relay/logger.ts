import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

const redacted = '[redacted]';
const secretNames =
  /^(authorization|cookie|pairing_?code|(private|device)?_?key|jwk|pkcs8|signature|secret|pass(word|phrase)?)$/i;
/** What a `code` field holds when it is an error's, not a pairing code. */
const errorCode = /^\w{1,64}$/;
const deepest = 8;

/** Secrets recognised by their form, wherever they stand in a line: a tunnel credential, a Flex token, a pairing code. */
const secretTexts: readonly [RegExp, string][] = [
  [/IBKR-Relay [\w.-]+/g, `IBKR-Relay ${redacted}`],
  // A Flex token in an address.
  [/(?<=[?&]t=)\w{8,}/g, redacted],
  [/(?<![\w-])[\w-]{22}\.[\w-]{20}(?![\w-])/g, redacted],
];
const accountIds = /(?<![A-Z0-9])(D?[UFI])\d{5,10}(?![A-Z0-9])/g;

export interface LoggerOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
  /** Where the lines go; default: standard error, so that standard output stays the command's own. */
  readonly destination?: DestinationStream;
}

/**
 * The relay's logger. Whatever is logged, secrets are replaced: by the name of the field, at any depth, and by their
 * form in any text. Account ids are masked except at the levels debug and trace.
 */
export function createLogger({
  level,
  format,
  destination = pino.destination({ dest: 2, sync: true }),
}: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are taken apart below; pino would do it again.
      serializers: { err: (value: unknown) => value },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withoutSecrets(fields, 0) as Record<string, unknown>,
      },
      hooks: { streamWrite: maskTexts },
    },
    format === 'json' ? destination : { write: (line: string) => destination.write(prettyLine(line)) },
  );
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (value instanceof Error) return withoutSecrets(stdSerializers.err(value), depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return withoutSecrets(value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecret(name, item) ? redacted : withoutSecrets(item, depth + 1),
    ]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (name === 'code') return typeof value === 'string' && !errorCode.test(value);
  return secretNames.test(name);
}

function maskTexts(line: string): string {
  let masked = line;
  for (const [form, replacement] of secretTexts) masked = masked.replace(form, replacement);
  return /^\{"level":"(debug|trace)"/.test(masked) ? masked : masked.replace(accountIds, '$1***');
}

/** `03:14:15 INFO  message  name=value …`, for people. */
function prettyLine(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${msg ?? ''}`;
  const stack = (err as { stack?: string } | undefined)?.stack;
  return `${[head, ...rest].join('  ')}\n${stack ? `${stack}\n` : ''}`;
}
