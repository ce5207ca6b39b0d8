import { z } from 'zod';

export type CommandName = 'run' | 'pair' | 'doctor' | 'simulate' | 'control';

/** One setting: everything about it, for the command line, the environment, validation and the documentation alike. */
export interface Setting {
  readonly env: string;
  /** As commander writes it: `--name <value>`, or `--name` for a switch. */
  readonly flag: string;
  readonly description: string;
  /** As text, before validation. Without one the setting may be absent. */
  readonly default?: string | (() => string);
  /** What to call a default that depends on the machine. */
  readonly defaultText?: string;
  /** Never echoed, not even when it is wrong. */
  readonly secret?: boolean;
  /** Its validation quotes the value itself, where that is safe. */
  readonly quotesItself?: boolean;
  readonly commands: readonly CommandName[];
  /** From the text as given (undefined when absent) to the value. */
  readonly schema: z.ZodType<unknown, string | undefined>;
}

export function wholeNumber(from: number, to: number): z.ZodType<number, string> {
  const message = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= from && value <= to, message);
}

export function oneOf<const Options extends readonly string[]>(options: Options): z.ZodType<Options[number], string> {
  return z.enum(options, `must be one of ${options.join(', ')}`) as unknown as z.ZodType<Options[number], string>;
}

/** A list separated by commas or blanks. */
export const accountList = z
  .string()
  .transform((text) =>
    text
      .toUpperCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  )
  .refine((list) => list.length > 0, 'must name at least one account')
  .refine(
    (list) => list.every((account) => /^[A-Z0-9]{1,32}$/.test(account)),
    'must be account ids, as in DU1234567,U7654321',
  );

export const onOff = z.stringbool({ error: 'must be true or false' });
