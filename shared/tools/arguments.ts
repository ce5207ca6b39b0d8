import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { ToolError } from '../errors.ts';
import type { ToolDefinition } from './define.ts';
import { inputJsonSchema, type JsonSchema } from './json-schema.ts';

/**
 * Validates the arguments of a call. Hosts that send every value as a string are understood: `"5"`, `"true"`, `"[…]"`
 * and comma lists become what the schema wants, numbers become strings where a string is wanted, and null counts as
 * absent. Unknown arguments are refused with the nearest known name.
 *
 * @throws ToolError `invalid_arguments`
 */
export function parseArguments<Tool extends ToolDefinition>(tool: Tool, raw: unknown): z.output<Tool['input']> {
  const given = raw ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new ToolError({ code: 'invalid_arguments', message: `${tool.name} takes an object of named arguments.` });
  }
  const properties = inputJsonSchema(tool).properties ?? {};
  const known = Object.keys(properties);
  const coerced: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) throw unknownArgument(tool.name, name, known);
    if (value !== null && value !== undefined) coerced[name] = coerce(schema, value);
  }
  const parsed = tool.input.safeParse(coerced);
  if (parsed.success) return parsed.data as z.output<Tool['input']>;
  throw new ToolError({
    code: 'invalid_arguments',
    message: parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
      .join('; ')
      .slice(0, 2_000),
    nextStep: `Correct the arguments of ${tool.name} and call it again.`,
  });
}

function unknownArgument(tool: string, name: string, known: readonly string[]): ToolError {
  const hint = known.length === 0 ? `${tool} takes no arguments.` : `Did you mean ${closest(name, [...known])}?`;
  return new ToolError({
    code: 'invalid_arguments',
    message: `${tool} has no argument ${JSON.stringify(name.slice(0, 60))}. ${hint}`,
    nextStep: known.length === 0 ? 'Call it without arguments.' : `Known arguments: ${known.join(', ')}.`,
  });
}

function accepts(schema: JsonSchema, type: string): boolean {
  return schema.type === type || (schema.anyOf?.some((option) => accepts(option, type)) ?? false);
}

function coerce(schema: JsonSchema, value: unknown): unknown {
  if (typeof value === 'string') {
    return accepts(schema, 'string') ? canonical(schema, value) : coerceString(schema, value.trim());
  }
  if (Array.isArray(value)) return schema.items ? value.map((item) => coerce(schema.items as JsonSchema, item)) : value;
  if (accepts(schema, 'array') && typeof value !== 'object') return [coerce(schema.items ?? {}, value)];
  if (typeof value === 'number' && accepts(schema, 'string') && !accepts(schema, 'number')) return String(value);
  return value;
}

/** The listed spelling of a choice that was written in another case. */
function canonical({ enum: choices = [] }: JsonSchema, text: string): string {
  return choices.find((choice) => choice.toLowerCase() === text.trim().toLowerCase()) ?? text;
}

function coerceString(schema: JsonSchema, text: string): unknown {
  if (accepts(schema, 'boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((accepts(schema, 'number') || accepts(schema, 'integer')) && text !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if (accepts(schema, 'array')) {
    const list = text.startsWith('[')
      ? parseJson(text)
      : text
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean);
    return Array.isArray(list) ? coerce(schema, list) : text;
  }
  if (accepts(schema, 'object') && text.startsWith('{')) return parseJson(text);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
